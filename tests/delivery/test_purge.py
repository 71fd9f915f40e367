"""Edge caches are told of every change, twice, in the form that each of them wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from app.background import running
from app.config import Settings
from app.config_faults import settings_faults
from app.content.purge_keys import purge_of
from app.delivery.purge import PurgeReader
from app.delivery.purge_client import PurgeClient
from app.delivery.purge_targets import purge_target
from app.web.application import Application
from tests import factories
from tests.conftest import Clock
from tests.snapshots import record_models

Headers = dict[str, str]
VARNISH = "http://editor:secret@varnish.test:6081/"


class Edge:
    """Stands in for an edge cache: notes the keys, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.purges: list[set[str]] = []
        self.failures: list[httpx.Response | Exception] = []
        self._came = asyncio.Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self._came.set()
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        assert request.method == "PURGE"
        self.purges.append(set(request.headers["surrogate-key"].split()))
        return httpx.Response(200)

    async def told(self, count: int) -> list[set[str]]:
        """Wait for a number of purges."""
        async with asyncio.timeout(20):
            while len(self.purges) < count:
                self._came.clear()
                await self._came.wait()
        return self.purges


@asynccontextmanager
async def following(
    app: Application, edge: Edge, *, repeat_seconds: float = 0.05
) -> AsyncIterator[PurgeReader]:
    """Run a reader of the application's log that tells an edge; it has begun when this returns."""
    target = purge_target(VARNISH, token=None)
    client = PurgeClient(target, transport=httpx.MockTransport(edge))
    reader = PurgeReader(
        app.state.database,
        client,
        name=target.reader_name,
        clock=app.state.clock,
        repeat_seconds=repeat_seconds,
    )
    app.state.watch.listen(reader.wake)
    async with running(reader.run()):
        await asyncio.sleep(0.2)
        yield reader
    await client.close()


@pytest.fixture
def write(client: httpx.AsyncClient, editor: Headers) -> Callable[..., Any]:
    async def write(method: str, path: str, **sent: Any) -> Any:
        answer = await client.request(method, path, headers={**editor, "If-Match": "*"}, **sent)
        assert answer.is_success, answer.text
        return answer

    return write


@pytest.mark.both_databases
class TestFollowing:
    async def test_every_change_is_told_twice_and_drafts_never(
        self, app: Application, write: Callable[..., Any], clock: Clock
    ) -> None:
        """The second time for what another process still answered from before the change."""
        edge = Edge()
        for number in (1, 3):
            document = factories.issue(number=number, date=f"2026-05-0{number}")
            await write("POST", "/v1/issues?publish=true", json=document)

        async with following(app, edge):
            await write("POST", "/v1/issues", json=factories.issue(number=2, date="2026-05-02"))
            await write("PATCH", "/v1/issues/2", json={"title": "A draft"})
            await write("POST", "/v1/issues/2/publish")
            between = {"issue-1", "issue-2", "issue-3", "lists", "search"}
            assert await edge.told(2) == [between] * 2
            await write("PATCH", "/v1/issues/2?publish=true", json={"title": "Another"})
            assert (await edge.told(4))[2:] == [{"issue-2", "lists", "search"}] * 2
            await write("POST", "/v1/issues/3/unpublish")
            newest = {"issue-3", "issue-2", "latest", "lists", "search"}
            assert (await edge.told(6))[4:] == [newest] * 2
            await record_models(app.state.database, {"acme/orca": 5}, at=clock())
            assert (await edge.told(8))[6:] == [{"trending", "trending-huggingface-model"}] * 2

    async def test_a_scheduled_issue_is_told_when_it_appears(
        self, app: Application, write: Callable[..., Any], clock: Clock
    ) -> None:
        edge = Edge()
        async with following(app, edge):
            await write("POST", "/v1/issues", json=factories.issue(number=1))
            soon = clock() + timedelta(seconds=60)
            await write("POST", "/v1/issues/1/schedule", json={"publish_at": soon.isoformat()})
            assert edge.purges == []

            clock.advance(seconds=60)
            await app.state.watch.look()

            assert await edge.told(2) == [{"issue-1", "latest", "lists", "search"}] * 2

    async def test_what_failed_is_told_later_with_what_came_since(
        self, app: Application, write: Callable[..., Any], client: httpx.AsyncClient
    ) -> None:
        edge = Edge()
        edge.failures = [httpx.ConnectError("away"), httpx.Response(503)]
        async with following(app, edge):
            await write("POST", "/v1/issues?publish=true", json=factories.issue(number=1))
            # A purge that fails holds up nobody.
            assert (await client.get("/v1/issues/1")).status_code == 200
            later = factories.issue(number=2, date="2026-05-04")
            await write("POST", "/v1/issues?publish=true", json=later)

            told = await edge.told(2)

        assert edge.failures == []
        assert {"issue-1", "issue-2", "latest"} <= told[0] & told[-1]

    @pytest.mark.slow
    async def test_processes_share_the_work_and_none_is_lost_between_them(
        self, app: Application, write: Callable[..., Any]
    ) -> None:
        first, second = Edge(), Edge()
        async with following(app, first), following(app, second):
            await write("POST", "/v1/issues?publish=true", json=factories.issue(number=1))
            await asyncio.wait(
                [asyncio.ensure_future(edge.told(2)) for edge in (first, second)],
                return_when=asyncio.FIRST_COMPLETED,
                timeout=20,
            )
            await asyncio.sleep(0.5)
        assert sorted([len(first.purges), len(second.purges)]) == [0, 2]

        # Made while no process reads the log.
        later = factories.issue(number=2, date="2026-05-04")
        await write("POST", "/v1/issues?publish=true", json=later)
        third = Edge()
        async with following(app, third):
            told = await third.told(2)

        assert told == [{"issue-1", "issue-2", "latest", "lists", "search"}] * 2


