"""Corrections: kept with their changes, shown in every place, and never shown before print."""

import re
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from app.models.event import Event
from tests.conftest import Clock
from tests.factories import issue, lead, whole_issue
from tests.web.rest.conftest import Desk, faults, refusal

pytestmark = pytest.mark.databases_in_turn

NOTE = "The lead named the wrong number of stars; it was <66.9k>."
OLD, NEW = "66.9k GitHub stars", "71k GitHub stars"
PLACES = ("/issues/95", "/v1/issues/95.md", "/feeds/issues.atom", "/feeds/issues.json")


def _metrics(value: str) -> dict[str, Any]:
    metrics: dict[str, Any] = whole_issue()["sections"][0]["metrics"]
    metrics["items"][0]["value"] = value
    return metrics


async def _save(desk: Desk, value: str) -> None:
    changed = await desk.write(
        "PATCH", "/v1/issues/95/sections/the-lead", {"metrics": _metrics(value)}
    )
    assert changed.status_code == 200, changed.text


@pytest.fixture
async def corrected(desk: Desk, clock: Clock) -> dict[str, Any]:
    """An issue in print whose number in the lead was corrected a day later, after a draft."""
    await desk.create(whole_issue(), publish=True)
    clock.advance(seconds=86_400)
    await _save(desk, "never printed")
    await _save(desk, NEW)
    shown: dict[str, Any] = await desk.act(95, "publish", {"correction": {"note": NOTE}})
    return shown


async def test_a_correction_is_kept_with_what_changed(
    corrected: dict[str, Any], public: Desk
) -> None:
    (correction,) = (await public.read("/v1/issues/95"))["corrections"]

    assert re.fullmatch(r"cor_[0-9a-f]{20}", correction.pop("id"))
    assert correction == {
        "at": "2026-05-04T06:00:00Z",
        "note": NOTE,
        "from_revision": 1,
        "to_revision": 3,
        "changes": [
            {
                "pointer": "/sections/0/metrics/items/0/value",
                "section": "the-lead",
                "before": OLD,
                "after": NEW,
            }
        ],
    }
    assert corrected["published_at"] == "2026-05-03T06:00:00Z"


@pytest.mark.usefixtures("corrected")
async def test_it_is_shown_in_every_place(public: Desk) -> None:
    shown = await public.read("/v1/issues/95")
    (correction,) = shown["corrections"]
    listed = await public.read("/v1/corrections")
    summaries = await public.read("/v1/issues?fields=corrections")
    query = (
        "{corrections{totalCount nodes{id at note fromRevision toRevision issue{number}"
        "changes{pointer section before after}}}latestIssue{corrections{id issue{title}}}}"
    )
    asked = (await public.get(f"/graphql?query={query}")).json()["data"]
    page = (await public.get("/issues/95")).text
    markdown = (await public.get("/v1/issues/95.md")).text
    atom, rss = [(await public.get(f"/feeds/issues.{form}")).text for form in ("atom", "rss")]
    lead_feed = (await public.get("/feeds/sections/lead.json")).json()
    tools_feed = (await public.get("/feeds/sections/tools.json")).json()

    reference = {name: shown[name] for name in ("number", "date", "slug", "title")}
    reference["url"] = "http://paper.test/v1/issues/95"
    assert listed["data"] == [{**correction, "issue": reference}]
    assert listed["page"]["total"] == 1
    assert summaries["data"] == [{"corrections": [correction]}]
    (node,) = asked["corrections"]["nodes"]
    assert node == {
        **{name: correction[name] for name in ("id", "at", "note", "changes")},
        **{"fromRevision": 1, "toRevision": 3, "issue": {"number": 95}},
    }
    assert asked["corrections"]["totalCount"] == 1
    assert asked["latestIssue"]["corrections"] == [
        {"id": correction["id"], "issue": {"title": "The day of the weights"}}
    ]
    said = "it was &lt;66.9k&gt;"
    assert page.count(f'href="#{correction["id"]}"') == 1, "a mark at the section alone"
    assert f'id="{correction["id"]}"' in page
    assert f"value: “{OLD}” is now “{NEW}”" in page
    assert said in page
    assert "## Corrections" in markdown
    assert "**4 May 2026**" in markdown
    assert '"correction":[{"@type":"CorrectionComment"' in page
    assert '"dateModified":"2026-05-04T06:00:00Z"' in page
    assert "<updated>2026-05-04T06:00:00Z</updated>" in atom
    assert "<published>2026-05-03T06:00:00Z</published>" in atom
    assert "<atom:updated>2026-05-04T06:00:00Z</atom:updated>" in rss
    assert lead_feed["items"][0]["date_modified"] == "2026-05-04T06:00:00Z"
    assert said in lead_feed["items"][0]["content_html"]
    assert "Corrections" not in tools_feed["items"][0]["content_html"]
    assert tools_feed["items"][0]["date_modified"] == "2026-05-03T06:00:00Z"
    for form in ("atom", "rss", "json"):
        feed = await public.get(f"/feeds/corrections.{form}")
        assert feed.status_code == 200
        assert f"#{correction['id']}" in feed.text
        assert "Correction: The day of the weights" in feed.text
        assert NEW in feed.text
    for place in (page, markdown, atom, rss, str(listed), str(asked)):
        assert "never printed" not in place


