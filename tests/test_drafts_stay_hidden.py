"""A caller without `drafts:read` cannot learn of a draft by any route.

Two worlds are lived through from the same empty database: in one only what the public may notice
is done, in the other drafts are made, saved, scheduled and thrown away in between. Afterwards every
GET route is asked for everything there is and everything there is not, and both must answer alike
to the byte.

What the contract lets out on purpose is not held against it: `max-age` that ends at the next
scheduled publication, the revision that is shown (it counts unpublished saves before it), and the
default number, one above the highest in use (so the plans name their numbers).
"""

import asyncio
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import (
    HealthCheck,
    Phase,
    given,
    settings as hypothesis_settings,
    strategies as st,
)
from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel

from app.config import Settings
from app.content.access import COMMAND_LINE, SCOPES, NewKey
from app.content.commands.announcing import announce_due
from app.content.commands.transaction import perform
from app.main import create_app
from app.models import ApiKey
from app.web.site import card_router
from tests.conftest import Clock
from tests.factories import day, make_issue
from tests.routes import MUTATING, Route, routes_of

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _cards_as_svg(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the process that makes PNG of a card: what a card shows stands in its SVG."""

    async def svg_itself(svg: str) -> bytes:
        return svg.encode()

    monkeypatch.setattr(card_router, "picture_of", svg_itself)


START = datetime(2026, 5, 3, 6, 0, tzinfo=UTC)

PUBLIC_ISSUES = (2, 4, 6, 8)
HIDDEN_ISSUES = (3, 5, 9)
"""Between, and after, the public ones, by number and by date."""

EDITOR = "amp_editor_0123456789abcdef"
CALLERS = {
    "anonymous": None,
    "a key with other scopes": "amp_other_0123456789abcdef",
}
_KEY_SCOPES = {
    EDITOR: " ".join(SCOPES),
    "amp_other_0123456789abcdef": "sync:run keys:manage",
}

# ---------------------------------------------------------------------------- the plan


@dataclass(frozen=True)
class Step:
    """One thing done by the editor; what is hidden is left out of one world."""

    act: str
    issue: int
    hidden: bool
    now: datetime
    appears_at: datetime | None = None
    """Of a schedule."""


@dataclass
class Paper:
    """What a plan knows of an issue while it is made."""

    is_hidden: bool
    state: Literal["none", "draft", "scheduled", "published"] = "none"
    appears_at: datetime | None = None
    was_published: bool = False
    saved_unseen: bool = False
    """A save that nobody sees: the next revision shown would tell of it, as the contract has it."""


PUBLIC_ACTS = ("post", "post published", "save published", "publish", "unpublish", "schedule")
HIDDEN_ACTS = ("post", "save", "restore", "schedule", "unpublish", "delete", "clash", "validate")
Choice = tuple[str, int, int]


def plans() -> st.SearchStrategy[list[Step]]:
    """Plans in which every step is possible, whether or not the hidden ones are left out."""
    public = st.tuples(
        st.sampled_from([f"public {act}" for act in (*PUBLIC_ACTS, "delete", "wait")]),
        st.sampled_from(PUBLIC_ISSUES),
        st.integers(1, 6),
    )
    hidden = st.tuples(
        st.sampled_from([f"hidden {act}" for act in HIDDEN_ACTS]),
        st.sampled_from((*HIDDEN_ISSUES, *PUBLIC_ISSUES)),
        st.integers(1, 6),
    )
    return st.lists(st.one_of(public, hidden), min_size=12, max_size=40).map(
        lambda choices: list(_plan(choices))
    )


def _plan(choices: Sequence[Choice]) -> Iterator[Step]:
    now = START
    papers = {
        **{number: Paper(is_hidden=False) for number in PUBLIC_ISSUES},
        **{number: Paper(is_hidden=True) for number in HIDDEN_ISSUES},
    }
    # Something is in print from the beginning, and a draft beside it.
    for choice, number, size in (("public post published", 2, 1), ("hidden post", 3, 1), *choices):
        who, act = choice.split(" ", 1)
        paper = papers[number]
        # Time goes on between the steps, or a moved Last-Modified would not be seen.
        now += timedelta(minutes=10 * size) if act == "wait" else timedelta(seconds=7)
        for other, drafted in papers.items():
            if drafted.state != "scheduled" or (drafted.appears_at or now) > now:
                continue
            if drafted.is_hidden:
                # Back to the desk before the hour strikes: what appears is no secret any more.
                drafted.state = "draft"
                before = (drafted.appears_at or now) - timedelta(seconds=1)
                yield Step("unpublish", other, hidden=True, now=before)
            else:
                drafted.state, drafted.was_published = "published", True
        if act == "wait":
            continue
        elif who == "public":
            appears_at = now + timedelta(minutes=10 * size - 5)
            yield from _in_public(paper, Step(act, number, False, now, appears_at))
        elif paper.is_hidden:
            appears_at = now + timedelta(seconds=40 * size)
            yield from _on_a_draft(paper, Step(act, number, True, now, appears_at))
        else:
            yield from _unseen(paper, Step(act, number, True, now, now + timedelta(minutes=5)))
    yield Step("wait", 0, hidden=False, now=now + timedelta(seconds=7))


def _on_a_draft(paper: Paper, step: Step) -> Iterator[Step]:
    """Whatever is done to an issue that never gets into print."""
    match step.act:
        case "post" if paper.state == "none":
            paper.state = "draft"
        case "save" | "restore" if paper.state != "none":
            pass
        case "schedule" if paper.state != "none":
            paper.state, paper.appears_at = "scheduled", step.appears_at
        case "unpublish" if paper.state == "scheduled":
            paper.state = "draft"
        case "delete" if paper.state == "draft":
            paper.state = "none"
        case "clash" | "validate":
            pass
        case _:
            return
    yield step


def _unseen(paper: Paper, step: Step) -> Iterator[Step]:
    """What can be done to an issue of the public ones without anybody seeing it."""
    match step.act:
        case "save" | "restore" if paper.state != "none":
            paper.saved_unseen = True
            yield step
        case "schedule" if paper.state == "draft":
            yield step
            yield replace(step, act="unpublish")
        case "clash" | "validate":
            yield step


def _in_public(paper: Paper, step: Step) -> Iterator[Step]:
    """What readers notice, or would notice if it were left out: a draft that appears later."""
    may_appear = paper.state != "none" and not paper.saved_unseen
    match step.act:
        case "post" if paper.state == "none":
            paper.state = "draft"
        case "post published" if paper.state == "none":
            paper.state, paper.was_published = "published", True
        case "save published" | "publish" if may_appear:
            paper.state, paper.was_published = "published", True
        case "unpublish" if paper.state in {"published", "scheduled"}:
            paper.state = "draft"
        case "schedule" if may_appear and paper.state != "published":
            paper.state, paper.appears_at = "scheduled", step.appears_at
        case "delete" if paper.state == "draft" and not paper.was_published:
            paper.state, paper.saved_unseen = "none", False
        case _:
            return
    yield step


# ---------------------------------------------------------------------------- a world


@dataclass
class World:
    """An app on an empty database, and the editor who works in it."""

    app: FastAPI
    client: httpx.AsyncClient
    clock: Clock
    saves: Iterator[int] = field(default_factory=itertools.count)
    lot: int = 0
    """The random id of an issue that is made now: the same in both worlds for one that both have,
    since the ids of feeds follow from it."""
    made: Counter[tuple[int, bool]] = field(default_factory=Counter)
    scheduled: list[datetime] = field(default_factory=list)

    async def do(self, step: Step) -> None:
        """Take a step; each is one that succeeds, but for the two that are meant to be refused."""
        self.made[step.issue, step.hidden] += 1
        self.lot = (step.issue * 2 + step.hidden) * 1_000 + self.made[step.issue, step.hidden]
        ref = f"/v1/issues/{step.issue}"
        word = "Hidden" if step.hidden else "Plain"
        await self._pass_time_until(step.now)
        match step.act:
            case "wait":
                pass
            case "post":
                await self._send("POST", "/v1/issues", make_issue(step.issue, word), 201)
            case "post published":
                document = make_issue(step.issue, word)
                await self._send("POST", "/v1/issues?publish=true", document, 201)
            case "save":
                # A random title would be the simplest; but both worlds must say the same in public.
                changes = make_issue(step.issue, "Hidden")["sections"]
                title = f"Hidden save {next(self.saves)}"
                await self._send("PATCH", ref, {"title": title, "sections": changes}, 200)
            case "save published":
                changed = {"title": f"Plain again, at {step.now:%H:%M:%S}"}
                await self._send("PATCH", f"{ref}?publish=true", changed, 200)
            case "restore":
                await self._send("POST", f"{ref}/revisions/1/restore", None, 200)
            case "schedule":
                assert step.appears_at is not None
                self.scheduled.append(step.appears_at)
                when = {"publish_at": step.appears_at.isoformat()}
                await self._send("POST", f"{ref}/schedule", when, 200)
            case "delete":
                await self._send("DELETE", ref, None, 204)
            case "clash":
                await self._send("POST", "/v1/issues", make_issue(2, "Hidden"), 409)
            case "validate":
                document = make_issue(step.issue, "Hidden")
                await self._send("POST", "/v1/issues/validate", document, 200)
            case action:
                await self._send("POST", f"{ref}/{action}", None, 200)

    async def _pass_time_until(self, now: datetime) -> None:
        """Set the clock, and let the server announce each publication at its time on the way.

        Its event has the ETag of the printed answer, which follows from what else was in print.
        """
        state = self.app.state
        for at in sorted(at for at in self.scheduled if at <= now):
            self.clock.set(at)
            await state.database.write(
                lambda bind: perform(
                    bind,
                    announce_due,
                    principal=COMMAND_LINE,
                    clock=self.clock,
                    base_url=state.settings.public_url,
                )
            )
        self.scheduled = [at for at in self.scheduled if at > now]
        self.clock.set(now)

    async def _send(self, method: str, path: str, json: Any, status: int) -> None:
        headers = {"Authorization": f"Bearer {EDITOR}", "If-Match": "*"}
        answer = await self.client.request(method, path, json=json, headers=headers)
        assert answer.status_code == status, (method, path, answer.text)


@asynccontextmanager
async def world(settings: Settings, engine: Engine) -> Any:
    _empty(engine)
    clock = Clock(START)
    app = create_app(settings, clock=clock)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://paper.test") as client,
    ):
        there = World(app, client, clock)
        with patch("app.content.commands.issues.new_public_id", lambda: there.lot):
            yield there


def _empty(engine: Engine) -> None:
    """Bring a database back to what the migrations left, but for the keys and the identity.

    The ids of feeds follow from the random identity of the paper: both worlds have the same one.
    """
    tables = set(SQLModel.metadata.tables) - {"content_version", "signing_secret"}
    with Session(engine) as session:
        if engine.dialect.name == "sqlite":
            # Children first would do as well; nothing here is worth the order.
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
            for table in tables:
                session.execute(text(f"DELETE FROM {table}"))
            session.execute(text("DELETE FROM sqlite_sequence"))
        else:
            session.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))
        session.execute(text("UPDATE content_version SET number = 0, public_changed_at = NULL"))
        for key, scopes in _KEY_SCOPES.items():
            new = NewKey.of(key)
            row = ApiKey(prefix=new.prefix, digest=new.digest, name="a key", scopes=scopes,
                         created_at=START - timedelta(days=1))  # fmt: skip
            session.add(row)
        session.commit()


# ---------------------------------------------------------------------------- what is asked

_NUMBERS = (*PUBLIC_ISSUES, *HIDDEN_ISSUES, 7)
_REFS = (
    "latest",
    *(str(number) for number in _NUMBERS),
    *(day(number) for number in _NUMBERS),
    *(f"{mark}-{number}" for number in _NUMBERS for mark in ("plain", "hidden")),
    "never-was",
    "999",
    "not a ref",
)
_PATH_VALUES: Mapping[str, Sequence[str]] = {
    "ref": _REFS,
    "slug": ("plain-lead", "hidden-lead", "brief", "tools-of-the-week", "never-was"),
    "number": ("1", "2", "99"),
    "prefix": ("editor", "never"),
    "code": ("issue_not_found", "never_heard_of"),
    "name": ("docs.js", "never.js"),
    "source": ("github", "huggingface"),
    "kind": ("repository", "model"),
    "external_id": ("plain/mover", "hidden/mover"),
    "token": ("never",),
    "printing": ("1", "2", "3"),
    "id": ("1",),
    "form": ("atom", "rss", "json"),
    "version": ("never",),
    "date": (day(3), day(5)),
}
_QUERY_VALUES: Mapping[str, Sequence[str]] = {
    "limit": ("1", "2", "100"),
    "with": ("1", "2"),
    "cursor": ("never",),
    "before": ("never",),
    "from": (day(3), day(5)),
    "to": (day(3), day(5)),
    "fields": ("number,title", "links,revision,updated_at", "published_revision"),
    "status": ("published", "draft", "scheduled", "all"),
    "view": ("published",),
    "writes": ("1",),
    "days": ("7",),
    "task": ("text-generation",),
    "language": ("Python",),
    "topic": ("hidden",),
    "licence": ("mit",),
    "owner": ("plain", "hidden"),
    "copies": ("folded",),
    "kind": ("lead", "tools", "model", "repository"),
    "category": ("plain-tools", "hidden-tools"),
    "section": ("trending", "movers"),
    "source": ("github", "huggingface"),
    "external_id": ("plain/mover", "hidden/mover"),
    "q": ("Plain", "Hidden", "save"),
    "type": ("issue", "tool"),
    "sort": ("newest", "relevance"),
    "window": ("day", "week"),
    "direction": ("up", "down"),
    "date": (day(3), day(5)),
    "after": ("latest", "never"),
    "types": ("issue.*", "issue.created,issue.saved", "sync.finished"),
    "wait": ("0",),
    "facets": ("type,kind,source,year",),
    "group": ("subject",),
    "ids": ("plain/mover,hidden/mover",),
    "scale": ("index",),
    "query": (
        "{ __typename }",
        """{ issues { totalCount pageInfo { endCursor hasNextPage } nodes { number title revision
             publishedRevision status updatedAt previous { number } next { number title }
             links { previous next } sections { slug heading } } } }""",
        """{ latestIssue { number links { next } } a: issue(number: 3) { title }
             b: issue(number: 2) { title revision next { number } } c: issue(slug: "issue-5") {
             title } d: issue(date: "2026-05-09") { title } }""",
        "{ issues(status: ALL) { totalCount nodes { number } } }",
        """{ sections { totalCount nodes { slug issue { number } } }
             tools { totalCount nodes { name } } reading { totalCount }
             entries { totalCount nodes { externalId } }
             toolCategories { totalCount nodes { name count lastPrintedOn } }
             bylines { totalCount nodes { name count lastPrintedOn } }
             search(query: "hidden") { totalCount nodes { title } } }""",
        """{ subject(source: GITHUB, kind: REPOSITORY, externalId: "hidden/mover") { name
             appearances { issue { number } } } node(id: "SXNzdWU6MQ") { __typename } }""",
    ),
}
_FORMS: Sequence[Mapping[str, str]] = (
    {},
    {"Accept": "text/markdown"},
    {"Accept-Encoding": "gzip"},
    {"If-Modified-Since": "Mon, 04 May 2026 00:00:00 GMT"},
)


def questions(routes: Sequence[Route]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each path and query worth asking for, with the headers to ask with."""
    for route in routes:
        unknown = {*route.path_parameters} - {*_PATH_VALUES}
        unknown |= {*route.query_parameters} - {*_QUERY_VALUES}
        assert not unknown, f"say above what to ask {route.template} for: {unknown}"
        paths = [route.template.format(**chosen) for chosen in _chosen(route.path_parameters)]
        for path in paths:
            yield path, {}
        # What stands behind the first path (the latest issue) is asked for in every form.
        for path in paths[:3]:
            yield from ((path, form) for form in _FORMS[1:])
            for name in route.query_parameters:
                yield from ((f"{path}?{urlencode({name: v})}", {}) for v in _QUERY_VALUES[name])
        # A search answers nothing without words.
        needed = {"q": "plain"} if "q" in route.query_parameters else {}
        if needed:
            asked = [(name, v) for name in ("q", "type", "sort") for v in _QUERY_VALUES[name]]
            yield from ((f"{paths[0]}?{urlencode({**needed, name: v})}", {}) for name, v in asked)
        if {"from", "to", "limit"} <= {*route.query_parameters}:
            bounds = {**needed, "from": day(3), "to": day(9), "limit": 1}
            yield f"{paths[0]}?{urlencode(bounds)}", {}
    yield "/nowhere", {}


def _chosen(names: Sequence[str]) -> list[dict[str, str]]:
    """Values for the parts of a path: each of every part, beside a few of the others."""
    few = {"ref": 4}
    chosen: dict[tuple[str, ...], None] = {} if names else {(): None}
    for full in names:
        values = [
            _PATH_VALUES[name] if name == full else _PATH_VALUES[name][: few.get(name, 1)]
            for name in names
        ]
        chosen.update(dict.fromkeys(itertools.product(*values)))
    return [dict(zip(names, values, strict=True)) for values in chosen]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str


_OWN_NAME = re.compile(r"(req|evt)_[0-9a-f]{24}")
_ISSUE_TAG = re.compile(r'"r(\d+)\.(\d+)\.')
_LAST_USED = re.compile(r'"last_used_at":("[^"]*"|null)')
_SECONDS = re.compile(
    # Pooled connections depend on which statements happened to run at once.
    r"^(process_\w+|morningpost_database_connections\{.*"
    r"|morningpost_request_duration_seconds_(?:bucket|sum|created).*) \S+$",
    re.M,
)
_CREATED = re.compile(r"^(\w+_created\{.*\}) \S+$", re.M)


class Interview:
    """Asks all questions of one world, and writes the answers down so that worlds compare."""

    def __init__(self, there: World) -> None:
        self._there = there
        self._tags: dict[str, str] = {}
        self.answers: dict[tuple[str, ...], Answer] = {}

    async def ask_everything(self, *, one_in: int = 1) -> None:
        """Ask all questions, or every so many."""
        routes = list(routes_of(self._there.app))
        asked = list(questions([route for route in routes if route.method == "GET"]))[::one_in]
        forbidden = [route for route in routes if route.method in MUTATING][::one_in]
        for caller, key in CALLERS.items():
            for path, headers in asked:
                if key is not None and headers:
                    continue
                answer = await self._ask(caller, "GET", path, headers)
                if key is None and not headers and answer.status_code == 200:
                    await self._follow(caller, path, answer)
            for route, number in itertools.product(forbidden, ("2", "3", "7")):
                # A draft's, a published issue's and nobody's: what may not be done tells nothing.
                named = dict.fromkeys(route.path_parameters, "1") | {"ref": number}
                await self._ask(caller, route.method, route.template.format(**named), {})

    async def _follow(self, caller: str, path: str, answer: httpx.Response) -> None:
        """Ask again for what is known, for its head, and for what comes after it."""
        await self._ask(caller, "HEAD", path, {})
        if "etag" in answer.headers:
            await self._ask(caller, "GET", path, {"If-None-Match": answer.headers["etag"]})
        target = (answer.links.get("next") or {}).get("url")
        while target is not None:
            page = await self._ask(caller, "GET", target.removeprefix("http://paper.test"), {})
            assert parse_qs(urlsplit(target).query)["cursor"]
            target = (page.links.get("next") or {}).get("url")

    async def _ask(
        self, caller: str, method: str, path: str, headers: Mapping[str, str]
    ) -> httpx.Response:
        key = CALLERS[caller]
        presented = {"Authorization": f"Bearer {key}"} if key else {}
        answer = await self._there.client.request(
            method, path, headers={"Accept-Encoding": "identity", **presented, **headers}
        )
        asked = {name: self._without_chance(value, tags=True) for name, value in headers.items()}
        question = (caller, method, path, *map(str, sorted(asked.items())))
        body = answer.text
        if path == "/metrics":
            # Durations are of this run alone, and with them the length of the page.
            body = _CREATED.sub(r"\1", _SECONDS.sub(r"\1", body))
            del answer.headers["content-length"]
        if path.startswith("/v1/events"):
            # The ids of events are drawn by lot, and the ETag is a digest of the page.
            answer.headers.pop("etag", None)
            if "content-encoding" in answer.headers:
                answer.headers.pop("content-length", None)  # other ids compress to other lengths
        self.answers[question] = Answer(
            answer.status_code,
            {name: self._without_chance(value, tags=name == "etag")
             for name, value in answer.headers.items() if name != "x-request-id"},
            self._without_chance(body, tags=False),
        )  # fmt: skip
        return answer

    def _without_chance(self, said: str, *, tags: bool) -> str:
        """Leave out what is drawn by lot, and what tells of the use of keys to those who keep them.

        The ids of issues are random: they are named in the order in which they were met.
        """
        if tags:
            return _ISSUE_TAG.sub(
                lambda met: f'"r{met[1]}.{self._tags.setdefault(met[2], f"#{len(self._tags)}")}.',
                said,
            )
        return _LAST_USED.sub('"last_used_at"', _OWN_NAME.sub(r"\1", said))


async def _lived(
    settings: Settings, engine: Engine, plan: Sequence[Step], *, one_in: int
) -> Interview:
    async with world(settings, engine) as there:
        for step in plan:
            await there.do(step)
        interview = Interview(there)
        await interview.ask_everything(one_in=one_in)
    return interview


_MAX_AGE = re.compile(r"(?:public|private), max-age=(\d+)(, stale-while-revalidate=\d+)?")


def _is_shorter(kept: str, at_most: str) -> bool:
    """Whether a lifetime differs only in ending sooner, as before a scheduled publication."""
    shorter, longer = _MAX_AGE.fullmatch(kept), _MAX_AGE.fullmatch(at_most)
    return bool(shorter and longer and int(shorter[1]) <= int(longer[1]) and not shorter[2])


def _differences(without: Interview, with_drafts: Interview) -> list[str]:
    assert without.answers.keys() == with_drafts.answers.keys()
    found = []
    for question, expected in without.answers.items():
        actual = with_drafts.answers[question]
        lifetimes = [answer.headers.get("cache-control", "") for answer in (actual, expected)]
        headers = dict(actual.headers)
        if lifetimes[0] != lifetimes[1] and _is_shorter(*lifetimes):
            headers["cache-control"] = lifetimes[1]
        if Answer(actual.status, headers, actual.body) != expected:
            found.append(f"{question}\n  without drafts {expected}\n  with drafts    {actual}")
    return found


# ---------------------------------------------------------------------------- the tests


BUSY_DAY: Sequence[Choice] = (
    ("public post", 4, 1),
    ("hidden schedule", 4, 1),
    ("public post published", 6, 1),
    ("public schedule", 4, 1),
    ("hidden schedule", 3, 2),
    ("public wait", 2, 1),
    ("hidden post", 5, 1),
    ("public unpublish", 6, 1),
    ("public post published", 8, 1),
    ("hidden save", 2, 1),
    ("hidden save", 4, 1),
    ("hidden post", 9, 1),
    ("hidden delete", 9, 1),
    ("public unpublish", 2, 1),
    ("public publish", 6, 1),
    ("hidden clash", 4, 1),
    ("hidden schedule", 5, 1),
)
"""A plan in which every sort of secret is kept once."""


@pytest.mark.one_database
def test_a_part_of_all_answers_is_alike(settings: Settings, engine: Engine) -> None:
    """In short what the trials below ask in full."""
    _compare_worlds(settings, engine, list(_plan(BUSY_DAY)), one_in=61)


@pytest.mark.trial
@pytest.mark.databases_in_turn
def test_worlds_with_and_without_drafts_answer_alike(settings: Settings, engine: Engine) -> None:
    """On PostgreSQL, for plans of chance run on SQLite; in CI on both."""
    _compare_worlds(settings, engine, list(_plan(BUSY_DAY)))


@pytest.mark.trial
@pytest.mark.one_database
@hypothesis_settings(
    # One, or two in CI: each asks some 3,800 questions of both worlds.
    max_examples=max(1, hypothesis_settings().max_examples // 50),
    # A plan is short enough to read, and making it shorter would take minutes.
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=plans())
def test_worlds_of_any_plan_answer_alike(
    settings: Settings, engine: Engine, plan: list[Step]
) -> None:
    _compare_worlds(settings, engine, plan)


def _compare_worlds(
    settings: Settings, engine: Engine, plan: list[Step], *, one_in: int = 1
) -> None:
    in_public = [step for step in plan if not step.hidden]

    with asyncio.Runner() as runner:
        without = runner.run(_lived(settings, engine, in_public, one_in=one_in))
        with_drafts = runner.run(_lived(settings, engine, plan, one_in=one_in))

    assert not _differences(without, with_drafts)


@pytest.mark.slow
async def test_ids_in_etags_do_not_count_drafts(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    """An id that grew with every row would tell how many were made between two that are seen."""
    ids = []
    for number in range(1, 17):
        made = await client.post("/v1/issues?publish=true", json=make_issue(number), headers=editor)
        read = await client.get(f"/v1/issues/{number}")
        ids.append(int(read.headers["etag"].split(".")[1]))
        assert made.headers["etag"].split(".")[:2] == read.headers["etag"].split(".")[:2]

    assert len(set(ids)) == 16
    assert ids != sorted(ids)
    assert min(ids) > 2**32  # by lot one in 100 million runs is below
