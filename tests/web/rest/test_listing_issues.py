"""The list of issues: filters, totals, pages that neither repeat nor skip, and what is refused."""

import itertools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.factories import issue
from tests.sampling import examples
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.databases_in_turn

LIST = "/v1/issues"


@pytest.fixture
async def papers(desk: Desk) -> None:
    """1 and 3 in print, 2 and 5 drafts, 4 scheduled; 3 has a newer head."""
    for number in range(1, 6):
        document = issue(number=number, date=f"2026-05-0{number}", title=f"No. {number}")
        await desk.create(document, publish=number in {1, 3})
    await desk.act(4, "schedule", {"publish_at": "2026-05-09T06:00:00Z"})
    await desk.patch(3, {"title": "Newer"})


def _numbers(answer: Any) -> list[int]:
    return [shown["number"] for shown in answer["data"]]


@pytest.mark.usefixtures("papers")
async def test_the_public_list_has_what_is_in_print_newest_first(desk: Desk, public: Desk) -> None:
    listed = await public.read(LIST)
    of_editor = await desk.read(LIST)

    assert [(shown["number"], shown["title"]) for shown in listed["data"]] == [
        (3, "No. 3"),
        (1, "No. 1"),
    ]
    assert listed["page"] == {"limit": 20, "next_cursor": None, "has_more": False, "total": 2}
    assert [shown["title"] for shown in of_editor["data"]] == ["Newer", "No. 1"]


@pytest.mark.usefixtures("papers")
async def test_a_summary_is_the_document_without_its_sections(desk: Desk, public: Desk) -> None:
    for caller in (desk, public):
        for shown in (await caller.read(LIST))["data"]:
            whole = await caller.find(shown["number"])
            del whole["sections"]
            assert list(shown.items()) == list(whole.items())


CHOSEN = {
    "": [3, 1],
    "status=published": [3, 1],
    "status=draft": [5, 2],
    "status=scheduled": [4],
    "status=all": [5, 4, 3, 2, 1],
    "from=2026-05-02": [3],
    "to=2026-05-02": [1],
    "from=2026-05-01&to=2026-05-03": [3, 1],
    "from=2026-05-02&to=2026-05-04&status=all": [4, 3, 2],
    "from=2026-05-04": [],
    "from=0001-01-01&to=9999-12-31": [3, 1],
    "status=all&view=published": [3, 1],
    "status=draft&view=published": [],
}


@pytest.mark.usefixtures("papers")
async def test_filters_choose_and_are_counted(desk: Desk) -> None:
    listed = {query: await desk.read(f"{LIST}?{query}") for query in CHOSEN}

    assert {query: _numbers(answer) for query, answer in listed.items()} == CHOSEN
    assert [answer["page"]["total"] for answer in listed.values()] == [*map(len, CHOSEN.values())]


@pytest.mark.parametrize("status", ["draft", "scheduled", "all"])
async def test_what_is_not_in_print_needs_drafts_read(
    public: Desk, holder: Callable[..., Desk], status: str
) -> None:
    path = f"{LIST}?status={status}"

    assert refusal(await public.get(path)) == (401, "unauthenticated")
    lacking = await holder("sync:run", "keys:manage").get(path)
    assert refusal(lacking) == (403, "missing_scope")
    assert "drafts:read" in lacking.json()["detail"]
    assert (await holder("drafts:read").get(path)).status_code == 200


@pytest.mark.one_database
@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=-1", "limit=ten", "limit=", "limit=1.5",
     "limit=5.0", "limit=%2B5", "limit=%205", "limit=1_0", "limit=%D9%A5", "limit=9" + "9" * 30,
     "limit=2&limit=3", "cursor=", "cursor=x", "cursor=" + "x" * 501, "from=yesterday",
     "from=2026-02-30", "from=", "to=20260503", "to=2026-05-03T00:00:00Z", "status=archived",
     "status=", "status=Published", "colour=red", "q=x", "offset=10", "page=2"],
)  # fmt: skip
async def test_a_wrong_parameter_is_a_400_that_names_it(desk: Desk, query: str) -> None:
    answer = await desk.get(f"{LIST}?{query}")

    assert answer.status_code == 400
    named = query.partition("=")[0]
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [named]


async def test_days_in_the_wrong_order_are_refused(public: Desk) -> None:
    answer = await public.get(f"{LIST}?from=2026-05-04&to=2026-05-03")

    assert refusal(answer) == (400, "invalid_parameter")


async def _walk(caller: Desk, path: str) -> list[int]:
    """Follow `Link: rel=next` to the end."""
    numbers: list[int] = []
    for _ in range(50):
        answer = await caller.get(path)
        numbers += _numbers(answer.json())
        following = answer.links.get("next")
        page = answer.json()["page"]
        assert (following is not None) is page["has_more"] is (page["next_cursor"] is not None)
        if following is None:
            return numbers
        assert following["url"].startswith("http://paper.test/v1/issues?")
        parts = urlsplit(following["url"])
        path = f"{parts.path}?{parts.query}"
    raise AssertionError("the pages never end")


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
async def test_pages_follow_each_other_by_link(desk: Desk, limit: int) -> None:
    path = f"{LIST}?status=all&from=2026-05-01&limit={limit}"

    assert await _walk(desk, path) == [5, 4, 3, 2, 1]