async def test_the_server_purges_what_its_settings_name(
    app: Application, settings: Settings
) -> None:
    """By default nothing; the names of readers hold no credentials and differ."""
    assert settings.purge_urls == ()
    one, other = (purge_target(f"http://{name}@v.test", token=None) for name in ("a:b", "c:d"))

    assert one.name == other.name == "http://v.test"
    assert one.reader_name != other.reader_name
    assert "a:b" not in one.reader_name


def test_each_sort_of_edge_gets_its_own_form() -> None:
    keys = [f"issue-{number}" for number in range(250)]

    purges = list(purge_target("https://v.test/purge", token="t").requests(keys))
    assert [(each.method, str(each.url)) for each in purges] == [
        ("PURGE", "https://v.test/purge")
    ] * 3
    assert " ".join(each.headers["surrogate-key"] for each in purges).split() == keys
    assert all("authorization" not in each.headers for each in purges)

    (fastly,) = purge_target("fastly:SU1Z0isxPaozGVKXdv0eY", token="t").requests(keys)
    assert fastly.method == "POST"
    assert str(fastly.url) == "https://api.fastly.com/service/SU1Z0isxPaozGVKXdv0eY/purge"
    assert fastly.headers["fastly-key"] == "t"
    assert json.loads(fastly.content) == {"surrogate_keys": keys}

    zone = "023e105f4ecef8ad9ca31a8372d0c353"
    cloudflare = list(purge_target(f"cloudflare:{zone}", token="t").requests(keys))
    address = f"https://api.cloudflare.com/client/v4/zones/{zone}/purge_cache"
    assert {str(each.url) for each in cloudflare} == {address}
    assert {each.headers["authorization"] for each in cloudflare} == {"Bearer t"}
    assert [key for each in cloudflare for key in json.loads(each.content)["tags"]] == keys


class Event:
    def __init__(self, type_: str, **data: object) -> None:
        self.type = type_
        self.data = json.dumps(data).encode()


def test_what_changes_everything_purges_everything() -> None:
    rebuilt = purge_of([Event("content.rebuilt", reason="compiled")])
    synced = purge_of([Event("sync.finished", sources=[{"name": "github"}])])

    assert rebuilt.scale == "print"
    assert {"lists", "latest", "pages", "feeds", "search"} == rebuilt.keys
    assert synced.keys == {"trending", "trending-github-repository"}
    assert purge_of([Event("content.rebuilt", reason="indexed")]).keys == {"search"}
    assert purge_of([Event("issue.saved"), Event("webhook.disabled")]).keys == frozenset()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"purge_urls": "varnish:6081"}, "'varnish:6081' is neither"),
        ({"purge_urls": "fastly:"}, "'fastly:' is neither"),
        ({"purge_urls": "http://v.test, fastly:abc"}, "MORNINGPOST_PURGE_TOKEN: must be set"),
    ],
)
def test_a_wrong_setting_is_told_in_words(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**given)

    assert said in settings_faults(refused.value)
