"""What each selection set of a document contains, with its fragments expanded.

Computed bottom-up in one walk over the document, before it is validated: limits, variables and
the need for neighbours all come from it. Each fragment is summarised once, so the time is linear
in the length of the document, however often its fragments spread each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from app.web.graphql.documents.plan import Fragment, Plan

INTROSPECTION = frozenset({"__schema", "__type"})
NEIGHBOURS = ("previous", "next")
"""Fields of an issue that lead to another issue."""
SIZE_ARGUMENTS = frozenset({"first", "last", "ids", "from", "to", "limit"})
"""Arguments that the cost of a field depends on."""


@dataclass(slots=True)
class Summary:
    """Counts and names of one selection set."""

    depth: int = 0
    """Levels of fields outside introspection."""
    nesting: int = 0
    """Levels of selection sets, of fields and of fragments."""
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    introspection_depth: int = 0
    """Levels of fields below `__schema` and `__type`."""
    schemas: int = 0
    """Number of `__schema` fields."""
    types: int = 0
    """Number of `__type` fields."""
    variables: set[str] = field(default_factory=set)
    size_variables: set[str] = field(default_factory=set)
    """Variables that stand for a page size or for a list of ids."""
    names: set[str] = field(default_factory=set)
    """Names of the fields, and of all below them."""
    names_below: set[str] = field(default_factory=set)
    """Names of the fields below them alone."""

    def add(self, other: "Summary") -> None:
        """Add a selection set beside this one, or below it."""
        self.depth = max(self.depth, other.depth)
        self.nesting = max(self.nesting, other.nesting)
        self.introspection_depth = max(self.introspection_depth, other.introspection_depth)
        self.aliases += other.aliases
        self.directives += other.directives
        self.fields += other.fields
        self.schemas += other.schemas
        self.types += other.types
        self.variables |= other.variables
        self.size_variables |= other.size_variables
        self.names |= other.names
        self.names_below |= other.names_below


class Summaries:
    """The summaries of one document, computed on first use."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._fragments: dict[tuple[str, bool], Summary] = {}
        self._open: set[tuple[str, bool]] = set()
        self._operations: dict[int, Summary] = {}
        self._variables: dict[int, set[str]] = {}
        """By the id of a selection set, which lives as long as its document."""

    def of_operation(self, operation: OperationDefinitionNode) -> Summary:
        """Summarise an operation with its own directives."""
        summary = self._operations.get(id(operation))
        if summary is None:
            summary = self._summarise(operation.selection_set, introspects=False)
            self._add_directives(summary, operation.directives)
            self._operations[id(operation)] = summary
        return summary

    def variables_below(self, nodes: Iterable[FieldNode]) -> list[str]:
        """Names of the variables used below some fields of operations, sorted."""
        below = (self._variables.get(id(node.selection_set), ()) for node in nodes)
        return sorted(set().union(*below))

    def _summarise(self, selections: SelectionSetNode, *, introspects: bool) -> Summary:
        """Summarise a selection set; `introspects`: it stands below `__schema` or `__type`."""
        summary = Summary()
        for selection in selections.selections:
            # Spreads of unknown fragments too: `parts` skips those.
            if selection.directives:
                self._add_directives(summary, selection.directives)
        for part in self._plan.parts(selections):
            if isinstance(part, FieldNode):
                self._add_field(summary, part, introspects=introspects)
            elif part.name is None:
                summary.add(self._summarise(part.selections, introspects=introspects))
            else:
                self._add_spread(summary, part, introspects=introspects)
        summary.nesting += 1
        if summary.variables:
            self._variables[id(selections)] = summary.variables
        return summary

    def _add_field(self, summary: Summary, field: FieldNode, *, introspects: bool) -> None:
        name = field.name.value
        depth = introspection_depth = 0
        if field.selection_set:
            enters = introspects or name in INTROSPECTION
            below = self._summarise(field.selection_set, introspects=enters)
            depth, introspection_depth = below.depth, below.introspection_depth
            summary.add(below)
            summary.names_below |= below.names
        if introspects:
            introspection_depth += 1
        else:
            depth += 1
        summary.depth = max(summary.depth, depth)
        summary.introspection_depth = max(summary.introspection_depth, introspection_depth)
        summary.fields += 1
        summary.aliases += field.alias is not None
        summary.schemas += name == "__schema"
        summary.types += name == "__type"
        summary.names.add(name)
        if field.arguments:
            self._add_arguments(summary, field.arguments)

    def _add_spread(self, summary: Summary, fragment: Fragment, *, introspects: bool) -> None:
        assert fragment.name is not None
        key = (fragment.name, introspects)
        known = self._fragments.get(key)
        # Validation refuses a fragment that spreads itself; here it only must not recurse.
        if known is None and key not in self._open:
            self._open.add(key)
            known = self._summarise(fragment.selections, introspects=introspects)
            self._add_directives(known, self._plan.fragments[fragment.name].directives)
            self._fragments[key] = known
            self._open.discard(key)
        if known is not None:
            summary.add(known)

    def _add_directives(self, summary: Summary, directives: Sequence[DirectiveNode] | None) -> None:
        for directive in directives or ():
            summary.directives += 1
            if directive.arguments:
                self._add_arguments(summary, directive.arguments)

    @staticmethod
    def _add_arguments(summary: Summary, arguments: Sequence[ArgumentNode]) -> None:
        for argument in arguments:
            value = argument.value
            _add_variables(value, summary.variables)
            if argument.name.value in SIZE_ARGUMENTS and isinstance(value, VariableNode):
                summary.size_variables.add(value.name.value)


def _add_variables(value: ValueNode, names: set[str]) -> None:
    if isinstance(value, VariableNode):
        names.add(value.name.value)
    elif isinstance(value, ListValueNode):
        for item in value.values:
            _add_variables(item, names)
    elif isinstance(value, ObjectValueNode):
        for member in value.fields:
            _add_variables(member.value, names)
