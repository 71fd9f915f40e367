"""Ready answers: the same as the routes', never private, never stale, bounded, and free."""

import asyncio
import gc
import gzip
import tracemalloc
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import brotli  # type: ignore[import-untyped]
import httpx
import orjson
import pytest
import zstandard

from app.config import Settings
from app.main import create_app
from app.web.application import Application
from app.web.caching.response_cache import MAX_CHOICES, ResponseCache
from app.web.http import representation
from tests import factories
from tests.conftest import Clock
from tests.counted import counted

pytestmark = pytest.mark.anyio

Headers = dict[str, str]

DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}

PUBLIC = (
    "/v1/publication",
    "/v1/limits",
    "/v1/issues",
    "/v1/issues?limit=1&fields=number,title",
    "/v1/issues/95",
    "/v1/issues/2026-05-03",
    "/v1/issues/open-weights",
    "/v1/issues/latest",
    "/v1/issues/95?fields=title",
    "/v1/issues/95.md",
    "/v1/issues/95/sections/the-lead",
    "/v1/sections",
    "/v1/tools",
    "/v1/reading",
    "/v1/entries",
    "/v1/search?q=weights",
    "/v1/search?q=weights&sort=newest",
    "/openapi.json",
    "/docs",
    "/problems",
    "/problems/not_found",
)


@pytest.fixture
async def paper(client: httpx.AsyncClient, editor: Headers) -> None:
    """Issue 95 in print, and a draft of the day after."""
    document = factories.whole_issue()
    made = await client.post("/v1/issues?publish=true", json=document, headers=editor)
    assert made.status_code == 201, made.text
    draft = factories.issue(date="2026-05-04", number=96)
    assert (await client.post("/v1/issues", json=draft, headers=editor)).status_code == 201


Raw = tuple[httpx.Response, bytes]


async def raw(client: httpx.AsyncClient, path: str, headers: Headers) -> Raw:
    """An answer with its body as it was sent."""
    async with client.stream("GET", path, headers=headers) as response:
        return response, b"".join([part async for part in response.aiter_raw()])


def told(response: httpx.Response) -> Headers:
    """The header fields, but for those that name or count the request."""
    fields = dict(response.headers)
    for name in ("x-request-id", "ratelimit"):
        fields.pop(name, None)
    return fields


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.usefixtures("paper")
async def test_a_ready_answer_is_what_the_route_answers(
    client: httpx.AsyncClient, app: Application, clock: Clock, path: str
) -> None:
    clock.advance(seconds=5)  # so that Last-Modified is told
    for coding in DECODERS:
        app.state.response_cache.clear()
        asked = {"Accept-Encoding": coding}
        first, first_body = await raw(client, path, asked)
        ready, ready_body = await raw(client, path, asked)

        assert first.status_code == 200
        assert told(first) == told(ready)
        assert first_body == ready_body
        packed = ready.headers.get("content-encoding", "identity")
        assert DECODERS[packed](ready_body) == decode_of(await raw(client, path, {}))
        assert packed in {coding, "identity"}

        same = {**asked, "If-None-Match": ready.headers["etag"]}
        unchanged, nothing = await raw(client, path, same)
        assert (unchanged.status_code, nothing) == (304, b"")
        for name in ("etag", "cache-control", "vary"):
            assert unchanged.headers[name] == ready.headers[name]
        head = await client.head(path, headers=asked)
        assert (head.status_code, head.content) == (200, b"")
        assert told(head) == told(ready)


def decode_of(answer: Raw) -> bytes:
    response, body = answer
    return DECODERS[response.headers.get("content-encoding", "identity")](body)


@pytest.mark.usefixtures("paper")
async def test_each_address_has_a_ready_answer_for_each_form(
    client: httpx.AsyncClient, app: Application
) -> None:
    as_json = await client.get("/v1/issues/95")
    as_text = await client.get("/v1/issues/95", headers={"Accept": "text/markdown"})
    refused = await client.get("/v1/issues/95", headers={"Accept": "image/png"})

    for _ in range(2):
        assert (await client.get("/v1/issues/95")).content == as_json.content
        again = await client.get("/v1/issues/95", headers={"Accept": "text/markdown"})
        assert again.content == as_text.content
        assert again.headers["content-type"].startswith("text/markdown")
        assert (
            await client.get("/v1/issues/95", headers={"Accept": "image/png"})
        ).status_code == 406
    assert refused.status_code == 406
    assert len(app.state.response_cache) == 1


