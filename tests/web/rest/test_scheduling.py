"""A scheduled issue: hidden until its time, in print from then on, with nobody to move it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from app.content.print import in_print
from app.models import PRINT_TABLES, Issue
from tests.conftest import Clock
from tests.factories import issue, lead, whole_issue
from tests.web.rest.conftest import Desk, faults, refusal

pytestmark = pytest.mark.databases_in_turn

TIME = "2026-05-03T07:00:00Z"
AT = datetime(2026, 5, 3, 7, 0, tzinfo=UTC)


@pytest.fixture
async def waiting(desk: Desk) -> Any:
    """Yesterday's and tomorrow's papers in print, today's scheduled for seven, its head newer."""
    await desk.create(issue(number=94, date="2026-05-02"), publish=True)
    await desk.create(issue(number=96, date="2026-05-04"), publish=True)
    await desk.create(whole_issue())
    await desk.act(95, "schedule", {"publish_at": TIME})
    return await desk.patch(95, {"title": "Newer"})


async def test_it_waits_with_its_time_and_its_revision(waiting: Any) -> None:
    assert {name: waiting[name] for name in _STATE} == {
        "status": "scheduled",
        "revision": 2,
        "published_revision": 1,
        "publish_at": TIME,
        "published_at": None,
    }


_STATE = ("status", "revision", "published_revision", "publish_at", "published_at")


async def _numbers(public: Desk, **_: Any) -> Any:
    return [shown["number"] for shown in (await public.read("/v1/issues"))["data"]]


async def _total(public: Desk) -> Any:
    return (await public.read("/v1/issues"))["page"]["total"]


async def _neighbours(public: Desk) -> Any:
    links = [(await public.find(number))["links"] for number in (94, 96)]
    return [link and link[-2:] for link in (links[0]["next"], links[1]["previous"])]


def _status(path: str) -> Callable[[Desk], Awaitable[Any]]:
    async def look(public: Desk) -> Any:
        return (await public.get(path)).status_code

    return look


PUBLIC_VIEWS: dict[str, tuple[Callable[[Desk], Awaitable[Any]], Any, Any]] = {
    "by number": (_status("/v1/issues/95"), 404, 200),
    "by date": (_status("/v1/issues/2026-05-03"), 404, 200),
    "by slug": (_status("/v1/issues/open-weights"), 404, 200),
    "as Markdown": (_status("/v1/issues/95.md"), 404, 200),
    "a section": (_status("/v1/issues/95/sections/the-lead"), 404, 200),
    "the list": (_numbers, [96, 94], [96, 95, 94]),
    "the total": (_total, 2, 3),
    "neighbours": (_neighbours, ["96", "94"], ["95", "95"]),
}


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("view", PUBLIC_VIEWS)
async def test_it_appears_when_the_clock_passes(public: Desk, clock: Clock, view: str) -> None:
    look, before, after = PUBLIC_VIEWS[view]

    clock.set(AT.replace(hour=6, minute=59, second=59))
    assert await look(public) == before

    clock.set(AT)
    assert await look(public) == after


