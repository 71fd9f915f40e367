"""Documents of themselves: what is filled in, what contradicts itself, what `complete` promises."""

import re
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given, strategies as st

from app.content.blocks.registry import KINDS
from app.content.commands.issues import merge
from app.content.documents import (
    compile_issue,
    complete,
    print_faults,
    read_issue,
    stored_issue,
    warnings_of,
)
from app.errors import MAX_HINTS, ContentInvalid
from tests.factories import entry, issue, lead, story, whole_issue


def completed(document: Any, number: int = 95) -> Any:
    """What is kept of a document, as JSON has it."""
    return orjson.loads(compile_issue(complete(read_issue(document), number=number)).document)


def refused(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(ContentInvalid) as caught:
        read_issue(document)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def test_only_the_date_is_required() -> None:
    assert completed({"date": "2026-05-03"}) == {
        "number": 95,
        "date": "2026-05-03",
        "slug": "issue-95",
        "title": None,
        "summary": None,
        "dateline": None,
        "provenance": None,
        "sections": [],
    }
    assert refused({}) == [("/date", "required")]
    assert refused({"date": None}) == [("/date", "bad_format")]


def test_title_and_summary_are_the_leads_unless_given() -> None:
    sections = [story(standfirst="No."), lead(headline="Yes", standfirst="Quite.")]

    by_default = completed(issue(sections=sections))
    given_ones = completed(issue(sections=sections, title="Mine", summary=""))

    assert (by_default["title"], by_default["summary"]) == ("Yes", "Quite.")
    assert (given_ones["title"], given_ones["summary"]) == ("Mine", "")


def test_a_whole_document_is_kept_as_it_was_posted() -> None:
    assert completed(whole_issue()) == whole_issue()


def test_completing_again_changes_nothing() -> None:
    once = completed(issue(sections=[lead(), story(), story(), {"kind": "tools"}]))

    assert completed(once) == once


def test_what_is_stored_is_read_back_the_same() -> None:
    kept = compile_issue(complete(read_issue(whole_issue()), number=95))

    assert compile_issue(stored_issue(kept.document)) == kept


@pytest.mark.parametrize("kind", ["tools", "trending", "movers", "reading"])
def test_some_kinds_stand_at_most_once(kind: str) -> None:
    assert refused(issue(sections=[{"kind": kind}, lead(), {"kind": kind}])) == [
        ("/sections/2/kind", "at_most_once")
    ]


def test_stories_of_one_kind_may_stand_often() -> None:
    stories = [story(kind) for kind in ("deep_dive", "opinion", "analysis", "brief") * 2]

    assert len(completed(issue(sections=stories))["sections"]) == 8


def test_a_slug_stands_once_in_an_issue() -> None:
    sections = [lead(slug="a"), story(slug="b"), story(slug="a"), story(slug="b")]

    assert refused(issue(sections=sections)) == [
        ("/sections/2/slug", "duplicate"),
        ("/sections/3/slug", "duplicate"),
    ]


@pytest.mark.parametrize(
    "slug", ["latest", "validate", "import", "95", "0095", "2026-05-03", "0000-99-99"]
)
def test_an_issue_slug_is_no_other_name_of_an_issue(slug: str) -> None:
    assert refused(issue(slug=slug)) == [("/slug", "reserved")]


@pytest.mark.parametrize("slug", ["latest-1", "95a", "2026-05-3", "20260503x", "a", "-", "a" * 80])
def test_other_issue_slugs_are_free(slug: str) -> None:
    assert completed(issue(slug=slug))["slug"] == slug


@pytest.mark.parametrize("slug", ["", "A", "ä", "a_b", "a b", "a/b", "a.b", "a" * 81, "a\n", "١"])
@pytest.mark.parametrize("place", ["/slug", "/sections/0/slug"])
def test_a_slug_has_its_pattern(slug: str, place: str) -> None:
    document = issue(slug=slug) if place == "/slug" else issue(sections=[lead(slug=slug)])

    assert refused(document) == [(place, "bad_format")]


@pytest.mark.parametrize(
    ("sections", "slugs"),
    [
        ([lead(headline="Über Größe"), story(headline="你好")], ["uber-grosse", "nihao"]),
        ([story(headline="Same"), story(headline="same!"), story(headline="SAME")], None),
        ([story("deep_dive", headline="???")], ["deep-dive"]),
        ([story("deep_dive", headline="–"), story("deep_dive", headline="—")], None),
        ([{"kind": "tools"}], ["tools-of-the-week"]),
        ([{"kind": "reading", "heading": "Sunday"}], ["sunday"]),
        ([{"kind": "movers", "heading": ""}], ["movers"]),
        ([story(headline="a"), story(slug="a")], ["a-2", "a"]),
        ([story(headline="a"), story(headline="a-2"), story(headline="a")], ["a", "a-2", "a-3"]),
        ([story(headline="x" * 100)], ["x" * 80]),
        ([story(headline="x" * 79 + " y")], ["x" * 79]),
        ([story(headline="x" * 90), story(headline="x" * 90)], ["x" * 80, "x" * 78 + "-2"]),
    ],
)
def test_section_slugs_are_transliterated_and_counted(
    sections: list[Any], slugs: list[str] | None
) -> None:
    if slugs is None:
        base = "same" if sections[0]["kind"] == "brief" else "deep-dive"
        slugs = [base, f"{base}-2", f"{base}-3"][: len(sections)]

    kept = completed(issue(sections=sections))["sections"]

    assert [section["slug"] for section in kept] == slugs


@given(st.lists(st.text("aB-2 é漢!🚀", min_size=1, max_size=100), max_size=12))
def test_default_slugs_are_unique_and_have_the_pattern(texts: list[str]) -> None:
    kept = completed(issue(sections=[story(headline=text) for text in texts]))["sections"]

    slugs = [section["slug"] for section in kept]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch("[a-z0-9-]{1,80}", slug) for slug in slugs)


