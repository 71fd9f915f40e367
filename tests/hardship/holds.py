"""How long public reads hold the event loop: every public address, cold each time.

While one request holds the loop, nobody else is served. What counts is the processor time of the
loop's thread in one step of the loop, so that other work on the machine changes nothing.
"""

import asyncio
import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from rich.table import Table
from starlette.types import Message

from app.config import Settings
from app.main import create_app
from app.web.application import Application
from app.web.site.page import VERSION
from tests.hardship.figures import Figures
from tests.hardship.large_paper import NOW, OLD_SUBJECT
from tests.routes import routes_of

HOLDS_AT_MOST = 0.020

_REPOSITORIES = ("owner-1/repository-1", "owner-2/repository-2")
_SUBJECT = f"github/repository/{_REPOSITORIES[0]}"
_WHOLE = (
    "number date slug title summary sections{__typename slug heading ... on StorySection{body}}"
)
_QUERIES = (
    "{latestIssue{" + _WHOLE + "}}",
    "{issues(first:20){totalCount nodes{title summary}}}",
    "{issues(first:4){nodes{" + _WHOLE + "}}}",
    "{issues(first:90){nodes{title}}}",
    "{sections(first:100){totalCount nodes{slug heading issue{title}}}}",
    "{tools(first:100){totalCount nodes{name issue{title}}}}",
    "{reading(first:100){totalCount nodes{title}}}",
    "{toolCategories(first:100){totalCount nodes{name count}}}",
    "{bylines(first:100){totalCount nodes{name count}}}",
    "{boards(limit:100){board{tracked} entries{name}}}",
    "{entries(first:100){totalCount nodes{name stars}}}",
    '{search(query:"model",first:20){totalCount nodes{title snippet}}}',
    "{trending(source:GITHUB,kind:REPOSITORY,first:100){totalCount nodes{name} board{tracked}}}",
    "{movers(first:100){totalCount nodes{name}}}",
    '{subject(source:GITHUB,kind:REPOSITORY,externalId:"owner-1/repository-1")'
    "{name history{stars} appearances{rank}}}",
    "{__schema{types{name fields{name}}}}",
)
_DAYS = "from=20{n}-01-01&to=2027-01-01"
"""Another question each time: nothing that was counted before is known."""

