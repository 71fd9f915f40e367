"""Output of the command line: results on stdout, everything else on stderr."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date as Date
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from app.cli.refusal import Refusal
from app.config import Settings
from app.content.queries.paging import Page
from app.errors import Fault, MorningPostError, printable
from app.models.values import parse_date
from app.web.problems.handlers import problem_document, status_of
from app.wording import date_sentence


class _PlainConsole(Console):
    """A console that prints text literally, without markup and terminal control sequences.

    Names, titles and messages come from documents, keys and sources, so none of them is trusted.
    """

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(_plain(text), **{**options, "markup": False, "emoji": False})


def _plain(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


stderr = _PlainConsole(stderr=True, highlight=False, soft_wrap=True)
stdout = _PlainConsole(highlight=False, soft_wrap=True)

JsonOption = typer.Option(False, "--json", help="Print JSON, in the shapes of the API.")


_NOT_SEEN = re.compile(r"[^ -~]")


class _Description(ProgressColumn):
    """The description of a progress bar, which may contain file names."""

    def render(self, task: Task) -> Text:
        return Text(_plain(task.description))


def complain(text: str) -> None:
    """Print an error on stderr."""
    # One call for each line: a progress bar on the same terminal moves out of its way.
    stderr.print(Text.assemble(("error:", "bold red"), " ", _plain(text)))


@contextmanager
def refusing(name: str, settings: Settings, *, as_json: bool) -> Iterator[None]:
    """Print an error that the block raises, as `complain_of` does, and end with `Refusal`."""
    try:
        yield
    except MorningPostError as error:
        complain_of(name, error, settings, as_json=as_json)
        raise Refusal from error


def complain_of(name: str, error: MorningPostError, settings: Settings, *, as_json: bool) -> None:
    """Report the refusal of a file or reference; with `--json` as a problem on stdout."""
    if as_json:
        problem = problem_of(error, settings, status=status_of(error), instance=name)
        print_json(orjson.dumps(problem))
        return
    complain(f"{name}: {error.detail}")
    print_faults(fault for fault in error.faults if fault.detail != error.detail)


def problem_of(
    error: MorningPostError, settings: Settings, *, status: int, instance: str
) -> dict[str, object]:
    """Make the problem document of an error that has no request."""
    return problem_document(
        code=error.code,
        status=status,
        detail=error.detail,
        public_url=settings.public_url,
        instance=instance,
        request_id="cli",
        faults=error.faults,
    )


def print_faults(faults: Iterable[Fault], *, style: str = "red") -> None:
    """Print faults on stderr, each with its pointer."""
    for fault in faults:
        pointer = _plain(f"  {fault.pointer or '/'}")
        stderr.print(Text.assemble((pointer, style), "  ", _plain(fault.detail)))


def print_json(document: bytes) -> None:
    """Print a JSON document on one line, with unprintable characters escaped."""
    text = document.decode()
    typer.echo(text if text.isprintable() else _NOT_SEEN.sub(_escaped, text))


def tell(document: object, sentence: str, *, as_json: bool) -> None:
    """Print the outcome of a command as JSON or in a sentence."""
    if as_json:
        print_json(orjson.dumps(document))
    else:
        stdout.print(sentence)


def print_collection(page: Page, **further: object) -> None:
    """Print a collection as the API returns it; `further`: members beside `data` and `page`."""
    print_json(orjson.dumps({"data": page.items, "page": page.document(), **further}))


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]


def print_list(
    page: Page,
    columns: Sequence[str],
    row: Callable[[Mapping[str, Any]], Sequence[str]],
    *,
    if_empty: str,
    as_json: bool,
) -> None:
    """Print a whole list as a table or as JSON; `row` makes the cells of a document."""
    if as_json:
        print_collection(page)
    elif not page.items:
        stderr.print(if_empty)
    else:
        print_table(columns, [row(each) for each in page.items])


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int] = ()
) -> None:
    """Print a table on stdout; `widths` are the greatest widths of its first columns."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        most = widths[place] if place < len(widths) else None
        table.add_column(column, overflow="fold", max_width=most)
    for row in rows:
        table.add_row(*row)
    stdout.print(table)


def cell(value: object) -> str:
    """Write a value for a table: numbers with thousands separators, a dash for none."""
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def day_given(text: str) -> Date:
    """Read the day of the option `--date`."""
    try:
        return parse_date(text)
    except ValueError:
        raise typer.BadParameter(date_sentence(text), param_hint="--date") from None


def to_minute(instant: object) -> str:
    """Write an instant to the minute, which fits a table of 80 columns; a dash for none."""
    return str(instant)[:16].replace("T", " ") if instant else "-"


def progress(*, is_shown: bool = True) -> Progress:
    """A progress bar on stderr that is gone at the end; nothing is drawn without a terminal."""
    return Progress(
        SpinnerColumn(),
        _Description(),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=stderr,
        disable=not (is_shown and stderr.is_terminal),
        transient=True,
        # Results that go to a file must not be drawn beside the bar.
        redirect_stdout=stdout.is_terminal,
    )
