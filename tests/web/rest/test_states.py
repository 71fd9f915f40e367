"""The table of states: every action in every state, what it answers and what the public sees."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories import lead, story
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.databases_in_turn

LATER = {"publish_at": "2026-05-04T06:00:00Z"}
FIRST_DAY = date(2026, 5, 3)


@dataclass(frozen=True)
class Place:
    """The identity of an issue of its own: many cases share one paper."""

    case: int = 0

    @property
    def number(self) -> int:
        """The number after it is free too."""
        return 95 + 2 * self.case

    @property
    def path(self) -> str:
        return f"/v1/issues/{self.number}"

    def day(self, *, before: int = 0) -> str:
        """Its date; the day before it is free too."""
        return (FIRST_DAY + timedelta(days=2 * self.case - before)).isoformat()

    def slug(self, name: str = "the-day") -> str:
        return f"{name}-{self.case}" if self.case else name

    def paper(self, headline: str, **members: Any) -> dict[str, Any]:
        return {
            "number": self.number,
            "date": self.day(),
            "slug": self.slug(),
            "sections": [lead(slug="top", headline=headline)],
            **members,
        }


FIRST = Place()
REF, ISSUE, paper = FIRST.number, FIRST.path, FIRST.paper


# ---------------------------------------------------------------------------- states


async def draft(desk: Desk, at: Place = FIRST) -> None:
    """Revision 1 had another slug, 2 and 3 have the present one."""
    await desk.create(at.paper("First", slug=at.slug("early")))
    await desk.patch(at.number, {"slug": at.slug(), "sections": at.paper("Second")["sections"]})
    await desk.patch(at.number, {"title": None, "sections": at.paper("Third")["sections"]})


async def once_published(desk: Desk, at: Place = FIRST) -> None:
    await published(desk, at)
    await desk.act(at.number, "unpublish")


async def scheduled(desk: Desk, at: Place = FIRST) -> None:
    await draft(desk, at)
    await desk.act(at.number, "schedule", LATER)


async def scheduled_with_newer_head(desk: Desk, at: Place = FIRST) -> None:
    await scheduled(desk, at)
    await desk.patch(at.number, {"sections": at.paper("Fourth")["sections"]})


async def published(desk: Desk, at: Place = FIRST) -> None:
    await draft(desk, at)
    await desk.act(at.number, "publish")


async def published_with_newer_head(desk: Desk, at: Place = FIRST) -> None:
    await published(desk, at)
    await desk.patch(at.number, {"sections": at.paper("Fourth")["sections"]})


STATES: dict[str, Callable[[Desk, Place], Awaitable[None]]] = {
    "draft": draft,
    "once published": once_published,
    "scheduled": scheduled,
    "scheduled, newer head": scheduled_with_newer_head,
    "published": published,
    "published, newer head": published_with_newer_head,
}

# ---------------------------------------------------------------------------- actions

Action = tuple[str, str, Any]


def actions(at: Place) -> dict[str, Action]:
    """Method, path and body of every action on an issue."""
    changed = at.paper("Changed")
    changes = {"sections": changed["sections"]}
    moves = {"number": at.number + 1, "date": at.day(before=1), "slug": at.slug("other")}
    section, headline = f"{at.path}/sections/top", {"headline": "Changed"}
    return {
        "PUT": ("PUT", at.path, changed),
        "PATCH": ("PATCH", at.path, changes),
        "PATCH section": ("PATCH", section, headline),
        "restore": ("POST", f"{at.path}/revisions/2/restore", None),
        "publish": ("POST", f"{at.path}/publish", None),
        "schedule": ("POST", f"{at.path}/schedule", {"publish_at": "2026-05-05T06:00:00Z"}),
        "unpublish": ("POST", f"{at.path}/unpublish", None),
        "DELETE": ("DELETE", at.path, None),
        "PUT?publish=true": ("PUT", f"{at.path}?publish=true", changed),
        "PATCH?publish=true": ("PATCH", f"{at.path}?publish=true", changes),
        "PATCH section?publish=true": ("PATCH", f"{section}?publish=true", headline),
        **{f"PUT {name}": ("PUT", at.path, {**changed, name: moves[name]}) for name in moves},
        **{f"PATCH {name}": ("PATCH", at.path, {**changes, name: moves[name]}) for name in moves},
        "PATCH slug null": ("PATCH", at.path, {**changes, "slug": None}),
        "restore another identity": ("POST", f"{at.path}/revisions/1/restore", None),
        "PUT and publish slug": (
            "PUT",
            f"{at.path}?publish=true",
            {**changed, "slug": moves["slug"]},
        ),
    }


ACTIONS = actions(FIRST)

SAVES = ("PUT", "PATCH", "PATCH section", "restore")
SAVES_THAT_PUBLISH = ("PUT?publish=true", "PATCH?publish=true", "PATCH section?publish=true")
MOVES = (
    *("PUT number", "PUT date", "PUT slug", "PATCH number", "PATCH date", "PATCH slug"),
    *("PATCH slug null", "restore another identity"),
)


@dataclass(frozen=True)
class Outcome:
    """What an action comes to; with a `code` it is a refusal, and nothing has changed."""

    answer: int
    code: str | None = None
    status: str | None = None
    revision: int = 3
    published_revision: int | None = None
    public: str | None = None
    """The headline that the public sees afterwards."""


def _refused(code: str) -> Outcome:
    return Outcome(409, code)


def _table() -> dict[tuple[str, str], Outcome]:
    heads = {"scheduled, newer head": 4, "published, newer head": 4}
    table: dict[tuple[str, str], Outcome] = {}
    for state in STATES:
        head = heads.get(state, 3)
        headline = "Third" if head == 3 else "Fourth"
        is_draft = state in {"draft", "once published"}
        is_scheduled = state.startswith("scheduled")
        is_published = state.startswith("published")
        saved = Outcome(200, None, "draft", head + 1, None, None)
        if is_scheduled:
            saved = Outcome(200, None, "scheduled", head + 1, 3, None)
        if is_published:
            saved = Outcome(200, None, "published", head + 1, 3, "Third")
        for action in SAVES:
            table[state, action] = saved
        for action in SAVES_THAT_PUBLISH:
            table[state, action] = Outcome(200, None, "published", head + 1, head + 1, "Changed")
        for action in MOVES:
            table[state, action] = saved if is_draft else _refused("identity_in_print")
        table[state, "PUT and publish slug"] = (
            table[state, "PUT?publish=true"] if is_draft else _refused("identity_in_print")
        )
        table[state, "publish"] = Outcome(200, None, "published", head, head, headline)
        table[state, "schedule"] = (
            _refused("already_published")
            if is_published
            else Outcome(200, None, "scheduled", head, head, None)
        )
        table[state, "unpublish"] = (
            _refused("not_in_print") if is_draft else Outcome(200, None, "draft", head, None, None)
        )
        table[state, "DELETE"] = _refused("in_print")
    table["draft", "DELETE"] = Outcome(204)
    table["once published", "DELETE"] = _refused("was_published")
    return table


TABLE = _table()


def test_the_table_has_every_cell() -> None:
    assert set(TABLE) == {(state, action) for state in STATES for action in ACTIONS}


async def _headline(caller: Desk, ref: object) -> str | None:
    shown = await caller.find(ref)
    return None if shown is None else shown["sections"][0]["headline"]


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
async def test_an_action_in_a_state(desk: Desk, public: Desk, state: str) -> None:
    """Every action on an issue of its own: the issues of earlier cases stay beside it."""
    for case, action in enumerate(ACTIONS):
        await _acts_as_the_table_says(desk, public, state, action, at=Place(case))


async def _acts_as_the_table_says(
    desk: Desk, public: Desk, state: str, action: str, *, at: Place
) -> None:
    await STATES[state](desk, at)
    before = await desk.find(at.number)
    seen_before = await public.find(at.number)
    expected = TABLE[state, action]

    answer = await desk.write(*actions(at)[action])

    assert answer.status_code == expected.answer, (action, answer.text)
    if expected.code is not None:
        assert refusal(answer) == (expected.answer, expected.code), action
        assert await desk.find(at.number) == before, action
        assert await public.find(at.number) == seen_before, action
        return
    if answer.status_code == 204:
        assert answer.content == b"", action
        assert await desk.find(at.number) is None, action
        return
    ref = at.number + 1 if action in {"PUT number", "PATCH number"} else at.number
    after = await desk.find(ref)
    assert (after["status"], after["revision"], after["published_revision"]) == (
        expected.status,
        expected.revision,
        expected.published_revision,
    ), action
    assert await _headline(public, ref) == expected.public, action
    if "section" not in action:
        assert answer.json() == after, action


@pytest.mark.one_database
@pytest.mark.parametrize("action", ["publish", "schedule"])
@pytest.mark.parametrize(
    ("sections", "pointer", "code"),
    [
        ([], "/sections", "no_lead"),
        ([story("brief")], "/sections", "no_lead"),
        ([lead(), story("brief"), lead()], "/sections/2/kind", "second_lead"),
    ],
)
async def test_what_goes_into_print_has_exactly_one_lead(
    desk: Desk, public: Desk, action: str, sections: list[Any], pointer: str, code: str
) -> None:
    await desk.create(paper("unused", sections=sections))

    answer = await desk.write("POST", f"{ISSUE}/{action}", LATER if action == "schedule" else None)

    assert refusal(answer) == (422, "validation_failed")
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    assert (await desk.find(REF))["status"] == "draft"
    assert await public.find(REF) is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/issues?publish=true", paper("x", number=96, slug="x", date="2026-05-04")),
        ("PUT", f"{ISSUE}?publish=true", paper("x")),
        ("PATCH", f"{ISSUE}?publish=true", {}),
    ],
)
async def test_a_save_that_would_publish_without_a_lead_saves_nothing(
    desk: Desk, method: str, path: str, body: Any
) -> None:
    await desk.create(paper("unused", sections=[story()]))

    answer = await desk.write(method, path, {**body, "sections": [story("opinion")]})

    assert refusal(answer) == (422, "validation_failed")
    assert (await desk.find(REF))["revision"] == 1
    assert (await desk.read("/v1/issues?status=all"))["page"]["total"] == 1


@pytest.mark.parametrize("state", STATES)
async def test_a_save_that_changes_nothing_makes_no_revision(desk: Desk, state: str) -> None:
    await STATES[state](desk, FIRST)
    before = await desk.find(REF)

    answers = [
        await desk.write("PUT", ISSUE, before),
        await desk.write("PATCH", ISSUE, {}),
        await desk.write("PATCH", f"{ISSUE}/sections/top", {}),
        await desk.write("POST", f"{ISSUE}/revisions/{before['revision']}/restore"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert await desk.find(REF) == before
    assert (await desk.read(f"{ISSUE}/revisions"))["page"]["total"] == before["revision"]


async def test_publishing_the_head_in_print_again_changes_nothing(desk: Desk, public: Desk) -> None:
    await published(desk)
    before = await public.get(ISSUE)

    again = await desk.write("POST", f"{ISSUE}/publish")

    assert again.status_code == 200
    assert (await public.get(ISSUE)).headers["etag"] == before.headers["etag"]


async def test_an_unknown_issue_has_no_state(desk: Desk) -> None:
    for method, path, body in ACTIONS.values():
        answer = await desk.write(method, path, body)
        assert refusal(answer) == (404, "issue_not_found"), path