async def test_an_event_tells_of_it(
    corrected: dict[str, Any], engine: Engine, desk: Desk, clock: Clock
) -> None:
    clock.advance(seconds=60)
    await desk.patch(95, {"summary": "Quietly changed."})
    await desk.act(95, "publish")

    printed = ("issue.published", "issue.updated", "issue.corrected")
    statement = select(col(Event.type), col(Event.data)).where(col(Event.type).in_(printed))
    with engine.connect() as connection:
        events = connection.execute(statement.order_by(col(Event.id))).all()

    assert [event.type for event in events] == [
        *("issue.published", "issue.corrected", "issue.updated")
    ]
    data = orjson.loads(events[1].data)
    assert data["correction"] == corrected["corrections"][0]
    assert data["revision"] == 3
    assert data["changed"] == ["/sections/0/metrics/items/0/value"]
    assert "correction" not in orjson.loads(events[2].data)


async def test_a_quiet_change_moves_no_date_of_update(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    await desk.create(whole_issue(), publish=True)
    before = [(await public.get(path)).text for path in PLACES]
    clock.advance(seconds=86_400)
    await _save(desk, NEW)
    validators = [(await public.get(path)).headers["etag"] for path in PLACES]
    shown = await desk.act(95, "publish")

    after = [await public.get(path) for path in PLACES]

    assert shown["corrections"] == []
    for old, new, etag in zip(before, after, validators, strict=True):
        assert new.headers["etag"] != etag
        assert "2026-05-04" not in new.text
        assert new.text == old.replace(OLD, NEW)


async def test_no_correction_without_a_printed_change(desk: Desk, public: Desk) -> None:
    sent = {"correction": {"note": "x"}}
    await desk.create(issue(number=95))
    of_draft = await desk.write("POST", "/v1/issues/95/publish", sent)
    await desk.act(95, "schedule", {"publish_at": "2030-01-01T00:00:00Z"})
    of_scheduled = await desk.write("POST", "/v1/issues/95/publish", sent)
    await desk.act(95, "publish", {})
    of_printed = await desk.write("POST", "/v1/issues/95/publish", sent)
    await desk.patch(95, {"title": "Another"})
    await desk.act(95, "revisions/1/restore")
    of_the_same = await desk.write("POST", "/v1/issues/95/publish", sent)

    for answer in (of_draft, of_scheduled, of_printed, of_the_same):
        assert refusal(answer) == (409, "nothing_to_correct")
    assert (await desk.find(95))["published_revision"] == 1
    assert (await public.read("/v1/corrections"))["data"] == []


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"correction": {}}, ("/correction/note", "required")),
        ({"correction": {"note": ""}}, ("/correction/note", "too_short")),
        ({"correction": {"note": "x" * 1001}}, ("/correction/note", "too_long")),
        ({"correction": {"note": 7}}, ("/correction/note", "wrong_type")),
        ({"correction": {"note": "a\x00"}}, ("/correction/note", "forbidden_character")),
        ({"correction": "x"}, ("/correction", "wrong_type")),
        ({"corection": {"note": "x"}}, ("/corection", "unknown_field")),
    ],
)
async def test_a_bad_note_is_refused_with_its_pointer(
    desk: Desk, body: Any, fault: tuple[str, str]
) -> None:
    await desk.create(issue(number=95), publish=True)
    await desk.patch(95, {"title": "Another"})

    answer = await desk.write("POST", "/v1/issues/95/publish", body)

    assert refusal(answer) == (422, "validation_failed")
    assert faults(answer) == [fault]
    assert (await desk.find(95))["published_revision"] == 1


