"""Everything that can be wrong with an answer: what is published stays, and the health tells."""

import gzip
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.main import create_app
from app.sync.body import MAX_BODY_BYTES
from app.sync.client import Client
from app.sync.errors import UpstreamError
from app.sync.runner import SyncService
from tests.conftest import Clock
from tests.sampling import sampled
from tests.sync.conftest import RunDay, client_of, service_of, standing_still
from tests.sync.upstream import Upstream, raw_reply, reply

pytestmark = pytest.mark.anyio

Fault = Callable[[httpx.Request], httpx.Response | None]
JSON = {"content-type": "application/json"}
DAY_SECONDS = 24 * 60 * 60


def answered(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Fault:
    return lambda _: reply(body, status, headers)


def raw(content: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Fault:
    return lambda _: raw_reply(content, status, {**JSON, **(headers or {})})


def raising(error: Exception) -> Fault:
    def fault(_: httpx.Request) -> httpx.Response:
        raise error

    return fault


BOMB = zlib.compressobj(9, zlib.DEFLATED, 31)
_PACKED = BOMB.compress(bytes(MAX_BODY_BYTES * 8)) + BOMB.flush()
_HTML = {"content-type": "text/html; charset=utf-8"}

FAULTS: dict[str, tuple[Fault, str]] = {
    "429 with a long wait": (answered({}, 429, {"retry-after": "900"}), "rate_limited"),
    "429 by date": (
        answered({}, 429, {"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}),
        "rate_limited",
    ),
    "429 by policy": (answered({}, 429, {"RateLimit": '"api";r=0;t=250'}), "rate_limited"),
    "429 without a word": (answered({}, 429), "rate_limited"),
    "403 primary": (
        answered({}, 403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800"}),
        "rate_limited",
    ),
    "403 secondary": (
        answered({"message": "You have exceeded a secondary rate limit"}, 403),
        "rate_limited",
    ),
    "403 forbidden": (answered({"message": "Forbidden"}, 403), "refused"),
    "500": (answered({}, 500), "server_error"),
    "502 in HTML": (raw(b"<h1>Bad gateway</h1>", 502, headers=_HTML), "server_error"),
    "HTML with 200": (raw(b"<h1>Hello</h1>", headers=_HTML), "not_json"),
    "HTML that says it is JSON": (raw(b"<h1>Hello</h1>"), "not_json"),
    "half of a JSON": (raw(b'[{"_id": "0'), "not_json"),
    "half of a gzip": (
        raw(gzip.compress(b"[" + b"1," * 5000 + b"1]")[:40], headers={"content-encoding": "gzip"}),
        "truncated",
    ),
    "no gzip at all": (raw(b"[]", headers={"content-encoding": "gzip"}), "bad_encoding"),
    "another coding": (raw(b"[]", headers={"content-encoding": "br"}), "bad_encoding"),
    "a bomb": (raw(_PACKED, headers={"content-encoding": "gzip"}), "too_large"),
    "deep": (raw(b"[" * 20_000), "not_json"),
    "more arrays than a page has": (raw(b"[" * 100_000), "too_large"),
    "NaN": (raw(b"[NaN]"), "not_json"),
    "slow": (raising(httpx.ReadTimeout("slow")), "timeout"),
    "reset": (raising(httpx.ReadError("reset")), "unreachable"),
    "cut off": (raising(httpx.RemoteProtocolError("cut")), "truncated"),
    "no connection": (raising(httpx.ConnectError("none")), "unreachable"),
    "elsewhere": (
        answered({}, 302, {"location": "https://evil.test/api/models"}),
        "foreign_redirect",
    ),
    "round and round": (answered({}, 307, {"location": "/api/models"}), "too_many_redirects"),
    "null": (answered(None), "bad_shape"),
    "another shape": (answered({"rows": 7}), "bad_shape"),
    "empty": (answered([]), "empty"),
    "no rows but junk": (answered([1, None, "x", {}, []]), "bad_rows"),
}


async def _live_two_days(service: SyncService, clock: Clock, upstream: Upstream) -> None:
    """The first model gains likes on the second day."""
    for likes in (0, 50):
        upstream.models[1]["likes"] += likes
        clock.advance(seconds=DAY_SECONDS)
        await service.run()


@pytest.fixture(scope="module")
async def two_days_old(shared_settings: Settings) -> Path:
    """A paper on SQLite after the two days: each fault below comes on the third day of a copy."""
    clock = Clock()
    app = create_app(shared_settings, clock=clock)
    async with app.router.lifespan_context(app):
        upstream = standing_still()
        service = service_of(app, shared_settings, clock, upstream)
        await _live_two_days(service, clock, upstream)
    return Path(str(shared_settings.database.database))


class TestAListing:
    @pytest.fixture
    def settings(self, settings: Settings, clock: Clock, two_days_old: Path) -> Settings:
        if settings.database.get_backend_name() == "sqlite":
            shutil.copy(two_days_old, str(settings.database.database))
            clock.advance(seconds=2 * DAY_SECONDS)
        return settings

    @pytest.fixture(autouse=True)
    async def _two_days(
        self, settings: Settings, service: SyncService, clock: Clock, upstream: Upstream
    ) -> None:
        if settings.database.get_backend_name() == "sqlite":
            upstream.models[1]["likes"] += 50
        else:
            await _live_two_days(service, clock, upstream)

    @pytest.mark.parametrize("name", sampled(list(FAULTS), one_in=2))
    async def test_that_cannot_be_believed_changes_no_published_number(
        self, client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, name: str
    ) -> None:
        fault, reason = FAULTS[name]
        address = "/v1/trending?source=huggingface&kind=model&window=day"
        before = (await client.get(address)).json()

        upstream.fault = lambda request: (
            fault(request) if request.url.path == "/api/models" else None
        )
        run = await run_day()

        after = (await client.get(address)).json()
        health = {s["name"]: s for s in (await client.get("/v1/sync/sources")).json()["data"]}
        assert after["data"] == before["data"] != []
        assert after["board"]["status"] == "stale"
        assert after["board"]["observed_at"] == before["board"]["observed_at"]
        assert f"model: {reason}" in health["huggingface"]["reason"]
        assert health["huggingface"]["status"] in {"degraded", "down"}
        assert health["github"]["status"] == "ok"
        assert run["status"] == "partial"
        assert {request.url.host for request in upstream.requests} == {"hub.test", "git.test"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["429 by date", "502 in HTML", "NaN"], id="three"),
        pytest.param(list(FAULTS), id="all", marks=pytest.mark.trial),
    ],
)
async def test_no_fault_of_github_changes_a_published_number(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, names: list[str]
) -> None:
    """One fault a day, each on all that is asked."""
    address = "/v1/trending?source=github&kind=repository&window=day"
    await run_day()
    upstream.repositories[1001]["stargazers_count"] += 50
    await run_day()
    before = (await client.get(address)).json()

    told = {}
    for name in names:
        fault, _ = FAULTS[name]
        upstream.fault = lambda request, fault=fault: (
            fault(request) if request.url.host == "git.test" else None
        )
        run = await run_day(days=0.05)
        told[name] = next(part for part in run["sources"] if part["name"] == "github")

    after = (await client.get(address)).json()
    assert after["data"] == before["data"] != []
    assert after["board"]["observed_at"] == before["board"]["observed_at"]
    assert after["board"]["status"] == "stale"
    assert {name: part["status"] for name, part in told.items()} == dict.fromkeys(names, "failed")
    reasons = {part["reason"].removeprefix("repository: ") for part in told.values()}
    assert {FAULTS[name][1] for name in names} - reasons <= {"empty", "bad_rows"}
    upstream.fault = None
    assert (await run_day())["status"] == "complete"


async def test_a_row_that_comes_twice_counts_once(run_day: RunDay, upstream: Upstream) -> None:
    rows = [{**row, "likes": row["likes"] + 1} for row in upstream.models.values()]
    doubled = [*upstream.models.values(), *rows]
    upstream.fault = lambda request: reply(doubled) if request.url.path == "/api/models" else None

    run = await run_day()

    part = next(part for part in run["sources"] if part["name"] == "huggingface")
    # Forty models, and one dataset, space and paper each.
    assert (part["status"], part["observations"]) == ("complete", 43)


def _moved(change: Callable[[dict[str, Any]], None]) -> Callable[[Upstream], None]:
    def act(upstream: Upstream) -> None:
        for row in upstream.models.values():
            change(row)

    return act


DOUBTFUL: dict[str, tuple[Callable[[Upstream], None], str]] = {
    "all zero": (_moved(lambda row: row.update(likes=0)), "all_zero"),
    "a tenth": (_moved(lambda row: row.update(likes=row["likes"] // 10)), "drifted"),
    "a hundredfold": (_moved(lambda row: row.update(likes=row["likes"] * 100)), "drifted"),
    "as text": (_moved(lambda row: row.update(likes=str(row["likes"]))), "bad_rows"),
    "negative": (_moved(lambda row: row.update(likes=-1)), "bad_rows"),
    "true": (_moved(lambda row: row.update(likes=True)), "bad_rows"),
    "beyond 2^53": (_moved(lambda row: row.update(likes=2**60)), "bad_rows"),
    "without an id": (_moved(lambda row: row.pop("_id")), "bad_rows"),
    "shrunken": (
        lambda upstream: upstream.unlisted.update(range(3, 41)),
        "shrunken",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(list(DOUBTFUL), one_in=2))
async def test_numbers_that_cannot_be_are_refused(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, name: str
) -> None:
    change, reason = DOUBTFUL[name]
    address = "/v1/trending/huggingface/model/lab/model-1"
    await run_day()
    before = (await client.get(address)).json()["history"]

    change(upstream)
    run = await run_day()

    parts = {part["name"]: part for part in run["sources"]}
    assert (await client.get(address)).json()["history"] == before
    assert f"model: {reason}" in parts["huggingface"]["reason"]


async def test_a_few_bad_rows_are_skipped_and_counted(run_day: RunDay, upstream: Upstream) -> None:
    upstream.models[1]["likes"] = None
    upstream.models[2]["_id"] = "zz"
    upstream.models[3]["id"] = "a b/c"

    run = await run_day()

    part = next(part for part in run["sources"] if part["name"] == "huggingface")
    assert (part["status"], part["skipped"]) == ("complete", 3)


@pytest.mark.slow
async def test_an_incomplete_search_is_partial_and_loses_nobody(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    some = list(upstream.repositories.values())[:30]
    upstream.fault = lambda request: (
        reply({"total_count": 40, "incomplete_results": True, "items": some})
        if request.url.path == "/search/repositories"
        else None
    )
    run = await run_day()

    part = next(part for part in run["sources"] if part["name"] == "github")
    assert part["reason"] == "repository: incomplete_results"
    assert part["observations"] == 40
    board = (
        await client.get("/v1/trending/movers?source=github&kind=repository&window=day")
    ).json()
    assert board["board"]["status"] == "partial"


async def test_one_source_down_stops_no_other(run_day: RunDay, upstream: Upstream) -> None:
    upstream.fault = lambda request: (
        raw_reply(b"down", 503, _HTML) if request.url.host == "git.test" else None
    )
    run = await run_day()

    assert {part["name"]: part["status"] for part in run["sources"]} == {
        "huggingface": "complete",
        "github": "failed",
    }


async def test_a_token_never_leaves_its_origin(upstream: Upstream) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply({}, 301, {"location": "https://evil.test/x"})

    upstream.fault = answer
    async with Client("https://git.test", token="secret", transport=upstream.transport()) as client:
        with pytest.raises(UpstreamError, match="foreign_redirect"):
            await client.get("/repositories/1")

    assert [request.url.host for request in seen] == ["git.test"]


async def test_a_next_page_elsewhere_is_no_next_page(upstream: Upstream) -> None:
    upstream.fault = answered([], headers={"link": '<https://evil.test/api>; rel="next"'})
    async with client_of(upstream, "huggingface") as client:
        answer = await client.get("/api/models")

    assert answer.next_url is None


async def test_a_burst_of_errors_is_waited_out(upstream: Upstream) -> None:
    failures = iter([raw_reply(b"", 500, JSON), raw_reply(b"<html>", 502, _HTML)])
    upstream.fault = lambda _: next(failures, None)
    async with client_of(upstream, "huggingface") as client:
        answer = await client.get("/api/models")

    assert answer.status == 200
    assert client.requests == 3


async def test_after_a_limit_nothing_more_is_asked(upstream: Upstream) -> None:
    upstream.fault = answered({}, 429, {"retry-after": "900"})
    async with client_of(upstream, "huggingface") as client:
        for _ in range(3):
            with pytest.raises(UpstreamError, match="rate_limited"):
                await client.get("/api/models")

    assert client.requests == 1
