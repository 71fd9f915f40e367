"""What was read may be sent back: read fields are ignored, or compared with what stands."""

from typing import Any

import pytest

from tests.conftest import Clock
from tests.factories import issue, lead, whole_issue
from tests.web.rest.conftest import Desk, faults, refusal

ISSUE = "/v1/issues/95"
JUNK: tuple[Any, ...] = (None, 7, True, "junk", [], {"deep": [{"er": "<script>"}]})


@pytest.fixture(params=["draft", "scheduled", "published", "published, newer head"])
async def state(request: pytest.FixtureRequest, desk: Desk, clock: Clock) -> str:
    """A whole issue in each of its states, written at different moments."""
    await desk.create(whole_issue())
    clock.advance(seconds=0.25)
    if request.param == "scheduled":
        await desk.act(95, "schedule", {"publish_at": "2026-05-04T06:00:00.5Z"})
    if request.param.startswith("published"):
        await desk.act(95, "publish")
    if request.param.endswith("newer head"):
        await desk.patch(95, {"title": "Newer"})
    clock.advance(seconds=3600)
    return str(request.param)


async def test_a_document_put_back_as_it_was_read_changes_nothing(desk: Desk, state: str) -> None:
    read = await desk.get(ISSUE, accept_encoding="identity")

    put = await desk.write("PUT", ISSUE, read.json(), if_match=read.headers["etag"])
    patched = await desk.write("PATCH", ISSUE, read.json(), if_match=read.headers["etag"])

    assert (put.status_code, put.json()) == (200, read.json())
    assert (patched.status_code, patched.json()) == (200, read.json())
    assert put.headers["etag"] == read.headers["etag"]
    assert (await desk.read(f"{ISSUE}/revisions"))["page"]["total"] == read.json()["revision"]


async def test_a_section_sent_back_as_it_was_read_changes_nothing(desk: Desk, state: str) -> None:
    before = await desk.find(95)
    for section in before["sections"]:
        answer = await desk.write("PATCH", f"{ISSUE}/sections/{section['slug']}", section)
        assert (answer.status_code, answer.json()) == (200, section)

    assert await desk.find(95) == before


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_some_read_fields_are_ignored_whatever_they_hold(desk: Desk, method: str) -> None:
    document = await desk.create(whole_issue())

    for value in JUNK:
        ignored = dict.fromkeys(["links", "created_at", "updated_at", "published_at"], value)
        answer = await desk.write(method, ISSUE, {**document, **ignored})
        assert answer.json() == document, value


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_body_html_is_ignored_whatever_it_holds(desk: Desk, method: str) -> None:
    document = await desk.create(whole_issue())

    for value in JUNK:
        sections = [{**document["sections"][0], "body_html": value}, *document["sections"][1:]]
        answer = await desk.write(method, ISSUE, {**document, "sections": sections})
        assert answer.json() == document, value


ACTIONS = {
    "status": "Use publish, unpublish or schedule.",
    "revision": "Every save makes the next one; restore an old one with …/restore.",
    "published_revision": "Use publish.",
    "publish_at": "Use schedule.",
}
OTHERS: dict[str, tuple[Any, ...]] = {
    "status": (None, "Published", "archived", 1, []),
    "revision": (None, 0, 99, "1", True, 1.5, []),
    "published_revision": (99, "1", False, {}),
    "publish_at": ("2026-05-09T06:00:00Z", "now", "", 0, False),
}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_read_field_that_differs_is_refused_with_the_action_to_use(
    desk: Desk, state: str, method: str
) -> None:
    document = await desk.find(95)

    for name, value in ((name, value) for name, values in OTHERS.items() for value in values):
        answer = await desk.write(method, ISSUE, {**document, "title": "Changed", name: value})

        assert refusal(answer) == (422, "read_only"), value
        assert faults(answer) == [(f"/{name}", "read_only")]
        assert answer.json()["errors"][0]["detail"].endswith(ACTIONS[name])
    assert await desk.find(95) == document


async def test_all_read_fields_that_differ_are_named(desk: Desk) -> None:
    await desk.create(whole_issue())

    answer = await desk.write("PATCH", ISSUE, dict.fromkeys(ACTIONS, 99))

    assert faults(answer) == [(f"/{name}", "read_only") for name in ACTIONS]


async def test_equal_in_another_spelling_is_equal(desk: Desk) -> None:
    await desk.create(whole_issue())
    await desk.act(95, "schedule", {"publish_at": "2026-05-04T06:00:00Z"})

    answer = await desk.write(
        "PATCH",
        ISSUE,
        {"revision": 1.0, "published_revision": 1.0, "publish_at": "2026-05-04T08:00:00.0+02:00"},
    )

    assert (answer.status_code, answer.json()["revision"]) == (200, 1)


async def test_an_older_read_does_not_undo_a_schedule(desk: Desk) -> None:
    """The document was read as a draft; its `publish_at: null` is no wish any more."""
    read = await desk.create(whole_issue())
    await desk.act(95, "schedule", {"publish_at": "2026-05-04T06:00:00Z"})

    answer = await desk.write("PUT", ISSUE, read)

    assert refusal(answer) == (422, "read_only")
    assert faults(answer) == [
        ("/status", "read_only"),
        ("/published_revision", "read_only"),
        ("/publish_at", "read_only"),
    ]


async def test_a_new_issue_ignores_every_read_field(desk: Desk) -> None:
    fields = [*ACTIONS, "published_at", "created_at", "updated_at", "links"]
    for day, value in enumerate(JUNK, start=1):
        document = issue(date=f"2026-05-0{day}", sections=[lead(body_html=value)])

        shown = await desk.create({**document, **dict.fromkeys(fields, value)})

        assert (shown["status"], shown["revision"], shown["publish_at"]) == ("draft", 1, None)
        assert shown["created_at"] == "2026-05-03T06:00:00Z"


async def test_an_issue_in_print_can_be_posted_as_another_day(desk: Desk) -> None:
    """The usual way to begin tomorrow's paper: take today's, change its identity."""
    today = await desk.create(whole_issue(), publish=True)

    tomorrow = await desk.create({**today, "number": None, "slug": None, "date": "2026-05-04"})

    assert (tomorrow["number"], tomorrow["slug"]) == (96, "issue-96")
    assert (tomorrow["status"], tomorrow["published_at"]) == ("draft", None)
    assert tomorrow["sections"] == today["sections"]