TARGETS: dict[str, tuple[str, ...]] = {
    "/": ("/",),
    "/issues": ("/issues",),
    "/issues/{ref}": ("/issues/12", "/issues/13"),
    "/search": ("/search", "/search?q=model", "/search?q=the+open+model&sort=newest"),
    "/trending": ("/trending", "/trending?window=day", "/trending?window=month"),
    "/trending/changes": ("/trending/changes",),
    "/trending/method": ("/trending/method",),
    "/trending/{source}/{kind}": (
        "/trending/github/repository",
        "/trending/huggingface/model?window=month",
    ),
    "/trending/{source}/{kind}/{external_id}": (
        f"/trending/{_SUBJECT}",
        f"/trending/huggingface/space/{OLD_SUBJECT}",
    ),
    "/trending/{source}/{kind}/compare": (
        f"/trending/github/repository/compare?id={_REPOSITORIES[0]}&id={_REPOSITORIES[1]}",
    ),
    "/brief": ("/brief",),
    "/brief/{date}": ("/brief/2026-05-{n}",),
    "/data": ("/data",),
    "/cards/issues/{number}.png": ("/cards/issues/12.png",),
    "/cards/trending/{source}/{kind}/{external_id}.png": (f"/cards/trending/{_SUBJECT}.png",),
    "/tools": ("/tools", "/tools?category=agents"),
    "/reading": ("/reading",),
    "/assets/{version}/{name}": (f"/assets/{VERSION}/card.png", f"/assets/{VERSION}/site.css"),
    "/favicon.ico": ("/favicon.ico",),
    "/icon.png": ("/icon.png",),
    "/logo.png": ("/logo.png",),
    "/sitemap.xml": ("/sitemap.xml",),
    "/robots.txt": ("/robots.txt",),
    "/llms.txt": ("/llms.txt",),
    "/.well-known/security.txt": ("/.well-known/security.txt",),
    "/feeds/issues.{form}": tuple(f"/feeds/issues.{form}" for form in ("atom", "rss", "json")),
    "/feeds/sections/{kind}.{form}": (
        *(f"/feeds/sections/{kind}.atom" for kind in ("lead", "deep_dive", "tools", "trending")),
        *("/feeds/sections/lead.json", "/feeds/sections/reading.rss"),
    ),
    "/feeds/corrections.{form}": tuple(
        f"/feeds/corrections.{form}" for form in ("atom", "rss", "json")
    ),
    "/feeds/movers.{form}": tuple(f"/feeds/movers.{form}" for form in ("atom", "rss", "json")),
    "/v1/publication": ("/v1/publication",),
    "/v1/limits": ("/v1/limits",),
    "/v1/issues": (
        *("/v1/issues", "/v1/issues?limit=100", f"/v1/issues?limit=100&{_DAYS}"),
        "/v1/issues?fields=number,title&limit=100",
    ),
    "/v1/issues/{ref}": ("/v1/issues/latest", "/v1/issues/12", "/v1/issues/12?fields=sections"),
    "/v1/issues/{ref}.md": ("/v1/issues/12.md", "/v1/issues/13.md"),
    "/v1/issues/{ref}/sections/{slug}": (
        "/v1/issues/12/sections/trending-what-s-gaining-momentum",
    ),
    "/v1/issues/{ref}/claims": ("/v1/issues/12/claims", "/v1/issues/13/claims"),
    "/v1/issues/{ref}/printings": ("/v1/issues/12/printings",),
    "/v1/issues/{ref}/printings/{printing}": ("/v1/issues/12/printings/1",),
    "/v1/corrections": ("/v1/corrections?limit=100",),
    "/v1/brief": ("/v1/brief", "/v1/brief?date=2026-05-{n}"),
    "/v1/brief.md": ("/v1/brief.md?date=2026-05-{n}",),
    "/v1/events": ("/v1/events?limit=100", "/v1/events?types=issue.published&limit=100"),
    "/v1/sections": ("/v1/sections?limit=100", f"/v1/sections?limit=100&kind=lead&{_DAYS}"),
    "/v1/tools": ("/v1/tools?limit=100", f"/v1/tools?category=agents&{_DAYS}"),
    "/v1/reading": ("/v1/reading?limit=100", f"/v1/reading?limit=100&{_DAYS}"),
    "/v1/entries": (
        *("/v1/entries?limit=100", f"/v1/entries?limit=100&kind=model&{_DAYS}"),
        "/v1/entries?external_id=demo-robotics/gripper",
    ),
    "/v1/entries.csv": ("/v1/entries.csv", f"/v1/entries.csv?{_DAYS}"),
    "/v1/entries.metadata.json": ("/v1/entries.metadata.json",),
    "/v1/observations": ("/v1/observations?date=2026-05-02",),
    "/v1/observations.csv": ("/v1/observations.csv?date=2026-05-02",),
    "/v1/observations.metadata.json": ("/v1/observations.metadata.json?date=2026-05-02",),
    "/v1/observations.parquet": ("/v1/observations.parquet?date=2026-05-02",),
    "/v1/search/suggest": ("/v1/search/suggest?q=mod",),
    "/v1/search": (
        *("/v1/search?q=model", "/v1/search?q=the&limit=100", "/v1/search?q=mod*"),
        *("/v1/search?q=the+model&sort=newest&limit=100", f"/v1/search?q=open+model&{_DAYS}"),
    ),
    "/v1/trending": (
        "/v1/trending?source=github&kind=repository&limit=100",
        "/v1/trending?source=github&kind=repository&window=month&date=2026-05-02",
    ),
    "/v1/trending.csv": ("/v1/trending.csv?source=github&kind=repository",),
    "/v1/trending.metadata.json": ("/v1/trending.metadata.json?source=github&kind=repository",),
    "/v1/trending.svg": ("/v1/trending.svg?source=github&kind=repository",),
    "/v1/trending/changes": ("/v1/trending/changes", "/v1/trending/changes?window=month"),
    "/v1/trending/history": (
        "/v1/trending/history?source=github&kind=repository",
        "/v1/trending/history?source=huggingface&kind=model&days=30&limit=50",
    ),
    "/v1/trending/boards": (
        *("/v1/trending/boards", "/v1/trending/boards?limit=100&window=day"),
        "/v1/trending/boards?limit=100&window=month&date=2026-05-{n}",
    ),
    "/v1/trending/movers": (
        *("/v1/trending/movers?limit=100", "/v1/trending/movers?direction=down&window=month"),
        "/v1/trending/movers?source=huggingface&limit=100",
    ),
    "/v1/trending/{source}/{kind}/{external_id}": (
        f"/v1/trending/{_SUBJECT}",
        f"/v1/trending/huggingface/space/{OLD_SUBJECT}",
    ),
    "/v1/trending/movers.csv": ("/v1/trending/movers.csv",),
    "/v1/trending/movers.metadata.json": ("/v1/trending/movers.metadata.json",),
    "/v1/trending/movers.svg": ("/v1/trending/movers.svg",),
    "/v1/trending/{source}/{kind}/{external_id}/history.csv": (
        f"/v1/trending/{_SUBJECT}/history.csv",
        f"/v1/trending/huggingface/space/{OLD_SUBJECT}/history.csv",
    ),
    "/v1/trending/{source}/{kind}/{external_id}/history.metadata.json": (
        f"/v1/trending/{_SUBJECT}/history.metadata.json",
    ),
    "/v1/trending/{source}/{kind}/{external_id}/history.svg": (
        f"/v1/trending/{_SUBJECT}/history.svg",
        f"/v1/trending/huggingface/space/{OLD_SUBJECT}/history.svg",
    ),
    "/v1/sync/sources": ("/v1/sync/sources",),
    "/openapi.json": ("/openapi.json",),
    "/livez": ("/livez",),
    "/readyz": ("/readyz",),
    "/metrics": ("/metrics",),
    "/docs": ("/docs",),
    "/docs/assets/{name}": ("/docs/assets/swagger-ui-bundle.js",),
    "/problems": ("/problems",),
    "/problems/{code}": ("/problems/not_found",),
    "/problems/style.css": ("/problems/style.css",),
    "/graphql": tuple(f"/graphql?query={quote(query)}" for query in _QUERIES),
    "/graphql/assets/{name}": ("/graphql/assets/graphiql-page.js",),
    "/graphql/examples.json": ("/graphql/examples.json",),
    "/graphql/schema.graphql": ("/graphql/schema.graphql",),
}
"""What is asked for at each template; `{n}` is the round."""

