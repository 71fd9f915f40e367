"""`openapi export` and `openapi check`: write the contract files, or compare them."""

from pathlib import Path

import typer

from app.cli.output import complain, stdout
from app.cli.refusal import Refusal
from app.config import Settings
from app.main import create_app
from app.resources import folder as folder_of, is_installed
from app.web.graphql.schema.evolution import broken_by
from app.web.graphql.schema.for_caches import possible_types, types_without_id
from app.web.graphql.schema.schema import sdl

app = typer.Typer(no_args_is_help=True)

FOLDER = folder_of("openapi")
OPENAPI, SCHEMA = "openapi.json", "schema.graphql"
POSSIBLE_TYPES, TYPES_WITHOUT_ID = "possibleTypes.json", "typesWithoutId.json"

FolderOption = typer.Option(
    FOLDER, "--folder", help="Where the contract files are.", show_default=False
)
TargetOption = typer.Option(
    # An installed package is not written to.
    Path("openapi") if is_installed else FOLDER,
    "--folder",
    help="Where to write the contract files.",
    show_default=False,
)


@app.command()
def export(
    folder: Path = TargetOption,
    breaking: bool = typer.Option(
        False, "--breaking", help="Write a schema that breaks queries: for a new major version."
    ),
) -> None:
    """Write the contract files from the code."""
    written = folder / SCHEMA
    before = written.read_text("utf-8") if written.exists() else ""
    broken = broken_by(sdl().decode(), before=before) if before else []
    if broken and not breaking:
        complain("The schema would break queries: deprecate what is to go instead of removing it.")
        for change in broken:
            complain(f"  {change}")
        raise Refusal
    folder.mkdir(parents=True, exist_ok=True)
    for name, contract in _contracts().items():
        (folder / name).write_bytes(contract)
        stdout.print(f"Wrote {folder / name}")


@app.command()
def check(folder: Path = FolderOption) -> None:
    """Fail if a contract file differs from the code."""
    for name, contract in _contracts().items():
        file = folder / name
        if not file.exists() or file.read_bytes() != contract:
            raise Refusal(f"{file} is not what the code says: run `morningpost openapi export`.")
    stdout.print("The contract files are what the code says.")


def _contracts() -> dict[str, bytes]:
    return {
        OPENAPI: create_app(Settings()).state.openapi(),
        SCHEMA: sdl(),
        POSSIBLE_TYPES: possible_types(),
        TYPES_WITHOUT_ID: types_without_id(),
    }
