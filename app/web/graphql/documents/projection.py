"""Selections compiled to plain look-ups: what a value looks like is settled once for a document.

graphql-core asks of each field of each object what is to be done, some 8 us a field. Below the
roots nothing ever waits or fails here, so the answer is always the same: take a member under
another name. What cannot be told so (a null where none may be, a type of introspection) is left to
graphql-core, which then tells the error by the book. A test holds both ways to the same answers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLIncludeDirective,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    ListValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.values import VariableValues, get_argument_values, get_directive_values

from app.errors import BadRequest
from app.web.graphql.documents.limits import MAX_OBJECTS, MAX_TEXT, UNCOUNTED
from app.web.graphql.documents.lru import Kept
from app.web.graphql.types.pure_fields import own_name
from app.web.graphql.types.types import PURE, TYPENAME

_AS_THEY_ARE = frozenset({"String", "ID", "Boolean", "Int", "Count"})
_LONG = frozenset({"body", "bodyHtml"})
"""Fields whose texts are long, and cost nothing: under many aliases they would swell an answer."""
_STRAWBERRY = "strawberry-definition"


class Budget:
    """Objects that an answer may still have."""

    __slots__ = ("left", "text_left")

    def __init__(self, left: int = MAX_OBJECTS, text_left: int = MAX_TEXT) -> None:
        self.left = left
        self.text_left = text_left

    def take_text(self, text: str) -> str:
        """Count a long text. Raises `BadRequest` when there is too much of them."""
        self.text_left -= len(text)
        if self.text_left < 0:
            raise answer_too_large()
        return text

    def take(self, count: int) -> None:
        """Count objects. Raises `BadRequest` when there are too many."""
        self.left -= count
        if self.left < 0:
            raise answer_too_large()


def answer_too_large() -> BadRequest:
    """The refusal of an answer that grew beyond all bounds while it was built."""
    return BadRequest(
        "answer_too_large",
        f"The answer has more than {MAX_OBJECTS} objects, or too much text: ask for smaller pages.",
    )


class Unprojectable(Exception):
    """A value is not what its type promises: graphql-core says so by the book."""


Project = Callable[[Mapping[str, Any], Budget], dict[str, Any]]
"""Makes what is shown of a value."""
_Convert = Callable[[Any, Budget], Any]
_Step = tuple[str, str | None, bool, _Convert | None]
"""Name in the answer; member, or `None` for a function of the whole value; whether null is
refused; what is made of the member, `None` for nothing."""


class Projections:
    """The projections of one document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        kept: Kept,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._kept = kept
        # Stands for this document in what all of them keep; the document need not stay for it.
        self._own = object()

    def find(
        self, type_: GraphQLObjectType, nodes: Sequence[FieldNode], variables: VariableValues
    ) -> Project | None:
        """The projection of values of a type at some nodes; `None` where there can be none."""
        place = (self._own, *map(id, nodes))
        names = self._kept.get(place)
        if names is None:
            names = self._variables_below(nodes)
            self._kept.keep(place, names, len(place) + len(names))
        values = variables.coerced
        # `null`, "None" and nothing at all are three values; so are 1, 1.0, "1" and true.
        given = [repr(values[name]) if name in values else None for name in names]
        key = (type_.name, place, *given)
        known: tuple[Project | None] | None = self._kept.get(key)
        if known is None:
            selections = [node.selection_set for node in nodes if node.selection_set]
            compiler = _Compiler(self._schema, self._fragments, variables)
            known = (compiler.object_of(type_, selections),)
            self._kept.keep(key, known, compiler.steps + len(place) + len(names))
        return known[0]

    def _variables_below(self, nodes: Sequence[FieldNode]) -> tuple[str, ...]:
        found = _Variables(self._fragments)
        found.add_below(nodes)
        return tuple(sorted(found.names))


