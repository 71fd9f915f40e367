"""`issues list|show`: read issues as the command line sees them, drafts included."""

import orjson
import typer

from app.cli.documents import STATUSES, status_given
from app.cli.output import (
    JsonOption,
    cell,
    print_collection,
    print_json,
    print_table,
    refusing,
    stderr,
    stdout,
)
from app.cli.session import reading, viewer
from app.config import Settings
from app.content.issue_markdown import issue_markdown
from app.content.queries.issues import (
    IssueFilter,
    get_issue,
    get_issue_document,
    list_issues,
)
from app.content.queries.overturned import OverturnedEntry, review_issue
from app.content.queries.paging import MAX_LIMIT, Page, Part
from app.content.ref import parse_ref
from app.db import Database

_COLUMNS = ("number", "date", "status", "revision", "title")


def list_(
    status: str = typer.Option("all", "--status", help=f"One of {', '.join(STATUSES)}."),
    limit: int = typer.Option(20, "--limit", min=1, max=MAX_LIMIT, help="At most this many."),
    as_json: bool = JsonOption,
) -> None:
    """List issues, newest date first, drafts included."""
    wanted = status_given(status)
    settings = Settings()

    async def read(database: Database) -> Page:
        where = IssueFilter(status=wanted)
        return await list_issues(
            database.reader, viewer=viewer(settings), where=where, part=Part(limit)
        )

    page = reading(settings, read)
    if as_json:
        print_collection(page)
        return
    found = [orjson.loads(orjson.dumps(item)) for item in page.items]
    print_table(_COLUMNS, [[str(issue[name]) for name in _COLUMNS] for issue in found])
    if page.next_cursor is not None:
        stderr.print(f"{len(found)} of {page.total} issues; give --limit for more.")


def show(
    ref: str = typer.Argument(help="The issue, by number, date or slug, or `latest`."),
    as_json: bool = JsonOption,
) -> None:
    """Print an issue as Markdown, or with --json as the API returns it."""
    settings = Settings()

    async def read(database: Database) -> str:
        wanted, looking = parse_ref(ref), viewer(settings)
        if as_json:
            answer = await get_issue(database.reader, wanted, viewer=looking)
            return answer.body.decode()
        document, _ = await get_issue_document(database.reader, wanted, viewer=looking)
        return issue_markdown(document)

    with refusing(ref, settings, as_json=as_json):
        written = reading(settings, read)
    if as_json:
        print_json(written.encode())
    else:
        typer.echo(written, nl=False)


def review(
    ref: str = typer.Argument(help="An issue in print, by number, date or slug, or `latest`."),
    as_json: bool = JsonOption,
) -> None:
    """Propose corrections of an issue in print: numbers that later observations overturned.

    Nothing is changed. To make a correction, patch the issue and publish it with --correction.
    """
    settings = Settings()

    async def read(database: Database) -> tuple[int, list[OverturnedEntry]]:
        return await review_issue(database.reader, parse_ref(ref), viewer=viewer(settings))

    with refusing(ref, settings, as_json=as_json):
        number, found = reading(settings, read)
    if as_json:
        print_json(orjson.dumps({"number": number, "proposals": [_proposal(e) for e in found]}))
        return
    if not found:
        stdout.print(f"Issue {number}: no later observation contradicts it.")
        return
    rows = [(e.pointer, *(cell(value) for value in _values(e)), e.found.detail) for e in found]
    print_table(("pointer", "printed", "observed", "note"), rows)
    stderr.print(
        "To make a correction: morningpost issues patch, then morningpost issues publish "
        f"{number} --correction NOTE."
    )


def _proposal(entry: OverturnedEntry) -> dict[str, object]:
    before, after = _values(entry)
    return {
        "pointer": entry.pointer,
        "section": entry.section,
        "before": before,
        "after": after,
        "reason": entry.found.what,
        "note": entry.found.detail,
        "source": entry.source,
        "kind": entry.kind,
        "external_id": entry.external_id,
    }


def _values(entry: OverturnedEntry) -> tuple[int | str | None, int | str | None]:
    return entry.found.printed, entry.found.observed