def test_each_kind_has_its_own_heading() -> None:
    sections = [{"kind": kind, **({} if kind in _LISTS else {"headline": "x"})} for kind in KINDS]

    kept = completed(issue(sections=sections))["sections"]

    assert {section["kind"]: section["heading"] for section in kept} == {
        "lead": "Lead Story",
        "deep_dive": "Deep Dive",
        "opinion": "Opinion & Analysis",
        "analysis": "Analysis",
        "brief": "In Brief",
        "tools": "Tools of the Week",
        "trending": "Trending: What's Gaining Momentum",
        "movers": "Biggest Movers This Week",
        "reading": "Weekend Reading",
    }


_LISTS = {"tools": "tools", "trending": "entries", "movers": "entries", "reading": "items"}


@pytest.mark.parametrize(("kind", "member"), _LISTS.items())
@pytest.mark.parametrize("given_list", [{}, {"null": True}, {"empty": True}])
def test_a_list_may_be_missing_null_or_empty(
    kind: str, member: str, given_list: dict[str, bool]
) -> None:
    posted: dict[str, Any] = {"kind": kind}
    if given_list:
        posted[member] = None if "null" in given_list else []

    kept = completed(issue(sections=[posted]))["sections"][0]

    assert kept[member] == []


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nulls(member) for member in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(member) for name, member in value.items() if member is not None}


def test_null_equals_absent() -> None:
    nulled = {
        **issue(number=None, slug=None, title=None, summary=None),
        "dateline": {"place": None, "weather": {"summary": None, "temperature_c": None}},
        "sections": [
            lead(
                **dict.fromkeys(
                    ["slug", "heading", "standfirst", "kicker", "byline", "body", "significance"]
                ),
                metrics={
                    "title": None,
                    "items": [{"label": "a", "value": "b", "number": None, "source": None}],
                },
            ),
            {"kind": "tools", "tools": [{"name": "a", "url": None, "category": None}]},
            {
                "kind": "trending",
                "entries": [entry(rank=None, name=None, url=None, stars=None, change=None)],
            },
            {"kind": "reading", "items": [{"title": "a", "url": None, "minutes": None}]},
        ],
    }

    assert completed(nulled) == completed(_without_nulls(nulled))


