"""The differences between two revisions: where, in which section, and both values."""

from typing import Any

import orjson
import pytest

from app.content.corrections import change_words
from app.content.diff import Change, changed_pointers, changes_between
from app.content.documents import compile_issue, complete, read_issue
from app.models.correction import MAX_CHANGES, MAX_TEXT
from tests.factories import Document, entry, issue, lead, story, whole_issue


def stored(document: Document) -> Any:
    """A document as a revision stores it."""
    return orjson.loads(compile_issue(complete(read_issue(document), number=95)).document)


def differences(before: Document, after: Document) -> list[tuple[object, ...]]:
    return [tuple(change) for change in changes_between(stored(before), stored(after))]


def test_equal_revisions_do_not_differ() -> None:
    assert differences(whole_issue(), whole_issue()) == []


def test_members_are_named_by_pointer_and_section_with_their_values() -> None:
    before, after = whole_issue(), whole_issue(title="The day after")
    after["dateline"]["weather"] = None
    after["sections"][0]["significance"] = 8
    after["sections"][0]["metrics"]["items"][0]["value"] = "70k GitHub stars"
    after["sections"][2]["entries"][0]["stars"] = 2

    found = differences(before, after)

    old = before["sections"][2]["entries"][0]["stars"]
    assert found == [
        ("/title", None, "The day of the weights", "The day after"),
        ("/dateline/weather/summary", None, "Cloudy", None),
        ("/dateline/weather/temperature_c", None, 11.5, None),
        ("/sections/0/significance", "the-lead", 7, 8),
        (
            "/sections/0/metrics/items/0/value",
            "the-lead",
            "66.9k GitHub stars",
            "70k GitHub stars",
        ),
        ("/sections/2/entries/0/stars", "trending", old, 2),
    ]


def test_an_entry_put_first_is_one_change() -> None:
    entries = [entry(f"acme/{name}", rank=rank) for rank, name in enumerate("abc", start=2)]
    before = issue(sections=[lead(), {"kind": "trending", "entries": entries}])
    new = [entry("acme/new", rank=1), *entries]
    after = issue(sections=[lead(), {"kind": "trending", "entries": new}])

    (found,) = differences(before, after)

    slug = stored(before)["sections"][1]["slug"]
    assert found == ("/sections/1/entries/0", slug, None, "acme/new")


def test_what_is_removed_is_pointed_to_where_it_was() -> None:
    tools = [{"name": "Saw"}, {"name": "Hammer"}]
    before = issue(sections=[lead(), {"kind": "tools", "slug": "tools", "tools": tools}])
    after = issue(sections=[lead(), {"kind": "tools", "slug": "tools", "tools": tools[1:]}])

    assert differences(before, after) == [("/sections/1/tools/0", "tools", "Saw", None)]


def test_sections_are_matched_by_slug_then_by_kind() -> None:
    one, two = story(slug="one", headline="One"), story("opinion", slug="two", headline="Two")
    renamed = story(slug="uno", headline="Uno")
    before = issue(sections=[lead(), one, two])

    swapped = differences(before, issue(sections=[lead(), two, one]))
    changed = differences(before, issue(sections=[lead(), renamed, two]))
    dropped = differences(before, issue(sections=[lead(), two]))

    assert swapped == [
        ("/sections", None, "Open weights catch up, One, Two", "Open weights catch up, Two, One")
    ]
    assert changed == [
        ("/sections/1/slug", "uno", "one", "uno"),
        ("/sections/1/headline", "uno", "One", "Uno"),
    ]
    assert dropped == [("/sections/1", "one", "One", None)]


def test_pointers_of_changes_are_listed_once() -> None:
    saw, hammer, level = ({"name": name, "summary": "a"} for name in ("Saw", "Hammer", "Level"))
    before = issue(sections=[lead(), {"kind": "tools", "tools": [saw, hammer, level]}])
    changed = [level | {"summary": "b"}, hammer]
    after = issue(sections=[lead(), {"kind": "tools", "tools": changed}], title="New")

    assert changed_pointers(stored(before), stored(after)) == [
        "/title",
        "/sections/1/tools",
        "/sections/1/tools/0/summary",
        "/sections/1/tools/0",
    ]


@pytest.mark.parametrize("place", [0, 150, 5_000])
def test_long_texts_are_cut_around_their_first_difference(place: int) -> None:
    body = "word " * 2_000
    other = body[:place] + "ERROR" + body[place + 5 :]

    ((_, _, before, after),) = differences(
        issue(sections=[lead(body=body)]), issue(sections=[lead(body=other)])
    )

    assert len(str(before)) == len(str(after)) == MAX_TEXT
    assert str(before) in body
    assert "ERROR" in str(after)


def test_no_more_changes_are_listed_than_the_limit() -> None:
    tools = [{"name": f"Tool {number}", "summary": "a"} for number in range(50)]
    others = [{**tool, "summary": "b", "category": "c"} for tool in tools]
    before = issue(sections=[lead(), {"kind": "tools", "tools": tools}])
    after = issue(sections=[lead(), {"kind": "tools", "tools": others}])

    assert len(differences(before, after)) == MAX_CHANGES


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("/sections/0/headline", "a", "Old", "New"), "headline: “Old” is now “New”"),
        (Change("/sections/0/entries/3/stars", "a", 66900, 1200), "stars: 66,900 is now 1,200"),
        (Change("/sections/0/byline", "a", None, "A. Reader"), "byline: “A. Reader” added"),
        (Change("/sections/0/tools/2", "a", "Saw", None), "tools: “Saw” removed"),
        (
            Change("/provenance/digital_source_type", None, None, "humanEdits"),
            "how it was written: “Edited by people, without generative AI” added",
        ),
        (Change("/sections/2", "a", None, "A short one"), "section: “A short one” added"),
    ],
)
def test_a_change_in_words(change: Change, words: str) -> None:
    assert change_words(change._asdict()) == words
