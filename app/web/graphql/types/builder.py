"""Builds GraphQL types from public shapes: one declaration for REST and GraphQL.

Fields that a shape lacks (links to issues, arguments) are passed in beside it.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as CalendarDate, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import strawberry
from annotated_types import Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from strawberry import UNSET

from app.models.values import MAX_COUNT
from app.web.graphql.types.enums import BY_WORDS
from app.web.graphql.types.scalars import Count

Member = tuple[Any, Any]
"""The type of a field, and its Strawberry field."""


@dataclass
class Builder:
    """Builds types from shapes, and from the shapes nested in them."""

    names: Mapping[type[BaseModel], str] = field(default_factory=dict)
    """Type names that differ from the names of the shapes."""
    inputs: bool = False
    """Whether to build input types, whose fields are optional unless the shape requires them."""
    extra: Mapping[type[BaseModel], Mapping[str, Member]] = field(default_factory=dict)
    """Additional fields, by shape."""
    made: dict[type[BaseModel], type] = field(default_factory=dict)

    def type_of(self, shape: type[BaseModel]) -> type:
        """Return the type of a shape, which is built once."""
        if shape not in self.made:
            members = {**self.members_of(shape), **self.extra.get(shape, {})}
            self.made[shape] = self.make(
                self.names.get(shape, shape.__name__), members, description=shape.__doc__ or ""
            )
        return self.made[shape]

    def members_of(
        self, shape: type[BaseModel], *, without: Sequence[str] = ()
    ) -> dict[str, Member]:
        """Return the fields of the type of a shape."""
        return {
            name: self._member(declared)
            for name, declared in shape.model_fields.items()
            # Members of any type are ignored in what is posted; clients need not send them.
            if name not in without and declared.annotation is not object
        }

    def make(
        self,
        name: str,
        members: Mapping[str, Member],
        *,
        description: str,
        bases: tuple[type, ...] = (),
    ) -> type:
        """Build a type from fields."""
        body: dict[str, Any] = {
            "__annotations__": {key: type_ for key, (type_, _) in members.items()},
            "__module__": __name__,
            **{key: declared for key, (_, declared) in members.items()},
        }
        plain = types.new_class(name, bases, exec_body=lambda space: space.update(body))
        decorated: type = strawberry.type(
            plain, name=name, description=description, is_input=self.inputs
        )
        return decorated

    def _member(self, declared: FieldInfo) -> Member:
        annotation = self._annotation(declared.annotation, declared.metadata)
        if self.inputs and not declared.is_required():
            return optional(annotation, declared.description)
        return annotation, strawberry.field(description=declared.description)

    def _annotation(self, annotation: Any, metadata: Sequence[object]) -> Any:
        """Translate the annotation of a shape."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._annotation(arguments[0], arguments[1:])
        if origin in (Union, types.UnionType):
            bare = [get_args(a)[0] for a in arguments if get_origin(a) is Annotated]
            if len(bare) > 1 and int in bare:
                # A word that may replace a number means the same as null.
                return int
            (inner,) = {argument for argument in arguments if argument is not type(None)} - {
                # GraphQL's Float includes whole numbers.
                int if float in arguments else None
            }
            return self._annotation(inner, metadata) | None if type(None) in arguments else float
        if origin is list:
            return list[self._annotation(arguments[0], ())]  # type: ignore[misc]
        if origin is Literal:
            return _enum_of(arguments)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self.type_of(annotation)
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return annotation
        if annotation is int and MAX_COUNT in _bounds(metadata):
            return Count
        if annotation in (str, int, float, bool, CalendarDate, datetime):
            return annotation
        raise TypeError(f"no GraphQL type is known for {annotation!r}")


def _enum_of(words: Sequence[str]) -> type[Enum]:
    wanted = frozenset(words)
    # Shapes that allow some kinds of sections use the enum of all kinds.
    fitting = [made for known, made in BY_WORDS.items() if wanted <= known]
    return BY_WORDS.get(wanted) or fitting[0]


def _bounds(metadata: Sequence[object]) -> list[object]:
    """List the upper bounds in the metadata of an annotation, bare or inside a `Field`."""
    each = [m for one in metadata for m in (one.metadata if isinstance(one, FieldInfo) else [one])]
    return [m.le for m in each if isinstance(m, Le)]


def optional(annotation: Any, description: str | None) -> Member:
    """Declare an input field that may be left out or be null."""
    is_optional = type(None) in get_args(annotation)
    declared = strawberry.field(description=description, default=UNSET)
    return annotation if is_optional else annotation | None, declared
