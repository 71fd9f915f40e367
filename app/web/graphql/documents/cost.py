"""What a valid operation may cost at most: objects, multiplied by the pages that hold them.

An object costs 1, a scalar nothing; a connection multiplies what it holds by its page size, a list
inside an issue by 10, the history of a subject by 100. What only some types of an interface have
counts for the dearest of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    visit,
)

from app.errors import BadRequest
from app.web.graphql.documents.limits import INTROSPECTION, INTROSPECTION_COST, MAX_COST
from app.web.graphql.types.page_arguments import page_size
from app.web.graphql.types.types import CONNECTIONS

LIST_SIZE = 10
"""What a list inside an issue counts for: few are longer, and none can be asked for alone."""
HISTORY_SIZE = 100
"""What the history of a subject counts for: it may have a thousand observations."""
MAX_KEPT = 64
"""Costs that a document keeps: partners ask for a few page sizes, attackers for all of them."""
_PAGES = frozenset({"edges", "nodes", "notes"})
_SIZES = frozenset({"first", "last", "ids"})
"""Arguments that a cost depends on, and nothing else does."""
_Key = tuple[int, str, int]
"""A selection, which lives as long as its document; the type it is of; the size of its page."""


def check_cost(cost: int) -> None:
    """Refuse an operation that costs too much. Raises `BadRequest`."""
    if cost > MAX_COST:
        raise BadRequest(
            "too_costly",
            f"The query costs {cost}, and {MAX_COST} is the limit: ask for smaller pages, or less.",
        )


class Costs:
    """Counts what the operations of one document cost."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._sizes = _size_variables(document)
        self._kept: dict[tuple[object, ...], int] = {}

    def of(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
        """The cost of an operation with these values of its variables.

        Raises:
            BadRequest: a page size that is refused (`invalid_page_size`).
        """
        given = (variables.get(name) for name in self._sizes)
        key = (id(operation), *(len(v) if isinstance(v, list) else v for v in given))
        cost = self._kept.get(key)
        if cost is None:
            root = self._schema.get_root_type(operation.operation)
            assert root is not None, "the document is valid"
            walk = _Walk(self._schema, self._fragments, variables)
            cost = walk.of(operation.selection_set, root, 1)
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[key] = cost
        return cost


def _size_variables(document: DocumentNode) -> tuple[str, ...]:
    """The names of variables that stand for sizes of lists."""
    if not any(getattr(d, "variable_definitions", None) for d in document.definitions):
        return ()
    sizes = _SizeVariables()
    visit(document, sizes)
    return tuple(sizes.names)


class _SizeVariables(Visitor):
    """Gathers the names of variables that stand for sizes of lists."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        if node.name.value in _SIZES and isinstance(node.value, VariableNode):
            self.names.add(node.value.name.value)


class _Walk:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._known: dict[_Key, int] = {}

    def of(self, selections: SelectionSetNode, parent: Any, size: int) -> int:
        """The cost of what is selected of one value; `size`: of the page, where it is one.

        Counted once for each place and type: below an interface every type asks for it again, so
        that lists within lists would double and redouble the work.
        """
        key = (id(selections), parent.name, size)
        known = self._known.get(key)
        if known is None:
            if is_abstract_type(parent):
                possible = self._schema.get_possible_types(parent)
                known = max(self.of(selections, type_, size) for type_ in possible)
            else:
                known = sum(self._each(selections.selections, parent, size))
            self._known[key] = known
        return known

    def _each(self, selections: Sequence[Any], parent: GraphQLObjectType, size: int) -> list[int]:
        costs = []
        for selection in selections:
            if isinstance(selection, FieldNode):
                if selection.selection_set is not None:  # a scalar costs nothing
                    costs.append(self._field(selection, parent, size))
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                if condition is None or self._fits(condition.name.value, parent):
                    costs.append(self.of(selection.selection_set, parent, size))
            elif isinstance(selection, FragmentSpreadNode):
                costs.append(self._spread(selection.name.value, parent, size))
        return costs

    def _spread(self, name: str, parent: GraphQLObjectType, size: int) -> int:
        fragment = self._fragments[name]
        if not self._fits(fragment.type_condition.name.value, parent):
            return 0
        return self.of(fragment.selection_set, parent, size)

    def _field(self, field: FieldNode, parent: GraphQLObjectType, size: int) -> int:
        name = field.name.value
        if name in INTROSPECTION:
            return INTROSPECTION_COST
        definition = parent.fields.get(name)
        assert definition is not None, "the document is valid"
        assert field.selection_set is not None, "asked for by who knows"
        type_ = get_named_type(definition.type)
        assert is_composite_type(type_), "only these have selections"
        if type_.name in CONNECTIONS:
            return 1 + self.of(field.selection_set, type_, self._page_size(field))
        times = 1
        if _is_list(definition.type):
            times = self._times(field, parent, size)
        return times * (1 + self.of(field.selection_set, type_, 1))

    def _times(self, field: FieldNode, parent: GraphQLObjectType, size: int) -> int:
        """How many a list counts for."""
        name = field.name.value
        if parent.name in CONNECTIONS and name in _PAGES:
            return size
        if name == "nodes":
            return self._length(field)
        return HISTORY_SIZE if name == "history" else LIST_SIZE

    def _page_size(self, field: FieldNode) -> int:
        given = {argument.name.value: argument.value for argument in field.arguments or ()}
        return page_size(self._integer(given.get("first")), self._integer(given.get("last")))

    def _integer(self, value: Any) -> int | None:
        if isinstance(value, VariableNode):
            number: int | None = self._variables.get(value.name.value)
            return number
        return int(value.value) if isinstance(value, IntValueNode) else None

    def _length(self, field: FieldNode) -> int:
        """How many ids are given to `nodes`."""
        (value,) = (a.value for a in field.arguments or () if a.name.value == "ids")
        if isinstance(value, VariableNode):
            given = self._variables.get(value.name.value)
            return len(given) if isinstance(given, list) else 1
        return len(value.values) if isinstance(value, ListValueNode) else 1

    def _fits(self, condition: str, parent: GraphQLObjectType) -> bool:
        if condition == parent.name:
            return True
        type_ = self._schema.get_type(condition)
        return is_abstract_type(type_) and self._schema.is_sub_type(type_, parent)


def _is_list(type_: Any) -> bool:
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return isinstance(inner, GraphQLList)
