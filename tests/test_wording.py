"""No word of a validator reaches a caller: every kind of finding has a sentence of ours."""

import re
from typing import Any, get_args

import pytest
from hypothesis import given, settings, strategies as st
from pydantic_core import PydanticKnownError
from pydantic_core.core_schema import ErrorType

from app.content.commands.api_keys import KeyInput
from app.content.documents import IssueCreate, IssueImport
from app.content.validation import validate
from app.errors import ContentInvalid
from app.web.problems.parameter_faults import error_of
from app.wording import is_ours, right_value
from tests.factories import whole_issue
from tests.sampling import IS_CI

KINDS: tuple[str, ...] = get_args(ErrorType)
FOREIGN = re.compile(
    r"input|instance|dict|valid (string|list|tuple|integer|boolean|number)|pydantic|python|"
    r"\bint\b|\bstr\b|\bfloat\b|\bbool\b|NoneType|value error|assertion|"
    r"\\[a-z]|\^|\[\^|\{\d|unable to parse|class|type=",
    re.IGNORECASE,
)
NUMBER = "Give an integer from 1 to 2,147,483,647"
CONTEXT: dict[str, Any] = {
    **dict.fromkeys(("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length"), 3),
    "expected": "'a', 'b' or 'c'",
    "expected_tags": "'a', 'b'",
    "pattern": r"^[a-z]{1,80}$",
    "error": "ours",
}


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_finding_has_the_words_of_its_finder(kind: str) -> None:
    right = right_value(kind, CONTEXT)

    assert not is_ours(kind)
    assert right is None or not FOREIGN.search(right), right


@pytest.mark.parametrize("kind", KINDS)
def test_no_parameter_is_refused_in_the_words_of_its_finder(kind: str) -> None:
    found = {"loc": ("query", "limit"), "type": kind, "msg": "Input should be a Python int"}

    refusal = error_of([{**found, "ctx": CONTEXT, "input": "x"}])

    assert not FOREIGN.search(refusal.detail), refusal.detail


def test_the_sentences_of_our_own_rules_are_kept() -> None:
    assert is_ours("slug_format")
    with pytest.raises(ContentInvalid) as caught:
        validate(IssueCreate, {"date": "2026-05-03", "slug": "Hello World"})

    assert caught.value.faults[0].detail == (
        "Give 1 to 80 lower-case letters, digits and hyphens, such as 'hello-world'."
    )


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        ({"date": "2026-05-03", "dateline": "London"}, "Give an object, not a string."),
        ({"date": "2026-05-03", "sections": {}}, "Give an array, not an object."),
        ({"date": "2026-05-03", "sections": [7]}, "Give an object, not a number."),
        ({"date": "2026-05-03", "sections": [None]}, "Give an object, not null."),
        ({"date": "2026-05-03", "title": True}, "Give a string, not true."),
        ({"date": "2026-05-03", "title": ["x"]}, "Give a string, not an array."),
        ({"date": "2026-05-03", "number": "7"}, f"{NUMBER}, not a string."),
        ({"date": "2026-05-03", "number": 1.5}, f"{NUMBER}."),
        ({"date": "2026-05-03", "number": 0}, f"{NUMBER}."),
        ({"date": "2026-05-03", "title": ""}, "This must not be empty."),
        ({"date": "2026-05-03", "title": "x" * 301}, "Give at most 300 characters."),
        ({"date": "2026-05-03", "sections": [{"kind": "brief"}] * 51}, "Give at most 50 items."),
        ({"date": 7}, "Give a date as YYYY-MM-DD."),
        (
            {"date": "2026-05-03", "dateline": {"weather": {"temperature_c": "x"}}},
            "Give a number, not a string.",
        ),
    ],
)
def test_a_value_of_another_type_is_told_what_would_be_right(value: Any, detail: str) -> None:
    with pytest.raises(ContentInvalid) as caught:
        validate(IssueCreate, value)

    assert detail in [fault.detail for fault in caught.value.faults]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    for step, member in below if isinstance(value, dict | list) else ():
        found += _paths(member, (*path, step)) if isinstance(member, dict | list) else [
            (*path, step)
        ]  # fmt: skip
    return found


PATHS = _paths({**whole_issue(), "printed": whole_issue()})
APART = 6
"""Each junk is put in every sixth of them."""


@pytest.mark.slow
@given(junk=JUNK, first=st.integers(0, APART - 1))
@settings(max_examples=500 if IS_CI else 50)
def test_junk_anywhere_in_a_document_is_refused_in_our_words(junk: Any, first: int) -> None:
    """To draw junk takes thirty times as long as to judge it: each is put in many places."""
    for path in PATHS[first::APART]:
        document: Any = {**whole_issue(), "printed": whole_issue()}
        here = document
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = junk

        for detail in details_of(IssueImport, document):
            assert not FOREIGN.search(detail), (path, detail)


@given(st.dictionaries(st.sampled_from(["name", "scopes", "expires_at", "x"]), JUNK))
def test_a_key_is_refused_in_our_words(document: dict[str, Any]) -> None:
    for detail in details_of(KeyInput, document):
        assert not FOREIGN.search(detail), detail


def details_of(model: Any, document: Any) -> list[str]:
    try:
        validate(model, document)
    except ContentInvalid as refused:
        # What is quoted is the caller's own.
        return [re.sub(r"'[^']*'|U\+\w+", "", fault.detail) for fault in refused.faults]
    return []


def test_the_pattern_sees_what_it_must_not_find() -> None:
    """Words of the real thing, so that the tests above can fail."""
    for kind in ("model_type", "string_pattern_mismatch", "int_parsing"):
        said = PydanticKnownError(kind, {"class_name": "A", "pattern": "^a$"}).message()
        assert FOREIGN.search(said), said
