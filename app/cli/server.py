"""`serve`, `migrate`, `demo`."""

import subprocess
import sys
import time
from contextlib import suppress
from socket import create_connection, socket
from threading import Thread
from typing import Any

import orjson
import uvicorn
from rich.text import Text
from typer import Option
from uvicorn.supervisors import Multiprocess

from app.cli.indexing import index_again
from app.cli.output import JsonOption, Refusal, complain, print_json, progress, stderr, stdout
from app.cli.session import reading, writing
from app.config import Settings
from app.content.commands.demo import seed
from app.content.commands.recompiling import recompile
from app.content.queries.schema_version import read_standing
from app.demo import demo_issues
from app.demo.history import demo_history
from app.logs import logging_config
from app.schema import Standing
from app.web.graphql.documents.limits import MAX_BODY_BYTES
from app.web.server.connections import raise_file_limit
from app.web.server.protocol import HttpProtocol
from app.web.server.websocket import WebSocketProtocol

SOCKETS: dict[str, Any] = {
    "ws": WebSocketProtocol,
    "ws_max_size": MAX_BODY_BYTES,
    # A client that misses a ping is disconnected, and its subscriptions end.
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
}
"""uvicorn's options for WebSockets; the messages are defined by the GraphQL transport."""


_TRY_SECONDS, _TRIES = 0.1, 1_200
"""Interval and number of checks whether a worker listens: two minutes in total."""


class _Announced(uvicorn.Server):
    """A server that prints its address when it is ready."""

    def __init__(self, config: uvicorn.Config, public_url: str) -> None:
        super().__init__(config)
        self._public_url = public_url

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            announce(self._public_url)


def announce(public_url: str) -> None:
    """Print the address of the service."""
    stderr.print("The AI Morning Post is at", Text(public_url, style="bold"))
    stderr.print(f"  to read         {public_url}/")
    stderr.print(f"  today's issue   {public_url}/v1/issues/latest")
    stderr.print(f"  documentation   {public_url}/docs")


def serve(
    host: str | None = Option(None, help="Address to listen on; MORNINGPOST_HOST by default."),
    port: int | None = Option(
        None, min=0, max=65535, help="Port to listen on; MORNINGPOST_PORT by default."
    ),
    workers: int | None = Option(
        None, min=1, max=64, help="Server processes; MORNINGPOST_WORKERS by default."
    ),
    migrate_first: bool = Option(False, "--migrate", help="Migrate the database first."),
) -> None:
    """Start the server. The database must be migrated; --migrate does that first."""
    given = {"host": host, "port": port, "workers": workers}
    settings = Settings.with_overrides({k: v for k, v in given.items() if v is not None})
    if migrate_first:
        bring_up_to_date(settings)
    elif not _standing(settings).is_enough:
        complain("The database is not up to date: run `morningpost migrate` first.")
        raise Refusal
    raise_file_limit(settings.max_connections)  # workers inherit it
    if settings.guesses_public_url:
        _warn_of_links(settings)
    config = uvicorn.Config(
        "app.main:app",
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=HttpProtocol,
        log_config=logging_config(access_log=settings.access_log),
        access_log=False,  # our own log line has more fields, and never a key
        proxy_headers=False,  # MORNINGPOST_TRUSTED_PROXIES decides
        server_header=False,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=10,
        # A worker answers no health check before it has imported the application. Without
        # compiled bytecode that takes longer than uvicorn's default of five seconds, and uvicorn
        # would kill every worker before it is ready.
        timeout_worker_healthcheck=60,
        **SOCKETS,
    )
    if settings.workers == 1:
        _run(_Announced(config, settings.public_url), f"{settings.host}:{settings.port}")
        return
    _run_many(config, settings)


