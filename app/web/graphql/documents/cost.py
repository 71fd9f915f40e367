"""The cost of a valid operation: an upper bound of the objects in its response.

An object costs 1, a scalar nothing. A connection multiplies the cost of its items by its page size,
a list inside an issue by 10, the history of a subject by what it asks for, 10 to 100, `boards` by
the number of boards and their entries by `limit`. Of the types of an interface the most expensive
counts.
"""

from collections.abc import Iterator, Mapping
from datetime import date as Date
from typing import Any

from graphql import (
    FieldNode,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

from app.content.queries.paging import DEFAULT_LIMIT, MAX_LIMIT
from app.errors import BadRequest
from app.models.source import KIND_COUNT
from app.models.values import parse_date
from app.web.graphql.documents.limits import INTROSPECTION_COST, MAX_COST
from app.web.graphql.documents.plan import Plan, applies
from app.web.graphql.documents.summary import INTROSPECTION, Summaries
from app.web.graphql.types.boards import is_board_with_entries
from app.web.graphql.types.connections import is_connection
from app.web.graphql.types.page_arguments import page_size

LIST_SIZE = 10
"""The assumed length of a list inside an issue: few are longer."""
HISTORY_SIZE = 100
"""The assumed length of a long history of a subject, which may have 1,000 observations."""
MAX_CACHED = 64
"""Costs cached for one document: clients use a few page sizes, attackers all of them."""
_PAGES = frozenset({"edges", "nodes", "notes"})
_BOARD_LISTS = frozenset({"entries", "notes"})
_Key = tuple[int, str, int]
"""The id of a selection set, which lives as long as its document; its type; its page size."""


def check_cost(cost: int) -> None:
    """Refuse an operation that costs too much. Raises `BadRequest`."""
    if cost > MAX_COST:
        raise BadRequest(
            "too_costly",
            f"The query costs {cost}, and {MAX_COST} is the limit: ask for smaller pages, or less.",
        )


class Costs:
    """The costs of the operations of one document."""

    def __init__(self, schema: GraphQLSchema, plan: Plan, summaries: Summaries) -> None:
        self._schema = schema
        self._plan = plan
        self._summaries = summaries
        self._cached: dict[tuple[object, ...], int] = {}

    def of(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
        """Compute the cost of an operation with these values of its variables.

        Raises:
            BadRequest: a page size is out of range (`invalid_page_size`).
        """
        names = sorted(self._summaries.of_operation(operation).size_variables)
        values = (variables.get(name) for name in names)
        key = (id(operation), *(len(v) if isinstance(v, list) else v for v in values))
        cost = self._cached.get(key)
        if cost is None:
            root = self._schema.get_root_type(operation.operation)
            assert root is not None, "the document is valid"
            cost = _CostWalk(self._schema, self._plan, variables).of(
                operation.selection_set, root, 1
            )
            if len(self._cached) >= MAX_CACHED:
                self._cached.clear()
            self._cached[key] = cost
        return cost


class _CostWalk:
    """One walk over an operation, with the types that validation found."""

    def __init__(self, schema: GraphQLSchema, plan: Plan, variables: Mapping[str, Any]) -> None:
        self._schema = schema
        self._plan = plan
        self._variables = variables
        self._known: dict[_Key, int] = {}

    def of(self, selections: SelectionSetNode, parent: Any, size: int) -> int:
        """Compute the cost of a selection set for one object; `size`: of the page around it.

        Computed once for each selection set and type. Below an interface every possible type asks
        for the same selection sets, so nested lists would otherwise take exponential time.
        """
        key = (id(selections), parent.name, size)
        known = self._known.get(key)
        if known is None:
            if is_abstract_type(parent):
                possible = self._schema.get_possible_types(parent)
                known = max(self.of(selections, type_, size) for type_ in possible)
            else:
                known = sum(self._each(selections, parent, size))
            self._known[key] = known
        return known

    def _each(
        self, selections: SelectionSetNode, parent: GraphQLObjectType, size: int
    ) -> Iterator[int]:
        for part in self._plan.parts(selections):
            if isinstance(part, FieldNode):
                if part.selection_set is not None:
                    yield self._field(part, parent, size)
            elif applies(part.condition, parent, self._schema):
                yield self.of(part.selections, parent, size)

    def _field(self, field: FieldNode, parent: GraphQLObjectType, size: int) -> int:
        name = field.name.value
        if name in INTROSPECTION:
            return INTROSPECTION_COST
        definition = parent.fields.get(name)
        assert definition is not None, "the document is valid"
        assert field.selection_set is not None, "scalars are free"
        type_ = get_named_type(definition.type)
        assert is_composite_type(type_), "only these have selection sets"
        if is_connection(type_.name):
            return 1 + self.of(field.selection_set, type_, self._page_size(field))
        if is_board_with_entries(type_.name):
            return KIND_COUNT * (1 + self.of(field.selection_set, type_, self._limit(field)))
        times = 1
        if _is_list(definition.type):
            times = self._times(field, parent, size)
        return times * (1 + self.of(field.selection_set, type_, 1))

    def _times(self, field: FieldNode, parent: GraphQLObjectType, size: int) -> int:
        """The assumed length of a list."""
        name = field.name.value
        if is_connection(parent.name) and name in _PAGES:
            return size
        if is_board_with_entries(parent.name) and name in _BOARD_LISTS:
            return size
        if name == "nodes":
            return self._length(field)
        return self._history_size(field) if name == "history" else LIST_SIZE

    def _history_size(self, field: FieldNode) -> int:
        """The assumed length of a history: one observation a day, or those of `last`.

        At least `LIST_SIZE`: each history is a statement of its own, however short.
        """
        given = {argument.name.value: argument.value for argument in field.arguments or ()}
        asked = [HISTORY_SIZE]
        last = self._integer(given.get("last"))
        if last is not None:
            asked.append(last)
        first_day, last_day = self._day(given.get("from")), self._day(given.get("to"))
        if first_day is not None and last_day is not None:
            asked.append((last_day - first_day).days + 1)
        return max(LIST_SIZE, min(asked))

    def _day(self, value: Any) -> Date | None:
        if isinstance(value, VariableNode):
            given = self._variables.get(value.name.value)
            return given if isinstance(given, Date) else None
        return parse_date(value.value) if isinstance(value, StringValueNode) else None

    def _page_size(self, field: FieldNode) -> int:
        given = {argument.name.value: argument.value for argument in field.arguments or ()}
        return page_size(self._integer(given.get("first")), self._integer(given.get("last")))

    def _limit(self, field: FieldNode) -> int:
        """The entries of each board; the resolver refuses a `limit` that is out of range."""
        given = {argument.name.value: argument.value for argument in field.arguments or ()}
        limit = self._integer(given.get("limit"))
        return DEFAULT_LIMIT if limit is None else min(max(limit, 1), MAX_LIMIT)

    def _integer(self, value: Any) -> int | None:
        if isinstance(value, VariableNode):
            number: int | None = self._variables.get(value.name.value)
            return number
        return int(value.value) if isinstance(value, IntValueNode) else None

    def _length(self, field: FieldNode) -> int:
        """The number of ids given to `nodes`."""
        (value,) = (a.value for a in field.arguments or () if a.name.value == "ids")
        if isinstance(value, VariableNode):
            given = self._variables.get(value.name.value)
            return len(given) if isinstance(given, list) else 1
        return len(value.values) if isinstance(value, ListValueNode) else 1


def _is_list(type_: Any) -> bool:
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return isinstance(inner, GraphQLList)
