"""What other processes change is seen soon; the database may go and come back."""

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
from app.database import listening, sqlite
from app.db import write_engine
from app.main import create_app
from app.migrations import upgrade
from app.web.application import Application
from tests import factories
from tests.conftest import Clock
from tests.hardship.server import Server
from tests.servers.postgres import PostgresServer

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

WITHIN_SECONDS = 60.0
"""Until something counts as never coming: a busy machine is no fault of the code."""
PATIENCE_SECONDS = 5


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


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while not await holds():
        assert time.monotonic() < deadline, f"not within {WITHIN_SECONDS} seconds"
        await asyncio.sleep(0.02)


def test_every_process_looks_for_changes_twice_a_second() -> None:
    """So that each knows of a change within a second, as the contract has it."""
    assert max(sqlite.POLL_SECONDS, listening.POLL_SECONDS) <= 0.5


async def test_what_another_process_publishes_is_seen_with_equal_etags(
    settings: Settings, clock: Clock
) -> None:
    async with opened(settings, clock) as (_, one), opened(settings, clock) as (_, two):
        await elsewhere(settings, clock, published(number=1, date="2026-05-01"))
        for number in (2, 3):

            async def is_there(number: int = number) -> bool:
                latest = [await client.get("/v1/issues/latest") for client in (one, two)]
                return all(answer.json().get("number") == number - 1 for answer in latest)

            await until(is_there)
            await elsewhere(settings, clock, published(number=number, date=f"2026-05-0{number}"))

            async def is_next(number: int = number) -> bool:
                latest = [await client.get("/v1/issues/latest") for client in (one, two)]
                return all(answer.json().get("number") == number for answer in latest)

            await until(is_next)
        clock.advance(seconds=5)
        for path in ("/v1/issues", "/v1/issues/2", "/v1/tools"):
            tags = {(await client.get(path)).headers["etag"] for client in (one, two)}
            assert len(tags) == 1


async def test_what_another_process_changes_is_seen(settings: Settings, clock: Clock) -> None:
    async with opened(settings, clock) as (_, client):
        await elsewhere(settings, clock, published(number=1))

        async def is_there() -> bool:
            return (await client.get("/v1/issues/1")).status_code == 200

        await until(is_there)
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

        await until(is_changed)


@pytest.mark.trial
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
            stale_while_revalidate=PATIENCE_SECONDS,
        )
        clock = Clock()
        async with opened(settings, clock) as (app, client):
            await elsewhere(settings, clock, published(number=1))

            async def is_there() -> bool:
                return (await client.get("/v1/issues/1")).status_code == 200

            await until(is_there)
            await asyncio.sleep(1)  # all reports of that change have come by then
            assert await is_there()
            server.kill()
            seen_at = app.state.watch._seen_at

            for _ in range(3):
                assert (await client.get("/v1/issues/1")).status_code == 200
                away = await client.get("/v1/issues")
                assert away.status_code == 503
                assert int(away.headers["retry-after"]) >= 1
                assert away.json()["code"] == "database_away"

            async def is_forgotten() -> bool:
                return (await client.get("/v1/issues/1")).status_code == 503

            # Stale answers go on for as long as the header says, and no longer.
            await until(is_forgotten)
            assert seen_at is not None
            assert time.monotonic() - seen_at >= PATIENCE_SECONDS
            server.start()

            await until(is_there)
            await elsewhere(settings, clock, published(number=2, date="2026-05-04"))

            async def is_seen() -> bool:
                latest = await client.get("/v1/issues/latest")
                return latest.status_code == 200 and latest.json()["number"] == 2

            await until(is_seen)
            assert app.state.response_cache is not None


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.mark.slow
async def test_a_scheduled_issue_appears_in_every_process(settings: Settings) -> None:
    """With the real clock, and nobody to make it appear."""
    async with opened(settings) as (app, one), opened(settings) as (other, two):
        now = app.state.clock
        await elsewhere(settings, now, published(number=1, date="2026-05-01"))
        due = now() + timedelta(seconds=2)

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

        async def is_expected() -> bool:
            return all(each.state.watch.next_publication_at == due for each in (app, other))

        await until(is_expected)

        async def has_appeared() -> bool:
            latest = [await client.get("/v1/issues/latest") for client in (one, two)]
            numbers = [answer.json()["number"] for answer in latest]
            assert now() >= due or numbers == [1, 1]
            return numbers == [2, 2]

        await until(has_appeared)


@pytest.mark.trial
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

        # Each request has a connection of its own, so that both workers are met.
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=server.url, limits=limits) as client:

            async def all_agree() -> bool:
                answers = [await client.get("/v1/issues/latest") for _ in range(24)]
                seen = {(answer.status_code, answer.headers.get("etag")) for answer in answers}
                return len(seen) == 1 and seen.pop()[0] == 200

            await until(all_agree)


@pytest.mark.slow
async def test_the_watch_survives_what_nobody_expected(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(settings, clock) as (app, client):
        probe, failures = app.state.database.reader.probe, [RuntimeError("a bug")] * 2

        async def failing(*given: Any, **options: Any) -> Any:
            if failures:
                raise failures.pop()
            return await probe(*given, **options)

        def deaf(_: frozenset[str]) -> None:
            raise RuntimeError("another bug")

        watch = app.state.watch
        watch._listeners.insert(0, deaf)  # those after it are told all the same
        monkeypatch.setattr(app.state.database.reader, "probe", failing)

        async def has_failed() -> bool:
            return not failures

        await until(has_failed)
        await elsewhere(settings, clock, published(number=1))

        async def is_there() -> bool:
            return (await client.get("/v1/issues/latest")).status_code == 200

        await until(is_there)
