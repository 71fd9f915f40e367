"""`serve`. What it prints is plain text: a server does not import rich, which takes 3 MB."""

import logging
import os
import signal
import time
from contextlib import suppress
from datetime import date, timedelta
from socket import AF_UNIX, socket
from threading import Thread
from types import FrameType
from typing import Any

import typer
import uvicorn
from typer import Option

from app.cli.bound_sockets import bound_socket
from app.cli.refusal import Refusal
from app.cli.session import standing_in, writing
from app.cli.workers import Workers
from app.config import Settings
from app.content.commands.demo import seed
from app.content.commands.demo_key import renew_demo_key
from app.demo import demo_issues
from app.demo.history import demo_history
from app.errors import MorningPostError, printable
from app.logs import logging_config
from app.web.graphql.documents.limits import MAX_BODY_BYTES
from app.web.observability.shared_metrics import metrics_folder, retire
from app.web.server.connections import raise_file_limit
from app.web.server.graceful import GracefulServer
from app.web.server.protocol import HttpProtocol
from app.web.server.websocket import WebSocketProtocol

logger = logging.getLogger(__name__)

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


def announce(settings: Settings, demo_key: str | None = None) -> None:
    """Print the address of the service, and a request to try with the key of a demo paper."""
    public_url = settings.public_url
    if settings.uds is not None:
        _print(f"Listening on {settings.uds}")
    _print(f"The AI Morning Post is at {public_url}")
    _print(f"  to read         {public_url}/")
    _print(f"  today's issue   {public_url}/v1/issues/latest")
    _print(f"  documentation   {public_url}/docs")
    if demo_key is None:
        return
    tomorrow = date.today() + timedelta(days=1)
    _print(f"  demo key        {demo_key}")
    _print("")
    _print("The demo key writes in this demo paper until tomorrow. Post a draft with it:")
    _print("")
    _print(f"curl {public_url}/v1/issues -H 'Idempotency-Key: try' \\")
    _print(f"  -H 'Authorization: Bearer {demo_key}' \\")
    _print("  -H 'Content-Type: application/json' \\")
    _print(f'  -d \'{{"date": "{tomorrow}", "title": "My first issue"}}\'')
    _print("")


def _print(line: str) -> None:
    typer.echo(printable(line), err=True)


def _make_demo_key(settings: Settings) -> str | None:
    """Seed an empty database with the demo, and make a new key if the database is a demo.

    Must be called before the server opens the database: closing a SQLite file drops the locks that
    other connections of the process have on it.
    """
    try:
        with writing(settings) as perform:
            perform(lambda tx: seed(tx, demo_issues(), demo_history(until=tx.now)))
            return perform(renew_demo_key)
    except MorningPostError:  # such as a database that takes no changes: it can be read
        return None


def serve(
    host: str | None = Option(None, help="Address to listen on; MORNINGPOST_HOST by default."),
    port: int | None = Option(
        None, min=0, max=65535, help="Port to listen on; MORNINGPOST_PORT by default."
    ),
    workers: int | None = Option(
        None, min=1, max=64, help="Server processes; MORNINGPOST_WORKERS by default."
    ),
    uds: str | None = Option(
        None, help="Path of a Unix socket to listen on instead; MORNINGPOST_UDS by default."
    ),
    fd: int | None = Option(
        None, min=3, help="File descriptor of a listening socket; MORNINGPOST_FD by default."
    ),
    migrate_first: bool = Option(False, "--migrate", help="Migrate the database first."),
) -> None:
    """Start the server. The database must be migrated; --migrate does that first.

    Without a database in the settings or in the current folder, a paper with demo issues is made.
    """
    given = {"host": host, "port": port, "workers": workers, "uds": uds, "fd": fd}
    settings = Settings.with_overrides({k: v for k, v in given.items() if v is not None})
    if migrate_first:
        _bring_up_to_date(settings)
    elif settings.begins_a_paper:
        settings = _begin_paper(settings)
    elif not standing_in(settings).is_enough:
        raise Refusal("The database is not up to date: run `morningpost migrate` first.")
    raise_file_limit(settings.max_connections)  # workers inherit it
    if settings.guesses_public_url:
        _warn_of_links(settings)
    demo_key = _make_demo_key(settings) if settings.demo and settings.is_local else None
    with bound_socket(uds=settings.uds, fd=settings.fd) as bound:
        if settings.workers == 1:
            _run(_single_server(settings, demo_key), settings, bound)
        else:
            _run_many(settings, bound, demo_key)


