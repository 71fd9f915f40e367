"""A subject that cannot be read costs itself, once a run, however often its row comes."""

from typing import Any

import httpx
import pytest

from app.sync.tally import Tally
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream, reply

pytestmark = pytest.mark.anyio

SEVEN = range(1001, 1008)
TOLD = ("status", "observations", "skipped", "reason")


@pytest.fixture
def upstream() -> Upstream:
    """Seven repositories, each of which every search lists, and fourteen models."""
    upstream = Upstream()
    for number in SEVEN:
        upstream.add_repository(number, f"lab/repo-{number}", stars=1000 + number)
    for number in range(1, 15):
        upstream.add_model(number, f"lab/model-{number}", likes=100 + number)
    return upstream


@pytest.mark.parametrize(
    ("bad", "without_id", "is_mostly_bad"),
    [
        (2, 0, False),
        (3, 0, True),
        (0, 4, False),
        (0, 5, True),
        # A third of the rows has no id, and a quarter of the rest is bad: exactly half.
        (1, 2, False),
        (2, 1, True),
    ],
)
@pytest.mark.parametrize("searches", [1, 26])
def test_half_may_be_bad_in_any_number_of_searches(
    searches: int, bad: int, without_id: int, is_mostly_bad: bool
) -> None:
    """Some of four rows with an id are bad, and some rows have no id."""
    tally = Tally()
    for _ in range(searches):
        for number in range(4):
            note = tally.note_bad if number < bad else tally.note_read
            note(str(number))
        for _ in range(without_id):
            tally.note_bad(None)

    assert tally.is_mostly_bad is is_mostly_bad
    assert tally.skipped == bad + without_id * searches


def told(run: dict[str, Any], source: str) -> tuple[object, ...]:
    (part,) = (part for part in run["sources"] if part["name"] == source)
    return tuple(part[name] for name in TOLD)


def searches(upstream: Upstream) -> int:
    return sum(request.url.path == "/search/repositories" for request in upstream.requests)


class TestGitHub:
    async def test_a_bad_row_in_every_search_counts_once(
        self, run_day: RunDay, upstream: Upstream
    ) -> None:
        upstream.repositories[1001]["stargazers_count"] = -1

        run = await run_day()

        assert searches(upstream) > len(SEVEN)
        assert told(run, "github") == ("complete", 6, 1, None)

    async def test_a_known_subject_that_is_bad_everywhere_counts_once(
        self, run_day: RunDay, upstream: Upstream
    ) -> None:
        """It is bad in searches and where it is requested by its node id."""
        await run_day()
        upstream.repositories[1001]["stargazers_count"] = -1

        run = await run_day()

        assert told(run, "github") == ("complete", 6, 1, None)

    async def test_a_known_subject_that_cannot_be_looked_up_counts_once(
        self, without_token: None, run_day: RunDay, upstream: Upstream
    ) -> None:
        await run_day()
        upstream.repositories[1001]["stargazers_count"] = -1

        run = await run_day()

        assert told(run, "github") == ("complete", 6, 1, None)

    async def test_rows_without_an_id_count_each_and_fail_no_source(
        self, run_day: RunDay, upstream: Upstream
    ) -> None:
        upstream.repositories[1001]["id"] = None

        run = await run_day()

        assert told(run, "github") == ("complete", 6, searches(upstream), None)

    @pytest.mark.parametrize(
        ("bad", "expected"),
        [(3, ("complete", 4, 3, None)), (4, ("failed", 0, 4, "repository: bad_rows"))],
    )
    async def test_more_than_half_bad_fails_whatever_lists_them(
        self, run_day: RunDay, upstream: Upstream, bad: int, expected: tuple[object, ...]
    ) -> None:
        """One search lists the good ones, and every search the bad ones."""
        for number in SEVEN[:bad]:
            upstream.repositories[number]["stargazers_count"] = -1
        rows = list(upstream.repositories.values())

        def fault(request: httpx.Request) -> httpx.Response | None:
            if request.url.path != "/search/repositories":
                return None
            return reply({"items": rows if searches(upstream) == 1 else rows[:bad]})

        upstream.fault = fault
        run = await run_day()

        assert told(run, "github") == expected

    async def test_repositories_that_are_read_and_not_followed_count_as_read(
        self, run_day: RunDay, upstream: Upstream
    ) -> None:
        """The four archived repositories are listed and never added, but they are no bad rows."""
        for number in SEVEN[:4]:
            upstream.repositories[number]["archived"] = True
        for number in SEVEN[4:6]:
            upstream.repositories[number]["stargazers_count"] = -1

        run = await run_day()

        assert told(run, "github") == ("complete", 1, 2, None)

    @pytest.mark.parametrize("bad_search", [1, 2])
    async def test_bad_in_one_search_and_good_in_another_is_observed(
        self, run_day: RunDay, upstream: Upstream, bad_search: int
    ) -> None:
        await run_day()
        upstream.requests.clear()
        bad = [{**row, "stargazers_count": -1} for row in upstream.repositories.values()]

        def fault(request: httpx.Request) -> httpx.Response | None:
            is_search = request.url.path == "/search/repositories"
            return reply({"items": bad}) if is_search and searches(upstream) == bad_search else None

        upstream.fault = fault
        run = await run_day()

        assert told(run, "github") == ("complete", 7, 0, None)

    async def test_bad_in_every_search_and_good_by_its_node_is_observed(
        self, run_day: RunDay, upstream: Upstream
    ) -> None:
        await run_day()
        first, *others = upstream.repositories.values()
        listed = [{**first, "stargazers_count": -1}, *others]
        upstream.fault = lambda request: (
            reply({"items": listed}) if request.url.path == "/search/repositories" else None
        )

        run = await run_day()

        assert told(run, "github") == ("complete", 7, 0, None)


