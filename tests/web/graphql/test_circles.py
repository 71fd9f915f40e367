"""What a query leaves behind goes at once: nothing of it waits for the garbage collector.

What waits grows old, and what is old is looked through while all requests wait.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from graphql import GraphQLError
from graphql.language import Node, Token

from app.web.graphql.documents.documents import Documents
from app.web.graphql.documents.errors import QueryRefused
from app.web.graphql.documents.projection import Budget
from app.web.graphql.resolving.context import Context
from app.web.graphql.schema.schema import schema
from app.web.graphql.transport.executor import ProjectingExecutor
from tests.web.graphql.conftest import Partner

WHOLE = (
    "{latestIssue{title sections{slug issue{title}} tools{name issue{date}} trending{name}"
    " previous{title next{title}}}}"
)


OF_A_QUERY = Token | Node | Context | ProjectingExecutor | GraphQLError | QueryRefused


@contextmanager
def _left_in_circles() -> Iterator[list[Any]]:
    """All that only the garbage collector could take away of what was made meanwhile."""
    found: list[Any] = []
    gc.collect()
    gc.disable()
    try:
        yield found
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        found.extend(gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.slow
async def test_an_answer_is_gone_when_it_was_sent(partner: Partner, twelve_issues: None) -> None:
    await partner.ask(WHOLE)
    with _left_in_circles() as left:
        await partner.ask(WHOLE)
    assert not [each for each in left if isinstance(each, Context | ProjectingExecutor)]
    assert not [each for each in left if isinstance(each, dict) and "slug" in each]


@pytest.mark.slow
def test_a_document_is_gone_when_it_is_let_go_of() -> None:
    documents = Documents(schema())
    document = documents.parse(WHOLE)
    gc.collect()
    with _left_in_circles() as left:
        del document
    assert not [each for each in left if isinstance(each, Token)]


REFUSED = {
    "syntax_error": WHOLE + "}",
    "too_many_tokens": "{latestIssue{" + "title " * 2_000 + "}}",
    "too_deep": "{latestIssue{" + "previous{" * 12 + "title" + "}" * 14,
    "too_many_aliases": "{" + " ".join(f"a{n}:latestIssue{{title}}" for n in range(31)) + "}",
    "invalid_query": WHOLE.replace("slug", "slug " * 100 + "never"),
    "too_costly": "{issues(first:100){nodes{tools{name issue{tools{name}}}}}}",
    "unknown_operation": f"query a {WHOLE} query b {WHOLE}",
}


@pytest.mark.slow
@pytest.mark.parametrize("code", REFUSED)
async def test_what_is_refused_is_gone_when_the_answer_was_sent(
    partner: Partner, code: str
) -> None:
    query = REFUSED[code]
    assert await partner.code_of(query) == code
    with _left_in_circles() as left:
        await partner.code_of(f"{query} ")
    assert not [each for each in left if isinstance(each, OF_A_QUERY)]


@pytest.mark.slow
async def test_an_answer_that_grew_too_large_is_gone_when_it_was_refused(
    partner: Partner, twelve_issues: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Budget.__init__, "__defaults__", (1, 100))
    query = "{a: latestIssue{lead{slug}} b: latestIssue{lead{slug}}}"
    assert await partner.code_of(query) == "answer_too_large"
    with _left_in_circles() as left:
        await partner.code_of(query)
    assert not [each for each in left if isinstance(each, OF_A_QUERY)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ('{nodes(ids:["' + '","'.join("a" * 101) + '"]){id}}', {}, "invalid_argument"),
        ("{issue(number:" + "9" * 5_000 + "){title}}", {}, "invalid_query"),
        ("query($n:Int){issue(number:$n){title}}", {"n": ["1"]}, "invalid_variables"),
    ],
)
async def test_what_has_a_wrong_value_is_gone_when_it_was_answered(
    partner: Partner, query: str, variables: dict[str, Any], code: str
) -> None:
    assert await partner.code_of(query, **variables) == code
    with _left_in_circles() as left:
        await partner.code_of(f"{query} ", **variables)
    assert not [each for each in left if isinstance(each, OF_A_QUERY)]
