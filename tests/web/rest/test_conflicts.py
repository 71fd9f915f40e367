"""Number, date and slug belong to one issue; what is left out is free."""

from typing import Any

import pytest

from tests.factories import issue
from tests.web.rest.conftest import Desk, faults, refusal

pytestmark = pytest.mark.databases_in_turn


@pytest.fixture
async def taken(desk: Desk) -> Any:
    """A draft that has a number, a date and a slug."""
    return await desk.create(issue(number=95, slug="mine"))


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ({"number": 95, "date": "2026-05-04"}, ["number"]),
        ({"date": "2026-05-03"}, ["date"]),
        ({"date": "2026-05-04", "slug": "mine"}, ["slug"]),
        ({"number": 95, "date": "2026-05-03", "slug": "mine"}, ["number", "date", "slug"]),
        ({"date": "2026-05-03", "slug": "mine"}, ["date", "slug"]),
    ],
)
async def test_what_is_taken_is_named(desk: Desk, document: Any, codes: list[str]) -> None:
    answer = await desk.send("POST", "/v1/issues", json=document)

    assert refusal(answer) == (409, f"{codes[0]}_taken")
    assert faults(answer) == [(f"/{name}", f"{name}_taken") for name in codes]
    assert all("issue 95 of 2026-05-03" in fault["detail"] for fault in answer.json()["errors"])


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_save_may_not_take_anothers_identity(desk: Desk, method: str) -> None:
    before = await desk.create(issue(number=96, date="2026-05-04"))

    answer = await desk.write(
        method, "/v1/issues/96", {"number": 95, "date": "2026-05-03", "slug": "mine"}
    )

    assert faults(answer) == [
        ("/number", "number_taken"),
        ("/date", "date_taken"),
        ("/slug", "slug_taken"),
    ]
    assert await desk.find(96) == before


@pytest.mark.usefixtures("taken")
async def test_a_restore_may_not_take_anothers_identity(desk: Desk) -> None:
    await desk.create(issue(number=96, date="2026-05-04", slug="other"))
    await desk.patch(95, {"slug": "new"})
    await desk.patch(96, {"slug": "mine"})

    answer = await desk.write("POST", "/v1/issues/95/revisions/1/restore")

    assert refusal(answer) == (409, "slug_taken")
    assert (await desk.find(95))["revision"] == 2


async def test_a_default_slug_makes_room_for_the_slugs_of_others(desk: Desk) -> None:
    for day, slug in enumerate(("issue-96", "issue-96-2", "issue-96-4"), start=1):
        await desk.create(issue(number=day, date=f"2026-05-0{day}", slug=slug))

    slugs = []
    for day in (4, 5, 6):
        shown = await desk.create(issue(number=96, date=f"2026-05-0{day}"))
        slugs.append(shown["slug"])
        await desk.patch(96, {"number": 90 + day})

    assert slugs == ["issue-96-3", "issue-96-5", "issue-96-6"]


async def test_the_slug_of_a_renumbered_draft_blocks_no_automatic_number(desk: Desk) -> None:
    await desk.create(issue(number=9, date="2026-05-01"))
    await desk.patch(9, {"number": 5})
    await desk.create(issue(number=8, date="2026-05-02"))

    shown = await desk.create({"date": "2026-05-03"})

    assert (shown["number"], shown["slug"]) == (9, "issue-9-2")


async def test_more_default_slugs_may_be_taken_than_one_statement_looks_up(desk: Desk) -> None:
    for number in range(1, 26):
        slug = "issue-99" if number == 1 else f"issue-99-{number}"
        await desk.create(issue(number=number, date=f"2026-04-{number:02}", slug=slug))

    shown = await desk.create(issue(number=99))

    assert shown["slug"] == "issue-99-26"