@pytest.mark.usefixtures("papers")
async def test_links_keep_the_filters(desk: Desk) -> None:
    path = f"{LIST}?status=all&limit=2&from=2026-05-01&fields=number"
    answer = await desk.get(path)

    assert answer.links["first"]["url"] == f"http://paper.test{path}"
    cursor = answer.json()["page"]["next_cursor"]
    assert answer.links["next"]["url"] == f"http://paper.test{path}&cursor={cursor}"
    second = await desk.get(f"{path}&cursor={cursor}")
    assert second.links["first"]["url"] == f"http://paper.test{path}"
    assert (await desk.get(LIST)).headers["link"] == f'<http://paper.test{LIST}>; rel="first"'


@pytest.mark.usefixtures("papers")
async def test_a_foreign_host_is_reflected_nowhere(desk: Desk) -> None:
    answer = await desk.send("GET", f"{LIST}?limit=1", headers={"Host": "evil.test"})

    assert "evil" not in f"{answer.headers}{answer.text}"


@pytest.mark.one_database
@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize(
    "other", ["status=draft", "", "status=all&to=2026-05-09", "status=all&from=2026-05-02"]
)
async def test_a_cursor_is_bound_to_its_filters(desk: Desk, other: str) -> None:
    cursor = (await desk.read(f"{LIST}?status=all&limit=2"))["page"]["next_cursor"]

    answer = await desk.get(f"{LIST}?{other}&cursor={cursor}")

    assert refusal(answer) == (400, "invalid_cursor")
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["cursor"]


@pytest.mark.usefixtures("papers")
async def test_a_cursor_is_free_of_limit_and_fields(desk: Desk) -> None:
    cursor = (await desk.read(f"{LIST}?status=all&limit=2"))["page"]["next_cursor"]

    further = await desk.read(f"{LIST}?status=all&limit=1&fields=number&cursor={cursor}")

    assert further["data"] == [{"number": 3}]


@pytest.mark.usefixtures("papers")
async def test_a_damaged_cursor_is_refused(desk: Desk) -> None:
    cursor = (await desk.read(f"{LIST}?status=all&limit=2"))["page"]["next_cursor"]

    for damaged in (cursor[:-2], cursor[1:], cursor + "AA", cursor.swapcase(), cursor[::-1]):
        answer = await desk.get(f"{LIST}?status=all&cursor={damaged}")
        assert refusal(answer) == (400, "invalid_cursor")


@pytest.mark.usefixtures("papers")
async def test_a_revision_list_has_cursors_of_its_own(desk: Desk) -> None:
    for title in "abc":
        await desk.patch(1, {"title": title})
    cursor = (await desk.read(f"{LIST}/1/revisions?limit=2"))["page"]["next_cursor"]

    here = await desk.read(f"{LIST}/1/revisions?cursor={cursor}")
    elsewhere = [
        await desk.get(f"{path}?cursor={cursor}")
        for path in (LIST, f"{LIST}/3/revisions", "/v1/keys")
    ]

    assert [shown["revision"] for shown in here["data"]] == [2, 1]
    assert [refusal(answer) for answer in elsewhere] == [(400, "invalid_cursor")] * 3


_years = itertools.count(1)


@pytest.mark.slow
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shown_first=st.sets(st.integers(1, 9)),
    limit=st.integers(1, 4),
    moves=st.lists(st.sets(st.integers(1, 9), max_size=3), max_size=6),
)
async def test_publishing_between_pages_repeats_and_skips_nothing(
    desk: Desk, public: Desk, shown_first: set[int], limit: int, moves: list[set[int]]
) -> None:
    """What was in print the whole time is met once, in order; nothing at all is met twice."""
    year = 1000 + next(_years)
    days = {day: f"{year}-05-0{day}" for day in range(1, 10)}
    for day, date in days.items():
        await desk.create({**issue(date=date), "title": str(day)}, publish=day in shown_first)
    in_print, always, met = set(shown_first), set(shown_first), []
    query = f"{LIST}?from={year}-01-01&to={year}-12-31&limit={limit}"
    cursor = ""
    for turn in itertools.count():
        page = await public.read(query + (f"&cursor={cursor}" if cursor else ""))
        met += [int(shown["title"]) for shown in page["data"]]
        assert page["page"]["total"] == len(in_print)
        cursor = page["page"]["next_cursor"]
        if cursor is None:
            break
        for day in moves[turn] if turn < len(moves) else ():
            await desk.act(days[day], "unpublish" if day in in_print else "publish")
            in_print ^= {day}
        always &= in_print

    assert met == sorted(set(met), reverse=True)
    assert always <= set(met)
