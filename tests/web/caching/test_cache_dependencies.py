"""A change drops what depends on it and nothing else; what is no public change shows nowhere."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.changes import ChangeWatch
from app.content.commands import issues, publishing
from app.content.commands.selection import no_guard
from app.content.commands.transaction import Transaction, perform
from app.content.ref import parse_ref
from app.models.content_version import EVENTS, PAPER
from app.web.application import Application
from tests import factories
from tests.conftest import Clock
from tests.counted import counted
from tests.snapshots import record_models

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

Headers = dict[str, str]

OF_PRINT = (
    "/v1/issues",
    "/v1/issues/95",
    "/v1/issues/latest",
    "/v1/issues/95.md",
    "/v1/issues/95/sections/the-lead",
    "/v1/sections",
    "/v1/tools",
    "/v1/reading",
    "/v1/entries",
    "/v1/corrections",
    "/v1/issues/95/printings",
    "/v1/issues/95/printings/1",
    "/v1/search?q=weights",
    "/issues",
    "/search?q=weights",
    "/tools",
    "/reading",
    "/feeds/issues.atom",
    "/feeds/issues.rss",
    "/feeds/issues.json",
    "/feeds/sections/lead.atom",
    "/feeds/corrections.json",
    "/llms.txt",
    "/graphql?query={latestIssue{title}}",
    "/graphql?query={tools{nodes{name}}}",
    "/graphql?query={search(query:%22weights%22){nodes{title}}}",
)
OF_TRENDS = (
    "/v1/trending/boards",
    "/v1/trending?source=huggingface&kind=model",
    "/v1/trending/movers",
    "/v1/sync/sources",
    "/trending",
    "/trending/huggingface/model",
    "/feeds/movers.atom",
    "/graphql?query={trending(source:HUGGINGFACE,kind:MODEL){nodes{name}}}",
)
OF_BOTH = (
    "/",
    "/issues/95",
    "/v1/trending/huggingface/model/acme/orca",
    "/trending/huggingface/model/acme/orca",
    "/sitemap.xml",
    "/graphql?query={latestIssue{title}movers(window:WEEK){nodes{name}}}",
)
STATIC = (
    "/v1/publication",
    "/v1/limits",
    "/openapi.json",
    "/docs",
    "/problems/not_found",
    "/robots.txt",
    "/.well-known/security.txt",
    "/graphql/schema.graphql",
)
ALL = (*OF_PRINT, *OF_TRENDS, *OF_BOTH, *STATIC)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": "10000/60"})


@pytest.fixture
async def desk(
    app: Application, client: httpx.AsyncClient, editor: Headers, clock: Clock
) -> Callable[..., Awaitable[Any]]:
    """Issue 95 in print, drafts 96 and 97, models that were seen; gives a way to write."""

    async def write(method: str, path: str, **sent: Any) -> Any:
        answer = await client.request(method, path, headers={**editor, "If-Match": "*"}, **sent)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    await write("POST", "/v1/issues?publish=true", json=factories.whole_issue())
    for number in (96, 97):
        document = factories.issue(number=number, date=f"2026-05-{number - 92:02}")
        await write("POST", "/v1/issues", json=document)
    for days in (8, 1):
        seen = {"acme/orca": 100 - days, "acme/lynx": 50}
        await record_models(app.state.database, seen, at=clock() - timedelta(days=days))
    clock.advance(seconds=5)
    return write


async def read_all(client: httpx.AsyncClient) -> dict[str, tuple[int, Headers, bytes]]:
    """Every public address with all that a caller sees, but for the name of the request."""
    found = {}
    for path in ALL:
        answer = await client.get(path)
        fields = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
        found[path] = (answer.status_code, fields, answer.content)
    return found


@pytest.mark.slow
async def test_what_is_no_public_change_shows_in_no_answer(
    client: httpx.AsyncClient, desk: Callable[..., Awaitable[Any]], clock: Clock
) -> None:
    """Nor in the absence of an answer from the cache, which `RateLimit` would tell."""
    await read_all(client)
    before = await read_all(client)
    assert {status for status, _, _ in before.values()} == {200}
    assert not any("ratelimit" in fields for _, fields, _ in before.values())
    in_two_hours = (clock() + timedelta(hours=2)).isoformat()
    later = (clock() + timedelta(hours=3)).isoformat()

    for method, path, body in (
        ("PATCH", "/v1/issues/96", {"title": "Another draft"}),
        ("POST", "/v1/issues/96/schedule", {"publish_at": in_two_hours}),
        ("POST", "/v1/issues/97/schedule", {"publish_at": later}),
        ("PATCH", "/v1/issues/96", {"title": "Another head"}),
        ("POST", "/v1/issues/96/schedule", {"publish_at": later}),
        ("PATCH", "/v1/issues/95", {"title": "A head that is not printed"}),
        ("POST", "/v1/issues/96/unpublish", None),
        ("POST", "/v1/issues/97/unpublish", None),
        ("POST", "/v1/issues/96/preview", None),
        ("DELETE", "/v1/issues/96", None),
    ):
        await desk(method, path, json=body)

        assert await read_all(client) == before, (method, path)


async def test_the_next_publication_is_told_by_max_age_alone(
    client: httpx.AsyncClient, desk: Callable[..., Awaitable[Any]], clock: Clock
) -> None:
    await client.get("/v1/issues/latest")
    soon = (clock() + timedelta(seconds=40)).isoformat()

    async def told() -> tuple[str, bool]:
        answer = await client.get("/v1/issues/latest")
        return answer.headers["cache-control"], "ratelimit" in answer.headers

    await desk("POST", "/v1/issues/96/schedule", json={"publish_at": soon})
    assert await told() == ("public, max-age=40", False)
    await desk("POST", "/v1/issues/96/unpublish", json=None)
    assert await told() == ("public, max-age=60, stale-while-revalidate=600", False)
    await desk("POST", "/v1/issues/96/schedule", json={"publish_at": soon})
    clock.advance(seconds=40)
    assert (await client.get("/v1/issues/latest")).json()["number"] == 96


async def test_a_schedule_during_a_read_is_told_by_what_the_read_leaves(
    app: Application,
    client: httpx.AsyncClient,
    desk: Callable[..., Awaitable[Any]],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = app.state.database.reader.rows
    soon = clock() + timedelta(seconds=40)

    async def scheduled_meanwhile(*arguments: Any) -> Any:
        found = await rows(*arguments)
        app.state.response_cache.reschedule(soon)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(app.state.database.reader, "rows", scheduled_meanwhile)
        await client.get("/v1/issues?limit=5")

    cached = await client.get("/v1/issues?limit=5")
    assert "ratelimit" not in cached.headers
    assert cached.headers["cache-control"] == "public, max-age=40"


async def held_after(
    app: Application, client: httpx.AsyncClient, change: Callable[[], Awaitable[Any]]
) -> list[str]:
    """What is still cached after a change."""
    await read_all(client)
    await read_all(client)
    await change()
    return [path for path in ALL if "ratelimit" not in (await client.get(path)).headers]


@pytest.mark.slow
@pytest.mark.usefixtures("desk")
async def test_a_sync_drops_trends_and_leaves_print(
    app: Application, client: httpx.AsyncClient, clock: Clock
) -> None:
    async def sync() -> None:
        await record_models(app.state.database, {"acme/orca": 120}, at=clock())

    assert await held_after(app, client, sync) == [*OF_PRINT, *STATIC]


@pytest.mark.slow
async def test_a_publication_drops_print_and_leaves_trends(
    app: Application, client: httpx.AsyncClient, desk: Callable[..., Awaitable[Any]]
) -> None:
    async def publish() -> None:
        await desk("POST", "/v1/issues/96/publish", json=None)

    assert await held_after(app, client, publish) == [*OF_TRENDS, *STATIC]


OF_OTHERS = (
    "/v1/issues/92",
    "/v1/issues/92.md",
    "/issues/92",
    "/v1/issues/95",
    "/v1/issues/95/sections/the-lead",
    "/v1/issues/latest",
    "/",
    "/graphql?query={issue(number:92){title}}",
)


async def test_a_correction_leaves_other_issues_and_trends(
    client: httpx.AsyncClient, desk: Callable[..., Awaitable[Any]]
) -> None:
    """A new issue drops those beside it as well, which link to it."""
    query = {"query": "{ issue(number: 92) { title tools { name } } }"}

    async def read() -> dict[str, bytes]:
        posted = await client.post("/graphql", json=query)
        answers = {path: (await client.get(path)).content for path in (*OF_OTHERS, *OF_TRENDS)}
        return answers | {"posted": posted.content[:40]}

    for number in (92, 93):
        document = factories.issue(number=number, date=f"2026-05-0{number - 91}")
        await desk("POST", "/v1/issues?publish=true", json=document)
    await read()
    before = await read()

    await desk("PATCH", "/v1/issues/93", json={"title": "Corrected"})
    note = {"correction": {"note": "The title was wrong."}}
    await desk("POST", "/v1/issues/93/publish", json=note)

    with counted() as statements:
        assert await read() == before
    assert statements == []
    assert (await client.get("/v1/issues/93")).json()["title"] == "Corrected"
    assert "Corrected" in (await client.get("/v1/issues")).text

    document = factories.issue(number=91, date="2026-04-30")
    await desk("POST", "/v1/issues?publish=true", json=document)
    with counted() as statements:
        assert (await client.get("/v1/issues/93")).json()["title"] == "Corrected"
        await client.get("/v1/issues/95")
    assert statements == []
    links = (await client.get("/v1/issues/92")).json()["links"]
    assert links["previous"].endswith("/91")


@pytest.mark.slow
async def test_a_publication_by_schedule_drops_the_same(
    app: Application, client: httpx.AsyncClient, desk: Callable[..., Awaitable[Any]], clock: Clock
) -> None:
    soon = (clock() + timedelta(seconds=90)).isoformat()
    await desk("POST", "/v1/issues/96/schedule", json={"publish_at": soon})

    async def appear() -> None:
        clock.advance(seconds=90)

    held = await held_after(app, client, appear)
    assert [path for path in held if path != "/v1/sync/sources"] == [
        *(path for path in OF_TRENDS if path != "/v1/sync/sources"),
        *STATIC,
    ]


async def test_a_schedule_that_comes_due_between_two_looks_is_seen(
    app: Application, clock: Clock
) -> None:
    """Written by another process, and in print before this one looked again."""
    watch = ChangeWatch(app.state.database, clock=clock, patience_seconds=60)
    await watch.look()
    told: list[tuple[frozenset[str], datetime | None]] = []
    watch.listen(lambda moved: told.append((moved, watch.next_publication_at)))

    def schedule(tx: Transaction) -> None:
        base_url = "http://paper.test"
        document = factories.issue(number=1)
        issues.create(tx, payload=lambda: document, publish=False, base_url=base_url)
        when = {"publish_at": (tx.now + timedelta(seconds=1)).isoformat()}
        publishing.schedule(
            tx, parse_ref("1"), payload=lambda: when, guard=no_guard, base_url=base_url
        )

    app.state.database.after_write = None
    await app.state.database.write(
        lambda bind: perform(bind, schedule, principal=COMMAND_LINE, clock=clock)
    )
    clock.advance(seconds=2)
    await watch.look()

    assert told == [(frozenset({PAPER, EVENTS}), None)]
    watch.close()
