"""`morningpost`: the commands, and the exit code of every failure."""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import NoReturn

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from app import __version__
from app.cli.refusal import Refusal
from app.config_faults import settings_faults
from app.database.errors import database_errors
from app.errors import MorningPostError
from app.interpreter import importing

_COMMANDS: Mapping[str, str] = {
    "serve": "server",
    "migrate": "migrating",
    "reindex": "indexing",
    "backup": "backups",
    "restore": "backups",
    "copy": "backups",
    "demo": "demo",
    "events": "events",
    "brief": "brief",
    "worker": "sync",
}
"""Commands, each with the module that has the function of the same name."""
_GROUPS: Mapping[str, str] = {
    "issues": "Create, change, publish, import and export issues.",
    "sync": "Fetch data from Hugging Face and GitHub.",
    "watch": "Choose what every sync run tracks.",
    "keys": "Create, list and revoke API keys.",
    "webhooks": "Send events to URLs, and test receivers.",
    "openapi": "Write or check the contract files in openapi/.",
}
"""Groups of commands, each with its help; the module of the same name has its `app`."""


def command_line(name: str | None = None) -> typer.Typer:
    """Assemble the command line.

    `name`: import only this command or group, if it is one. A server keeps what is imported: the
    other commands and the driver of PostgreSQL, which backups use, take 10 MB.
    """
    names = [name] if name in {*_COMMANDS, *_GROUPS} else [*_COMMANDS, *_GROUPS]
    app = typer.Typer(
        name="morningpost",
        help="The AI Morning Post: a content API for a daily newspaper on artificial intelligence.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for each in names:
        if each in _COMMANDS:
            app.command()(getattr(_module(_COMMANDS[each]), each))
        else:
            app.add_typer(_module(each).app, name=each, help=_GROUPS[each])
    return app


def _module(name: str) -> ModuleType:
    return import_module(f"app.cli.{name}")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"morningpost {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
) -> None:
    pass


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        with database_errors():
            with importing():
                run = command_line(next(iter(sys.argv[1:]), None))
            run()
    except Refusal as refusal:
        _fail(str(refusal))
    except ValidationError as error:
        _fail(settings_faults(error))
    except OSError as error:
        _fail(_file_fault(error))
    except (MorningPostError, ValueError) as error:
        _fail(str(error))
    except SQLAlchemyError as error:
        if "no such table" in str(error) or "UndefinedTable" in str(error):
            _fail("The database was never migrated: run `morningpost migrate` first.")
        _fail(f"The database refused: {error.__class__.__name__}.")


def _fail(reason: str) -> NoReturn:
    """Print why the command failed, unless it has said so itself, and exit with 1."""
    from app.cli.output import complain

    if reason:
        complain(reason)
    sys.exit(1)


def _file_fault(error: OSError) -> str:
    """Describe a fault of a file or a connection, without the number of the system's error."""
    if error.strerror is None or error.filename is None:
        return str(error)
    return f"{error.filename}: {error.strerror}."