async def test_a_body_that_is_no_object_is_refused(desk: Desk) -> None:
    await desk.create(issue(number=95), publish=True)

    malformed = await desk.send(
        "POST", "/v1/issues/95/publish", content=b"{", headers={"If-Match": "*"}
    )
    listed = await desk.send(
        "POST", "/v1/issues/95/publish", content=b"[]", headers={"If-Match": "*"}
    )

    assert refusal(malformed) == (400, "malformed_json")
    assert refusal(listed) == (422, "body_not_an_object")


@pytest.mark.usefixtures("corrected")
async def test_corrections_stay_and_come_back_with_the_issue(desk: Desk, public: Desk) -> None:
    read = await desk.find(95)
    replaced = await desk.write("PUT", "/v1/issues/95", {**read, "corrections": []})
    await desk.act(95, "unpublish")
    hidden = await public.read("/v1/corrections")
    emptied = await public.read("/feeds/corrections.json")
    as_draft = await desk.find(95)
    await desk.act(95, "publish")

    assert replaced.status_code == 200, replaced.text
    assert hidden["data"] == []
    assert hidden["page"]["total"] == 0
    assert emptied["items"] == []
    assert as_draft["corrections"] == read["corrections"]
    assert (await public.find(95))["corrections"] == read["corrections"]


async def test_the_list_is_read_page_by_page(desk: Desk, public: Desk, clock: Clock) -> None:
    await desk.create(issue(number=95), publish=True)
    for number in range(5):
        clock.advance(seconds=30)
        await desk.patch(95, {"summary": f"Summary {number}"})
        await desk.act(95, "publish", {"correction": {"note": f"Note {number}"}})

    notes, path = [], "/v1/corrections?limit=2"
    while path:
        page = await public.read(path)
        notes += [each["note"] for each in page["data"]]
        cursor = page["page"]["next_cursor"]
        path = f"/v1/corrections?limit=2&cursor={cursor}" if cursor else ""
    query = "{corrections(last:2){nodes{note}pageInfo{hasPreviousPage}}}"
    last = (await public.get(f"/graphql?query={query}")).json()["data"]["corrections"]

    assert notes == [f"Note {number}" for number in (4, 3, 2, 1, 0)]
    assert [each["note"] for each in (await public.find(95))["corrections"]] == notes
    assert [node["note"] for node in last["nodes"]] == ["Note 1", "Note 0"]
    assert last["pageInfo"] == {"hasPreviousPage": True}
    for bad in ("x", notes[0], "a" * 500):
        assert refusal(await public.get(f"/v1/corrections?cursor={bad}"))[0] == 400


