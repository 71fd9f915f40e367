"""Surrogate keys and `CDN-Cache-Control`: what edge caches keep, and how they drop it."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.models.surrogate_key import MAX_BYTES, MAX_KEYS, within_limits
from app.web.application import Application
from tests import factories
from tests.conftest import Clock
from tests.snapshots import record_models

from .test_cache_dependencies import ALL

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Desk = Callable[..., Awaitable[Any]]

ISSUES = {"/v1/issues/94": "issue-94", "/v1/issues/95": "issue-95", "/issues/94": "issue-94"}
KEYS = {
    "/v1/issues/95": "issue-95",
    "/v1/issues/2026-05-03": "issue-95",
    "/v1/issues/95.md": "issue-95",
    "/v1/issues/95/sections/the-lead": "issue-95",
    "/v1/issues/latest": "issue-95 latest",
    "/v1/issues/latest.md": "issue-95 latest",
    "/v1/issues": "lists",
    "/v1/tools": "lists",
    "/v1/search?q=weights": "lists search",
    "/v1/trending?source=huggingface&kind=model": "trending-huggingface-model",
    "/v1/trending/boards": "trending",
    "/v1/trending/huggingface/model/acme/orca": "trending-huggingface-model lists",
    # Its box has a number, and a new subject of any board may be what that is about.
    "/": "issue-95 latest trending pages",
    "/issues/95": "issue-95 trending pages",
    "/v1/issues/95/claims": "issue-95 trending",
    "/issues": "lists pages",
    "/trending/huggingface/model": "trending-huggingface-model pages",
    "/feeds/issues.atom": "lists feeds",
    "/feeds/movers.json": "trending feeds",
    "/sitemap.xml": "lists trending",
    "/openapi.json": "pages",
    "/graphql?query={latestIssue{title}}": "issue-95 latest",
    "/graphql?query={issue(number:95){title}}": "issue-95",
    "/graphql?query={issues{nodes{title}}}": "issue-94 issue-95 lists",
    "/graphql?query={search(query:%22weights%22){nodes{title}}}": "lists search",
    "/graphql?query={trending(source:HUGGINGFACE,kind:MODEL){nodes{name}}}": (
        "trending-huggingface-model"
    ),
    "/graphql?query={publication{title}}": "pages",
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": "10000/60", "edge_max_age": 86_400})


@pytest.fixture
async def desk(app: Application, client: httpx.AsyncClient, editor: Headers, clock: Clock) -> Desk:
    """Issues 94 and 95 in print, draft 96, models that were seen; gives a way to write."""

    async def write(method: str, path: str, **sent: Any) -> Any:
        answer = await client.request(method, path, headers={**editor, "If-Match": "*"}, **sent)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    await write("POST", "/v1/issues?publish=true", json=factories.whole_issue())
    older = factories.issue(number=94, date="2026-05-02")
    await write("POST", "/v1/issues?publish=true", json=older)
    await write("POST", "/v1/issues", json=factories.issue(number=96, date="2026-05-04"))
    for days in (8, 1):
        seen = {"acme/orca": 100 - days, "acme/lynx": 50}
        await record_models(app.state.database, seen, at=clock() - timedelta(days=days))
    clock.advance(seconds=5)
    return write


@pytest.mark.usefixtures("desk")
async def test_an_answer_names_what_can_change_it(client: httpx.AsyncClient) -> None:
    """On the first answer, on one from the cache, and on a 304."""
    for path, keys in KEYS.items():
        first = await client.get(path)
        cached = await client.get(path)
        unchanged = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

        assert unchanged.status_code == 304
        for answer in (first, cached, unchanged):
            assert answer.headers["surrogate-key"] == keys, path
            assert answer.headers["cache-tag"] == keys.replace(" ", ","), path
            age = re.fullmatch(r"public, max-age=(\d+)", answer.headers["cdn-cache-control"])
            assert age
            # A board ends by itself when it is 36 hours old.
            assert int(age[1]) == 86_400 or "trending" in keys, path


async def test_what_is_not_public_has_none(
    client: httpx.AsyncClient, desk: Desk, editor: Headers
) -> None:
    preview = await desk("POST", "/v1/issues/96/preview")
    answers = [
        await client.get("/v1/issues/95", headers=editor),
        await client.get("/v1/issues/96", headers=editor),
        await client.get("/v1/issues", headers=editor),
        await client.get("/graphql?query={latestIssue{title}}", headers=editor),
        await client.get("/v1/issues/95", headers={"Accept": "text/markdown"}),
        await client.get("/v1/issues/1000"),
        await client.get(httpx.URL(preview["url"]).path),
    ]

    for answer in answers:
        assert not {"surrogate-key", "cache-tag", "cdn-cache-control"} & set(answer.headers)


async def test_the_edge_age_ends_at_the_next_publication(
    client: httpx.AsyncClient, desk: Desk, clock: Clock
) -> None:
    async def ages() -> list[str]:
        paths = ("/v1/issues/95", "/v1/issues", "/v1/publication", "/issues/94")
        return [(await client.get(path)).headers["cdn-cache-control"] for path in paths]

    await ages()
    soon = (clock() + timedelta(seconds=7200)).isoformat()
    await desk("POST", "/v1/issues/96/schedule", json={"publish_at": soon})

    def until(seconds: int) -> list[str]:
        short, long = f"public, max-age={seconds}", "public, max-age=86400"
        return [short, short, long, short]

    assert await ages() == until(7200)
    clock.advance(seconds=0.5)
    assert await ages() == until(7199)
    clock.advance(seconds=7190)
    assert await ages() == until(9)
    clock.advance(seconds=9.5)
    assert set(await ages()) == {"public, max-age=86400"}


async def changed_by(
    client: httpx.AsyncClient, change: Callable[[], Awaitable[Any]]
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The keys of the answers that a change makes different, and of those that stay."""
    paths = (*ALL, *KEYS, *ISSUES)
    before = {path: await client.get(path) for path in paths}
    await change()
    changed: dict[str, set[str]] = {}
    same: dict[str, set[str]] = {}
    for path, was in before.items():
        if "public" not in was.headers["cache-control"]:
            continue  # nothing was found there
        keys = was.headers["surrogate-key"]
        assert 1 <= len(keys.split()) <= MAX_KEYS
        assert len(keys) <= MAX_BYTES
        now = await client.get(path)
        is_same = now.status_code == was.status_code and now.content == was.content
        (same if is_same else changed)[path] = set(keys.split())
    return changed, same


