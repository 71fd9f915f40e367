"""The table of states: every action in every state, what it answers and what the public sees."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.factories import lead, story
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.both_databases

LATER = {"publish_at": "2026-05-04T06:00:00Z"}
REF = 95


def paper(headline: str, **members: Any) -> dict[str, Any]:
    return {
        "number": REF,
        "date": "2026-05-03",
        "slug": "the-day",
        "sections": [lead(slug="top", headline=headline)],
        **members,
    }


# ---------------------------------------------------------------------------- states


async def draft(desk: Desk) -> None:
    """Revision 1 had another slug, 2 and 3 have the present one."""
    await desk.create(paper("First", slug="early"))
    await desk.patch(REF, {"slug": "the-day", "sections": paper("Second")["sections"]})
    await desk.patch(REF, {"title": None, "sections": paper("Third")["sections"]})


async def once_published(desk: Desk) -> None:
    await published(desk)
    await desk.act(REF, "unpublish")


async def scheduled(desk: Desk) -> None:
    await draft(desk)
    await desk.act(REF, "schedule", LATER)


async def scheduled_with_newer_head(desk: Desk) -> None:
    await scheduled(desk)
    await desk.patch(REF, {"sections": paper("Fourth")["sections"]})


async def published(desk: Desk) -> None:
    await draft(desk)
    await desk.act(REF, "publish")


async def published_with_newer_head(desk: Desk) -> None:
    await published(desk)
    await desk.patch(REF, {"sections": paper("Fourth")["sections"]})


STATES: dict[str, Callable[[Desk], Awaitable[None]]] = {
    "draft": draft,
    "once published": once_published,
    "scheduled": scheduled,
    "scheduled, newer head": scheduled_with_newer_head,
    "published": published,
    "published, newer head": published_with_newer_head,
}

# ---------------------------------------------------------------------------- actions

ISSUE = f"/v1/issues/{REF}"
CHANGED = paper("Changed")
CHANGES = {"sections": CHANGED["sections"]}

ACTIONS: dict[str, tuple[str, str, Any]] = {
    "PUT": ("PUT", ISSUE, CHANGED),
    "PATCH": ("PATCH", ISSUE, CHANGES),
    "PATCH section": ("PATCH", f"{ISSUE}/sections/top", {"headline": "Changed"}),
    "restore": ("POST", f"{ISSUE}/revisions/2/restore", None),
    "publish": ("POST", f"{ISSUE}/publish", None),
    "schedule": ("POST", f"{ISSUE}/schedule", {"publish_at": "2026-05-05T06:00:00Z"}),
    "unpublish": ("POST", f"{ISSUE}/unpublish", None),
    "DELETE": ("DELETE", ISSUE, None),
    "PUT?publish=true": ("PUT", f"{ISSUE}?publish=true", CHANGED),
    "PATCH?publish=true": ("PATCH", f"{ISSUE}?publish=true", CHANGES),
    "PATCH section?publish=true": (
        "PATCH",
        f"{ISSUE}/sections/top?publish=true",
        {"headline": "Changed"},
    ),
    "PUT number": ("PUT", ISSUE, {**CHANGED, "number": 96}),
    "PUT date": ("PUT", ISSUE, {**CHANGED, "date": "2026-05-02"}),
    "PUT slug": ("PUT", ISSUE, {**CHANGED, "slug": "other"}),
    "PATCH number": ("PATCH", ISSUE, {**CHANGES, "number": 96}),
    "PATCH date": ("PATCH", ISSUE, {**CHANGES, "date": "2026-05-02"}),
    "PATCH slug": ("PATCH", ISSUE, {**CHANGES, "slug": "other"}),
    "PATCH slug null": ("PATCH", ISSUE, {**CHANGES, "slug": None}),
    "restore another identity": ("POST", f"{ISSUE}/revisions/1/restore", None),
    "PUT and publish slug": ("PUT", f"{ISSUE}?publish=true", {**CHANGED, "slug": "other"}),
}

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


async def _answered(desk: Desk, action: str) -> httpx.Response:
    method, path, body = ACTIONS[action]
    return await desk.write(method, path, body)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
async def test_an_action_in_a_state(desk: Desk, public: Desk, state: str, action: str) -> None:
    await STATES[state](desk)
    before = await desk.find(REF)
    seen_before = await public.find(REF)
    expected = TABLE[state, action]

    answer = await _answered(desk, action)

    assert answer.status_code == expected.answer, answer.text
    if expected.code is not None:
        assert refusal(answer) == (expected.answer, expected.code)
        assert await desk.find(REF) == before
        assert await public.find(REF) == seen_before
        return
    if answer.status_code == 204:
        assert answer.content == b""
        assert await desk.find(REF) is None
        return
    ref = 96 if action in {"PUT number", "PATCH number"} else REF
    after = await desk.find(ref)
    assert (after["status"], after["revision"], after["published_revision"]) == (
        expected.status,
        expected.revision,
        expected.published_revision,
    )
    assert await _headline(public, ref) == expected.public
    if "section" not in action:
        assert answer.json() == after


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
    await STATES[state](desk)
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
