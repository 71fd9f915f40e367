"""Every field at its limit and beyond it, through the validation that all faces share."""

import copy
import math
from collections.abc import Iterator
from typing import Any

import pytest

from app.content.documents import read_issue
from app.errors import ContentInvalid
from tests.factories import entry, issue, lead, story, whole_issue

Path = tuple[str | int, ...]


def _placed(path: Path, value: object) -> Any:
    """A document that says something everywhere, with this value at one place."""
    document = whole_issue()
    here: Any = document
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return document


def _pointer(path: Path) -> str:
    return "".join(f"/{step}" for step in path)


def faults_at(paths: list[Path], value: object) -> dict[str, list[tuple[str, str]]]:
    """What is found when each field in turn has this value, by its pointer."""
    return {_pointer(path): found_in(_placed(path, value)) for path in paths}


def each_with(paths: list[Path], code: str) -> dict[str, list[tuple[str, str]]]:
    """Each field is refused with this code, and nothing else is."""
    return {_pointer(path): [(_pointer(path), code)] for path in paths}


def found_in(document: Any) -> list[tuple[str, str]]:
    try:
        read_issue(document)
    except ContentInvalid as error:
        return [(fault.pointer, fault.code) for fault in error.faults]
    return []


LEAD: Path = ("sections", 0)
METRICS: Path = (*LEAD, "metrics")
METRIC: Path = (*METRICS, "items", 0)
TOOL: Path = ("sections", 1, "tools", 0)
ENTRY: Path = ("sections", 2, "entries", 0)
MOVER: Path = ("sections", 3, "entries", 0)
ITEM: Path = ("sections", 4, "items", 0)

TITLES: list[Path] = [
    ("title",), (*LEAD, "headline"), (*METRICS, "title"), (*METRIC, "label"), (*METRIC, "value"),
    (*TOOL, "name"), (*ENTRY, "name"), (*MOVER, "name"), (*ITEM, "title"),
]  # fmt: skip
SUMMARIES: list[Path] = [
    ("summary",), ("dateline", "weather", "summary"), (*LEAD, "standfirst"),
    ("sections", 1, "standfirst"), (*TOOL, "summary"), (*ENTRY, "summary"), (*ITEM, "summary"),
]  # fmt: skip
SHORT: list[Path] = [
    ("dateline", "place"), (*LEAD, "heading"), (*LEAD, "kicker"), (*LEAD, "byline"),
    ("sections", 3, "heading"), (*METRIC, "unit"), (*METRIC, "source", "name"), (*TOOL, "category"),
    (*ENTRY, "task"), (*ENTRY, "language"), (*ITEM, "source"), (*ITEM, "author"),
]  # fmt: skip
URLS: list[Path] = [
    (*METRIC, "source", "url"), (*TOOL, "url"), (*ENTRY, "url"), (*ITEM, "url"),
]  # fmt: skip
BODIES: list[Path] = [(*LEAD, "body")]
TEXTS = [*TITLES, *SUMMARIES, *SHORT, *BODIES]
POSITIVE: list[Path] = [
    ("number",), (*ENTRY, "rank"), (*ENTRY, "previous_rank"), (*ENTRY, "snapshot_id"),
]  # fmt: skip
COUNTS: list[Path] = [
    (*ENTRY, "stars"), (*ENTRY, "likes"), (*ENTRY, "downloads"), (*MOVER, "forks"),
]  # fmt: skip
FINITE: list[Path] = [
    ("dateline", "weather", "temperature_c"), (*METRIC, "number"), (*ENTRY, "score"),
]  # fmt: skip
RANGES: dict[str, tuple[list[Path], int, int]] = {
    "positive": (POSITIVE, 1, 2**31 - 1),
    "significance": ([(*LEAD, "significance")], 0, 10),
    "minutes": ([(*ITEM, "minutes")], 0, 2**31 - 1),
    "count": (COUNTS, 0, 2**53 - 1),
    "change": ([(*ENTRY, "change"), (*MOVER, "change")], -(2**53) + 1, 2**53 - 1),
}
INTEGERS = [path for paths, _, _ in RANGES.values() for path in paths]
INSTANTS: list[Path] = [(*METRIC, "source", "observed_at"), (*ENTRY, "observed_at")]


