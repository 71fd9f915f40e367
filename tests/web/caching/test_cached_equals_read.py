"""Changes of every kind, in an order of chance: a cached answer equals one that is read anew.

Two applications share a database. One has a cache, the other has none. After each change both give
the same bytes and header fields, whichever of them wrote.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from random import Random
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands.indexing import index_issues
from app.content.commands.transaction import perform
from app.main import create_app
from app.web.application import Application
from tests import factories
from tests.conftest import Clock
from tests.sampling import examples
from tests.snapshots import record_models

from .test_cache_dependencies import OF_BOTH, OF_PRINT, OF_TRENDS

pytestmark = [pytest.mark.anyio]

Headers = dict[str, str]

FIRST_DAY = date(2026, 5, 3)
ANSWERS = 20
"""Compared after each change, of some 130."""
NUMBERS = range(90, 97)
OF_EACH = (
    "/v1/issues/{}",
    "/v1/issues/{}.md",
    "/v1/issues/{}?fields=title,links",
    "/v1/issues/{}/sections/the-lead",
    "/v1/issues/{}/printings",
    "/v1/issues/{}/claims",
    "/issues/{}",
)
_LEFT_OUT = frozenset(
    {
        # It tells ages in seconds, and is kept for 15.
        "/v1/sync/sources",
        *(path for path in (*OF_PRINT, *OF_BOTH) if "/95" in path),
    }
)
PAPER = (
    *(path for path in (*OF_PRINT, *OF_TRENDS, *OF_BOTH) if path not in _LEFT_OUT),
    *(path.format(number) for path in OF_EACH for number in NUMBERS),
    "/v1/issues?limit=2",
    "/v1/search?q=title&facets=type,year",
    "/v1/search/suggest?q=tit",
    "/brief",
    "/feeds/movers.json",
)
QUERIES = (
    "{ latestIssue { title previous { title } } }",
    "{ issues { nodes { title tools { name } links { next } } } }",
    "{ issue(number: 93) { title next { title } } }",
    "{ tools { totalCount nodes { name issue { title } } } }",
    '{ subject(source: HUGGINGFACE, kind: MODEL, externalId: "acme/orca") { latest { likes } } }',
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": "0", "cache_bytes": 64_000_000})


@asynccontextmanager
async def serving(settings: Settings, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        client = httpx.AsyncClient(transport=transport, base_url="http://paper.test")
        async with client:
            yield client


def app_of(client: httpx.AsyncClient) -> Application:
    app: Application = client._transport.app  # type: ignore[attr-defined]
    return app


Shown = tuple[int, Headers, bytes]


async def shown(client: httpx.AsyncClient, name: str) -> Shown:
    """An answer with all that a caller sees, but for the name of the request."""
    if name in QUERIES:
        answer = await client.post("/graphql", json={"query": name})
    else:
        answer = await client.get(name)
    fields = {k: v for k, v in answer.headers.items() if k != "x-request-id"}
    body = answer.content.replace(answer.headers["x-request-id"].encode(), b"")
    fields["content-length"] = str(len(body))
    return answer.status_code, fields, body


class Desk:
    """Makes changes of chance, as an editor, a sync and time do."""

    def __init__(self, seed: int, editor: Headers, clock: Clock) -> None:
        self._chance = Random(seed)
        self._editor = editor
        self._clock = clock
        self.client: httpx.AsyncClient
        self.count = 0

    async def change(self) -> str:
        """Change something, or try to, and say what."""
        self.count += 1
        work = self._chance.choice(
            [
                *[self.publish] * 3,
                *[self.correct] * 3,
                *[self.unpublish] * 2,
                *[self.edit, self.renumber, self.schedule, self.delete, self.index],
                *[self.sync, self.wait, self.long_wait],
            ]
        )
        return f"{self.count}: {await work()}"

    async def _send(self, method: str, path: str, body: Any = None) -> str:
        headers = {**self._editor, "If-Match": "*"}
        answer = await self.client.request(method, path, json=body, headers=headers)
        assert answer.status_code < 500, answer.text
        return f"{method} {path} {answer.status_code}"

    def _number(self) -> int:
        return self._chance.choice(NUMBERS)

    async def publish(self) -> str:
        number = self._number()
        day = (FIRST_DAY + timedelta(days=number - 95)).isoformat()
        document = factories.whole_issue(number=number, date=day, slug=f"no-{number}-{self.count}")
        document["title"] = f"Title {self.count}"
        made = await self._send("POST", "/v1/issues?publish=true", document)
        return made if made.endswith("201") else await self.republish(number)

    async def republish(self, number: int) -> str:
        return await self._send("POST", f"/v1/issues/{number}/publish")

    async def correct(self) -> str:
        number = self._number()
        await self._send("PATCH", f"/v1/issues/{number}", {"title": f"Corrected {self.count}"})
        note = {"correction": {"note": "The title was wrong."}}
        return await self._send("POST", f"/v1/issues/{number}/publish", note)

    async def unpublish(self) -> str:
        return await self._send("POST", f"/v1/issues/{self._number()}/unpublish")

    async def edit(self) -> str:
        return await self._send("PATCH", f"/v1/issues/{self._number()}", {"summary": "Not yet."})

    async def renumber(self) -> str:
        """A draft takes another number, and day, and is published there."""
        before, after = self._number(), self._number()
        await self._send("POST", f"/v1/issues/{before}/unpublish")
        day = (FIRST_DAY + timedelta(days=after - 95)).isoformat()
        renamed = {"number": after, "date": day, "slug": f"moved-{self.count}"}
        await self._send("PATCH", f"/v1/issues/{before}", renamed)
        return await self.republish(after)

    async def schedule(self) -> str:
        number = self._number()
        when = (self._clock() + timedelta(seconds=self._chance.randrange(2, 90))).isoformat()
        await self._send("POST", f"/v1/issues/{number}/unpublish")
        return await self._send("POST", f"/v1/issues/{number}/schedule", {"publish_at": when})

    async def delete(self) -> str:
        return await self._send("DELETE", f"/v1/issues/{self._number()}")

    async def index(self) -> str:
        app = app_of(self.client)
        await app.state.database.write(
            lambda bind: perform(
                bind,
                lambda tx: index_issues(tx, is_whole=True),
                principal=COMMAND_LINE,
                clock=self._clock,
            )
        )
        return "indexed"

    async def sync(self) -> str:
        self._clock.advance(seconds=1)
        likes = {"acme/orca": self._chance.randrange(100, 200), "acme/lynx": 50}
        await record_models(app_of(self.client).state.database, likes, at=self._clock())
        return "synced"

    async def wait(self) -> str:
        self._clock.advance(seconds=self._chance.choice([0.25, 1, 30]))
        return "waited"

    async def long_wait(self) -> str:
        self._clock.advance(seconds=3600 * self._chance.randrange(1, 40))
        return "waited for long"


async def compare(
    settings: Settings, clock: Clock, editor: Headers, *, seed: int, turns: int
) -> None:
    """Compare a few answers after each of some changes; most of them were cached before."""
    desk, chance = Desk(seed, editor, clock), Random(seed)
    uncached = settings.model_copy(update={"cache_bytes": 0})
    async with serving(settings, clock) as cached, serving(uncached, clock) as plain:
        clients = (cached, plain)
        for desk.client in clients:
            for change in (desk.publish, desk.publish, desk.sync, desk.long_wait):
                await change()
        kept = 0
        for turn in range(turns):
            desk.client = clients[turn % 2]
            said = await desk.change()
            for client in clients:
                # Other processes look within a second; the one that wrote has looked.
                if client is not desk.client or "waited" in said:
                    await app_of(client).state.watch.look()
            kept += len(app_of(cached).state.response_cache)
            for name in chance.sample(PAPER + QUERIES, ANSWERS):
                assert await shown(cached, name) == await shown(plain, name), (said, name)
        assert kept > 10 * turns


@pytest.mark.slow
@pytest.mark.both_databases
async def test_cached_answers_equal_new_ones(
    settings: Settings, clock: Clock, editor: Headers
) -> None:
    """Another order of changes on each database; more of them in CI."""
    seed = 1 if settings.database.get_backend_name() == "sqlite" else 3
    await compare(settings, clock, editor, seed=seed, turns=examples(60))
