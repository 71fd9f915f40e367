"""Reading one issue: by each of its names, whole, narrowed, as a section, by each viewer."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from tests.conftest import Clock
from tests.counted import counted
from tests.factories import issue, lead, story, whole_issue
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.databases_in_turn

NAMES = ("95", "2026-05-03", "open-weights", "latest")


@pytest.mark.parametrize("ref", NAMES)
async def test_an_issue_has_one_document_under_all_its_names(
    desk: Desk, public: Desk, ref: str
) -> None:
    await desk.create(whole_issue(), publish=True)

    by_name, by_number = await public.get(f"/v1/issues/{ref}"), await public.get("/v1/issues/95")

    assert by_name.status_code == 200
    assert by_name.content == by_number.content
    assert by_name.headers["etag"] == by_number.headers["etag"]


@pytest.mark.parametrize("ref", [*NAMES, "96", "2026-02-30", "0", "no-such", "Ä", "a.b"])
async def test_a_draft_is_as_unknown_as_what_never_was(
    desk: Desk, public: Desk, holder: Callable[..., Desk], ref: str
) -> None:
    await desk.create(whole_issue())
    stranger = holder("sync:run")

    for caller in (public, stranger):
        for path in ("", ".md", "/sections/the-lead", "/sections/none"):
            answer = await caller.get(f"/v1/issues/{ref}{path}")
            assert refusal(answer) == (404, "issue_not_found"), path


async def test_a_hidden_draft_and_no_issue_look_alike(desk: Desk, public: Desk) -> None:
    await desk.create(whole_issue())

    hidden, missing = [await public.get(f"/v1/issues/{number}") for number in (95, 96)]

    assert set(hidden.headers) == set(missing.headers)
    differing = {"request_id", "instance", "detail"}
    assert {k: v for k, v in hidden.json().items() if k not in differing} == {
        k: v for k, v in missing.json().items() if k not in differing
    }
    assert hidden.json()["detail"] == missing.json()["detail"].replace("96", "95")


@pytest.mark.parametrize("scope", ["drafts:read", "issues:write", "issues:publish"])
async def test_a_key_that_may_see_drafts_sees_the_head(
    desk: Desk, holder: Callable[..., Desk], scope: str
) -> None:
    await desk.create(whole_issue(), publish=True)
    await desk.patch(95, {"title": "Newer"})
    caller = holder(scope)

    head = await caller.read("/v1/issues/95")
    seen = await caller.read("/v1/issues/95?view=published")

    assert (head["title"], head["revision"], head["published_revision"]) == ("Newer", 2, 1)
    assert (seen["title"], seen["revision"]) == ("The day of the weights", 1)
    assert "published_revision" not in seen


async def test_a_key_without_it_sees_what_the_public_sees(
    desk: Desk, public: Desk, holder: Callable[..., Desk]
) -> None:
    await desk.create(whole_issue(), publish=True)
    await desk.patch(95, {"title": "Newer"})

    for path in ("/v1/issues/95", "/v1/issues", "/v1/issues/95?view=published"):
        assert await holder().read(path) == await public.read(path)


async def test_a_draft_seen_as_the_public_sees_it_is_not_there(desk: Desk) -> None:
    await desk.create(whole_issue())

    for path in ("95", "95.md", "95/sections/the-lead", "latest"):
        answer = await desk.get(f"/v1/issues/{path}?view=published")
        assert refusal(answer) == (404, "issue_not_found")


async def test_latest_is_by_date_in_print_for_every_caller(desk: Desk, public: Desk) -> None:
    before = await public.get("/v1/issues/latest")
    await desk.create(issue(number=7, date="2026-05-02"), publish=True)
    await desk.create(issue(number=3, date="2026-05-03"), publish=True)
    await desk.create(issue(number=9, date="2026-05-04"))

    assert refusal(before) == (404, "issue_not_found")
    assert [(await caller.find("latest"))["number"] for caller in (desk, public)] == [3, 3]


async def test_fields_narrow_a_document_in_its_own_order(desk: Desk, public: Desk) -> None:
    document = await desk.create(whole_issue(), publish=True)

    whole = await public.read("/v1/issues/95?fields=links,number,title")
    spaced = await public.read("/v1/issues/95?fields=%20title%20,%20title")
    of_head = await desk.read("/v1/issues/95?fields=published_revision,sections")
    hidden = await public.read("/v1/issues/95?fields=published_revision")
    listed = await public.read("/v1/issues?fields=slug,date")

    assert list(whole) == ["number", "title", "links"]
    assert spaced == {"title": "The day of the weights"}
    assert of_head == {"sections": document["sections"], "published_revision": 1}
    assert hidden == {}
    assert listed["data"] == [{"date": "2026-05-03", "slug": "open-weights"}]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/v1/issues/95?fields=titel", "There is no field 'titel'. Did you mean 'title'?"),
        (
            "/v1/issues/95?fields=title,sectoins",
            "There is no field 'sectoins'. Did you mean 'sections'?",
        ),
        ("/v1/issues/95?fields=", "There is no field ''. Choose from number, date, slug,"),
        ("/v1/issues/95?fields=title,", "There is no field ''. Choose from number, date, slug,"),
        ("/v1/issues/95?fields=sections.headline", "There is no field 'sections.headline'."),
        ("/v1/issues?fields=sections", "There is no field 'sections'."),
        ("/v1/issues?fields=TITLE", "There is no field 'TITLE'."),
    ],
)
async def test_an_unknown_field_is_named(public: Desk, path: str, detail: str) -> None:
    answer = await public.get(path)

    assert refusal(answer) == (400, "invalid_parameter")
    assert answer.json()["detail"].startswith(detail)
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["fields"]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "query",
    ["view=head", "view=", "view=published&view=published", "fields=title&fields=slug", "Fields=x",
     "limit=1", "fields=" + "x" * 501, "fields=%00", "fields=%ff", "colour=red"],
)  # fmt: skip
async def test_a_wrong_parameter_is_a_400_that_names_it(public: Desk, query: str) -> None:
    answer = await public.get(f"/v1/issues/95?{query}")

    assert answer.status_code == 400
    named = query.partition("=")[0]
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [named]


async def test_a_section_is_read_as_it_stands_in_the_issue(desk: Desk, public: Desk) -> None:
    document = await desk.create(whole_issue(), publish=True)
    await desk.patch(95, {"sections": [lead(slug="new")]})

    for section in document["sections"]:
        assert await public.read(f"/v1/issues/95/sections/{section['slug']}") == section
    assert refusal(await public.get("/v1/issues/95/sections/new")) == (404, "section_not_found")
    assert (await desk.read("/v1/issues/95/sections/new"))["headline"] == "Open weights catch up"


async def test_a_patch_of_a_section_changes_it_alone(desk: Desk) -> None:
    before = await desk.create(whole_issue())

    answer = await desk.write(
        "PATCH",
        "/v1/issues/95/sections/the-lead",
        {"headline": "New", "byline": None, "metrics": {"title": None}, "slug": None},
    )

    after = await desk.find(95)
    assert answer.json() == after["sections"][0]
    assert after["sections"][0] == {
        **before["sections"][0],
        "slug": "new",
        "headline": "New",
        "byline": None,
        "metrics": {**before["sections"][0]["metrics"], "title": None},
    }
    assert after["sections"][1:] == before["sections"][1:]
    assert (after["title"], after["revision"]) == ("The day of the weights", 2)


_NO_STORY = dict.fromkeys(["kicker", "headline", "byline", "body", "significance", "metrics"])


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("slug", "patch", "fault"),
    [
        ("the-lead", {"headlin": "x"}, ("/headlin", "unknown_field")),
        ("the-lead", {"headline": None}, ("/headline", "required")),
        (
            "the-lead",
            {"metrics": {"items": [{"label": "a"}]}},
            ("/metrics/items/0/value", "required"),
        ),
        ("the-lead", {"kind": None}, ("/kind", "required")),
        ("tools", {"headline": "x"}, ("/headline", "unknown_field")),
        ("tools", {"body_html": "x"}, ("/body_html", "unknown_field")),
        ("the-lead", {"slug": "tools"}, ("/slug", "duplicate")),
        ("the-lead", {"slug": "brief-10"}, ("/slug", "duplicate")),
        ("brief-10", {"slug": "tools"}, ("/slug", "duplicate")),
        ("brief-10", {"kind": "reading", **_NO_STORY}, ("/kind", "at_most_once")),
        ("first", {"kind": "reading", **_NO_STORY}, ("/kind", "at_most_once")),
    ],
)
async def test_a_fault_in_a_section_is_pointed_at_from_the_section(
    desk: Desk, slug: str, patch: Any, fault: tuple[str, str]
) -> None:
    """The lead is section 0 and 1, its rivals stand at 2 to 13, so that prefixes could mislead."""
    document = whole_issue()
    briefs = [story(slug=f"brief-{n}") for n in range(3, 11)]
    sections = [story("opinion", slug="first"), *document["sections"], *briefs]
    await desk.create({**document, "sections": sections})

    answer = await desk.write("PATCH", f"/v1/issues/95/sections/{slug}", patch)

    assert answer.status_code == 422
    assert fault in [(f["pointer"], f["code"]) for f in answer.json()["errors"]]
    assert all(f["pointer"].startswith("/") for f in answer.json()["errors"])


@pytest.mark.one_database
@pytest.mark.parametrize("slug", ["none", "x" * 81, "Ä", "a.b", "%2e%2e"])
async def test_a_section_that_is_not_there(desk: Desk, slug: str) -> None:
    await desk.create(whole_issue())

    read = await desk.get(f"/v1/issues/95/sections/{slug}")
    patched = await desk.write("PATCH", f"/v1/issues/95/sections/{slug}", {})

    assert refusal(read) == (404, "section_not_found")
    assert refusal(patched) == (404, "section_not_found")


async def test_neighbours_are_those_in_print_by_date(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    for number, day in ((5, "01"), (2, "02"), (9, "03"), (1, "04"), (7, "05")):
        await desk.create(issue(number=number, date=f"2026-05-{day}"), publish=number != 9)
    await desk.act(1, "unpublish")

    links = {n: (await public.find(n))["links"] for n in (5, 2, 7)}
    of_draft = (await desk.find(9))["links"]

    at = "http://paper.test/v1/issues/"
    assert {n: (found["previous"], found["next"]) for n, found in links.items()} == {
        5: (None, f"{at}2"),
        2: (f"{at}5", f"{at}7"),
        7: (f"{at}2", None),
    }
    assert (of_draft["previous"], of_draft["next"]) == (f"{at}2", f"{at}7")


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/v1/issues/95", 1),
        ("/v1/issues/latest", 1),
        ("/v1/issues/95.md", 1),
        ("/v1/issues/95/sections/the-lead", 1),
        ("/v1/issues", 2),
        ("/v1/issues?from=2026-01-01&limit=2", 2),
    ],
)
async def test_a_read_costs_as_many_statements_as_its_kind_and_no_more(
    app: FastAPI, desk: Desk, public: Desk, path: str, statements: int
) -> None:
    for number in range(90, 96):
        await desk.create(whole_issue(number=number, date=f"2026-05-{number - 89:02}",
                                      slug=f"s-{number}"), publish=True)  # fmt: skip
    with counted() as said:
        answer = await public.get(path)

    assert answer.status_code == 200
    assert len(said) == statements, said