def test_lists_keep_their_order() -> None:
    names = ["b", "a", "c", "a"]
    sections = [
        lead(metrics={"items": [{"label": name, "value": "1"} for name in names]}),
        {"kind": "tools", "tools": [{"name": name} for name in names]},
        {"kind": "trending", "entries": [entry(f"x/{name}") for name in names]},
        {"kind": "reading", "items": [{"title": name} for name in names]},
        story(headline="z"),
        story(headline="y"),
    ]

    kept = completed(issue(sections=sections))["sections"]

    assert [item["label"] for item in kept[0]["metrics"]["items"]] == names
    assert [tool["name"] for tool in kept[1]["tools"]] == names
    assert [row["name"] for row in kept[2]["entries"]] == names
    assert [item["title"] for item in kept[3]["items"]] == names
    assert [section["headline"] for section in kept[4:]] == ["z", "y"]


def test_print_needs_one_lead_and_no_more() -> None:
    def found(*sections: Any) -> list[str]:
        return [fault.pointer for fault in print_faults(read_issue(issue(sections=list(sections))))]

    assert found(story(), lead()) == []
    assert found(story()) == ["/sections"]
    assert found(lead(), lead(), story(), lead()) == ["/sections/1/kind", "/sections/3/kind"]


def test_warnings_name_what_an_editor_would_look_at() -> None:
    document = issue(
        sections=[
            lead(metrics={"items": [{"label": "a", "value": "1"}]}),
            {"kind": "tools", "tools": [{"name": "a"}]},
            {"kind": "movers", "entries": [entry("a/a"), entry("a/b", change=1),
                                           entry("a/c", change=-2)]},
        ]
    )  # fmt: skip

    found = [(fault.pointer, fault.code) for fault in warnings_of(read_issue(document))]

    assert found == [
        ("/sections/0/body", "empty_story"),
        ("/sections/0/significance", "no_significance"),
        ("/sections/0/metrics/items/0/source", "no_source"),
        ("/sections/1/tools/0/url", "no_url"),
        ("/sections/2/entries/0/observed_at", "no_observed_at"),
        ("/sections/2/entries/1/observed_at", "no_observed_at"),
        ("/sections/2/entries/2/observed_at", "no_observed_at"),
        ("/sections/2/entries/0/change", "no_change"),
        ("/sections/2/entries/2/change", "out_of_order"),
    ]


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        # RFC 7396, appendix A, as far as both are objects
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c", "c": 1}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        # The one difference: null for what is not there stays, for validation to judge its name.
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {"ccc": None}}}),
        ({"a": {"b": "c"}}, {"a": {"d": None}}, {"a": {"b": "c", "d": None}}),
    ],
)
def test_a_merge_patch_is_applied_as_its_rfc_says(target: Any, patch: Any, result: Any) -> None:
    assert merge(target, patch) == result


def test_a_merge_patch_may_be_nested_deeply() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5_000):
        deep = {"a": deep}

    assert refused({**issue(), **merge({}, {"dateline": deep})}) == [
        ("/dateline/a", "unknown_field")
    ]


def test_unknown_members_are_compared_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    def compare(word: str, known: Sequence[str], **_: object) -> list[str]:
        compared.append(word)
        return list(known)[:1]

    monkeypatch.setattr("app.errors.get_close_matches", compare)

    found = refused(issue(**{f"a{n}": 1 for n in range(40)}))

    assert len(found) == 40
    assert len(compared) == MAX_HINTS