@pytest.mark.usefixtures("paper")
async def test_no_private_byte_comes_from_the_store(
    client: httpx.AsyncClient, app: Application, editor: Headers, key: Callable[..., str]
) -> None:
    """Editors, a key without scopes, and the public take turns at the same addresses."""
    partner = {"Authorization": f"Bearer {key()}"}
    paths = ("/v1/issues/95", "/v1/issues/96", "/v1/issues", "/v1/issues/95.md", "/v1/search?q=up")
    changed = {**editor, "If-Match": "*"}
    await client.patch("/v1/issues/95", json={"summary": "unprinted words"}, headers=changed)

    for turn in range(3):
        for path in paths:
            seen = await client.get(path, headers=editor)
            public = await client.get(path)
            shown = await client.get(path, headers=partner)

            assert seen.headers["cache-control"] == "private, no-store"
            assert shown.headers["cache-control"] in {"private, no-store", "no-store"}
            assert "unprinted words" not in public.text
            assert "unprinted words" not in shown.text
            assert "published_revision" not in public.text
            assert public.status_code == (404 if path.endswith("96") else 200)
            if public.status_code == 200:
                assert public.headers["cache-control"].startswith("public")
        assert "unprinted words" in (await client.get("/v1/issues/95", headers=editor)).text, turn
    assert len(app.state.response_cache) == 4  # and nothing of what is no public 200


@pytest.mark.usefixtures("paper")
async def test_a_write_is_seen_by_the_next_read(client: httpx.AsyncClient, editor: Headers) -> None:
    at_will = {**editor, "If-Match": "*"}

    async def numbers() -> list[int]:
        listed = [issue["number"] for issue in (await client.get("/v1/issues")).json()["data"]]
        latest = (await client.get("/v1/issues/latest")).json()["number"]
        assert latest == listed[0]
        return listed

    assert await numbers() == [95]
    await client.post("/v1/issues/96/publish", headers=at_will)
    assert await numbers() == [96, 95]
    older = (await client.get("/v1/issues/95")).json()
    assert older["links"]["next"].endswith("/96")
    await client.patch("/v1/issues/96?publish=true", json={"title": "New"}, headers=at_will)
    assert (await client.get("/v1/issues/96")).json()["title"] == "New"
    await client.post("/v1/issues/96/unpublish", headers=at_will)
    assert await numbers() == [95]
    assert (await client.get("/v1/issues/96")).status_code == 404
    assert (await client.get("/v1/issues/95")).json()["links"]["next"] is None


@pytest.mark.usefixtures("paper")
async def test_a_draft_saved_leaves_ready_answers_alone(
    client: httpx.AsyncClient, app: Application, editor: Headers
) -> None:
    await client.get("/v1/issues/95")

    await client.patch("/v1/issues/96", json={"title": "x"}, headers={**editor, "If-Match": "*"})

    assert len(app.state.response_cache) == 1


