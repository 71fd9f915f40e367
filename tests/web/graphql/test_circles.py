"""What a query leaves behind goes at once: nothing of it waits for the garbage collector.

What waits grows old, and what is old is looked through while all requests wait.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graphql.language import Token

from app.web.graphql.context import Context
from app.web.graphql.documents import Documents
from app.web.graphql.executor import ProjectingExecutor
from app.web.graphql.schema import schema
from tests.web.graphql.conftest import Partner

WHOLE = (
    "{latestIssue{title sections{slug issue{title}} tools{name issue{date}} trending{name}"
    " previous{title next{title}}}}"
)


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


async def test_an_answer_is_gone_when_it_was_sent(partner: Partner, twelve_issues: None) -> None:
    await partner.ask(WHOLE)
    with _left_in_circles() as left:
        await partner.ask(WHOLE)
    assert not [each for each in left if isinstance(each, Context | ProjectingExecutor)]
    assert not [each for each in left if isinstance(each, dict) and "slug" in each]


def test_a_document_is_gone_when_it_is_let_go_of() -> None:
    documents = Documents(schema())
    document = documents.judged(WHOLE)
    gc.collect()
    with _left_in_circles() as left:
        del document
    assert not [each for each in left if isinstance(each, Token)]
