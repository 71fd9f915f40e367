"""PUT with `If-None-Match: *`: create under a number or a date, and never overwrite."""

import asyncio
from typing import Any

import pytest

from tests.factories import issue, lead
from tests.web.rest.conftest import Desk, faults, refusal

pytestmark = pytest.mark.databases_in_turn


async def put(desk: Desk, ref: str, document: Any, **headers: str) -> Any:
    return await desk.send(
        "PUT", f"/v1/issues/{ref}", json=document, headers={"If-None-Match": "*", **headers}
    )


async def test_an_issue_is_made_under_its_number(desk: Desk) -> None:
    answer = await put(desk, "95", issue())

    assert answer.status_code == 201
    assert answer.headers["location"] == "http://paper.test/v1/issues/95"
    assert answer.json() == await desk.find(95)
    assert answer.json()["status"] == "draft"
    read = await desk.get("/v1/issues/95", accept_encoding="identity")
    assert answer.headers["etag"] == read.headers["etag"]


async def test_an_issue_is_made_under_its_date(desk: Desk) -> None:
    await desk.create(issue(number=94, date="2026-05-02"))

    answer = await put(desk, "2026-05-03", {"sections": [lead()]})

    assert answer.status_code == 201
    assert (answer.json()["number"], answer.json()["date"]) == (95, "2026-05-03")
    assert answer.headers["location"] == "http://paper.test/v1/issues/95"


async def test_it_may_go_into_print_at_once(desk: Desk, public: Desk) -> None:
    answer = await put(desk, "95?publish=true", issue())

    assert answer.status_code == 201
    assert (await public.find(95))["status"] == "published"


@pytest.mark.parametrize("ref", ["95", "2026-05-03", "issue-95"])
async def test_what_exists_is_a_412_with_its_etag(desk: Desk, ref: str) -> None:
    before = await desk.create(issue(number=95))

    answer = await put(desk, ref, {**issue(), "title": "Changed"})

    assert refusal(answer) == (412, "already_exists")
    read = await desk.get("/v1/issues/95", accept_encoding="identity")
    assert answer.headers["etag"] == read.headers["etag"]
    assert await desk.find(95) == before


@pytest.mark.both_databases
@pytest.mark.parametrize("ref", ["95", "2026-05-03"])
async def test_of_equal_requests_at_once_one_makes_it_and_the_others_find_it(
    desk: Desk, ref: str
) -> None:
    answers = await asyncio.gather(*[put(desk, ref, issue()) for _ in range(6)])

    assert sorted(each.status_code for each in answers) == [201, *[412] * 5]
    assert (await desk.read("/v1/issues?status=all"))["page"]["total"] == 1


@pytest.mark.one_database
@pytest.mark.parametrize("ref", ["some-slug", "0", "2026-02-30", "99999999999"])
async def test_nothing_is_made_under_another_name(desk: Desk, ref: str) -> None:
    answer = await put(desk, ref, issue(slug="some-slug"))

    assert refusal(answer) == (404, "issue_not_found")
    assert (await desk.read("/v1/issues?status=all"))["page"]["total"] == 0


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("ref", "document", "pointer"),
    [
        ("95", issue(number=96), "/number"),
        ("95", issue(number="95"), "/number"),
        ("2026-05-03", issue(date="2026-05-04"), "/date"),
        ("2026-05-03", issue(date=20260503), "/date"),
    ],
)
async def test_body_and_address_agree(desk: Desk, ref: str, document: Any, pointer: str) -> None:
    answer = await put(desk, ref, document)

    assert refusal(answer) == (422, "validation_failed")
    assert faults(answer) == [(pointer, "not_as_addressed")]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("ref", "document"),
    [
        ("95", issue(number=95)),
        ("95", issue(number=95.0)),
        ("95", issue(number=None)),
        ("2026-05-03", issue(date="2026-05-03")),
        ("2026-05-03", issue(date=None)),
    ],
)
async def test_body_and_address_may_say_the_same(desk: Desk, ref: str, document: Any) -> None:
    assert (await put(desk, ref, document)).status_code == 201


async def test_true_is_not_number_one(desk: Desk) -> None:
    answer = await put(desk, "1", issue(number=True))

    assert refusal(answer) == (422, "validation_failed")


async def test_the_rest_of_its_identity_may_be_taken(desk: Desk) -> None:
    await desk.create(issue(number=94, slug="mine"))

    answer = await put(desk, "95", issue(slug="mine"))

    assert refusal(answer) == (409, "date_taken")
    assert faults(answer) == [("/date", "date_taken"), ("/slug", "slug_taken")]


async def test_if_none_match_star_wins_over_if_match(desk: Desk) -> None:
    answer = await put(desk, "95", issue(), **{"If-Match": '"r1.1.x"'})

    assert answer.status_code == 201


@pytest.mark.one_database
@pytest.mark.parametrize("value", ['"r1.1.x"', "", '"*"'])
async def test_another_if_none_match_makes_nothing(desk: Desk, value: str) -> None:
    await desk.create(issue(number=95))

    existing = await desk.send(
        "PUT", "/v1/issues/95", json=issue(), headers={"If-None-Match": value}
    )
    missing = await desk.send(
        "PUT", "/v1/issues/96", json=issue(), headers={"If-None-Match": value}
    )

    assert refusal(existing) == (428, "precondition_required")
    assert refusal(missing) == (404, "issue_not_found")


async def test_a_plain_put_replaces_and_never_creates(desk: Desk) -> None:
    answer = await desk.write("PUT", "/v1/issues/95", issue())

    assert refusal(answer) == (404, "issue_not_found")


async def test_the_identity_that_a_put_leaves_out_stays(desk: Desk) -> None:
    await desk.create(issue(number=95, slug="mine", title="A", dateline={"place": "B"}))

    answer = await desk.write("PUT", "/v1/issues/mine", {"sections": [lead(headline="New")]})

    shown = answer.json()
    assert [shown[name] for name in ("number", "date", "slug")] == [95, "2026-05-03", "mine"]
    assert (shown["title"], shown["dateline"]) == ("New", None)
