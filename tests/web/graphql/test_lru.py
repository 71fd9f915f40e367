"""What is kept of documents has bounds, however many ways there are to ask for one."""

import random

import pytest
from graphql import FieldNode, GraphQLObjectType
from graphql.execution.values import VariableValues

from app.errors import BadRequest
from app.web.graphql.documents.compiled_cache import MAX_ENTRY_SIZE, MAX_SIZE, compiled_cache
from app.web.graphql.documents.documents import BYTES_PER_DOCUMENT, Documents
from app.web.graphql.documents.lru import Lru
from app.web.graphql.documents.persisted import MAX_LEARNT_BYTES, PersistedQueries, sha256_of
from app.web.graphql.documents.request import GraphQLRequest
from app.web.graphql.documents.selection import of_items
from app.web.graphql.schema.schema import schema


def test_the_least_recently_used_entry_is_evicted_first() -> None:
    cache: Lru[int, str] = Lru(100)
    for number in range(3):
        cache.put(number, f"value {number}", size=33)
    assert cache.get(0) == "value 0"

    cache.put(3, "value 3", size=33)

    assert [cache.get(number) for number in range(4)] == ["value 0", None, "value 2", "value 3"]
    assert cache.size == 99


def test_an_entry_that_is_put_again_is_counted_once() -> None:
    cache: Lru[int, str] = Lru(100)
    cache.put(0, "short", size=10)

    cache.put(0, "longer", size=40)

    assert (cache.get(0), cache.size) == ("longer", 40)


def test_an_entry_that_is_too_large_evicts_nothing() -> None:
    cache = compiled_cache()
    cache.put(("small",), "small", size=1)

    cache.put(("large",), "large", size=MAX_ENTRY_SIZE + 1)

    assert cache.get(("large",)) is None
    assert cache.get(("small",)) == "small"


def test_places_that_are_never_the_same_twice_do_not_add_up() -> None:
    """Directives choose among the fields of a place: of 45, in more ways than there is memory."""
    documents = Documents(schema())
    document = documents.parse("{" + "latestIssue{title number} " * 45 + "}")
    nodes = [
        node
        for node in document.operations[0].selection_set.selections
        if isinstance(node, FieldNode)
    ]
    issue = schema().type_map["Issue"]
    assert isinstance(issue, GraphQLObjectType)
    chance = random.Random(95)

    for _ in range(2_000):
        place = [nodes[0], *(node for node in nodes[1:] if chance.random() < 0.5)]
        assert document.look_ahead.below(place) == {"title": {}, "number": {}}
        assert document.projections.find(issue, place, VariableValues({}, {})) is not None
        assert documents.compiled.size <= MAX_SIZE


def test_equal_parts_of_a_look_ahead_are_made_once() -> None:
    """Fragments that double the tree at each level add two objects, and the tree is cached."""
    levels = 9
    spreads = "".join(
        f"fragment f{n} on Issue{{id previous{{...f{n + 1}}} next{{...f{n + 1}}}}}"
        for n in range(levels)
    )
    text = f"{{latestIssue{{...f0}}}} {spreads} fragment f{levels} on Issue{{id tools{{name}}}}"
    document = Documents(schema()).parse(text)

    tree = document.look_ahead.below([document.operations[0]])

    assert document.look_ahead.below([document.operations[0]]) is tree
    assert of_items({"nodes": tree, "edges": {"node": tree}}) == tree
    found, waiting = {id(tree): tree}, [tree]
    while waiting:
        for below in waiting.pop().values():
            if id(below) not in found:
                found[id(below)] = below
                waiting.append(below)
    assert len(found) <= 2 + 2 * levels + 3


def test_documents_of_one_process_do_not_mistake_each_other() -> None:
    documents = Documents(schema())
    one, other = (documents.parse(f"{{latestIssue{{{name}}}}}") for name in ("title", "date"))

    wanted = [document.look_ahead.below([document.operations[0]]) for document in (one, other)]

    assert wanted == [{"latestIssue": {"title": {}}}, {"latestIssue": {"date": {}}}]


def test_a_document_counts_for_what_it_takes_and_not_for_its_text() -> None:
    documents = Documents(schema(), max_bytes=500_000)
    dense = [f"{{latestIssue{{{'id ' * 300}}}}} # {number}" for number in range(6)]

    for text in dense:
        documents.read(text)

    assert [documents.find(text) is not None for text in dense] == [False] * 4 + [True] * 2


def test_the_documents_asked_for_last_are_kept() -> None:
    documents = Documents(schema(), max_bytes=4 * (BYTES_PER_DOCUMENT + 8_000))
    texts = [f"{{latestIssue{{id}}}} # {number}" for number in range(20)]
    for text in texts:
        documents.read(texts[0])
        documents.read(text)

    assert documents.find(texts[0]) is not None
    assert documents.find(texts[1]) is None
    assert documents.find(texts[-1]) is not None


def test_short_queries_that_are_learnt_count_for_more_than_their_text() -> None:
    persisted = PersistedQueries()
    texts = [f"{{a}}#{number}" for number in range(MAX_LEARNT_BYTES // 300 + 1)]

    for text in texts:
        persisted.learn(GraphQLRequest(text, None, None, sha256_of(text)))

    assert persisted.query_of(GraphQLRequest(None, None, None, sha256_of(texts[-1]))) == texts[-1]
    with pytest.raises(BadRequest):
        persisted.query_of(GraphQLRequest(None, None, None, sha256_of(texts[0])))
