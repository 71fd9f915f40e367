"""`sync run`, `sync status`, and the worker that syncs at an interval."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import orjson
import typer
from rich.progress import TaskID

from app.cli.output import (
    JsonOption,
    cell,
    complain,
    print_collection,
    print_json,
    print_table,
    progress,
    stderr,
)
from app.cli.session import reading, utc_now
from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.changes import watch_changes
from app.content.queries.overturned import OverturnedEntry, list_overturned
from app.content.queries.paging import Page
from app.content.queries.sync import get_run, source_health
from app.content.queries.trending import read_boards
from app.content.trends.board_warnings import board_warning
from app.db import Database, open_database
from app.delivery.dispatcher import Dispatcher, dispatching
from app.delivery.purge import purging
from app.errors import quoted
from app.models.source import SOURCES
from app.sync.runner import SyncService

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True)

_NAMES = [source.name for source in SOURCES]
SourceOption = typer.Option(
    [], "--source", help=f"Only this source; give several times: {', '.join(_NAMES)}."
)

DEFAULT_HOURS = 24.0
"""Hours between the runs of a worker without MORNINGPOST_SYNC_INTERVAL_HOURS."""


@app.command()
def run(source: list[str] = SourceOption, as_json: bool = JsonOption) -> None:
    """Run one sync and compute boards and movers. Exits with 1 if every source failed."""
    for name in source:
        if name not in _NAMES:
            raise typer.BadParameter(
                f"Unknown source {quoted(name)}. Choose from: {', '.join(_NAMES)}."
            )
    settings = Settings()
    wanted = source or None

    async def work(
        database: Database, service: SyncService
    ) -> tuple[dict[str, object], list[OverturnedEntry]]:
        kinds = sum(len(each.kinds) for each in SOURCES if not source or each.name in source)
        with progress() as bar:
            task: TaskID = bar.add_task("Syncing", total=kinds)

            def tell(name: str, kind: str, status: str) -> None:
                bar.update(task, advance=1, description=f"{name} {kind}: {status}")

            run_id = await service.run(wanted, on_progress=tell)
        found = await get_run(database.reader, run_id, principal=COMMAND_LINE)
        return found, await list_overturned(database.reader, now=utc_now())

    found, overturned = _with_service(settings, work)
    _warn(f"No. {each.number}, {each.section}: {each.found.detail}" for each in overturned)
    if as_json:
        print_json(orjson.dumps(found))
    else:
        _print_run(found)
    if found["status"] == "failed":
        raise typer.Exit(1)


@app.command()
def status(as_json: bool = JsonOption) -> None:
    """Show the state and freshness of each source."""

    async def work(database: Database) -> tuple[Page, list[str]]:
        now = utc_now()
        page = await source_health(database.reader, now=now)
        boards, _, _ = await read_boards(database.reader, "week", now=now, limit=0)
        sentences = [board_warning(shown["board"], now=now) for shown in boards]
        return page, [sentence for sentence in sentences if sentence]

    page, warnings = reading(Settings(), work)
    _warn(warnings)
    if as_json:
        print_collection(page, warnings=warnings)
        return
    columns = ("name", "status", "last_success_at", "subjects", "skipped", "reason")
    print_table(columns, [[cell(source[name]) for name in columns] for source in page.items])


def worker() -> None:
    """Run syncs at an interval, deliver webhooks and purge edge caches until interrupted."""
    settings = Settings()
    hours = settings.sync_interval_hours or DEFAULT_HOURS
    stderr.print(f"Syncing every {hours:g} hours, and delivering webhooks.")

    async def work(database: Database, service: SyncService) -> None:
        # As Ctrl+C does, SIGTERM lets attempts in flight end and gives up the leases of the others.
        # Not by SIGINT: a process that a shell starts in the background ignores that.
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        patience = settings.stale_while_revalidate
        async with (
            watch_changes(database, clock=utc_now, patience_seconds=patience) as watch,
            dispatching(Dispatcher(database, settings, clock=utc_now)),
            purging(database, watch, settings, clock=utc_now),
        ):
            await service.every(hours)

    try:
        _with_service(settings, work)
    except (KeyboardInterrupt, asyncio.CancelledError):
        stderr.print("Stopped.")


def _with_service(settings: Settings, work: Callable[[Database, SyncService], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_database(settings.database, settings.postgres) as database:
            service = SyncService(database, settings, clock=utc_now)
            try:
                return await work(database, service)
            finally:
                await service.close()

    return asyncio.run(run())


def _warn(sentences: Iterable[str]) -> None:
    """Print warnings for an editor on stderr."""
    for sentence in sentences:
        stderr.print(f"warning: {sentence}", style="yellow")


def _print_run(run: dict[str, object]) -> None:
    parts = run["sources"]
    assert isinstance(parts, list)
    columns = ("name", "status", "requests", "observations", "skipped", "bytes", "reason")
    print_table(columns, [[cell(part[name]) for name in columns] for part in parts])
    if run["status"] == "failed":
        complain("Every source failed; the last column says why.")
