"""Revisions: every save whole, listed newest first, unchangeable, and a way back to each."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Clock
from tests.factories import lead, whole_issue
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.databases_in_turn

REVISIONS = "/v1/issues/95/revisions"


@pytest.fixture
async def history(desk: Desk, clock: Clock) -> None:
    """Three saves, a minute apart."""
    await desk.create(whole_issue(title="First"))
    for title in ("Second", "Third"):
        clock.advance(seconds=60)
        await desk.patch(95, {"title": title})


@pytest.mark.usefixtures("history")
async def test_a_revision_is_the_whole_document_of_its_time(desk: Desk) -> None:
    document = await desk.find(95)
    shown = await desk.read(f"{REVISIONS}/2")
    me = await desk.read("/v1/me")

    said = ("number", "date", "slug", "summary", "dateline", "provenance", "sections")
    assert {name: shown[name] for name in said} == {name: document[name] for name in said}
    assert {name: shown[name] for name in shown if name not in said} == {
        "title": "Second",
        "revision": 2,
        "created_at": "2026-05-03T06:01:00Z",
        "created_by": me["prefix"],
    }


@pytest.mark.usefixtures("history")
async def test_a_revision_keeps_its_bytes_for_ever(desk: Desk, clock: Clock) -> None:
    first = await desk.get(f"{REVISIONS}/1")

    await desk.act(95, "publish")
    await desk.patch(95, {"title": "Fourth", "sections": [lead()]})
    await desk.act(95, "publish")
    await desk.act(95, "unpublish")
    await desk.patch(95, {"number": 7, "slug": "moved"})
    clock.advance(seconds=3600)
    again = await desk.get("/v1/issues/7/revisions/1")

    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    assert again.json()["number"] == 95


@pytest.mark.usefixtures("history")
async def test_revisions_are_listed_newest_first_without_sections(desk: Desk) -> None:
    listed = await desk.read(REVISIONS)
    first_page = await desk.read(f"{REVISIONS}?limit=2")

    whole = [await desk.read(f"{REVISIONS}/{number}") for number in (3, 2, 1)]
    for shown in whole:
        del shown["sections"]
    assert [list(shown.items()) for shown in listed["data"]] == [list(w.items()) for w in whole]
    assert listed["page"] == {"limit": 20, "next_cursor": None, "has_more": False, "total": 3}
    assert [shown["revision"] for shown in first_page["data"]] == [3, 2]
    assert (first_page["page"]["has_more"], first_page["page"]["total"]) == (True, 3)


@pytest.mark.usefixtures("history")
async def test_a_restored_revision_is_a_new_one(desk: Desk, public: Desk) -> None:
    await desk.act(95, "publish")

    shown = await desk.act(95, "revisions/1/restore")

    assert (shown["title"], shown["revision"], shown["published_revision"]) == ("First", 4, 3)
    assert (await public.find(95))["title"] == "Third"
    assert (await desk.read(f"{REVISIONS}/4"))["title"] == "First"
    assert (await desk.read(f"{REVISIONS}/3"))["title"] == "Third"


async def test_a_restored_draft_gets_its_old_names_back(desk: Desk) -> None:
    await desk.create(whole_issue())
    await desk.patch(95, {"number": 7, "date": "2026-05-04", "slug": "moved"})

    shown = await desk.act(7, "revisions/1/restore")

    assert [shown[name] for name in ("number", "date", "slug")] == [
        95,
        "2026-05-03",
        "open-weights",
    ]
    assert await desk.find(7) is None


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4", "revision_not_found"),
        ("2147483647", "revision_not_found"),
        ("0", "not_found"),
        ("-1", "not_found"),
        ("2147483648", "not_found"),
        ("9" * 400, "not_found"),
        ("one", "not_found"),
        ("1.5", "not_found"),
    ],
)
async def test_a_revision_that_is_not_there(desk: Desk, number: str, code: str) -> None:
    read = await desk.get(f"{REVISIONS}/{number}")
    restored = await desk.write("POST", f"{REVISIONS}/{number}/restore")

    assert refusal(read) == (404, code)
    assert refusal(restored) == (404, code)


@pytest.mark.usefixtures("history")
async def test_revisions_need_drafts_read(
    desk: Desk, public: Desk, holder: Callable[..., Desk]
) -> None:
    await desk.act(95, "publish")

    for path in (REVISIONS, f"{REVISIONS}/1", "/v1/issues/none/revisions"):
        assert refusal(await public.get(path)) == (401, "unauthenticated")
        assert refusal(await holder("sync:run").get(path)) == (403, "missing_scope")
    restore = await holder("issues:publish").write("POST", f"{REVISIONS}/1/restore")
    assert refusal(restore) == (403, "missing_scope")
    assert (await holder("drafts:read").get(REVISIONS)).status_code == 200


async def test_the_revisions_of_the_latest_issue(desk: Desk) -> None:
    missing = await desk.get("/v1/issues/latest/revisions")
    await desk.create(whole_issue(), publish=True)
    found: Any = await desk.read("/v1/issues/latest/revisions/1")

    assert refusal(missing) == (404, "issue_not_found")
    assert found["number"] == 95
