"""GraphQL documents for properties: selections on the schema, right and wrong ones."""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

MAX_LEVELS = 4
ALIASES = ("a", "b", "title")
"""Few, so that fields often meet under one name."""


class Selections:
    """Draws selections from types of a schema; `hostile` ones may clash."""

    def __init__(self, schema: GraphQLSchema, draw: Draw, *, hostile: bool) -> None:
        self._schema = schema
        self._draw = draw
        self._hostile = hostile
        self.fragments: list[str] = []

    def of(self, type_: Any, *, level: int = 0) -> str:
        """A selection set in braces."""
        count = self._draw(st.integers(1, 5))
        return "{" + " ".join(self._one(type_, level) for _ in range(count)) + "}"

    def _one(self, type_: Any, level: int) -> str:
        choice = self._draw(st.integers(0, 9))
        if choice == 0 and level < MAX_LEVELS:
            return f"...on {self._narrowed(type_).name}" + self.of(
                self._narrowed(type_), level=level + 1
            )
        if choice == 1 and level < MAX_LEVELS:
            name = f"f{len(self.fragments)}"
            self.fragments.append("")
            place = len(self.fragments) - 1
            narrowed = self._narrowed(type_)
            selection = self.of(narrowed, level=level + 1)
            self.fragments[place] = f"fragment {name} on {narrowed.name}{selection}"
            return f"...{name}"
        return self._field(type_, level)

    def _narrowed(self, type_: Any) -> GraphQLObjectType:
        if not isinstance(type_, GraphQLInterfaceType):
            assert isinstance(type_, GraphQLObjectType)
            return type_
        objects = self._schema.get_possible_types(type_)
        # The shortest name first: hypothesis shrinks towards it.
        chosen: GraphQLObjectType = self._draw(
            st.sampled_from(sorted(objects, key=lambda each: each.name))
        )
        return chosen

    def _field(self, type_: Any, level: int) -> str:
        assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        fitting = sorted(
            name
            for name, field in type_.fields.items()
            if (level < MAX_LEVELS or is_leaf_type(get_named_type(field.type)))
            and not any(
                isinstance(argument.type, GraphQLNonNull) for argument in field.args.values()
            )
        )
        name: str = self._draw(st.sampled_from([*fitting, "__typename"]))
        written = name
        if self._draw(st.booleans()):
            written = f"{self._alias(name)}:{name}"
        if name == "__typename":
            return written
        field = type_.fields[name]
        if self._hostile and "kind" in field.args and self._draw(st.booleans()):
            kind = field.args["kind"].type
            values = list(getattr(get_named_type(kind), "values", {"X": None}))
            written += f"(kind:{self._draw(st.sampled_from(values[:3]))})"
        inner = get_named_type(field.type)
        return written if is_leaf_type(inner) else written + self.of(inner, level=level + 1)

    def _alias(self, name: str) -> str:
        if self._hostile:
            return str(self._draw(st.sampled_from(ALIASES)))
        return f"x{len(name)}{name}"


def document(schema: GraphQLSchema, *, root: str, hostile: bool) -> st.SearchStrategy[str]:
    """Documents that select from what a field of the query type gives."""
    field = root.split("(")[0]
    assert schema.query_type is not None
    type_ = get_named_type(schema.query_type.fields[field].type)

    @st.composite
    def drawn(draw: Draw) -> str:
        selections = Selections(schema, draw, hostile=hostile)
        asked = selections.of(type_)
        return f"{{{root}{asked}}} " + " ".join(selections.fragments)

    return drawn()
