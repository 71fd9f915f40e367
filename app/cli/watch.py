"""`watch add`, `watch remove`, `watch list`."""

import typer
from pydantic import ValidationError

from app.cli.output import JsonOption, print_list, stdout, tell, to_minute
from app.cli.session import all_pages, writing
from app.config import Settings
from app.content.commands.watch import WatchInput, add_watch, remove_named
from app.content.queries.watch import list_watched, watch_document
from app.errors import quoted
from app.models.source import SOURCES

app = typer.Typer(no_args_is_help=True)

_KINDS = {kind: source.name for source in SOURCES for kind in source.kinds}
KindArgument = typer.Argument(help=f"One of {', '.join(_KINDS)}.")
NameArgument = typer.Argument(help="Its id: 'owner/name', or an arXiv id.")


@app.command()
def add(kind: str = KindArgument, name: str = NameArgument, as_json: bool = JsonOption) -> None:
    """Track a model, paper or repository from the next sync run on."""
    wanted = _wanted(kind, name)
    with writing(Settings()) as perform:
        found = perform(lambda tx: watch_document(add_watch(tx, wanted)))
    tell(found, f"Watching {wanted.kind} {wanted.external_id}.", as_json=as_json)


@app.command()
def remove(kind: str = KindArgument, name: str = NameArgument) -> None:
    """Remove an entry from the watch list."""
    wanted = _wanted(kind, name)
    with writing(Settings()) as perform:
        perform(lambda tx: remove_named(tx, wanted))
    stdout.print(f"Not watching {wanted.kind} {wanted.external_id} any more.", markup=False)


@app.command("list")
def list_(as_json: bool = JsonOption) -> None:
    """List the watch list, newest first."""
    columns = ("kind", "external_id", "subject", "reason")
    print_list(
        all_pages(list_watched),
        (*columns, "created"),
        lambda each: [*(each[name] or "-" for name in columns), to_minute(each["created_at"])],
        if_empty="The watch list is empty. Add to it with `morningpost watch add`.",
        as_json=as_json,
    )


def _wanted(kind: str, name: str) -> WatchInput:
    if kind not in _KINDS:
        raise typer.BadParameter(f"Unknown kind {quoted(kind)}. Choose from: {', '.join(_KINDS)}.")
    try:
        return WatchInput.model_validate(
            {"source": _KINDS[kind], "kind": kind, "external_id": name}
        )
    except ValidationError:
        raise typer.BadParameter(
            f"{quoted(name)} is not an id such as 'owner/name' or '2405.12345'."
        ) from None