@pytest.mark.usefixtures("corrected")
async def test_every_printing_is_read_as_it_was(desk: Desk, public: Desk, clock: Clock) -> None:
    clock.advance(seconds=3_600)
    await desk.act(95, "unpublish")
    hidden = await public.get("/v1/issues/95/printings")
    one_hidden = await public.get("/v1/issues/95/printings/1")
    kept = await desk.read("/v1/issues/95/printings")
    clock.advance(seconds=3_600)
    await desk.act(95, "publish")

    listed = await public.read("/v1/issues/95/printings")
    first, second = [await public.read(f"/v1/issues/95/printings/{number}") for number in (1, 2)]

    assert refusal(hidden) == refusal(one_hidden) == (404, "issue_not_found")
    assert [each["printing"] for each in kept["data"]] == [2, 1]
    times = [(each["revision"], each["from"], each["until"]) for each in listed["data"]]
    assert times == [
        (3, "2026-05-04T08:00:00Z", None),
        (3, "2026-05-04T06:00:00Z", "2026-05-04T07:00:00Z"),
        (1, "2026-05-03T06:00:00Z", "2026-05-04T06:00:00Z"),
    ]
    assert "sections" not in listed["data"][0]
    assert listed["page"]["total"] == 3
    values = [p["sections"][0]["metrics"]["items"][0]["value"] for p in (first, second)]
    assert values == [OLD, NEW]
    assert (first["printing"], first["revision"]) == (1, 1)
    assert refusal(await public.get("/v1/issues/95/printings/4")) == (404, "printing_not_found")
    assert "created_by" not in first


async def test_a_planned_printing_is_hidden_until_its_time(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    await desk.create(issue(number=95))
    await desk.act(95, "schedule", {"publish_at": "2026-05-03T07:00:00Z"})
    await desk.act(95, "schedule", {"publish_at": "2026-05-03T08:00:00Z"})
    planned = await desk.read("/v1/issues/95/printings")
    early = await public.get("/v1/issues/95/printings")
    clock.advance(seconds=7_200)
    shown = await public.read("/v1/issues/95/printings")

    assert planned["data"] == []
    assert planned["page"]["total"] == 0
    assert refusal(early) == (404, "issue_not_found")
    ((printing, from_, until),) = [(p["printing"], p["from"], p["until"]) for p in shown["data"]]
    assert (printing, from_, until) == (1, "2026-05-03T08:00:00Z", None)


@pytest.mark.usefixtures("corrected")
async def test_revisions_are_compared_by_those_who_see_drafts(desk: Desk, public: Desk) -> None:
    compared = await desk.read("/v1/issues/95/revisions/1/diff?with=2")
    back = await desk.read("/v1/issues/95/revisions/2/diff?with=1")

    (change,) = compared["changes"]
    assert (compared["from"], compared["to"]) == (1, 2)
    assert (change["before"], change["after"]) == (OLD, "never printed")
    assert (back["changes"][0]["before"], back["changes"][0]["after"]) == ("never printed", OLD)
    path = "/v1/issues/95/revisions/1/diff"
    assert refusal(await public.get(f"{path}?with=2")) == (401, "unauthenticated")
    assert refusal(await desk.get(f"{path}?with=9")) == (404, "revision_not_found")
    assert refusal(await desk.get(path)) == (400, "invalid_parameter")
    assert refusal(await desk.get(f"{path}?with=0")) == (400, "invalid_parameter")


async def test_graphql_publishes_a_correction(desk: Desk, client: httpx.AsyncClient) -> None:
    await desk.create(issue(number=95), publish=True)
    await desk.patch(95, {"sections": [lead(headline="Another")]})
    mutation = (
        'mutation($note: String!) {publishIssue(ref: "95", ifRevision: 2, '
        "correction: {note: $note}) {... on IssueSaved {issue {corrections {note "
        "changes {pointer after}}}} ... on Problem {code errors {pointer}}}}"
    )

    async def publish(note: str) -> Any:
        body = {"query": mutation, "variables": {"note": note}}
        answer = await client.post("/graphql", json=body, headers=desk.headers)
        return answer.json()["data"]["publishIssue"]

    refused, saved, again = await publish(""), await publish(NOTE), await publish(NOTE)

    assert refused["errors"] == [{"pointer": "/correction/note"}]
    (correction,) = saved["issue"]["corrections"]
    assert correction["note"] == NOTE
    assert {"pointer": "/sections/0/headline", "after": "Another"} in correction["changes"]
    assert again["code"] == "nothing_to_correct"
