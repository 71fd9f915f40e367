"""`issues import` and `issues export`: NDJSON files of any length, line by line."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import date as Date
from functools import partial
from itertools import islice
from pathlib import Path

import orjson
import typer

from app.cli.documents import STATUSES, status_given
from app.cli.output import JsonOption, complain_of, print_json, problem_of, progress, stderr
from app.cli.refusal import Refusal
from app.cli.session import Perform, reading, viewer, writing
from app.config import Settings
from app.content.commands.batches import MAX_BATCH, attempt_each
from app.content.commands.imports import Imported, import_issue, read_line, refused_line
from app.content.commands.transaction import Transaction
from app.content.markdown import Rendered
from app.content.queries.exports import list_exported
from app.content.queries.issues import IssueFilter, StatusFilter, list_issues
from app.content.queries.paging import Part
from app.db import Database
from app.errors import MorningPostError
from app.web.http.payload import parse_json
from app.web.problems.handlers import status_of

_SHOWN_NUMBERS = 20
_STEP = 50
"""Issues per statement: at most some megabytes."""


def import_(
    files: list[str] = typer.Argument(help="NDJSON files, one document per line; - is stdin."),
    publish: bool = typer.Option(
        False, "--publish", help="Publish what was published, schedule what was scheduled."
    ),
    as_json: bool = JsonOption,
) -> None:
    """Import issues as drafts. Issues that are already there unchanged are skipped.

    To resume an interrupted import, run it again with the same file.
    """
    settings = Settings()
    counts = {"created": 0, "present": 0, "refused": 0}
    left: list[int] = []
    with writing(settings) as perform, progress() as bar:
        for name in files:
            task = bar.add_task(f"Importing {name}", total=None)
            for number, done in _imported(perform, _lines(name), publish=publish):
                if isinstance(done, MorningPostError):
                    counts["refused"] += 1
                    if as_json:
                        print_json(_refusal(number, done, settings))
                    else:
                        complain_of(f"{name}:{number}", done, settings, as_json=False)
                else:
                    counts[done.outcome] += 1
                    left += [done.number] if done.was_left else []
                    if as_json:
                        print_json(orjson.dumps(done.line(number)))
                bar.advance(task)
    if not as_json:
        stderr.print(
            f"{counts['created']} created, {counts['present']} unchanged, "
            f"{counts['refused']} refused."
        )
    if left:
        stderr.print(_left_as_drafts(left))
    if counts["refused"]:
        raise Refusal


def _left_as_drafts(numbers: Sequence[int]) -> str:
    """Say which issues stayed drafts although they were in print where they were written."""
    shown = ", ".join(map(str, numbers[:_SHOWN_NUMBERS]))
    more = f" and {len(numbers) - _SHOWN_NUMBERS} more" if len(numbers) > _SHOWN_NUMBERS else ""
    return (
        f"Left as drafts: {shown}{more}. They were saved after they were published or "
        "scheduled, and their documents hold only the later text. `morningpost issues export` "
        "writes both."
    )


def _imported(
    perform: Perform, lines: Iterator[tuple[int, bytes]], *, publish: bool
) -> Iterator[tuple[int, Imported | MorningPostError]]:
    """Import lines, several in a transaction; yield what became of each once it is committed."""
    while batch := [*islice(lines, MAX_BATCH)]:
        rendered = Rendered()
        read = [read_line(partial(parse_json, sent), rendered) for _, sent in batch]
        done = 0
        while done < len(batch):
            works = [
                partial(import_issue, line=line, publish=publish, restores=True)
                for line in read[done:]
            ]
            results = perform(partial(_attempted, works, rendered))
            yield from zip([number for number, _ in batch[done:]], results, strict=False)
            done += len(results)


def _attempted(
    works: Sequence[Callable[[Transaction], Imported]], rendered: Rendered, tx: Transaction
) -> list[Imported | MorningPostError]:
    tx.rendered = rendered
    return attempt_each(tx, works)


def _lines(name: str) -> Iterator[tuple[int, bytes]]:
    with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line


def _refusal(number: int, error: MorningPostError, settings: Settings) -> bytes:
    status = 409 if status_of(error) == 409 else 422
    problem = problem_of(error, settings, status=status, instance="/v1/issues/import")
    return orjson.dumps(refused_line(number, status=status, problem=problem))


def export(
    file: str = typer.Argument("-", help="File to write; - is stdout."),
    status: str = typer.Option("all", help=f"One of {', '.join(STATUSES)}."),
) -> None:
    """Write issues as NDJSON, oldest first, for `issues import --publish`.

    Each line has the status of the issue. If the published revision is not the newest one, the line
    has both documents. With --status published it has only what the public sees.
    """
    wanted = status_given(status)
    settings = Settings()

    async def write(database: Database) -> int:
        with (
            nullcontext(sys.stdout.buffer) if file == "-" else Path(file).open("wb") as out,
            progress() as bar,
        ):
            task = bar.add_task("Exporting", total=await _total(database, wanted, settings))
            count = 0
            async for document in _documents(database, wanted, settings):
                out.write(document + b"\n")
                bar.advance(task)
                count += 1
        return count

    count = reading(settings, write)
    stderr.print(f"Wrote {count} issues.")


async def _total(database: Database, status: StatusFilter, settings: Settings) -> int:
    where = IssueFilter(status=status)
    page = await list_issues(database.reader, viewer=viewer(settings), where=where, part=Part(1))
    return page.total or 0


async def _documents(
    database: Database, status: StatusFilter, settings: Settings
) -> AsyncIterator[bytes]:
    after: Date | None = None
    looking = viewer(settings)
    while True:
        step = await list_exported(
            database.reader, status, viewer=looking, after=after, limit=_STEP
        )
        for _, document in step:
            yield document
        if len(step) < _STEP:
            return
        after = step[-1][0]