class _Variables:
    """Gathers the variables that are used in selections, fragments written out.

    A visitor would do, and hold the loop for 8 ms at the longest queries; this takes less than one.
    """

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.names: set[str] = set()
        self._fragments = fragments
        self._seen: set[str] = set()

    def add_below(self, selections: Sequence[SelectionNode]) -> None:
        """Add those of fields and fragments and of all below them."""
        for selection in selections:
            for directive in selection.directives or ():
                self._add_of(directive.arguments)
            if isinstance(selection, FragmentSpreadNode):
                self._add_fragment(selection.name.value)
                continue
            if isinstance(selection, FieldNode):
                self._add_of(selection.arguments)
            below: SelectionSetNode | None = getattr(selection, "selection_set", None)
            if below is not None:
                self.add_below(below.selections)

    def _add_fragment(self, name: str) -> None:
        if name not in self._seen:
            self._seen.add(name)
            self.add_below(self._fragments[name].selection_set.selections)

    def _add_of(self, arguments: Sequence[ArgumentNode | ObjectFieldNode] | None) -> None:
        for argument in arguments or ():
            self._add_in(argument.value)

    def _add_in(self, value: ValueNode) -> None:
        if isinstance(value, VariableNode):
            self.names.add(value.name.value)
        elif isinstance(value, ListValueNode):
            for item in value.values:
                self._add_in(item)
        elif isinstance(value, ObjectValueNode):
            self._add_of(value.fields)


class _Compiler:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self.steps = 0
        """How many were made so far."""
        self._known: dict[tuple[str, tuple[int, ...]], Project | None] = {}

    def object_of(
        self, type_: GraphQLObjectType, selections: Sequence[SelectionSetNode]
    ) -> Project | None:
        """The projection of an object; `None` where a field of it has none."""
        if type_.name.startswith("__"):
            return None
        # Every type of an interface comes here for what is selected below it.
        key = (type_.name, tuple(map(id, selections)))
        if key not in self._known:
            self._known[key] = self._make(type_, selections)
        return self._known[key]

    def _make(
        self, type_: GraphQLObjectType, selections: Sequence[SelectionSetNode]
    ) -> Project | None:
        grouped: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for selection_set in selections:
            self._collect(grouped, selection_set, type_, seen)
        steps: list[_Step] = []
        for name, nodes in grouped.items():
            step = self._step(type_, name, nodes)
            if step is None:
                return None
            steps.append(step)
        self.steps += len(steps)
        return _projecting(steps)

    def _collect(
        self,
        grouped: dict[str, list[FieldNode]],
        selections: SelectionSetNode,
        type_: GraphQLObjectType,
        seen: set[str],
    ) -> None:
        for selection in selections.selections:
            if not self._is_shown(selection):
                continue
            if isinstance(selection, FieldNode):
                grouped.setdefault((selection.alias or selection.name).value, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                if condition is None or self._fits(condition.name.value, type_):
                    self._collect(grouped, selection.selection_set, type_, seen)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                fragment = self._fragments[selection.name.value]
                if self._fits(fragment.type_condition.name.value, type_):
                    self._collect(grouped, fragment.selection_set, type_, seen)

    def _is_shown(self, selection: Any) -> bool:
        if not selection.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, selection, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, selection, self._variables)
        return not (skip and skip["if"]) and not (include and not include["if"])

    def _fits(self, condition: str, type_: GraphQLObjectType) -> bool:
        if condition == type_.name:
            return True
        found = self._schema.get_type(condition)
        return is_abstract_type(found) and self._schema.is_sub_type(found, type_)

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
        own = (declared.extensions or {}).get(_STRAWBERRY)
        if own is None:
            return None
        pure = (own.metadata or {}).get(PURE)
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
        """What is made of a value of a type that is not null. Raises `Unprojectable`."""
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
                assert convert is not None, "a function of the whole value"
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
    if type_.name in _AS_THEY_ARE:
        return None
    if type_.name == "Float":
        return lambda value, _budget: float(value)
    write = type_.coerce_output_value
    return lambda value, _budget: write(value)