class TestHuggingFace:
    # One dataset, one space and one paper are observed beside the models.

    async def test_bad_in_the_listing_and_by_itself_counts_once(
        self, run_day: RunDay, upstream: Upstream
    ) -> None:
        await run_day()
        for number in (1, 2):
            upstream.models[number]["likes"] = -1

        run = await run_day()

        assert told(run, "huggingface") == ("complete", 12 + 3, 2, None)

    async def test_bad_in_the_listing_and_on_a_long_page_counts_once(
        self, run_day: RunDay, upstream: Upstream
    ) -> None:
        for number in range(15, 27):
            upstream.add_model(number, f"lab/model-{number}", likes=100 + number)
        await run_day()
        for number in (1, 2):
            upstream.models[number]["likes"] = -1
        listed = list(upstream.models.values())[:15]
        upstream.fault = lambda request: (
            reply(listed)
            if (request.url.path, request.url.params.get("limit")) == ("/api/models", "100")
            else None
        )
        upstream.requests.clear()

        run = await run_day()

        assert "1000" in [request.url.params.get("limit") for request in upstream.requests]
        assert told(run, "huggingface") == ("complete", 24 + 3, 2, None)

    async def test_a_row_that_comes_twice_is_no_bad_row(
        self, run_day: RunDay, upstream: Upstream
    ) -> None:
        rows = list(upstream.models.values())
        upstream.fault = lambda request: (
            reply([*rows, *rows, *rows]) if request.url.path == "/api/models" else None
        )

        run = await run_day()

        assert told(run, "huggingface") == ("complete", 14 + 3, 0, None)

    async def test_bad_in_the_listing_and_good_by_itself_is_observed(
        self, run_day: RunDay, upstream: Upstream
    ) -> None:
        await run_day()
        first, *others = upstream.models.values()
        listed = [{**first, "likes": -1}, *others]
        upstream.fault = lambda request: (
            reply(listed) if request.url.path == "/api/models" else None
        )

        run = await run_day()

        assert told(run, "huggingface") == ("complete", 14 + 3, 0, None)

    async def test_a_row_that_comes_bad_and_good_is_observed(
        self, run_day: RunDay, upstream: Upstream
    ) -> None:
        rows = list(upstream.models.values())
        bad = [{**row, "likes": -1} for row in rows]
        upstream.fault = lambda request: (
            reply([*bad, *bad, *rows]) if request.url.path == "/api/models" else None
        )

        run = await run_day()

        assert told(run, "huggingface") == ("complete", 14 + 3, 0, None)

    async def test_rows_without_an_id_count_each(self, run_day: RunDay, upstream: Upstream) -> None:
        for number in (1, 2, 3):
            del upstream.models[number]["_id"]

        run = await run_day()

        assert told(run, "huggingface") == ("complete", 11 + 3, 3, None)

    @pytest.mark.parametrize(
        ("bad", "expected"),
        [(7, ("complete", 7 + 3, 7, None)), (8, ("partial", 3, 8, "model: bad_rows"))],
    )
    async def test_more_than_half_bad_fails_the_kind(
        self, run_day: RunDay, upstream: Upstream, bad: int, expected: tuple[object, ...]
    ) -> None:
        for number in range(1, bad + 1):
            upstream.models[number]["likes"] = -1

        run = await run_day()

        assert told(run, "huggingface") == expected

    async def test_a_bad_paper_counts_once(self, run_day: RunDay, upstream: Upstream) -> None:
        for number in range(1, 4):
            upstream.add_paper(f"2605.0000{number}", upvotes=10, day="2026-05-01")
        await run_day()
        upstream.papers["2605.00001"]["upvotes"] = "10"

        run = await run_day()

        assert told(run, "huggingface") == ("complete", 14 + 2 + 2, 1, None)
