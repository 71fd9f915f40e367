"""What a query asks for below a field, seen ahead of time: so that it is read in one go.

A tree of names: fragments are taken in whatever their type, directives are not looked at. So it may
name more than will be shown, and never less.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from app.web.graphql.documents.lru import Kept

Wanted = dict[str, Any]
"""Names of fields as the schema has them, each with what is wanted below it."""

NEIGHBOURS = ("previous", "next")
WITHIN_ISSUE = ("sections", "lead", "tools", "trending", "movers", "reading")
"""Fields of an issue that its sections are needed for."""
IN_REFERENCE = frozenset({"number", "date", "slug", "title", "url", "__typename"})
"""Fields of an issue that whatever stands in print knows of its own."""


class LookAhead:
    """What the places of one document want, gathered once as long as it is kept."""

    def __init__(
        self,
        operations: Sequence[OperationDefinitionNode],
        fragments: Mapping[str, FragmentDefinitionNode],
        kept: Kept | None = None,
    ) -> None:
        self._fragments = fragments
        self._kept = kept or Kept()
        # Stands for this document in what all of them keep.
        self._own = object()
        self.has_steps = any(map(_has_steps, (*fragments.values(), *operations)))
        """Whether a neighbour of an issue is asked for anywhere."""

    def below(self, nodes: Sequence[FieldNode | OperationDefinitionNode]) -> Wanted:
        """What is wanted below some nodes that share a place in the answer."""
        # Nodes live as long as the document does, so no other node has the id of one of them.
        key = (self._own, *map(id, nodes))
        known: Wanted | None = self._kept.get(key)
        if known is not None:
            return known
        wanted: Wanted = {}
        for node in nodes:
            if node.selection_set:
                _gather(node.selection_set, self._fragments, wanted)
        self._kept.keep(key, wanted, len(key) + _count(wanted))
        return wanted

    def fields_below(self, nodes: Sequence[FieldNode], name: str) -> list[FieldNode]:
        """The fields of a name right below some nodes, for the sake of their arguments."""
        found: list[FieldNode] = []
        spread: set[str] = set()
        open_ = [node.selection_set for node in nodes if node.selection_set]
        while open_:
            for selection in open_.pop().selections:
                if isinstance(selection, FieldNode):
                    if selection.name.value == name:
                        found.append(selection)
                elif isinstance(selection, InlineFragmentNode):
                    open_.append(selection.selection_set)
                elif isinstance(selection, FragmentSpreadNode):
                    fragment = self._fragments.get(selection.name.value)
                    if fragment is not None and selection.name.value not in spread:
                        spread.add(selection.name.value)
                        open_.append(fragment.selection_set)
        return found


def _has_steps(node: Any) -> bool:
    """Whether a node asks for a neighbour of an issue, its fragments left aside."""
    if isinstance(node, FieldNode) and node.name.value in NEIGHBOURS:
        return True
    below = getattr(node, "selection_set", None)
    return below is not None and any(map(_has_steps, below.selections))


def _gather(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], into: Wanted
) -> None:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            below = into.setdefault(selection.name.value, {})
            if selection.selection_set:
                _gather(selection.selection_set, fragments, below)
        elif isinstance(selection, InlineFragmentNode):
            _gather(selection.selection_set, fragments, into)
        elif isinstance(selection, FragmentSpreadNode):
            fragment = fragments.get(selection.name.value)
            if fragment is not None:
                _gather(fragment.selection_set, fragments, into)


def _count(wanted: Wanted) -> int:
    return sum(1 + _count(below) for below in wanted.values())


def of_items(wanted: Wanted) -> Wanted:
    """What a query of a connection wants of each item."""
    return merged(wanted.get("nodes", {}), wanted.get("edges", {}).get("node", {}))


def merged(*trees: Wanted) -> Wanted:
    """Everything that any of some trees wants."""
    whole: Wanted = {}
    for tree in trees:
        for name, below in tree.items():
            whole[name] = merged(whole[name], below) if name in whole else below
    return whole


def of_its_issue(wanted: Wanted) -> Wanted:
    """What is wanted of the issue that something stands in, from anywhere below that."""
    found: Wanted = {}
    for name, below in wanted.items():
        if name == "issue":
            found = merged(found, below, of_its_issue(below))
        elif name not in NEIGHBOURS:
            found = merged(found, of_its_issue(below))
    return found


def of_issue(wanted: Wanted) -> Wanted:
    """What is wanted of an issue, by way of what stands in it too."""
    return merged(wanted, of_its_issue(wanted))


def is_more_than_reference(wanted: Wanted) -> bool:
    """Whether an issue has to be read for what is wanted of it."""
    return not wanted.keys() <= IN_REFERENCE


def is_whole(wanted: Wanted) -> bool:
    """Whether the sections of an issue are needed for what is wanted of it."""
    return any(name in wanted for name in WITHIN_ISSUE)
