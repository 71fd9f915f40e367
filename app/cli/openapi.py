"""`openapi export` and `openapi check`: the contract file, and whether it tells the truth."""

from pathlib import Path

import typer

from app.cli.output import Refusal, complain, stdout
from app.config import Settings
from app.main import create_app

app = typer.Typer(no_args_is_help=True)

CONTRACT = Path(__file__).resolve().parents[2] / "openapi" / "openapi.json"

FileOption = typer.Option(CONTRACT, "--file", help="The contract file.", show_default=False)


@app.command()
def export(file: Path = FileOption) -> None:
    """Write the contract file from the code."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_contract())
    stdout.print(f"Wrote {file}")


@app.command()
def check(file: Path = FileOption) -> None:
    """Fail when the contract file is not what the code says."""
    if not file.exists() or file.read_bytes() != _contract():
        complain(f"{file} is not what the code says: run `morningpost openapi export`.")
        raise Refusal
    stdout.print("The contract file is what the code says.")


def _contract() -> bytes:
    contract: bytes = create_app(Settings()).state.openapi()
    return contract
