"""Rules that are left out would have found nothing: every document is judged as by all of them."""

import pytest
from graphql import parse, validate
from hypothesis import event, given, settings, strategies as st

from app.web.graphql.documents.validation import RULES, faults_in
from app.web.graphql.schema.schema import schema
from tests.sampling import examples
from tests.web.graphql.documents import document

SCHEMA = schema()

FAULTY = (
    "{ issue(number: $n) { title } }",
    "query($n: Int) { latestIssue { title } }",
    "query($n: Int, $n: Int) { issue(number: $n) { title } }",
    "query($n: Issue) { issue(number: $n) { title } }",
    "query($n: String) { issue(number: $n) { title } }",
    "{ latestIssue { title @never } }",
    "{ latestIssue { title @skip(if: true) @skip(if: true) } }",
    "query @skip(if: true) { latestIssue { title } }",
    "{ latestIssue { ...never } }",
    "{ latestIssue { ...f } } fragment f on Issue { previous { ...f } }",
    "{ latestIssue { ... on Tool { name } } }",
    "{ latestIssue { title } } fragment f on Issue { title }",
    "{ latestIssue { title } } fragment f on Int { title }",
    "{ latestIssue { title } } fragment f on Never { title }",
    "{ issue(never: 1) { title } }",
    "{ issue(number: 1, number: 2) { title } }",
    '{ issue(number: "x") { title } }',
    "mutation { createIssue(input: {date: 1, date: 2}) { __typename } }",
    "{ node { id } }",
    "{ never }",
    "{ latestIssue }",
    "{ latestIssue { title { x } } }",
    "{ latestIssue { title } } { latestIssue { title } }",
    "query a { latestIssue { title } } query a { latestIssue { title } }",
    "subscription { issuePublished { title } b: issuePublished { title } }",
    "type Never { x: Int }",
    "{ latestIssue { a: title a: slug } }",
)


def _assert_judged_alike(text: str) -> bool:
    """Answers with whether it is refused."""
    parsed = parse(text)

    ours = faults_in(parsed, SCHEMA, max_errors=5)
    theirs = validate(SCHEMA, parsed, RULES, max_errors=5)

    assert [fault.formatted for fault in ours] == [fault.formatted for fault in theirs], text
    return bool(theirs)


@pytest.mark.parametrize("text", FAULTY)
def test_every_fault_is_found(text: str) -> None:
    assert _assert_judged_alike(text)


@pytest.mark.slow
@given(document(SCHEMA, root="latestIssue", hostile=True), st.sampled_from(FAULTY))
@settings(max_examples=examples(60))
def test_whatever_is_drawn_is_judged_alike(text: str, more: str) -> None:
    event("refused" if _assert_judged_alike(text) else "valid")
    _assert_judged_alike(text + more)
