"""Projections: selection sets compiled to plain member look-ups.

graphql-core spends about 8 us on each field of each object. Below the roots no resolver waits and
none fails, so what a selection set makes of a value is fixed: each member under its response name.
A value that a projection cannot complete (a null where none is allowed, an introspection type) is
left to graphql-core, which reports the error. A property test holds both ways to equal responses.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLIncludeDirective,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLSkipDirective,
    SelectionSetNode,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.values import VariableValues, get_argument_values, get_directive_values

from app.errors import BadRequest
from app.web.graphql.documents.compiled_cache import CompiledCache
from app.web.graphql.documents.limits import MAX_OBJECTS, MAX_TEXT, UNCOUNTED
from app.web.graphql.documents.plan import Fragment, Plan, applies
from app.web.graphql.documents.summary import Summaries
from app.web.graphql.types.fields import PURE, READ, TYPENAME
from app.web.graphql.types.pure_fields import own_name

_UNCONVERTED = frozenset({"String", "ID", "Boolean", "Int", "Count"})
_LONG = frozenset({"body", "bodyHtml"})
"""Scalar fields with long texts, which cost nothing: their characters are counted instead."""
STRAWBERRY = "strawberry-definition"
"""The key of what Strawberry knows of a field, among its extensions."""


class Budget:
    """The objects and characters that a response may still have."""

    __slots__ = ("left", "text_left")

    def __init__(self, left: int = MAX_OBJECTS, text_left: int = MAX_TEXT) -> None:
        self.left = left
        self.text_left = text_left

    def take_text(self, text: str) -> str:
        """Count the characters of a long text. Raises `BadRequest` above the limit."""
        self.text_left -= len(text)
        if self.text_left < 0:
            raise answer_too_large()
        return text

    def take(self, count: int) -> None:
        """Count objects. Raises `BadRequest` above the limit."""
        self.left -= count
        if self.left < 0:
            raise answer_too_large()


def answer_too_large() -> BadRequest:
    """The refusal of a response that exceeded a limit while it was built."""
    return BadRequest(
        "answer_too_large",
        f"The answer has more than {MAX_OBJECTS} objects, or too much text: ask for smaller pages.",
    )


class Unprojectable(Exception):
    """A value does not fit its type: graphql-core reports the error."""


Project = Callable[[Mapping[str, Any], Budget], dict[str, Any]]
"""Makes the response object of a value."""
_Convert = Callable[[Any, Budget], Any]
_Step = tuple[str, str | None, bool, _Convert | None]
"""Response name; member, or `None` where the conversion takes the whole value; whether null is
refused; the conversion, `None` where the value stays as it is."""


class Projections:
    """The projections of one document."""

    def __init__(
        self, schema: GraphQLSchema, plan: Plan, summaries: Summaries, cache: CompiledCache
    ) -> None:
        self._schema = schema
        self._plan = plan
        self._summaries = summaries
        self._cache = cache
        # The part of the cache keys that tells documents apart.
        self._owner = object()

    def find(
        self, type_: GraphQLObjectType, nodes: Sequence[FieldNode], variables: VariableValues
    ) -> Project | None:
        """Return the projection of objects of a type at some nodes; `None` if there is none."""
        place = (self._owner, *map(id, nodes))
        names = self._cache.get(place)
        if names is None:
            names = self._summaries.variables_below(nodes)
            self._cache.put(place, names, size=len(place) + len(names))
        values = variables.coerced
        # `repr` tells null, "None" and an absent value apart, and 1, 1.0, "1" and true.
        given = [repr(values[name]) if name in values else None for name in names]
        key = (type_.name, place, *given)
        known: tuple[Project | None] | None = self._cache.get(key)
        if known is None:
            selections = [node.selection_set for node in nodes if node.selection_set]
            compiler = _Compiler(self._schema, self._plan, variables)
            known = (compiler.object_of(type_, selections),)
            self._cache.put(key, known, size=compiler.steps + len(place) + len(names))
        return known[0]


class _Compiler:
    """Compiles the selection sets below some nodes, for one set of variables."""

    def __init__(self, schema: GraphQLSchema, plan: Plan, variables: VariableValues) -> None:
        self._schema = schema
        self._plan = plan
        self._variables = variables
        self.steps = 0
        """The number of steps compiled so far."""
        self._known: dict[tuple[str, tuple[int, ...]], Project | None] = {}

    def object_of(
        self, type_: GraphQLObjectType, selections: Sequence[SelectionSetNode]
    ) -> Project | None:
        """Compile the projection of an object type; `None` if a field cannot be projected."""
        if type_.name.startswith("__"):
            return None
        # Each possible type of an interface asks for the same selection sets.
        key = (type_.name, tuple(map(id, selections)))
        if key not in self._known:
            self._known[key] = self._make(type_, selections)
        return self._known[key]

    def _make(
        self, type_: GraphQLObjectType, selections: Sequence[SelectionSetNode]
    ) -> Project | None:
        steps: list[_Step] = []
        for name, nodes in self._collect(type_, selections).items():
            step = self._step(type_, name, nodes)
            if step is None:
                return None
            steps.append(step)
        self.steps += len(steps)
        return _projecting(steps)

    def _collect(
        self, type_: GraphQLObjectType, selections: Sequence[SelectionSetNode]
    ) -> dict[str, list[FieldNode]]:
        """Group the fields that apply to a type by response name, in order."""

        def enters(fragment: Fragment) -> bool:
            return self._is_shown(fragment.node) and applies(
                fragment.condition, type_, self._schema
            )

        grouped: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for selection_set in selections:
            for field, _ in self._plan.fields(selection_set, visited, enters):
                if self._is_shown(field):
                    name = (field.alias or field.name).value
                    grouped.setdefault(name, []).append(field)
        return grouped

    def _is_shown(self, selection: Any) -> bool:
        if not selection.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, selection, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, selection, self._variables)
        return not (skip and skip["if"]) and not (include and not include["if"])

    def _step(
        self, parent: GraphQLObjectType, name: str, nodes: Sequence[FieldNode]
    ) -> _Step | None:
        field_name = nodes[0].name.value
        if field_name == TYPENAME:
            type_name = parent.name
            return name, None, False, lambda _source, _budget: type_name
        declared = parent.fields[field_name]
        is_required = isinstance(declared.type, GraphQLNonNull)
        try:
            convert = self._conversion(declared.type, nodes)
        except Unprojectable:
            return None
        own = (declared.extensions or {}).get(STRAWBERRY)
        if own is None:
            return None
        metadata = own.metadata or {}
        if READ in metadata:
            return None
        pure = metadata.get(PURE)
        if pure is not None:
            arguments = get_argument_values(declared, nodes[0], self._variables)
            named = {own_name(key): given for key, given in arguments.items()}
            return name, None, is_required, _calling(pure, named, convert)
        if own.base_resolver is not None:
            return None
        if field_name in _LONG:
            convert = _text
        return name, own.python_name, is_required, convert

    def _conversion(self, type_: Any, nodes: Sequence[FieldNode]) -> _Convert | None:
        """Return the conversion of a value that is not null. Raises `Unprojectable`."""
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(inner, GraphQLList):
            return self._list_conversion(inner.of_type, nodes)
        if is_leaf_type(inner):
            return _leaf_conversion(inner)
        selections = [node.selection_set for node in nodes if node.selection_set]
        if is_abstract_type(inner):
            by_name = {
                possible.name: self._object_or_raise(possible, selections)
                for possible in self._schema.get_possible_types(inner)
            }

            def convert_by_name(value: Any, budget: Budget) -> Any:
                budget.take(1)
                return by_name[value[TYPENAME]](value, budget)

            return convert_by_name
        project = self._object_or_raise(inner, selections)
        if inner.name in UNCOUNTED:
            return project

        def convert(value: Any, budget: Budget) -> Any:
            budget.take(1)
            return project(value, budget)

        return convert

    def _list_conversion(self, item: Any, nodes: Sequence[FieldNode]) -> _Convert:
        is_required = isinstance(item, GraphQLNonNull)
        convert = self._conversion(item, nodes)

        def convert_list(values: Any, budget: Budget) -> Any:
            if is_required and None in values:
                raise Unprojectable
            if convert is None:
                return list(values)
            return [None if value is None else convert(value, budget) for value in values]

        return convert_list

    def _object_or_raise(
        self, type_: GraphQLObjectType, selections: Sequence[SelectionSetNode]
    ) -> Project:
        project = self.object_of(type_, selections)
        if project is None:
            raise Unprojectable
        return project


def _projecting(steps: Sequence[_Step]) -> Project:
    def project(source: Mapping[str, Any], budget: Budget) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, member, is_required, convert in steps:
            if member is None:
                assert convert is not None, "a conversion of the whole value"
                value = convert(source, budget)
            else:
                value = source.get(member)
                if value is not None and convert is not None:
                    value = convert(value, budget)
            if value is None and is_required:
                raise Unprojectable
            shown[name] = value
        return shown

    return project


def _text(value: Any, budget: Budget) -> Any:
    return budget.take_text(value)


def _calling(
    pure: Callable[..., Any], arguments: Mapping[str, Any], convert: _Convert | None
) -> _Convert:
    def call(source: Any, budget: Budget) -> Any:
        value = pure(source, **arguments)
        return value if value is None or convert is None else convert(value, budget)

    return call


def _leaf_conversion(type_: Any) -> _Convert | None:
    if isinstance(type_, GraphQLEnumType):
        names = {getattr(v.value, "value", v.value): name for name, v in type_.values.items()}

        def name_of(value: Any, _budget: Budget) -> Any:
            name = names.get(value)
            if name is None:
                raise Unprojectable
            return name

        return name_of
    assert isinstance(type_, GraphQLScalarType)
    if type_.name in _UNCONVERTED:
        return None
    if type_.name == "Float":
        return lambda value, _budget: float(value)
    write = type_.coerce_output_value
    return lambda value, _budget: write(value)