def test_the_document_to_begin_with_is_good() -> None:
    assert found_in(whole_issue()) == []


def _lengths() -> Iterator[tuple[Path, int]]:
    for paths, most in ((TITLES, 300), (SUMMARIES, 1_000), (SHORT, 200), (BODIES, 200_000)):
        yield from ((path, most) for path in paths)


@pytest.mark.parametrize(("path", "most"), list(_lengths()), ids=str)
@pytest.mark.parametrize("letter", ["x", "🚀"])
def test_text_is_counted_in_characters(path: Path, most: int, letter: str) -> None:
    assert found_in(_placed(path, letter * most)) == []
    assert found_in(_placed(path, letter * (most + 1))) == [(_pointer(path), "too_long")]


@pytest.mark.parametrize("path", [*TITLES, (*ENTRY, "external_id")], ids=str)
def test_a_name_is_not_empty(path: Path) -> None:
    assert found_in(_placed(path, "")) == [(_pointer(path), "too_short")]


@pytest.mark.parametrize("path", [*SUMMARIES, *SHORT, *BODIES], ids=str)
def test_other_text_may_be_empty(path: Path) -> None:
    assert found_in(_placed(path, "")) == []


@pytest.mark.parametrize("value", [7, True, [], {}])
def test_text_is_text(value: object) -> None:
    assert faults_at(TEXTS, value) == each_with(TEXTS, "wrong_type")


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x08", "\x0b", "\x1f", "\x7f", "\x85", "\x9f", "\ufdd0", "\ufdef", "\ufffe",
     "\uffff", "\U0001fffe", "\U0010ffff"],
    ids=repr,
)  # fmt: skip
def test_a_forbidden_character_is_refused_everywhere(character: str) -> None:
    for text in (f"a{character}b", f"é\n{character}"):
        assert faults_at(TEXTS, text) == each_with(TEXTS, "forbidden_character")


@pytest.mark.parametrize("path", TEXTS, ids=str)
def test_any_other_character_may_stand_everywhere(path: Path) -> None:
    assert found_in(_placed(path, "\t\n\r \u00a0\u200b\u2028\u202e\ufffd\ufeff\ue000🚀é")) == []


def _ranges() -> Iterator[tuple[Path, int, int]]:
    for paths, least, most in RANGES.values():
        yield from ((path, least, most) for path in paths)


@pytest.mark.parametrize(("path", "least", "most"), list(_ranges()), ids=str)
def test_an_integer_stays_in_its_range(path: Path, least: int, most: int) -> None:
    refused = [(_pointer(path), "out_of_range")]

    assert [found_in(_placed(path, value)) for value in (least, most)] == [[], []]
    assert found_in(_placed(path, least - 1)) == refused
    assert found_in(_placed(path, most + 1)) == refused
    assert found_in(_placed(path, float(most + 1))) == refused
    assert found_in(_placed(path, 1e300)) == refused
    assert found_in(_placed(path, -(10**300))) == refused


@pytest.mark.parametrize("path", INTEGERS, ids=str)
def test_seven_point_zero_is_an_integer(path: Path) -> None:
    assert found_in(_placed(path, 7.0)) == []


@pytest.mark.parametrize("value", [True, False, "7", 7.5, [], {}])
def test_an_integer_is_no_other_thing(value: object) -> None:
    assert faults_at(INTEGERS, value) == each_with(INTEGERS, "wrong_type")


@pytest.mark.parametrize("path", FINITE, ids=str)
@pytest.mark.parametrize("value", [0, -7, 7.5, 2**53, 10**300, -1e308, 5e-324, 2**63])
def test_a_number_may_be_any_finite_one(path: Path, value: object) -> None:
    assert found_in(_placed(path, value)) == []


@pytest.mark.parametrize("path", FINITE, ids=str)
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 10**400])
def test_a_number_is_finite(path: Path, value: object) -> None:
    assert found_in(_placed(path, value)) == [(_pointer(path), "out_of_range")]


@pytest.mark.parametrize("path", FINITE, ids=str)
@pytest.mark.parametrize("value", [True, "7", [], {}])
def test_a_number_is_no_other_thing(path: Path, value: object) -> None:
    assert found_in(_placed(path, value)) == [(_pointer(path), "wrong_type")]


