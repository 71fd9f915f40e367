"""What other processes change is seen within a second; the database may go and come back."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import URL

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands import issues, publishing
from app.content.commands.selection import no_guard
from app.content.commands.transaction import Transaction, perform
from app.content.ref import parse_ref
from app.db import write_engine
from app.main import create_app
from app.migrations import upgrade
from app.web.application import Application
from tests import factories
from tests.conftest import Clock
from tests.hardship.server import Server
from tests.servers.postgres import PostgresServer

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

WITHIN_SECONDS = 1.0


@asynccontextmanager
async def opened(
    settings: Settings, clock: Clock | None = None
) -> AsyncIterator[tuple[Application, httpx.AsyncClient]]:
    """An app, and a client of it."""
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://paper.test") as client:
            yield app, client


Work = Callable[[Transaction], object]


async def elsewhere(settings: Settings, clock: Callable[[], datetime], work: Work) -> None:
    """Write as another process does: by an engine that the app knows nothing of."""

    def write() -> None:
        engine = write_engine(settings.database)
        try:
            perform(engine, work, principal=COMMAND_LINE, clock=clock)
        finally:
            engine.dispose()

    await asyncio.to_thread(write)


def published(**members: object) -> Work:
    document = factories.issue(**members)
    return lambda tx: issues.create(
        tx, payload=lambda: document, publish=True, base_url="http://paper.test"
    )


async def until(holds: Callable[[], Awaitable[bool]], *, seconds: float) -> float:
    """Wait until something holds, and tell how long it took."""
    started = time.monotonic()
    while not await holds():
        assert time.monotonic() - started < seconds, f"not within {seconds} seconds"
        await asyncio.sleep(0.02)
    return time.monotonic() - started


async def test_what_another_process_publishes_is_seen_with_equal_etags(
    settings: Settings, clock: Clock
) -> None:
    async with opened(settings, clock) as (_, one), opened(settings, clock) as (_, two):
        await elsewhere(settings, clock, published(number=1, date="2026-05-01"))
        for number in (2, 3):

            async def is_there(number: int = number) -> bool:
                latest = [await client.get("/v1/issues/latest") for client in (one, two)]
                return all(answer.json().get("number") == number - 1 for answer in latest)

            await until(is_there, seconds=WITHIN_SECONDS)
            await elsewhere(settings, clock, published(number=number, date=f"2026-05-0{number}"))

            async def is_next(number: int = number) -> bool:
                latest = [await client.get("/v1/issues/latest") for client in (one, two)]
                return all(answer.json().get("number") == number for answer in latest)

            await until(is_next, seconds=WITHIN_SECONDS)
        clock.advance(seconds=5)
        for path in ("/v1/issues", "/v1/issues/2", "/v1/tools"):
            tags = {(await client.get(path)).headers["etag"] for client in (one, two)}
            assert len(tags) == 1


async def test_what_another_process_changes_is_seen_within_a_second(
    settings: Settings, clock: Clock
) -> None:
    async with opened(settings, clock) as (_, client):
        await elsewhere(settings, clock, published(number=1))

        async def is_there() -> bool:
            return (await client.get("/v1/issues/1")).status_code == 200

        await until(is_there, seconds=WITHIN_SECONDS)
        await elsewhere(
            settings,
            clock,
            lambda tx: issues.replace(
                tx,
                parse_ref("1"),
                payload=lambda: factories.issue(title="Another title"),
                publish=True,
                guard=no_guard,
                base_url="http://paper.test",
            ),
        )

        async def is_changed() -> bool:
            return bool((await client.get("/v1/issues/1")).json()["title"] == "Another title")

        await until(is_changed, seconds=WITHIN_SECONDS)


@pytest.mark.end_to_end
async def test_the_database_away_leaves_what_is_ready(tmp_path: Path) -> None:
    """A PostgreSQL of its own is stopped and started under the app."""
    with PostgresServer(durable=True) as server:
        url = server.url()
        upgrade(url.set(drivername="postgresql+psycopg"))
        settings = Settings(
            _env_file=None,
            database_url=_text(url),
            public_url="http://paper.test",
            rate_limit="0",
            stale_while_revalidate=3,
        )
        clock = Clock()
        async with opened(settings, clock) as (app, client):
            await elsewhere(settings, clock, published(number=1))

            async def is_there() -> bool:
                return (await client.get("/v1/issues/1")).status_code == 200

            await until(is_there, seconds=WITHIN_SECONDS)
            await asyncio.sleep(WITHIN_SECONDS)  # until nothing more is told of that
            assert await is_there()
            server.kill()

            for _ in range(3):
                assert (await client.get("/v1/issues/1")).status_code == 200
                away = await client.get("/v1/issues")
                assert away.status_code == 503
                assert int(away.headers["retry-after"]) >= 1
                assert away.json()["code"] == "database_away"

            async def is_forgotten() -> bool:
                return (await client.get("/v1/issues/1")).status_code == 503

            # Stale answers go on for as long as the header says, and no longer.
            assert await until(is_forgotten, seconds=15) > 1.5
            server.start()

            await until(is_there, seconds=15)
            await elsewhere(settings, clock, published(number=2, date="2026-05-04"))

            async def is_seen() -> bool:
                latest = await client.get("/v1/issues/latest")
                return latest.status_code == 200 and latest.json()["number"] == 2

            await until(is_seen, seconds=15)
            assert app.state.response_cache is not None


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


async def test_a_scheduled_issue_appears_in_every_process(settings: Settings) -> None:
    """With the real clock, and nobody to make it appear."""
    async with opened(settings) as (app, one), opened(settings) as (_, two):
        now = app.state.clock
        await elsewhere(settings, now, published(number=1, date="2026-05-01"))
        due = now() + timedelta(seconds=2.5)

        def schedule(tx: Transaction) -> object:
            document = factories.issue(number=2)
            issues.create(tx, payload=lambda: document, publish=False, base_url="http://paper.test")
            when = {"publish_at": due.isoformat()}
            return publishing.schedule(
                tx,
                parse_ref("2"),
                payload=lambda: when,
                guard=no_guard,
                base_url="http://paper.test",
            )

        await elsewhere(settings, now, schedule)
        await asyncio.sleep(WITHIN_SECONDS)
        for client in (one, two):
            assert (await client.get("/v1/issues/latest")).json()["number"] == 1
        await asyncio.sleep(max(0.0, (due - now()).total_seconds()))
        for client in (one, two):
            assert (await client.get("/v1/issues/latest")).json()["number"] == 2


@pytest.mark.slow
@pytest.mark.end_to_end
async def test_workers_agree(database_url: str, tmp_path: Path) -> None:
    """`morningpost serve --workers 2`: a write by one is seen by both, with equal ETags."""
    with Server(database_url, folder=tmp_path, workers=2) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            await client.post(
                "/v1/issues?publish=true",
                json=factories.issue(number=1),
                headers=server.editor,
            )
            started = time.monotonic()
            await asyncio.sleep(WITHIN_SECONDS)
        tags = set()
        for _ in range(24):  # each on a connection of its own, so that both workers are met
            async with httpx.AsyncClient(base_url=server.url) as client:
                answer = await client.get("/v1/issues/latest")
                assert answer.status_code == 200
                tags.add(answer.headers["etag"])
        assert len(tags) == 1
        assert time.monotonic() - started < 10


async def test_the_watch_survives_what_nobody_expected(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(settings, clock) as (app, client):
        probe, failures = app.state.database.reader.probe, iter([RuntimeError("a bug")] * 2)

        async def failing(*given: Any, **options: Any) -> Any:
            if (failure := next(failures, None)) is not None:
                raise failure
            return await probe(*given, **options)

        def deaf(_: frozenset[str]) -> None:
            raise RuntimeError("another bug")

        watch = app.state.watch
        watch._listeners.insert(0, deaf)  # those after it are told all the same
        monkeypatch.setattr(app.state.database.reader, "probe", failing)
        await asyncio.sleep(WITHIN_SECONDS)
        await elsewhere(settings, clock, published(number=1))

        async def is_there() -> bool:
            return (await client.get("/v1/issues/latest")).status_code == 200

        await until(is_there, seconds=5)
