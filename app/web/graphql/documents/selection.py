"""Look-ahead: the fields selected below a field, so that a resolver reads them in one go.

A tree of field names. Type conditions and directives are ignored, so it may name more fields than
the response will have, and never fewer. Equal parts of a tree are one object, since fragments that
spread others twice would otherwise double it at each level: trees are read and never changed.
"""

from collections.abc import Container, Sequence
from typing import Any

from graphql import FieldNode, OperationDefinitionNode, SelectionSetNode
from strawberry.utils.str_converters import to_camel_case

from app.content.queries.issue_nodes import WHOLE, IssueParts
from app.models.issue import READ_FIELDS
from app.web.graphql.documents.compiled_cache import CompiledCache
from app.web.graphql.documents.plan import Plan
from app.web.graphql.documents.summary import NEIGHBOURS, Summaries

Wanted = dict[str, Any]
"""Field names of the schema, each with what is selected below it."""

CLAIMS = "claims"
WITHIN_ISSUE = ("sections", "lead", "tools", "trending", "movers", "reading", CLAIMS)
"""Fields of an issue that need its sections."""
_SHORT_CUTS = frozenset({"lead", "tools", "trending", "movers", "reading"})
"""Those that show the section of one kind, whose name they bear."""
_IN_ENVELOPE = {"url", CLAIMS, *NEIGHBOURS} | set(map(to_camel_case, READ_FIELDS)) - {"corrections"}
"""Fields of an issue that need more than its document: its state, its times or its links."""
IN_REFERENCE = frozenset({"number", "date", "slug", "title", "url", "__typename"})
"""Fields of an issue that printed items carry with them."""


class LookAhead:
    """What a document selects below its fields, cached as long as there is room."""

    def __init__(self, plan: Plan, summaries: Summaries, cache: CompiledCache) -> None:
        self._plan = plan
        self._cache = cache
        # The part of the cache keys that tells documents apart.
        self._owner = object()
        self.names = frozenset().union(
            *(summaries.of_operation(operation).names_below for operation in plan.operations)
        )
        """The names of all fields that the document selects anywhere below its root fields."""
        self.has_neighbours = not self.names.isdisjoint(NEIGHBOURS)
        """Whether `previous` or `next` is among them."""

    def below(self, nodes: Sequence[FieldNode | OperationDefinitionNode]) -> Wanted:
        """Return what is selected below nodes that share one place in the response."""
        # Nodes live as long as their document, so their ids are unique within it.
        key = (self._owner, *map(id, nodes))
        known: Wanted | None = self._cache.get(key)
        if known is not None:
            return known
        trees: dict[tuple[int, ...], Wanted] = {}
        wanted = self._gather([n.selection_set for n in nodes if n.selection_set], trees)
        self._cache.put(key, wanted, size=len(key) + sum(map(len, trees.values())))
        return wanted

    def parts_below(
        self, nodes: Sequence[FieldNode], *, is_list: bool, reads_once: bool
    ) -> IssueParts:
        """Return what to read of the issues of a field, or of a connection if it `is_list`.

        `reads_once`: no other field of the operation shows the same issues.
        """
        key = (self._owner, WHOLE, reads_once, *map(id, nodes))
        known: IssueParts | None = self._cache.get(key)
        if known is None:
            below = self.below(nodes)
            wanted = of_issue(of_items(below) if is_list else below)
            if self.has_neighbours:
                # They may lead back to the issue, and show more of it.
                known = WHOLE if is_whole(self.names) else IssueParts(frozenset())
            elif not reads_once:
                known = WHOLE if is_whole(wanted) else IssueParts(frozenset())
            else:
                kinds = kinds_in(wanted) if is_whole(wanted) else frozenset()
                known = IssueParts(kinds, has_envelope=not _IN_ENVELOPE.isdisjoint(wanted))
            self._cache.put(key, known, size=len(key))
        return known

    def fields_below(
        self, nodes: Sequence[FieldNode | OperationDefinitionNode], name: str
    ) -> list[FieldNode]:
        """List the fields of a name directly below some nodes, for their arguments."""
        visited: set[str] = set()
        return [
            field
            for node in nodes
            if node.selection_set
            for field, _ in self._plan.fields(node.selection_set, visited)
            if field.name.value == name
        ]

    def _gather(
        self, selections: Sequence[SelectionSetNode], trees: dict[tuple[int, ...], Wanted]
    ) -> Wanted:
        """Return the tree of selection sets that share one place; `trees` holds those made."""
        key = tuple(map(id, selections))
        if key in trees:
            return trees[key]
        below: dict[str, dict[int, SelectionSetNode]] = {}
        for each in selections:
            for field, _ in self._plan.fields(each, set()):
                sets = below.setdefault(field.name.value, {})
                if field.selection_set:
                    sets[id(field.selection_set)] = field.selection_set
        trees[key] = {name: self._gather([*s.values()], trees) for name, s in below.items()}
        return trees[key]


def of_items(wanted: Wanted) -> Wanted:
    """What is selected of each item of a connection."""
    return merged(wanted.get("nodes", {}), wanted.get("edges", {}).get("node", {}))


def merged(*trees: Wanted) -> Wanted:
    """The union of some trees."""
    whole: Wanted = {}
    for tree in trees:
        for name, below in tree.items():
            known: Wanted | None = whole.get(name)
            if known is None:
                whole[name] = below
            elif known is not below:
                whole[name] = merged(known, below)
    return whole


def of_its_issue(wanted: Wanted) -> Wanted:
    """What is selected of the issue of a printed item, anywhere below the item."""
    return {**_of_its_issue(wanted, {})}


def _of_its_issue(wanted: Wanted, known: dict[int, Wanted]) -> Wanted:
    """`known` holds what was found below each tree, by its identity."""
    if id(wanted) in known:
        return known[id(wanted)]
    found: Wanted = {}
    for name, below in wanted.items():
        if name == "issue":
            found = merged(found, below, _of_its_issue(below, known))
        elif name not in NEIGHBOURS:
            found = merged(found, _of_its_issue(below, known))
    known[id(wanted)] = found
    return found


def of_issue(wanted: Wanted) -> Wanted:
    """What is selected of an issue, through the items in it too."""
    return merged(wanted, of_its_issue(wanted))


def is_more_than_reference(wanted: Wanted) -> bool:
    """Whether an issue must be read for what is selected of it."""
    return not wanted.keys() <= IN_REFERENCE


def is_whole(wanted: Container[str]) -> bool:
    """Whether the sections of an issue are needed for what is selected of it."""
    return any(name in wanted for name in WITHIN_ISSUE)


def kinds_in(wanted: Wanted) -> frozenset[str] | None:
    """Return the kinds of sections that are needed for what is selected of an issue.

    `None`: sections of any kind.
    """
    within = {name for name in wanted if name in WITHIN_ISSUE}
    return frozenset(within) if within <= _SHORT_CUTS else None