@pytest.mark.parametrize("path", URLS, ids=str)
def test_a_url_has_its_length(path: Path) -> None:
    address = "https://a.test/"

    assert found_in(_placed(path, address + "x" * (2_000 - len(address)))) == []
    assert found_in(_placed(path, address + "x" * (2_001 - len(address)))) == [
        (_pointer(path), "too_long")
    ]


@pytest.mark.parametrize(
    "url",
    ["http://a.test", "HTTPS://A.test/", "https://a.test:8443/a?b=c#d", "http://127.0.0.1/",
     "http://[::1]/", "https://bücher.test/é"],
    ids=repr,
)  # fmt: skip
def test_a_url_is_http_or_https(url: str) -> None:
    assert found_in(_placed((*TOOL, "url"), url)) == []


@pytest.mark.parametrize(
    "url",
    ["", "a.test", "//a.test/", "/a", "ftp://a.test/", "javascript:alert(1)", "data:text/html,x",
     "JaVaScRiPt://a.test/%0aalert(1)", "mailto:a@a.test", "http://", "https:///a", "http:a.test",
     "http://a.test/a b", "http://a.test/\t", "\nhttp://a.test/", "http://a.test:99999/",
     "http://[::1/", " http://a.test/"],
    ids=repr,
)  # fmt: skip
def test_anything_else_is_no_url(url: str) -> None:
    assert faults_at(URLS, url) == each_with(URLS, "bad_format")


@pytest.mark.parametrize("path", INSTANTS, ids=str)
@pytest.mark.parametrize(
    "value",
    ["2026-05-03T05:00:00Z", "2026-05-03t05:00:00.123456789z", "2026-05-03T05:00:00+14:00",
     "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"],
    ids=repr,
)  # fmt: skip
def test_an_instant_is_rfc_3339(path: Path, value: str) -> None:
    assert found_in(_placed(path, value)) == []


@pytest.mark.parametrize("path", INSTANTS, ids=str)
@pytest.mark.parametrize(
    "value",
    ["", "2026-05-03", "2026-05-03T05:00:00", "2026-05-03 05:00:00Z", "2026-02-30T05:00:00Z",
     "2026-05-03T25:00:00Z", "2026-05-03T05:00:00+25:00", "0001-01-01T00:00:00+01:00",
     "9999-12-31T23:59:59-01:00", "２026-05-03T05:00:00Z", 1777784400, True],
    ids=repr,
)  # fmt: skip
def test_anything_else_is_no_instant(path: Path, value: object) -> None:
    assert found_in(_placed(path, value)) == [(_pointer(path), "bad_format")]


@pytest.mark.parametrize("value", ["0001-01-01", "2024-02-29", "9999-12-31"])
def test_a_date_is_a_day_of_the_calendar(value: str) -> None:
    assert found_in(issue(date=value)) == []


@pytest.mark.parametrize(
    "value",
    ["", "2026-5-3", "20260503", "2026-02-29", "0000-01-01", "10000-01-01", "2026-05-03\n",
     "2026-05-03T00:00:00Z", "2026-W18-7", "２026-05-03", 20260503, True, []],
    ids=repr,
)  # fmt: skip
def test_anything_else_is_no_date(value: object) -> None:
    assert found_in(issue(date=value)) == [("/date", "bad_format")]


