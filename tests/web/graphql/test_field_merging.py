"""The rule for overlapping fields says what that of graphql-core says, and says it fast."""

import pytest
from graphql import (
    NoFragmentCyclesRule,
    NoUnusedFragmentsRule,
    OverlappingFieldsCanBeMergedRule,
    parse,
    validate,
)
from hypothesis import HealthCheck, assume, event, given, settings, strategies as st

from app.web.graphql.documents.field_merging import MergeableFields
from app.web.graphql.schema.schema import schema
from tests.sampling import examples
from tests.web.graphql.documents import document

SCHEMA = schema()


@pytest.mark.slow
@given(document(SCHEMA, root="latestIssue", hostile=True))
@settings(max_examples=examples(300), deadline=None)
def test_it_judges_as_graphql_core_does(text: str) -> None:
    parsed = parse(text)

    ours = validate(SCHEMA, parsed, [MergeableFields])
    theirs = validate(SCHEMA, parsed, [OverlappingFieldsCanBeMergedRule])

    event("refused" if theirs else "valid")
    assert bool(ours) == bool(theirs), text


@pytest.mark.slow
@given(st.integers(0, 2**32), st.integers(2, 9))
@settings(
    max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.filter_too_much]
)
def test_fragments_that_spread_one_another_are_judged_alike(seed: int, count: int) -> None:
    """Each of some fragments spreads some of those behind it, with fields that may clash."""
    pieces = []
    for number in range(count):
        bits = seed >> number
        later = [f"...f{n}" for n in range(number + 1, count) if (bits >> n) & 1]
        field = ("a:title", "a:date", "slug", "a:slug")[bits % 4]
        pieces.append(f"fragment f{number} on Issue{{{field} {' '.join(later)}}}")
    parsed = parse("{latestIssue{...f0}}" + " ".join(pieces))
    # What is nowhere spread is refused for that.
    assume(not validate(SCHEMA, parsed, [NoUnusedFragmentsRule]))

    ours = validate(SCHEMA, parsed, [MergeableFields])
    theirs = validate(SCHEMA, parsed, [OverlappingFieldsCanBeMergedRule])

    event("refused" if theirs else "valid")
    assert bool(ours) == bool(theirs)


def test_circles_are_not_followed() -> None:
    """They would meet in hundreds of sets of fields, twice as many with each fragment more."""
    parsed = parse(
        "{latestIssue{...f0}}fragment f0 on Issue{previous{...f0 ...f1}next{...f0}}"
        + "".join(
            f"fragment f{n} on Issue{{previous{{...f{n + 1}}}next{{...f{n + 1}}}}}"
            for n in range(1, 60)
        )
        + "fragment f60 on Issue{title}"
    )

    ours = validate(SCHEMA, parsed, [MergeableFields])
    refused = validate(SCHEMA, parsed, [NoFragmentCyclesRule])

    assert ours == []
    assert {error.message for error in refused} == {"Cannot spread fragment 'f0' within itself."}


@pytest.mark.parametrize("last", ["title", "...f0", "...f5", "...f9", "...away"])
def test_fragments_in_a_row_are_no_circle(last: str) -> None:
    parsed = parse(
        "{latestIssue{...f0 a:title a:date}}"
        + "".join(f"fragment f{n} on Issue{{...f{n + 1} previous{{...f9}}}}" for n in range(9))
        + f"fragment f9 on Issue{{{last}}}"
    )

    ours = validate(SCHEMA, parsed, [MergeableFields])

    is_circular = bool(validate(SCHEMA, parsed, [NoFragmentCyclesRule]))
    assert bool(ours) != is_circular
