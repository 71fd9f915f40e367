"""`backup`, `restore` and `copy`: the whole paper, with keys, revisions, events and trends."""

from collections.abc import Callable
from pathlib import Path

import orjson
from rich.progress import Progress
from sqlalchemy import URL
from sqlmodel import Session
from typer import Argument, Option

from app.backup import postgres_dump, sqlite_file
from app.backup.files import BackupFailed, Kind, kind_of
from app.cli.migrating import run_migrations
from app.cli.output import JsonOption, print_json, progress, stderr, stdout, tell
from app.cli.refusal import Refusal
from app.cli.session import standing_in, utc_now
from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands.indexing import index_copied_issues
from app.content.commands.transaction import Transaction
from app.content.copying import copy_paper, holds_a_paper
from app.database.url import database_url
from app.db import snapshot, write_engine
from app.errors import quoted
from app.schema import SCHEMA_HEAD, Standing, standing_of

FileArgument = Argument(help="The backup file.")
ForceOption = Option(False, "--force", help="Replace what is there.")


def backup(
    file: Path = FileArgument, force: bool = ForceOption, as_json: bool = JsonOption
) -> None:
    """Write the whole paper to one file, and check it. Servers may keep running.

    PostgreSQL needs its programs pg_dump and pg_restore.
    """
    settings = Settings()
    url = settings.database
    with progress() as bar:
        if url.get_backend_name() == "sqlite":
            path = Path(url.database or "")
            sqlite_file.backup(path, file, is_forced=force, note=_pages(bar, "Copying pages"))
        else:
            bar.add_task("Running pg_dump", total=None)
            postgres_dump.backup(_direct(settings), file, is_forced=force)
    size = file.stat().st_size
    sentence = f"Wrote {file}, {size:,} bytes. It was read back and is whole."
    tell({"file": str(file), "bytes": size}, sentence, as_json=as_json)


def restore(
    file: Path = FileArgument, force: bool = ForceOption, as_json: bool = JsonOption
) -> None:
    """Put the content of a backup in the place of the database of the settings.

    A database that holds a paper already is refused without --force.
    """
    settings = Settings()
    url, kind = settings.database, kind_of(file)
    _refuse_other_database(kind, url, file)
    if not force and _holds_a_paper(url):
        raise Refusal("The database holds a paper already; --force replaces it.")
    with progress() as bar:
        if kind is Kind.SQLITE:
            _refuse_unknown_schema(file)
            path = Path(url.database or "")
            sqlite_file.restore(file, path, note=_pages(bar, "Restoring pages"))
        else:
            bar.add_task("Running pg_restore", total=None)
            postgres_dump.restore(file, _direct(settings))
    standing = standing_in(settings)
    if not standing.is_enough:
        stderr.print("The backup is of an older version: run `morningpost migrate` now.")
    tell({"file": str(file), "schema": standing}, f"Restored {file}.", as_json=as_json)


def copy(
    to: str = Option(..., "--to", metavar="URL", help="Database to copy to."),
    from_: str | None = Option(
        None, "--from", metavar="URL", help="Database to copy; that of the settings by default."
    ),
    force: bool = ForceOption,
    as_json: bool = JsonOption,
) -> None:
    """Copy the whole paper to another database, also between SQLite and PostgreSQL.

    Ids, ETags, keys, revisions and trends stay the same. What is written to the source meanwhile is
    not copied: stop its servers first. The target is migrated if it is new.
    """
    settings = Settings()
    source = settings.database if from_ is None else _existing(from_)
    target = database_url(to, setting="--to")
    if source == target:
        raise Refusal("The source and the target are the same database.")
    if (standing := _standing(source)) is not Standing.CURRENT:
        raise Refusal(f"The source has a schema that is {standing}; it must be {SCHEMA_HEAD}.")
    run_migrations(database_url=target.render_as_string(hide_password=False))
    copied = _copy(source, target, is_forced=force)
    if as_json:
        print_json(orjson.dumps({"tables": copied}))
        return
    for name, count in copied.items():
        stdout.print(f"{count:>10,}  {name}")
    stdout.print("Copied, and read back: both databases hold the same.")


def _copy(source: URL, target: URL, *, is_forced: bool) -> dict[str, int]:
    engine = write_engine(target)
    try:
        with snapshot(source) as old, engine.begin() as new, progress() as bar:
            if not is_forced and holds_a_paper(new):
                raise Refusal("The target holds a paper already; --force replaces it.")
            note = _rows(bar)
            copied = dict(copy_paper(old, new, note=note))
            with Session(new, join_transaction_mode="create_savepoint") as session:
                tx = Transaction(session, principal=COMMAND_LINE, now=utc_now())
                index_copied_issues(tx, note=lambda done: note("the search index", done, done))
                session.commit()
            return copied
    finally:
        engine.dispose()


def _existing(text: str) -> URL:
    url = database_url(text, setting="--from")
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise BackupFailed(f"There is no database at {quoted(str(url.database))}.")
    return url


def _standing(url: URL) -> Standing:
    return standing_in(Settings().model_copy(update={"database_url": url.render_as_string(False)}))


def _holds_a_paper(url: URL) -> bool:
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        if not path.exists() or not path.stat().st_size:
            return False
    if _standing(url) is Standing.MISSING:
        return False
    with snapshot(url) as connection:
        return holds_a_paper(connection)


def _refuse_other_database(kind: Kind, url: URL, file: Path) -> None:
    if kind.value == url.get_backend_name():
        return
    if kind is Kind.SQLITE:
        advice = f"copy --from sqlite:///{file} --to the URL of this database"
    else:
        advice = "restore it into a PostgreSQL, then use copy"
    raise BackupFailed(
        f"{quoted(str(file))} is a backup of {kind}, and the database is another one: {advice}."
    )


def _refuse_unknown_schema(file: Path) -> None:
    revision = sqlite_file.revision_of(file)
    standing = standing_of([revision] if revision else [])
    if standing is Standing.MISSING:
        raise BackupFailed(f"{quoted(str(file))} is not a backup of this program.")
    if standing is Standing.NEWER:
        raise BackupFailed(
            f"The backup has the schema {revision}, which is newer than this version."
        )


def _direct(settings: Settings) -> URL:
    """The server itself: pg_dump sets options of its session, which a pooler would mix up."""
    return settings.postgres.listen_url or settings.database


def _pages(bar: Progress, description: str) -> Callable[[int, int], None]:
    task = bar.add_task(description, total=None)
    return lambda done, total: bar.update(task, completed=done, total=total)


def _rows(bar: Progress) -> Callable[[str, int, int], None]:
    task = bar.add_task("Copying", total=None)
    return lambda table, done, total: bar.update(
        task, description=f"Copying {table}", completed=done, total=total
    )