@pytest.mark.usefixtures("waiting")
async def test_the_pinned_revision_appears_and_not_the_head(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    clock.set(AT.replace(hour=9))

    seen, known = await public.find(95), await desk.find(95)

    assert (seen["title"], seen["status"]) == ("The day of the weights", "published")
    assert (seen["publish_at"], seen["published_at"]) == (None, TIME)
    assert (known["title"], known["revision"], known["published_revision"]) == ("Newer", 2, 1)
    assert (known["status"], known["publish_at"], known["published_at"]) == (
        "published",
        None,
        TIME,
    )


@pytest.mark.usefixtures("waiting")
async def test_latest_passes_over_what_waits(desk: Desk, public: Desk, clock: Clock) -> None:
    await desk.create(issue(number=97, date="2026-05-05"))
    await desk.act(97, "schedule", {"publish_at": TIME})

    before = [(await caller.find("latest"))["number"] for caller in (desk, public)]
    clock.set(AT)
    after = [(await caller.find("latest"))["number"] for caller in (desk, public)]

    assert (before, after) == ([96, 96], [97, 97])


@pytest.mark.usefixtures("waiting")
async def test_its_rows_of_print_appear_with_it(engine: Engine) -> None:
    def counts(now: datetime) -> dict[str, int]:
        with engine.connect() as connection:
            return {
                str(table.__tablename__): connection.execute(
                    select(func.count())
                    .select_from(table)
                    .join(Issue)
                    .where(in_print(table), col(Issue.date) == AT.date()),
                    {"now": now},
                ).scalar_one()
                for table in PRINT_TABLES
            }

    tables = {"section": 5, "tool": 1, "trending_entry": 2, "reading_item": 1}
    tables["search_entry"] = 1 + sum(tables.values())
    assert counts(AT.replace(hour=6, minute=59)) == dict.fromkeys(tables, 0)
    assert counts(AT) == tables


@pytest.mark.usefixtures("waiting")
async def test_an_issue_that_appeared_by_itself_was_published(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    clock.set(AT.replace(hour=8))

    taken_back = await desk.act(95, "unpublish")
    deleted = await desk.write("DELETE", "/v1/issues/95")

    assert (taken_back["status"], taken_back["published_at"]) == ("draft", TIME)
    assert await public.find(95) is None
    assert refusal(deleted) == (409, "was_published")
    assert (await desk.act(95, "publish"))["published_at"] == TIME
    assert (await public.find(95))["published_at"] == TIME


@pytest.mark.usefixtures("waiting")
async def test_taken_back_in_time_it_never_was_published(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    taken_back = await desk.act(95, "unpublish")
    clock.set(AT.replace(hour=8))

    assert {name: taken_back[name] for name in _STATE} == {
        "status": "draft",
        "revision": 2,
        "published_revision": None,
        "publish_at": None,
        "published_at": None,
    }
    assert await public.find(95) is None
    assert (await desk.write("DELETE", "/v1/issues/95")).status_code == 204


@pytest.mark.usefixtures("waiting")
async def test_publishing_it_early_counts_from_now(desk: Desk, public: Desk, clock: Clock) -> None:
    clock.advance(seconds=60)
    shown = await desk.act(95, "publish")
    clock.set(AT.replace(hour=8))

    assert (shown["status"], shown["published_revision"], shown["publish_at"]) == (
        "published",
        2,
        None,
    )
    assert (await public.find(95))["published_at"] == "2026-05-03T06:01:00Z"


@pytest.mark.usefixtures("waiting")
async def test_a_new_time_takes_the_place_of_the_old(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    shown = await desk.act(95, "schedule", {"publish_at": "2026-05-03T10:00:00+02:00"})
    clock.set(AT.replace(minute=59))

    assert (shown["publish_at"], shown["published_revision"]) == ("2026-05-03T08:00:00Z", 2)
    assert await public.find(95) is None
    clock.set(AT.replace(hour=8))
    assert (await public.find(95))["title"] == "Newer"


async def test_a_paper_published_before_keeps_its_first_time(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    await desk.create(issue(number=95), publish=True)
    clock.advance(seconds=60)
    await desk.act(95, "unpublish")
    waiting = await desk.act(95, "schedule", {"publish_at": TIME})
    clock.set(AT)

    assert (waiting["publish_at"], waiting["published_at"]) == (TIME, "2026-05-03T06:00:00Z")
    assert (await public.find(95))["published_at"] == "2026-05-03T06:00:00Z"
    again = await desk.write("DELETE", "/v1/issues/95")
    assert refusal(again) == (409, "in_print")


async def test_publishing_twice_keeps_the_first_time(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    await desk.create(issue(number=95), publish=True)
    clock.advance(seconds=60)
    await desk.patch(95, {"title": "Newer"})
    await desk.act(95, "publish")
    clock.advance(seconds=60)

    shown = await public.find(95)

    assert (shown["title"], shown["published_at"]) == ("Newer", "2026-05-03T06:00:00Z")
    assert shown["updated_at"] == "2026-05-03T06:01:00Z"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/publish_at", "required")),
        ({"publish_at": None}, ("/publish_at", "bad_format")),
        ({"publish_at": "tomorrow"}, ("/publish_at", "bad_format")),
        ({"publish_at": "2026-05-04"}, ("/publish_at", "bad_format")),
        ({"publish_at": "2026-05-04T06:00:00"}, ("/publish_at", "bad_format")),
        ({"publish_at": 1777874400}, ("/publish_at", "bad_format")),
        ({"publish_at": "2026-05-03T06:00:00Z"}, ("/publish_at", "not_in_future")),
        ({"publish_at": "2020-01-01T00:00:00Z"}, ("/publish_at", "not_in_future")),
        ({"publish_at": TIME, "publishat": 1}, ("/publishat", "unknown_field")),
    ],
)
async def test_a_schedule_needs_a_time_to_come(desk: Desk, body: Any, fault: Any) -> None:
    before = await desk.create(issue(number=95))

    answer = await desk.write("POST", "/v1/issues/95/schedule", body)

    assert refusal(answer) == (422, "validation_failed")
    assert faults(answer) == [fault]
    assert await desk.find(95) == before


async def test_a_time_at_the_end_of_all_days_breaks_nothing(desk: Desk, public: Desk) -> None:
    await desk.create(issue(number=94, date="2026-05-02"), publish=True)
    await desk.create(issue(number=95))

    waiting = await desk.act(95, "schedule", {"publish_at": "9999-12-31T23:59:59.999999Z"})

    assert waiting["publish_at"] == "9999-12-31T23:59:59.999999Z"
    assert (await public.get("/v1/issues")).status_code == 200
    assert (await public.find("latest"))["number"] == 94


async def test_several_that_appear_at_once_are_all_there(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    for number in (1, 2, 3):
        await desk.create(issue(number=number, date=f"2026-05-0{number}", sections=[lead()]))
        await desk.act(number, "schedule", {"publish_at": TIME})
    clock.set(AT)

    shown = [await public.find(number) for number in (1, 2, 3)]

    links = [(one["links"]["previous"], one["links"]["next"]) for one in shown]
    at = "http://paper.test/v1/issues/"
    assert links == [(None, f"{at}2"), (f"{at}1", f"{at}3"), (f"{at}2", None)]