@pytest.mark.usefixtures("paper")
async def test_a_burst_of_misses_asks_once(client: httpx.AsyncClient) -> None:
    with counted() as asked:
        answers = await asyncio.gather(*(client.get("/v1/issues?limit=7") for _ in range(50)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum("issue_revision" in statement for statement in asked) == 1


@pytest.mark.usefixtures("paper")
async def test_each_coding_is_packed_once(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed: list[str] = []
    pack = representation.encoded

    def counted(body: bytes, encoding: Any) -> bytes:
        packed.append(encoding)
        return pack(body, encoding)

    monkeypatch.setattr(representation, "encoded", counted)

    for coding in ("gzip", "br", "zstd"):
        asked = {"Accept-Encoding": coding}
        await asyncio.gather(*(client.get("/v1/issues/95", headers=asked) for _ in range(10)))

    assert sorted(packed) == ["br", "gzip", "zstd"]


@pytest.mark.usefixtures("paper")
async def test_what_was_made_while_the_version_moved_is_not_kept(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = app.state.database.reader.rows

    async def moved_meanwhile(*arguments: Any) -> Any:
        found = await rows(*arguments)
        app.state.response_cache.clear()
        return found

    monkeypatch.setattr(app.state.database.reader, "rows", moved_meanwhile)
    for path in ("/v1/issues/95", "/v1/issues"):
        assert (await client.get(path)).status_code == 200

    assert len(app.state.response_cache) == 0


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/issues/404", {}, 404),
        ("/v1/issues/import", {}, 405),
        ("/v1/issues/95?colour=red", {}, 400),
        ("/v1/issues/95?api_key=1", {}, 400),
        ("/v1/issues/95", {"Host": "two words"}, 400),
        ("/v1/issues/95", {"Accept": "image/png"}, 406),
        ("/v1/issues/95", {"Authorization": "Bearer amp_no_key"}, 401),
        ("/v1/issues/95", {"If-Match": '"other"'}, 412),
    ],
)
@pytest.mark.usefixtures("paper")
async def test_refusals_are_as_ever_and_never_kept(
    client: httpx.AsyncClient, app: Application, path: str, headers: Headers, status: int
) -> None:
    await client.get("/v1/issues/95")

    for _ in range(2):
        refused = await client.get(path, headers=headers)
        assert refused.status_code == status
        assert refused.headers["content-type"] == "application/problem+json"
    assert len(app.state.response_cache) == 1


@pytest.mark.usefixtures("paper")
async def test_a_fault_on_the_short_way_is_a_masked_500(
    client: httpx.AsyncClient, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(app.state.database.reader, "rows", broken)

    answer = await client.get("/v1/issues/95")

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "secret" not in answer.text


async def test_an_answer_ends_with_the_next_publication(
    client: httpx.AsyncClient, editor: Headers, clock: Clock
) -> None:
    at_will = {**editor, "If-Match": "*"}
    for day in (3, 4):
        await client.post(
            "/v1/issues", json=factories.issue(date=f"2026-05-0{day}"), headers=editor
        )
    await client.post("/v1/issues/1/publish", headers=at_will)
    later = (clock.now + timedelta(seconds=100)).isoformat()
    answer = await client.post("/v1/issues/2/schedule", json={"publish_at": later}, headers=at_will)
    assert answer.status_code == 200

    ages = []
    for seconds in (0, 30, 20, 40, 9.5, 0.5):
        clock.advance(seconds=seconds)
        latest = await client.get("/v1/issues/latest")
        ages.append((latest.json()["number"], latest.headers["cache-control"]))

    assert ages == [
        (1, "public, max-age=60, stale-while-revalidate=600"),
        (1, "public, max-age=60, stale-while-revalidate=600"),
        (1, "public, max-age=50"),
        (1, "public, max-age=10"),
        (1, "public, max-age=0"),
        (2, "public, max-age=60, stale-while-revalidate=600"),
    ]


async def test_last_modified_is_told_when_its_second_is_over(
    client: httpx.AsyncClient, editor: Headers, clock: Clock
) -> None:
    await client.post("/v1/issues?publish=true", json=factories.issue(), headers=editor)

    fields = []
    for _ in range(3):
        fields.append((await client.get("/v1/issues/1")).headers.get("last-modified"))
        clock.advance(seconds=0.5)

    assert fields == [None, None, "Sun, 03 May 2026 06:00:00 GMT"]


class TestBounds:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"cache_bytes": 100_000})

    @pytest.mark.slow
    @pytest.mark.usefixtures("paper")
    async def test_the_store_is_bounded_in_bytes(
        self, client: httpx.AsyncClient, app: Application
    ) -> None:
        await client.get("/v1/issues/95")
        for number in range(1, 100):
            await client.get(f"/v1/issues?limit={number}")
            await client.get("/v1/issues/95")
            assert app.state.response_cache.size <= 100_000

        assert 5 < len(app.state.response_cache) < 40
        # What is asked for again and again stays.
        assert app.state.response_cache.holds(b"/v1/issues/95")

    @pytest.mark.usefixtures("paper")
    async def test_none_takes_more_than_an_eighth(
        self, client: httpx.AsyncClient, app: Application
    ) -> None:
        assert len((await client.get("/openapi.json")).content) > 100_000 / 8

        assert len(app.state.response_cache) == 0


class TestLimits:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(
            update={"rate_limit": "5/60", "trusted_proxies": ("127.0.0.1", "192.0.2.0/24")}
        )

    @pytest.fixture
    async def stranger(self, app: Application) -> AsyncIterator[Callable[..., Any]]:
        """Ask from an address of one's own, through a proxy that is trusted."""
        transport = httpx.ASGITransport(app, client=("192.0.2.7", 1), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://paper.test") as client:

            async def ask(address: str, path: str, **headers: str) -> httpx.Response:
                return await client.get(path, headers={"X-Forwarded-For": address, **headers})

            yield ask

    @pytest.mark.usefixtures("paper")
    async def test_only_the_read_that_fills_is_counted(self, stranger: Callable[..., Any]) -> None:
        first = await stranger("198.51.100.1", "/v1/issues/95")
        assert first.headers["ratelimit"] == '"default";r=4;t=60'
        for _ in range(20):
            ready = await stranger("198.51.100.1", "/v1/issues/95")
            assert ready.status_code == 200
            assert "ratelimit" not in ready.headers
            assert ready.headers["ratelimit-policy"] == first.headers["ratelimit-policy"]

        # Each of these is counted once, whichever way it took.
        paths = ("/v1/issues/404", "/v1/issues", "/v1/issues/95?x=1", "/v1/issues/2026-01-01")
        left = [(await stranger("198.51.100.1", path)).headers["ratelimit"] for path in paths]
        assert left == [f'"default";r={n};t=60' for n in (3, 2, 1, 0)]
        refused = await stranger("198.51.100.1", "/v1/issues/latest")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) <= 60
        # Ready answers stay free, and others are others.
        assert (await stranger("198.51.100.1", "/v1/issues/95")).status_code == 200
        assert (await stranger("198.51.100.2", "/v1/issues/latest")).status_code == 200


@pytest.mark.usefixtures("paper")
async def test_ready_answers_are_counted_under_their_route(client: httpx.AsyncClient) -> None:
    for _ in range(4):
        await client.get("/v1/issues/95")
    await client.get("/v1/issues/404")

    text = (await client.get("/metrics")).text

    line = 'morningpost_requests_total{method="GET",route="/v1/issues/{ref}",status="%d"} %s'
    assert line % (200, "4.0") in text
    assert line % (404, "1.0") in text


async def test_without_room_nothing_is_kept(settings: Settings, clock: Clock) -> None:
    app = create_app(settings.model_copy(update={"cache_bytes": 0}), clock=clock)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://paper.test") as client:
            for _ in range(2):
                assert (await client.get("/v1/issues")).status_code == 200
        assert len(app.state.response_cache) == 0


def admit(cache: ResponseCache, number: int, clock: Clock) -> bytes:
    """Cache a response of a kilobyte, and return its URL."""
    freshness = representation.Freshness(
        clock() - timedelta(days=1),
        depends_on=representation.ON_PAPER,
        keys=(f"issue-{number}", "lists"),
    )
    made = representation.Representation(
        orjson.dumps({"number": number, "title": "Open weights " * 80}),
        media_type="application/json",
        freshness=freshness,
        lifetime=representation.Lifetime(60, 0),
    )
    target = f"/v1/issues/{number}".encode()
    cache.admit(target, made, offered=None, route=None, begun=cache.begin())
    return target


MANY_CHOICES = {b"gzip;q=0.%d, " % n + b"x" * 100: (200,) for n in range(MAX_CHOICES)}


@pytest.mark.parametrize(
    "served",
    [
        {},
        {b"": (200,)},
        {b"": (200, 304), b"gzip": (200, 304), b"br": (200, 304), b"zstd": (200, 304)},
        MANY_CHOICES,
    ],
)
async def test_kept_responses_occupy_what_is_counted(
    clock: Clock, served: dict[bytes, tuple[int, ...]]
) -> None:
    cache = ResponseCache(max_bytes=2**23, clock=clock, rate={}, is_away=lambda: False)
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(200):
            target = admit(cache, number, clock)
            for accepted, statuses in served.items():
                head = {b"accept": b"*/*", b"accept-encoding": accepted + b" "}
                ready = await cache.prepare(target, head)
                assert ready is not None
                for status in statuses:
                    ready.write_lines(status)
        occupied, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(cache) == 200
    assert cache.size / 2 < occupied < cache.size


async def test_what_serving_adds_to_kept_responses_is_bounded_too(clock: Clock) -> None:
    cache = ResponseCache(max_bytes=100_000, clock=clock, rate={}, is_away=lambda: False)
    targets = [admit(cache, number, clock) for number in range(20)]
    assert len(cache) == 20
    for target in targets:
        for accepted in MANY_CHOICES:
            await cache.prepare(target, {b"accept-encoding": accepted})

    assert cache.size <= 100_000
    assert 5 < len(cache) < 20
