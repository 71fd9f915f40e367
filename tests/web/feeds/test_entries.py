"""What entries say of themselves: an id for ever, true times, a title, something to read."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.web.feeds.entries import entry_of_mover
from app.web.feeds.ids import issue_id, mover_id, section_id
from tests.conftest import Clock
from tests.counted import counted
from tests.factories import entry, issue, lead, story
from tests.web.feeds.walking import FORMS, page

pytestmark = pytest.mark.both_databases

Headers = dict[str, str]


async def post(client: httpx.AsyncClient, editor: Headers, **members: Any) -> None:
    made = await client.post("/v1/issues?publish=true", json=issue(**members), headers=editor)
    assert made.status_code == 201, made.text


async def put(
    client: httpx.AsyncClient,
    editor: Headers,
    ref: str,
    note: str | None = None,
    **members: Any,
) -> None:
    """Replace an issue and publish it, with a note as a correction."""
    headers = {**editor, "If-Match": "*"}
    saved = await client.put(f"/v1/issues/{ref}", json=issue(**members), headers=headers)
    assert saved.status_code == 200, saved.text
    sent = {"correction": {"note": note}} if note else {}
    printed = await client.post(f"/v1/issues/{ref}/publish", json=sent, headers=headers)
    assert printed.status_code == 200, printed.text


# ---------------------------------------------------------------------------- times


@pytest.mark.one_database
@pytest.mark.parametrize("note", [None, "The byline was missing."])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["issues", "sections/lead"])
async def test_times_are_those_of_print_and_a_correction_moves_the_second(
    client: httpx.AsyncClient,
    editor: Headers,
    clock: Clock,
    name: str,
    form: str,
    note: str | None,
) -> None:
    printed = clock()
    tomorrow = (printed + timedelta(days=1)).date().isoformat()
    await post(client, editor, date=tomorrow)
    (before,) = (await page(client, f"/feeds/{name}.{form}")).entries
    clock.advance(seconds=3600)
    sections = [lead(byline="A. Corrector")]
    await put(client, editor, "1", note, date=tomorrow, sections=sections)

    (after,) = (await page(client, f"/feeds/{name}.{form}")).entries

    assert before.published == after.published == printed
    assert before.updated == (None if form == "rss" else printed)
    # An item of RSS has a date of update only once it differs.
    assert after.updated == (clock() if note else before.updated)


@pytest.mark.parametrize("name", ["issues", "sections/lead"])
async def test_a_revision_saved_before_the_scheduled_time_is_as_new_as_its_correction(
    client: httpx.AsyncClient, editor: Headers, clock: Clock, name: str
) -> None:
    guarded = {**editor, "If-Match": "*"}
    await client.post("/v1/issues", json=issue(), headers=editor)
    appears = clock() + timedelta(hours=2)
    when = {"publish_at": appears.isoformat()}
    await client.post("/v1/issues/1/schedule", json=when, headers=guarded)
    clock.advance(seconds=3600)
    await client.patch("/v1/issues/1", json={"sections": [lead(headline="Later")]}, headers=guarded)
    clock.set(appears + timedelta(hours=1))
    (before,) = (await page(client, f"/feeds/{name}.json")).entries
    note = {"correction": {"note": "The headline was wrong."}}
    await client.post("/v1/issues/1/publish", json=note, headers=guarded)

    (after,) = (await page(client, f"/feeds/{name}.json")).entries

    assert (before.published, before.updated) == (appears, appears)
    assert (after.published, after.updated) == (appears, clock())


# ---------------------------------------------------------------------------- ids


def test_ids_never_change() -> None:
    """Each reader knows what it has read by these: a change here makes all of it new."""
    whole = issue_id(7)
    section = section_id(7, kind="opinion", ordinal=2)
    mover = mover_id(date(2026, 5, 3), source="github", kind="repository", external_id="a/b")

    assert whole == "urn:uuid:19ec1777-5ad5-596b-9d31-91632d2672bb"
    assert section == "urn:uuid:b3ca8f9d-c806-5908-9a45-985437e54eb7"
    assert mover == "urn:uuid:c2be147d-36f2-551f-9a65-5ba2d10b74ab"


@pytest.mark.one_database
@pytest.mark.parametrize("form", FORMS)
async def test_a_section_keeps_its_id_under_another_headline(
    client: httpx.AsyncClient, editor: Headers, form: str
) -> None:
    stories = [story("opinion", headline=f"Thought {n}") for n in (1, 2)]
    await post(client, editor, sections=[lead(), *stories])
    before = (await page(client, f"/feeds/sections/opinion.{form}")).entries
    stories[1]["headline"] = "Second thought"
    await put(client, editor, "1", sections=[lead(), story(), *stories])

    after = (await page(client, f"/feeds/sections/opinion.{form}")).entries

    assert [each.id for each in after] == [each.id for each in before]
    assert len({each.id for each in after}) == 2
    assert after[1].url != before[1].url


async def test_an_id_is_not_used_again_with_its_number(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    guarded = {**editor, "If-Match": "*"}
    names = ("issues", "sections/lead")
    await post(client, editor)
    before = {name: (await page(client, f"/feeds/{name}.json")).entries[0] for name in names}
    await client.post("/v1/issues/1/unpublish", headers=guarded)
    moved = await client.patch("/v1/issues/1", json={"number": 2, "slug": "two"}, headers=guarded)
    assert moved.status_code == 200, moved.text
    await post(client, editor, number=1, date="2026-05-04")
    await client.post("/v1/issues/2/publish", headers=guarded)

    for name in names:
        new, old = (await page(client, f"/feeds/{name}.json")).entries
        assert old.id == before[name].id
        assert old.published == before[name].published
        assert new.url == before[name].url
        assert new.id != old.id


def test_names_are_quoted_in_addresses() -> None:
    mover = {
        "source": "huggingface",
        "kind": "paper",
        "external_id": "a b/c?d#é%",
        "name": "c?d#é%",
        "url": "https://up.test/",
        "summary": None,
        "likes": 12,
        "change": 3,
        "window": "week",
        "observed_at": "2026-05-03T05:00:00Z",
    }

    made = entry_of_mover(mover, base_url="http://paper.test")

    assert made.url == "http://paper.test/trending/huggingface/paper/a%20b/c%3Fd%23%C3%A9%25"
    assert made.title == "a b/c?d#é%: +3 upvotes in a week"
    assert made.published == datetime(2026, 5, 3, tzinfo=UTC)
    assert made.updated == datetime(2026, 5, 3, 5, tzinfo=UTC)


def test_a_later_sync_of_a_day_moves_only_the_update_of_a_mover() -> None:
    mover = {
        "source": "github",
        "kind": "repository",
        "external_id": "a/b",
        "name": "b",
        "url": "https://up.test/",
        "summary": None,
        "stars": 12,
        "change": 3,
        "window": "week",
    }
    times = ("2026-05-03T05:00:00Z", "2026-05-03T17:00:00Z")

    first, second = (
        entry_of_mover({**mover, "observed_at": time}, base_url="http://paper.test")
        for time in times
    )

    assert (second.id, second.published) == (first.id, first.published)
    assert second.updated > first.updated


# ---------------------------------------------------------------------------- content


ITEMS: dict[str, tuple[str, Any]] = {
    "tools": ("tools", {"name": "Hammer"}),
    "trending": ("entries", entry()),
    "movers": ("entries", entry(change=3)),
    "reading": ("items", {"title": "On patience"}),
}


@pytest.mark.slow
@pytest.mark.one_database
async def test_empty_lists_are_no_entries(client: httpx.AsyncClient, editor: Headers) -> None:
    for number in range(1, 46):
        day = (date(2026, 1, 1) + timedelta(days=number)).isoformat()
        sections = [
            {"kind": kind, name: [item] if number % 2 else [], "standfirst": "As always."}
            for kind, (name, item) in ITEMS.items()
        ]
        await post(client, editor, date=day, sections=[lead(), *sections])

    for kind in ITEMS:
        first = await page(client, f"/feeds/sections/{kind}.json")
        assert first.next is not None, kind
        second = await page(client, first.next)

        entries = first.entries + second.entries
        numbers = [each.url.split("/")[-1].split("#")[0] for each in entries]
        assert numbers == [str(number) for number in range(45, 0, -2)], kind
        assert (len(first.entries), second.next) == (20, None)


@pytest.mark.one_database
@pytest.mark.parametrize("form", FORMS)
async def test_blanks_are_no_title(client: httpx.AsyncClient, editor: Headers, form: str) -> None:
    story = lead(headline=" ", standfirst=" ", heading="\u00a0")
    await post(client, editor, title=" ", summary="\t", sections=[story])

    (whole,) = (await page(client, f"/feeds/issues.{form}")).entries
    (section,) = (await page(client, f"/feeds/sections/lead.{form}")).entries

    assert whole.title == "Issue 1"
    assert section.title == "Lead Story, 2026-05-03"


@pytest.mark.one_database
@pytest.mark.parametrize("form", FORMS)
async def test_nothing_in_the_content_is_relative(
    client: httpx.AsyncClient, editor: Headers, form: str
) -> None:
    body = "[a](/v1) [b](//evil.test/x) [c](../../v1) [d](#content) ![e](x.png) [f](https://f.test)"
    await post(client, editor, sections=[lead(body=body)])

    for name in ("issues", "sections/lead"):
        (seen,) = (await page(client, f"/feeds/{name}.{form}")).entries
        assert (
            '<p>a b c d e <a href="https://f.test" rel="nofollow noopener">f</a></p>' in seen.html
        )


@pytest.mark.parametrize("name", ["issues", "sections/opinion"])
async def test_a_feed_costs_two_statements(
    client: httpx.AsyncClient, editor: Headers, name: str
) -> None:
    stories = [story("opinion", headline=f"Thought {n}") for n in range(5)]
    await post(client, editor, sections=[lead(), *stories])

    with counted() as statements:
        await client.get(f"/feeds/{name}.atom")

    assert len(statements) == 2, statements