@pytest.mark.parametrize(
    ("path", "one", "most"),
    [
        (("sections",), story(), 50),
        ((*METRICS, "items"), {"label": "a", "value": "b"}, 50),
        (("sections", 1, "tools"), {"name": "a"}, 50),
        (("sections", 2, "entries"), entry(), 200),
        (("sections", 3, "entries"), entry(), 50),
        (("sections", 4, "items"), {"title": "a"}, 50),
    ],
    ids=str,
)
def test_a_list_has_its_length(path: Path, one: object, most: int) -> None:
    def some(count: int) -> Any:
        return _placed(path, [copy.copy(one) for _ in range(count)])

    assert found_in(some(most)) == []
    assert found_in(some(most + 1)) == [(_pointer(path), "too_long")]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("sections",), {}),
        (("sections", 0), None),
        (("sections", 0), "lead"),
        (("sections", 1, "tools"), {}),
        (("sections", 1, "tools", 0), []),
        (("sections", 2, "entries", 0), 7),
        (("dateline",), "Manchester"),
        (("dateline", "weather"), []),
        ((*METRIC, "source"), "GitHub"),
    ],
    ids=str,
)
def test_an_object_or_a_list_is_no_other_thing(path: Path, value: object) -> None:
    assert found_in(_placed(path, value)) == [(_pointer(path), "wrong_type")]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ((*LEAD, "kind"), "leed", "not_one_of"),
        ((*LEAD, "kind"), 7, "not_one_of"),
        ((*LEAD, "kind"), None, "not_one_of"),
        ((*ENTRY, "source"), "gitlab", "not_one_of"),
        ((*ENTRY, "kind"), "repository", "not_one_of"),
        ((*ENTRY, "kind"), None, "not_one_of"),
        ((*ENTRY, "window"), "year", "not_one_of"),
        ((*ENTRY, "window"), 7, "not_one_of"),
    ],
    ids=str,
)
def test_a_closed_list_is_closed(path: Path, value: object, code: str) -> None:
    assert found_in(_placed(path, value)) == [(_pointer(path), code)]


@pytest.mark.parametrize(
    "path",
    [
        ("date",), (*LEAD, "kind"), (*LEAD, "headline"), (*METRIC, "label"), (*METRIC, "value"),
        (*TOOL, "name"), (*ENTRY, "source"), (*ENTRY, "kind"), (*ENTRY, "external_id"),
        (*ITEM, "title"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_required_is_missed_by_name(path: Path) -> None:
    document = whole_issue()
    here: Any = document
    for step in path[:-1]:
        here = here[step]
    del here[path[-1]]

    assert found_in(document) == [(_pointer(path), "required")]


@pytest.mark.parametrize(
    ("path", "near"),
    [
        (("titel",), "title"),
        (("dateline", "plase"), "place"),
        (("dateline", "weather", "temperature"), "temperature_c"),
        ((*LEAD, "head_line"), "headline"),
        ((*METRICS, "titles"), "title"),
        ((*METRIC, "nummber"), "number"),
        ((*METRIC, "source", "uri"), "url"),
        (("sections", 1, "tool"), "tools"),
        ((*TOOL, "sumary"), "summary"),
        ((*ENTRY, "like"), "likes"),
        ((*MOVER, "externalid"), "external_id"),
        ((*ITEM, "minuets"), "minutes"),
    ],
    ids=str,
)
def test_an_unknown_field_is_named_with_its_neighbour(path: Path, near: str) -> None:
    with pytest.raises(ContentInvalid) as caught:
        read_issue(_placed(path, 1))

    (fault,) = caught.value.faults
    assert (fault.pointer, fault.code) == (_pointer(path), "unknown_field")
    assert fault.detail == f"There is no field '{path[-1]}' here. Did you mean '{near}'?"


@pytest.mark.parametrize(
    "path",
    [("a/b~c",), ("",), (*LEAD, "lead"), (*LEAD, "tools"), (*ENTRY, "model"), (*TOOL, "body_html"),
     ("sections", 1, "body_html"), ("body_html",), (*ENTRY, "from_snapshot")],
    ids=str,
)  # fmt: skip
def test_any_unknown_field_has_its_own_pointer(path: Path) -> None:
    escaped = str(path[-1]).replace("~", "~0").replace("/", "~1")

    assert found_in(_placed(path, 1)) == [(_pointer(path[:-1]) + f"/{escaped}", "unknown_field")]


def test_a_flood_of_members_is_refused_as_a_whole() -> None:
    flood = {f"x{n}": 1 for n in range(10_000)}

    assert found_in({**issue(), **flood}) == [("", "too_many_members")]
    assert found_in(issue(sections=[{**lead(), **flood}])) == [("/sections/0", "too_many_members")]


def test_many_faults_are_told_the_first_hundred() -> None:
    tools = [{"name": ""} for _ in range(50)]
    entries = [entry(name="", rank=n + 1) for n in range(200)]

    found = found_in(
        issue(
            sections=[{"kind": "tools", "tools": tools}, {"kind": "trending", "entries": entries}]
        )
    )

    assert len(found) == 100