def _warn_of_links(settings: Settings) -> None:
    """Warn that links in answers only work on this machine."""
    stderr.print(
        Text("Warning:", style="yellow"),
        f"listening on {settings.host} without "
        f"MORNINGPOST_PUBLIC_URL. Links in answers begin {settings.public_url}, which only "
        "this machine can follow. Set MORNINGPOST_PUBLIC_URL to the address that readers use.",
    )


def _run(server: uvicorn.Server, address: str) -> None:
    """Run a server; if it cannot start, the log has the reason and the exit code is 1."""
    try:
        server.run()
    except SystemExit:
        if server.started:
            raise
    if not server.started:
        complain(f"The server could not start on {address}; is the port taken?")
        raise Refusal


def _run_many(config: uvicorn.Config, settings: Settings) -> None:
    """Run several workers on one socket, and print the address when the first is ready."""
    try:
        bound = config.bind_socket()
    except SystemExit as error:
        complain(f"The server could not start on {settings.host}:{settings.port}; is it taken?")
        raise Refusal from error
    Thread(target=_announce_when_up, args=(bound, settings.public_url), daemon=True).start()
    Multiprocess(config, [bound]).run()


def _announce_when_up(bound: socket, public_url: str) -> None:
    # Connections are refused until a worker listens.
    for _ in range(_TRIES):
        time.sleep(_TRY_SECONDS)
        with suppress(OSError), create_connection(bound.getsockname()[:2], timeout=1):
            announce(public_url)
            return


def migrate(
    to: str | None = Option(
        None, "--to", metavar="REVISION", help="Migrate up or down to this revision, such as 0003."
    ),
) -> None:
    """Migrate the schema, and rebuild documents and the search index of older versions.

    With --to, migrate only the schema, to that revision. Migrating down deletes the data of newer
    revisions; make a backup first.
    """
    settings = Settings()
    if to is not None:
        _run_migrations("--to", to)
        stdout.print(f"The database is at revision {to}.")
        return
    standing = _standing(settings)
    if bring_up_to_date(settings):
        stdout.print("The database is up to date.")
    elif standing is Standing.NEWER:
        stdout.print("The schema of the database is newer than this version; nothing to do.")
    else:
        stdout.print("The database was up to date already.")


def bring_up_to_date(settings: Settings) -> bool:
    """Migrate, recompile and reindex as needed; return whether anything was done."""
    is_changed = not _standing(settings).is_enough
    if is_changed:
        _run_migrations()
    with writing(settings) as perform, progress() as bar:
        task = bar.add_task("Compiling older revisions", total=None)
        while count := perform(recompile):
            bar.advance(task, count)
            is_changed = True
    return index_again(settings, is_whole=False) > 0 or is_changed


def _standing(settings: Settings) -> Standing:
    return reading(settings, lambda database: read_standing(database.reader))


_MIGRATIONS = (
    "import sys; count = int(sys.argv.pop(1));"
    "sys.path[:] = sys.argv[1:count + 1]; del sys.argv[1:count + 1];"
    "from app.migrations import main; main(sys.argv[1:])"
)
"""A program with the same import path as this one: the working directory may contain another
package named `app`."""


def _run_migrations(*arguments: str) -> None:
    """Run migrations in a separate process, so that a server does not load Alembic."""
    given = [str(len(sys.path)), *sys.path, *arguments]
    done = subprocess.run([sys.executable, "-P", "-c", _MIGRATIONS, *given], check=False)
    if done.returncode:
        complain("The database could not be migrated; the lines above say why.")
        raise Refusal


def demo(as_json: bool = JsonOption) -> None:
    """Publish the demo issues in an empty database. A database with issues is not changed."""
    settings = Settings()
    with writing(settings) as perform:
        count = perform(lambda tx: seed(tx, demo_issues(), demo_history(until=tx.now)))
    if as_json:
        print_json(orjson.dumps({"issues": count}))
    elif count:
        stdout.print(f"Published {count} demo issues, with some weeks of invented trends.")
    else:
        stdout.print("The database has issues already; nothing was touched.")