REDIRECTS = {"/brief": 307}
"""Addresses that only redirect, with their status; all others answer 200."""

LEFT_OUT = frozenset({"/preview/{token}"})
"""Needs a token that only editors give out."""


def templates_left(app: Application) -> set[str]:
    """Public templates of an application that nothing above asks for."""
    public = {
        route.template for route in routes_of(app) if route.method == "GET" and not _key(route)
    }
    return public - TARGETS.keys() - LEFT_OUT


def _key(route: Any) -> bool:
    return route.scopes is not None


@dataclass
class Held:
    """What one address cost, over all rounds."""

    target: str
    status: int = 0
    size: int = 0
    holds: list[float] = field(default_factory=list)
    """Seconds of processor in the longest step of the loop."""
    seconds: list[float] = field(default_factory=list)
    """Seconds until the answer was whole."""


def run(settings: Settings, *, rounds: int, is_measured: bool = True) -> tuple[Table, Figures]:
    """Ask for everything in each round; without `is_measured` times are not judged."""
    figures = Figures("holds of the loop", rounds)
    found = asyncio.run(_ask_all(settings, rounds))
    table = Table("address", "status", "bytes", "longest hold, ms", "whole answer, ms")
    for held in sorted(found, key=lambda held: -max(held.holds)):
        longest = max(held.holds)
        table.add_row(
            held.target.replace("[", r"\["),
            str(held.status),
            f"{held.size:,}",
            f"{longest * 1000:.1f}",
            f"{min(held.seconds) * 1000:.1f}",
        )
        expected = REDIRECTS.get(held.target, 200)
        figures.expect(held.status == expected, f"{held.target}: {held.status}")
        if is_measured:
            where = f"{held.target}: {longest * 1000:.1f} ms"
            figures.expect(longest <= HOLDS_AT_MOST, where)
    return table, figures


async def _ask_all(settings: Settings, rounds: int) -> list[Held]:
    # Later than the paper, so that Last-Modified is sent; the same for all boards.
    app = create_app(settings, clock=lambda: NOW + timedelta(seconds=5))
    async with app.router.lifespan_context(app):
        left = templates_left(app)
        assert not left, f"public addresses that nothing asks for: {sorted(left)}"
        found = [Held(target) for targets in TARGETS.values() for target in targets]
        for held in found:  # what is made once in the life of a process
            await _ask(app, held, 1)
        gc.collect()
        gc.freeze()
        for turn in range(2, rounds + 2):
            for held in found:
                app.state.response_cache.clear()
                with _longest_step() as steps:
                    started = time.perf_counter()
                    await _ask(app, held, turn)
                    held.seconds.append(time.perf_counter() - started)
                held.holds.append(max(steps))
        gc.unfreeze()
    return found


async def _ask(app: Application, held: Held, turn: int) -> None:
    # A task of its own, so that its first step is measured too.
    sent = await asyncio.create_task(_answer(app, held.target.replace("{n}", f"{turn:02}")))
    held.status = sent[0]["status"]
    held.size = sum(len(message.get("body", b"")) for message in sent)


async def _answer(app: Application, target: str) -> Sequence[Message]:
    path, _, query = target.partition("?")
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"paper.test"), (b"accept-encoding", b"gzip")],
        "client": ("192.0.2.1", 1),
        "server": ("paper.test", 80),
        "state": {},
    }
    await app(scope, receive, send)
    return sent


@contextmanager
def _longest_step() -> Iterator[list[float]]:
    """Processor seconds of each step that the loop makes meanwhile."""
    steps = [0.0]
    run_step = vars(asyncio.Handle)["_run"]

    def timed(handle: asyncio.Handle) -> None:
        started = time.thread_time()
        run_step(handle)
        steps.append(time.thread_time() - started)

    with patch.object(asyncio.Handle, "_run", timed):
        yield steps