PRINTED = {"lists", "latest", "search"}


@pytest.mark.slow
async def test_what_a_change_changes_has_a_key_that_it_purges(
    app: Application, client: httpx.AsyncClient, desk: Desk, clock: Clock
) -> None:
    for method, path, sent, touched in (
        ("POST", "/v1/issues/96/publish", None, {"issue-96", "issue-95"}),
        ("PATCH", "/v1/issues/94?publish=true", {"title": "New"}, {"issue-94"}),
        ("POST", "/v1/issues/95/unpublish", None, {"issue-95", "issue-94", "issue-96"}),
    ):
        changed, same = await changed_by(client, partial(desk, method, path, json=sent))

        purged = PRINTED | touched
        assert changed
        assert {at for at, keys in changed.items() if not keys & purged} == set()
        assert not same["/trending"] & purged

    async def sync() -> None:
        await record_models(app.state.database, {"acme/orca": 120}, at=clock())

    changed, same = await changed_by(client, sync)

    purged = {"trending", "trending-huggingface-model"}
    assert {at for at, keys in changed.items() if not keys & purged} == set()
    assert not same["/v1/issues/94"] & purged


class TestSwitchedOff:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"surrogate_keys": False, "edge_max_age": 0})

    @pytest.mark.slow
    @pytest.mark.usefixtures("desk")
    async def test_no_answer_has_a_field_for_edge_caches(self, client: httpx.AsyncClient) -> None:
        for path in ALL:
            names = set((await client.get(path)).headers)

            assert not {"surrogate-key", "cache-tag", "cdn-cache-control"} & names, path


def test_too_many_keys_give_way_to_wider_ones() -> None:
    issues = [f"issue-{number}" for number in range(20)]
    boards = [f"trending-{'s' * 40}-{number}" for number in range(6)]

    assert within_limits(["pages", "pages", "latest"]) == ("pages", "latest")
    assert within_limits(issues[:8]) == tuple(issues[:8])
    assert within_limits(["latest", *issues, "feeds"]) == ("lists", "feeds")
    assert within_limits([*boards, "pages"]) == ("trending", "pages")
