"""Huge and hostile answers: bounded in memory and rows, and read away from the event loop."""

import threading
from typing import Any

import pytest

from app.sync import body as bodies
from app.sync.body import MAX_CONTAINERS, MAX_VALUES, BadBody, parse
from app.sync.errors import UpstreamError
from app.sync.quota import limit_of, quota_of
from app.sync.rows import MAX_ROWS, in_slices
from tests.sync.conftest import Waits, client_of
from tests.sync.upstream import Upstream, raw_reply, reply

pytestmark = pytest.mark.anyio

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"[]," * (MAX_CONTAINERS + 1) + b"[]]",
        b"[" + b"{}," * (MAX_CONTAINERS + 1) + b"{}]",
        b"[" + b"1," * (MAX_VALUES + 1) + b"1]",
    ],
)
def test_a_body_of_too_many_values_is_refused_before_it_is_parsed(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("json.loads", None)

    with pytest.raises(BadBody, match="too_large"):
        parse(body)


async def test_a_large_body_is_read_in_another_thread(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    whole = bodies.parse

    def parse_here(raw: bytes) -> Any:
        threads.append(threading.get_ident())
        return whole(raw)

    monkeypatch.setattr("app.sync.client.parse", parse_here)
    upstream.fault = lambda _: raw_reply(b'["' + b"a" * 1_000_000 + b'"]', 200, JSON)
    async with client_of(upstream, "huggingface") as client:
        await client.get("/api/models")

    assert threads
    assert threading.get_ident() not in threads


async def test_rows_beyond_a_bound_are_not_read(upstream: Upstream) -> None:

    read = [value async for value in in_slices(range(MAX_ROWS * 3))]

    assert read == list(range(MAX_ROWS))


async def test_a_hostile_link_field_names_no_next_page(upstream: Upstream) -> None:
    """A pattern that looks back over all of it would take time by the square of its length."""
    for link in ("<>;" * 50_000, "<" * 100_000, "<x>" + "; a=b" * 50_000):
        upstream.fault = lambda _, link=link: reply([], headers={"link": link})
        async with client_of(upstream, "huggingface") as client:
            assert (await client.get("/api/models")).next_url is None


async def test_the_next_page_is_found_wherever_it_stands(upstream: Upstream) -> None:
    link = '</api/models?cursor=a,b>; title="x"; rel="next", </first>; rel="first"'
    upstream.fault = lambda _: reply([], headers={"link": link})
    async with client_of(upstream, "huggingface") as client:
        answer = await client.get("/api/models")

    assert answer.next_url == "https://hub.test/api/models?cursor=a,b"


@pytest.mark.parametrize(
    ("field", "remaining", "seconds"),
    [
        ('"api";r=459;t=30', 459, 30),
        ('"api";t=55;r=0', 0, 55),
        ("limit=500, remaining=0, reset=55", 0, 55),
        ('"api";r=3;t=10, "burst";r=0;t=90', 0, 90),
        ('"api";q=500;r=7', 7, None),
        ("nonsense", None, None),
        ("r=" + "9" * 5000, None, None),
    ],
)
def test_rate_limit_parameters_come_in_any_order(
    field: str, remaining: int | None, seconds: float | None
) -> None:
    quota = quota_of({"ratelimit": field}, now=0.0)

    assert (quota.remaining, quota.reset_seconds) == (remaining, seconds)


def test_a_secondary_limit_is_told_apart_from_a_refusal() -> None:
    told = limit_of(403, {}, b'{"message": "You have exceeded a secondary rate limit."}', now=0.0)
    refused = limit_of(403, {}, b'{"message": "Repository access blocked"}', now=0.0)

    assert told is not None
    assert told.is_secondary
    assert refused is None


async def test_a_search_quota_is_waited_for_until_its_reset(upstream: Upstream) -> None:
    waits = Waits()
    left = iter([0, 5])

    def answer(_: object) -> Any:
        headers = {
            "x-ratelimit-remaining": str(next(left)),
            "x-ratelimit-reset": str(int(waits.clock()) + 5),
        }
        return reply({"items": []}, headers=headers)

    upstream.fault = answer
    async with client_of(upstream, "github", waits=waits) as client:
        for _ in range(2):
            await client.get("/search/repositories", bucket="search")

    assert len(waits.seconds) == 1
    assert 4 < waits.seconds[0] <= 7


@pytest.mark.parametrize("after", ["2", "Wed, 21 Oct 2099 07:28:00 GMT"])
async def test_a_503_that_names_a_time_is_obeyed(upstream: Upstream, after: str) -> None:
    waits = Waits()
    down = iter([reply({}, 503, {"retry-after": after})])
    upstream.fault = lambda _: next(down, None)
    async with client_of(upstream, "huggingface", waits=waits) as client:
        if after == "2":
            await client.get("/api/models")
            assert waits.seconds == [3.0]
        else:
            for _ in range(3):
                with pytest.raises(UpstreamError, match="unavailable"):
                    await client.get("/api/models")
            assert client.requests == 1


async def test_a_run_that_would_take_longer_stops_and_says_so(upstream: Upstream) -> None:
    waits = Waits()
    upstream.fault = lambda _: reply({}, 500)
    async with client_of(upstream, "huggingface", waits=waits) as client:
        reasons = set()
        for _ in range(200):
            with pytest.raises(UpstreamError) as raised:
                await client.get("/api/models/x")
            reasons.add(raised.value.reason)

    assert reasons == {"server_error", "out_of_budget"}
    assert sum(waits.seconds) < 150


async def test_a_search_that_would_wait_too_long_leaves_time_for_ids(upstream: Upstream) -> None:
    waits = Waits()
    upstream.add_repository(1, "lab/one", stars=50)

    def answer(request: Any) -> Any:
        if request.url.path != "/search/repositories":
            return None
        reset = int(waits.clock()) + 60
        return reply(
            {"items": []}, 200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
        )

    upstream.fault = answer
    async with client_of(upstream, "github", waits=waits) as client:
        reasons = []
        for _ in range(5):
            try:
                await client.get("/search/repositories", bucket="search")
            except UpstreamError as error:
                reasons.append(error.reason)
        assert reasons[-1] == "out_of_budget"
        assert (await client.get("/repositories/1")).body["id"] == 1

    assert sum(waits.seconds) < 100