async def test_null_asks_for_a_default_slug_that_is_free(desk: Desk) -> None:
    await desk.create(issue(number=1, date="2026-05-01", slug="issue-95"))
    await desk.create(issue(number=95, slug="mine"))

    first = await desk.patch(95, {"slug": None})
    again = await desk.patch(95, {"slug": None})

    assert [first["slug"], again["slug"]] == ["issue-95-2"] * 2
    assert again["revision"] == first["revision"]


async def test_validate_refuses_no_default_slug(desk: Desk) -> None:
    await desk.create(issue(number=1, date="2026-05-01", slug="issue-2"))

    answer = await desk.send("POST", "/v1/issues/validate", json=issue())

    assert answer.json()["valid"] is True


async def test_the_first_number_is_one(desk: Desk) -> None:
    shown = await desk.create({"date": "2026-05-03"})

    assert (shown["number"], shown["slug"]) == (1, "issue-1")


async def test_a_number_is_one_above_the_highest_drafts_included(desk: Desk) -> None:
    numbers = []
    for day, given in enumerate([None, 7, None, 3, None], start=1):
        shown = await desk.create({"date": f"2026-05-0{day}", "number": given})
        numbers.append(shown["number"])

    assert numbers == [1, 7, 8, 3, 9]


async def test_above_the_highest_number_of_all_there_is_none(desk: Desk) -> None:
    await desk.create(issue(number=2_147_483_647))

    answer = await desk.send("POST", "/v1/issues", json={"date": "2026-05-04"})

    assert refusal(answer) == (422, "validation_failed")
    assert faults(answer) == [("/number", "out_of_range")]


async def test_a_deleted_draft_frees_all_that_it_had(desk: Desk) -> None:
    first = await desk.create(issue(number=95, slug="mine"))
    await desk.write("DELETE", "/v1/issues/95")

    again = await desk.create({**first, "number": None})

    assert (again["number"], again["slug"]) == (1, "mine")
    assert [await desk.find(ref) for ref in (95, "2026-05-03")] == [None, again]


async def test_an_issue_keeps_its_own_identity(desk: Desk) -> None:
    document = await desk.create(issue(number=95, slug="mine"))

    answer = await desk.write("PUT", "/v1/issues/95", {**document, "title": "Changed"})

    assert (answer.status_code, answer.json()["revision"]) == (200, 2)


async def test_a_draft_moves_with_all_its_names(desk: Desk) -> None:
    await desk.create(issue(number=95, slug="mine"))

    moved = await desk.patch(95, {"number": 7, "date": "2026-05-04", "slug": "other"})

    assert moved["links"]["self"] == "http://paper.test/v1/issues/7"
    assert [await desk.find(ref) for ref in (95, "2026-05-03", "mine")] == [None] * 3
    assert [await desk.find(ref) for ref in (7, "2026-05-04", "other")] == [moved] * 3


async def test_null_in_a_patch_asks_for_the_default_again(desk: Desk) -> None:
    await desk.create(issue(number=95, slug="mine", title="A", summary="B"))

    shown = await desk.patch(95, {"number": None, "slug": None, "title": None, "summary": None})

    assert [shown[name] for name in ("number", "slug", "title", "summary")] == [
        95,
        "issue-95",
        "Open weights catch up",
        "Nobody rang a bell.",
    ]


async def test_the_date_has_no_default_to_go_back_to(desk: Desk) -> None:
    await desk.create(issue(number=95))

    answer = await desk.write("PATCH", "/v1/issues/95", {"date": None})

    assert faults(answer) == [("/date", "required")]


async def test_two_drafts_change_places_through_a_third_name(desk: Desk) -> None:
    await desk.create(issue(number=1, date="2026-05-01"))
    await desk.create(issue(number=2, date="2026-05-02"))

    direct = await desk.write("PATCH", "/v1/issues/1", {"number": 2})
    await desk.patch(1, {"number": 3})
    await desk.patch(2, {"number": 1})
    shown = await desk.patch(3, {"number": 2})

    assert refusal(direct) == (409, "number_taken")
    assert (shown["number"], shown["date"]) == (2, "2026-05-01")
