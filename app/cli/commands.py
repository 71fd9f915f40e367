"""`morningpost`: the commands, and the exit code of every failure."""

import sys

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from app import __version__
from app.cli import (
    backups,
    brief,
    events,
    indexing,
    issues,
    keys,
    openapi,
    server,
    sync,
    watch,
    webhooks,
)
from app.cli.output import Refusal, complain
from app.config_faults import settings_faults
from app.database.errors import database_errors
from app.errors import MorningPostError

app = typer.Typer(
    name="morningpost",
    help="The AI Morning Post: a content API for a daily newspaper on artificial intelligence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(server.serve)
app.command()(server.migrate)
app.command()(indexing.reindex)
app.command()(backups.backup)
app.command()(backups.restore)
app.command()(backups.copy)
app.command()(server.demo)
app.add_typer(issues.app, name="issues", help="Create, change, publish, import and export issues.")
app.command()(events.events)
app.command()(brief.brief)
app.command()(sync.worker)
app.add_typer(sync.app, name="sync", help="Fetch data from Hugging Face and GitHub.")
app.add_typer(watch.app, name="watch", help="Choose what every sync run tracks.")
app.add_typer(keys.app, name="keys", help="Create, list and revoke API keys.")
app.add_typer(webhooks.app, name="webhooks", help="Send events to URLs, and test receivers.")
app.add_typer(openapi.app, name="openapi", help="Write or check the contract files in openapi/.")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"morningpost {__version__}")
        raise typer.Exit


@app.callback()
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
            app()
    except Refusal as refusal:
        if refusal.args:
            complain(str(refusal))
        sys.exit(1)
    except ValidationError as error:
        complain(settings_faults(error))
        sys.exit(1)
    except OSError as error:
        complain(_file_fault(error))
        sys.exit(1)
    except (MorningPostError, ValueError) as error:
        complain(str(error))
        sys.exit(1)
    except SQLAlchemyError as error:
        if "no such table" in str(error) or "UndefinedTable" in str(error):
            complain("The database was never migrated: run `morningpost migrate` first.")
        else:
            complain(f"The database refused: {error.__class__.__name__}.")
        sys.exit(1)


def _file_fault(error: OSError) -> str:
    """Describe a fault of a file or a connection, without the number of the system's error."""
    if error.strerror is None or error.filename is None:
        return str(error)
    return f"{error.filename}: {error.strerror}."
