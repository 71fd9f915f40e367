"""Provenance: posted, patched, read in every form, and demanded by a setting."""

from typing import Any

import httpx
import pytest

from app.config import Settings
from app.content.provenance import VOCABULARY
from app.main import create_app
from tests.conftest import Clock, client_of
from tests.factories import issue, lead, provenance, story, whole_issue
from tests.web.rest.conftest import Desk, faults, refusal

pytestmark = pytest.mark.databases_in_turn

BY_AI = provenance(digital_source_type="trainedAlgorithmicMedia", reviewed_by=None)


async def test_it_is_changed_by_a_merge_patch(desk: Desk) -> None:
    await desk.create(issue(number=95))

    made = await desk.patch(95, {"provenance": {"digital_source_type": "humanEdits"}})
    merged = await desk.patch(95, {"provenance": {"model": "orca-7b"}})
    of_section = await desk.write(
        "PATCH", "/v1/issues/95/sections/open-weights-catch-up", {"provenance": BY_AI}
    )
    again = await desk.patch(95, {"provenance": None})

    nothing = {"model": None, "reviewed_by": None, "reviewed_at": None}
    assert made["provenance"] == {"digital_source_type": "humanEdits", **nothing}
    assert merged["provenance"] == {**made["provenance"], "model": "orca-7b"}
    assert of_section.json()["provenance"] == BY_AI
    assert again["provenance"] is None
    assert again["sections"][0]["provenance"] == BY_AI


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ("human", ("/provenance", "wrong_type")),
        ({"digital_source_type": "human"}, ("/provenance/digital_source_type", "not_one_of")),
        ({"model": "x" * 201}, ("/provenance/model", "too_long")),
        ({"reviewed_at": "today"}, ("/provenance/reviewed_at", "bad_format")),
        ({"modle": "x"}, ("/provenance/modle", "unknown_field")),
    ],
)
async def test_a_bad_one_is_refused_with_its_pointer(
    desk: Desk, sent: Any, fault: tuple[str, str]
) -> None:
    of_issue = await desk.send("POST", "/v1/issues", json=issue(provenance=sent))
    sections = [lead(), story(provenance=sent)]
    of_section = await desk.send("POST", "/v1/issues", json=issue(sections=sections))

    assert refusal(of_issue) == refusal(of_section) == (422, "validation_failed")
    assert faults(of_issue) == [fault]
    assert faults(of_section) == [(f"/sections/1{fault[0]}", fault[1])]


async def test_it_is_shown_wherever_the_text_is(desk: Desk, public: Desk) -> None:
    document = whole_issue()
    document["sections"][0]["provenance"] = BY_AI
    await desk.create(document, publish=True)
    of_issue = "Prepared with the help of a program (orca-7b). Reviewed by E. Ditor on 3 May 2026."
    of_lead = "Written by AI (orca-7b). Reviewed on 3 May 2026."
    fields = "{digitalSourceType model reviewedBy reviewedAt}"

    query = f"{{latestIssue{{provenance{fields}lead{{provenance{fields}}}}}}}"
    asked = (await public.get(f"/graphql?query={query}")).json()["data"]["latestIssue"]
    sections = await public.read("/v1/sections?kind=lead")
    page = (await public.get("/")).text
    markdown = (await public.get("/v1/issues/95.md")).text
    feeds = {
        (name, form): (await public.get(f"/feeds/{name}.{form}")).text
        for name in ("issues", "sections/lead", "sections/tools")
        for form in ("atom", "rss", "json")
    }

    assert asked["provenance"] == {
        "digitalSourceType": "ALGORITHMICALLY_ENHANCED",
        "model": "orca-7b",
        "reviewedBy": "E. Ditor",
        "reviewedAt": "2026-05-03T05:45:00Z",
    }
    assert asked["lead"]["provenance"]["digitalSourceType"] == "TRAINED_ALGORITHMIC_MEDIA"
    assert sections["data"][0]["provenance"] == BY_AI
    assert page.count(of_issue) == page.count(of_lead) == 1
    assert '<meta name="ai-disclosure" content="ai-generated">' in page
    assert f'"digitalSourceType":"{VOCABULARY}algorithmicallyEnhanced"' in page
    assert f'"digitalSourceType":"{VOCABULARY}trainedAlgorithmicMedia"' in page
    assert 'provenance: {"digital_source_type":"algorithmicallyEnhanced"' in markdown
    assert markdown.count(f"*{of_issue}*") == markdown.count(f"*{of_lead}*") == 1
    for (name, form), feed in feeds.items():
        # A section that stands alone bears the provenance that holds for it.
        assert (of_issue in feed) == (name != "sections/lead"), (name, form)
        assert (of_lead in feed) == (name != "sections/tools"), (name, form)
        assert ("trainedAlgorithmicMedia" in feed) == (name != "sections/tools"), (name, form)


async def test_graphql_takes_it(desk: Desk, client: httpx.AsyncClient) -> None:
    mutation = (
        'mutation{createIssue(input:{date:"2026-05-03",provenance:{digitalSourceType:HUMAN_EDITS'
        ' reviewedAt:"2026-05-03T07:45:00+02:00"}sections:[{kind:LEAD headline:"x"'
        ' provenance:{model:"orca-7b"}}]}){...on IssueSaved{issue{number}}...on Problem{detail}}}'
    )

    answer = await client.post("/graphql", json={"query": mutation}, headers=desk.headers)

    number = answer.json()["data"]["createIssue"]["issue"]["number"]
    shown = await desk.find(number)
    assert shown["provenance"]["digital_source_type"] == "humanEdits"
    assert shown["provenance"]["reviewed_at"] == "2026-05-03T05:45:00Z"
    assert shown["sections"][0]["provenance"]["model"] == "orca-7b"


async def test_a_setting_demands_it_for_publication(
    settings: Settings, clock: Clock, editor: dict[str, str]
) -> None:
    strict = settings.model_copy(update={"require_provenance": True})
    app = create_app(strict, clock=clock)
    async with app.router.lifespan_context(app), client_of(app) as client:
        desk = Desk(client, editor)
        made = await desk.create(issue(number=95))
        published = await desk.write("POST", "/v1/issues/95/publish")
        scheduled = await desk.write(
            "POST", "/v1/issues/95/schedule", {"publish_at": "2030-01-01T00:00:00Z"}
        )
        posted = await desk.send("POST", "/v1/issues?publish=true", json=issue(date="2026-05-04"))
        judged = await desk.send("POST", "/v1/issues/validate", json=issue(date="2026-05-04"))
        imported = await client.post(
            "/v1/issues/import?publish=true",
            content=b'{"date":"2026-05-05","sections":[{"kind":"lead","headline":"x"}]}\n',
            headers={**editor, "Content-Type": "application/x-ndjson"},
        )
        patched = await desk.write(
            "PATCH", "/v1/issues/95?publish=true", {"provenance": provenance()}
        )

    assert made["status"] == "draft"
    for answer in (published, scheduled, posted):
        assert refusal(answer) == (422, "validation_failed")
        assert faults(answer) == [("/provenance", "no_provenance")]
    assert judged.json()["valid"]
    assert "no_provenance" in [warning["code"] for warning in judged.json()["warnings"]]
    assert imported.json()["status"] == 422
    assert patched.json()["status"] == "published"
