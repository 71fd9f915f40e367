"""`migrate`, and what `serve` does where the database is not up to date."""

import subprocess
import sys

import orjson
from typer import Option

from app.cli.indexing import index_again
from app.cli.output import JsonOption, print_json, progress, stdout
from app.cli.refusal import Refusal
from app.cli.session import reading, standing_in, writing
from app.config import Settings
from app.content.commands.recompiling import recompile
from app.content.queries.schema_version import schema_versions
from app.environment import child_environment
from app.schema import SCHEMA_HEAD, Standing, standing_of


def migrate(
    to: str | None = Option(
        None, "--to", metavar="REVISION", help="Migrate up or down to this revision, such as 0003."
    ),
    as_json: bool = JsonOption,
) -> None:
    """Migrate the schema, and rebuild documents and the search index of older versions.

    With --to, migrate only the schema, to that revision. Migrating down deletes the data of newer
    revisions; make a backup first.
    """
    settings = Settings()
    before = standing_in(settings)
    if to is not None:
        run_migrations("--to", to)
        is_changed, said = True, f"The database is at revision {to}."
    elif is_changed := bring_up_to_date(settings):
        said = "The database is up to date."
    elif before is Standing.NEWER:
        said = "The schema of the database is newer than this version; nothing to do."
    else:
        said = "The database was up to date already."
    if as_json:
        revisions = reading(settings, lambda database: schema_versions(database.primary))
        document = {
            "revision": max(revisions, default=None),
            "known_revision": SCHEMA_HEAD,
            "standing": standing_of(revisions),
            "changed": is_changed,
        }
        print_json(orjson.dumps(document))
    else:
        stdout.print(said)


def bring_up_to_date(settings: Settings) -> bool:
    """Migrate, recompile and reindex as needed; return whether anything was done."""
    is_changed = not standing_in(settings).is_enough
    if is_changed:
        run_migrations()
    with writing(settings) as perform, progress() as bar:
        task = bar.add_task("Compiling older revisions", total=None)
        while count := perform(recompile):
            bar.advance(task, count)
            is_changed = True
    return index_again(settings, is_whole=False) > 0 or is_changed


_MIGRATIONS = (
    "import sys; count = int(sys.argv.pop(1));"
    "sys.path[:] = sys.argv[1:count + 1]; del sys.argv[1:count + 1];"
    "from app.migrations import main; main(sys.argv[1:])"
)
"""A program with the same import path as this one: the working directory may contain another
package named `app`."""


def run_migrations(*arguments: str, database_url: str | None = None) -> None:
    """Run migrations in a separate process, so that a server does not load Alembic.

    `database_url`: another database than that of the settings.
    """
    given = [str(len(sys.path)), *sys.path, *arguments]
    done = subprocess.run(
        [sys.executable, "-P", "-c", _MIGRATIONS, *given],
        env=child_environment(
            {} if database_url is None else {"MORNINGPOST_DATABASE_URL": database_url}
        ),
        check=False,
    )
    if done.returncode:
        raise Refusal("The database could not be migrated; the lines above say why.")