def _begin_paper(settings: Settings) -> Settings:
    """Make a database in the current folder, and have the server publish demo issues in it."""
    _bring_up_to_date(settings)
    _print(
        f"A new paper in {settings.database.database}, with demo issues. For an empty one set "
        "MORNINGPOST_DEMO=false and start in another folder."
    )
    return Settings.with_overrides({"demo": True})


def _bring_up_to_date(settings: Settings) -> None:
    from app.cli.migrating import bring_up_to_date

    bring_up_to_date(settings)


def _single_server(settings: Settings, demo_key: str | None) -> GracefulServer:
    return GracefulServer(
        _configuration(settings),
        drain_seconds=settings.drain_seconds,
        grace_seconds=settings.grace_seconds,
        on_start=lambda: announce(settings, demo_key),
    )


def _configuration(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        "app.main:app",
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=HttpProtocol,
        log_config=logging_config(access_log=settings.access_log, form=settings.log_format),
        access_log=False,  # our own log line has more fields, and never a key
        proxy_headers=False,  # MORNINGPOST_TRUSTED_PROXIES decides
        server_header=False,
        timeout_keep_alive=settings.keep_alive_seconds,
        **SOCKETS,
    )


def _warn_of_links(settings: Settings) -> None:
    """Warn that links in answers only work on this machine."""
    _print(
        f"Warning: listening on {settings.host} without "
        f"MORNINGPOST_PUBLIC_URL. Links in answers begin {settings.public_url}, which only "
        "this machine can follow. Set MORNINGPOST_PUBLIC_URL to the address that readers use.",
    )


def _run(server: GracefulServer, settings: Settings, bound: socket | None) -> None:
    """Run a server; if it cannot start, the log has the reason and the exit code is 1."""
    _end_with_the_terminal(server)
    try:
        server.run(None if bound is None else [bound])
    except SystemExit:
        if server.started:
            raise
    if not server.started:
        raise Refusal(f"The server could not start on {_place(settings)}; is the port taken?")


def _end_with_the_terminal(server: GracefulServer) -> None:
    """End when the terminal is closed; otherwise SIGHUP asks for new workers, and this is one."""
    has_terminal = os.isatty(0)

    def handle(number: int, frame: FrameType | None) -> None:
        if has_terminal:
            server.handle_exit(signal.SIGTERM, frame)
        else:
            logger.warning("sighup_ignored reason=one_worker")

    signal.signal(signal.SIGHUP, handle)


def _run_many(settings: Settings, bound: socket | None, demo_key: str | None) -> None:
    """Run several workers on one socket, and print the address when the first is ready."""
    with metrics_folder() as folder:
        settings = Settings.with_overrides({"metrics_folder": folder})
        config = _configuration(settings)
        config.configure_logging()
        try:
            listener = config.bind_socket() if bound is None else bound
        except SystemExit as error:
            sentence = f"The server could not start on {_place(settings)}; is it taken?"
            raise Refusal(sentence) from error
        arguments = (listener.dup(), settings, demo_key)
        Thread(target=_announce_when_up, args=arguments, daemon=True).start()
        workers = Workers(config, [listener], on_end_of=lambda pid: retire(folder, pid))
        workers.run()
    if workers.exit_code:
        raise Refusal("The server could not start; the lines above say why.")


def _place(settings: Settings) -> str:
    if settings.uds is not None:
        return settings.uds
    return f"{settings.host}:{settings.port}" if settings.fd is None else f"fd {settings.fd}"


def _announce_when_up(bound: socket, settings: Settings, demo_key: str | None) -> None:
    # Connections are refused until a worker listens.
    name = bound.getsockname()
    address = name if bound.family == AF_UNIX else name[:2]
    family = bound.family
    bound.close()  # a copy, which would keep the port open after the server ends
    for _ in range(_TRIES):
        time.sleep(_TRY_SECONDS)
        with suppress(OSError), socket(family) as probe:
            probe.settimeout(1)
            probe.connect(address)
            announce(settings, demo_key)
            return
