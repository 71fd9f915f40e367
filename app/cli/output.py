"""What the command line prints: results on stdout, everything else on stderr."""

from collections.abc import Iterable, Sequence

import orjson
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from app.config import Settings
from app.errors import Fault, MorningPostError
from app.web.problems import problem_document, status_of

stderr = Console(stderr=True, highlight=False, soft_wrap=True)
stdout = Console(highlight=False, soft_wrap=True)

JsonOption = typer.Option(False, "--json", help="Print JSON, in the shapes of the API.")


class Refusal(Exception):
    """Something was refused and said so already: the program ends with 1."""


def complain(text: str) -> None:
    """Say on stderr what went wrong."""
    stderr.print("error:", style="bold red", end=" ", markup=False)
    stderr.print(text, markup=False)


def complain_of(name: str, error: MorningPostError, settings: Settings, *, as_json: bool) -> None:
    """Say what was refused of a file or a reference; with `--json` as a problem on stdout."""
    if as_json:
        document = problem_document(
            code=error.code,
            status=status_of(error),
            detail=error.detail,
            public_url=settings.public_url,
            instance=name,
            request_id="cli",
            faults=error.faults,
        )
        print_json(orjson.dumps(document))
        return
    complain(f"{name}: {error.detail}")
    print_faults(fault for fault in error.faults if fault.detail != error.detail)


def print_faults(faults: Iterable[Fault], *, style: str = "red") -> None:
    """List findings on stderr, each with its pointer."""
    for fault in faults:
        stderr.print(f"  {fault.pointer or '/'}", style=style, end="  ", markup=False)
        stderr.print(fault.detail, markup=False)


def print_json(document: bytes) -> None:
    """Print a JSON document on a line of its own."""
    typer.echo(document.decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on stdout."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    stdout.print(table)


def progress() -> Progress:
    """A progress bar on stderr; where that is no terminal, nothing is drawn."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=stderr,
        disable=not stderr.is_terminal,
    )
