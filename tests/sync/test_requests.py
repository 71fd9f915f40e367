"""How much is asked of the two APIs: few requests, none twice, never more than the quota."""

from typing import Any

import httpx
import pytest

from app.models.sighting import Sighting
from app.sync.github_rows import repository
from app.sync.rows import text
from app.sync.runner import SyncService
from tests.sync.conftest import RunDay, client_of
from tests.sync.upstream import Upstream

pytestmark = pytest.mark.anyio


def asked(upstream: Upstream, host: str, path: str = "") -> list[httpx.Request]:
    return [r for r in upstream.requests if r.url.host == host and r.url.path.startswith(path)]


@pytest.mark.slow
async def test_1000_repositories_and_400_others_take_few_requests(
    run_day: RunDay, upstream: Upstream
) -> None:
    for number in range(1, 341):
        upstream.add_model(number, f"lab/model-{number}", likes=100 + number)
    for number in range(1001, 2001):
        upstream.add_repository(number, f"lab/repo-{number}", stars=number)
    await run_day()
    upstream.unlisted = set(range(1021, 2001))
    for number in range(341, 401):  # sixty leave the listing, and not the long one
        upstream.add_model(number, f"lab/model-{number}", likes=1000 + number)
    upstream.requests.clear()

    run = await run_day()

    searched = sum(request.url.path == "/search/repositories" for request in upstream.requests)
    assert run["status"] == "complete", run
    assert len(upstream.requests) - searched <= 60


async def test_a_repository_in_many_searches_is_read_once(
    run_day: RunDay, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row is in the answer of every search here."""
    read: list[Any] = []

    def counting(row: object) -> Sighting:
        read.append(row)
        return repository(row)

    monkeypatch.setattr("app.sync.github.repository", counting)

    run = await run_day()

    assert run["status"] == "complete", run
    assert len(asked(upstream, "git.test", "/search/repositories")) > 1
    assert sorted(row["id"] for row in read) == sorted(upstream.repositories)


@pytest.mark.parametrize("last", ["\ufffe", "\uffff", "\U0001fffe", "\U0001ffff", "\U0010ffff"])
def test_no_noncharacter_is_kept(last: str) -> None:
    assert text(f"one{last}", most=10) == "one"
    assert text("\U0001fffd\U0002fffc\ufffd", most=10) == "\U0001fffd\U0002fffc\ufffd"


@pytest.mark.slow
async def test_without_a_token_a_run_stays_inside_the_anonymous_limits(
    client: httpx.AsyncClient,
    service: SyncService,
    run_day: RunDay,
    upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(1001, 2001):
        upstream.add_repository(number, f"lab/repo-{number}", stars=number)
    await run_day()
    upstream.unlisted = set(range(1501, 2001))
    monkeypatch.setattr(service, "_make_client", lambda name: client_of(upstream, name))
    upstream.requests.clear()

    run = await run_day()

    parts: dict[str, dict[str, Any]] = {part["name"]: part for part in run["sources"]}
    searched = asked(upstream, "git.test", "/search/")
    others = len(asked(upstream, "git.test")) - len(searched)
    # Its own bucket of 10 a minute, waited for; the others 60 an hour; Hugging Face 500 in five
    # minutes.
    assert len(searched) <= 30
    assert others <= 60
    assert asked(upstream, "git.test", "/graphql") == []
    assert len(asked(upstream, "hub.test")) <= 60
    assert parts["github"]["status"] == "partial"
    assert "anonymous_quota" in parts["github"]["reason"]
    board = (await client.get("/v1/trending?source=github&kind=repository&window=day")).json()
    assert board["board"]["status"] == "partial"
    # What was not asked for keeps its place, and is asked for first the next time.
    seen = {r.url.path for r in asked(upstream, "git.test", "/repositories/")}
    assert seen
    upstream.requests.clear()
    await run_day()
    assert not seen & {r.url.path for r in asked(upstream, "git.test", "/repositories/")}


async def test_within_the_hour_a_run_asks_only_for_what_is_not_fresh(
    run_day: RunDay, upstream: Upstream
) -> None:
    upstream.fault = lambda request: (
        httpx.Response(500) if request.url.path == "/api/spaces" else None
    )
    first = await run_day()
    upstream.fault = None
    upstream.requests.clear()

    second = await run_day(days=1 / 48)

    assert {r.url.path for r in upstream.requests} == {"/api/spaces"}
    whole, rest = (sum(part["bytes"] for part in run["sources"]) for run in (first, second))
    assert rest * 5 < whole
