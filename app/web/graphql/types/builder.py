"""Public shapes as GraphQL types: one declaration, descriptions included, for both faces.

What is more than a member of a shape (connections, arguments, links between types) is written by
hand in `types.py` and handed in beside the shapes.
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
"""A type of ours and the field that has it."""


@dataclass
class Builder:
    """Makes types of shapes; a shape met inside another becomes a type under its own name."""

    names: Mapping[type[BaseModel], str] = field(default_factory=dict)
    """What shapes are called where it is not their own name."""
    inputs: bool = False
    """Whether the types go in: what a shape does not require may be left out."""
    extra: Mapping[type[BaseModel], Mapping[str, Member]] = field(default_factory=dict)
    """Fields that the type of a shape has beside those of the shape."""
    made: dict[type[BaseModel], type] = field(default_factory=dict)

    def type_of(self, shape: type[BaseModel]) -> type:
        """The type of a shape, made once."""
        if shape not in self.made:
            members = {**self.members_of(shape), **self.extra.get(shape, {})}
            self.made[shape] = self.make(
                self.names.get(shape, shape.__name__), members, description=shape.__doc__ or ""
            )
        return self.made[shape]

    def members_of(
        self, shape: type[BaseModel], *, without: Sequence[str] = ()
    ) -> dict[str, Member]:
        """The fields that the type of a shape gets."""
        return {
            name: self._member(declared)
            for name, declared in shape.model_fields.items()
            # What is ignored when it is sent may be anything; nobody need write it.
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
        """Make a type of fields."""
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
        if not self.inputs:
            return annotation, strawberry.field(description=declared.description)
        if declared.is_required():
            return annotation, strawberry.field(description=declared.description)
        return optional(annotation, declared.description)

    def _annotation(self, annotation: Any, metadata: Sequence[object]) -> Any:
        """What stands for a shape's annotation in a type of ours."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._annotation(arguments[0], arguments[1:])
        if origin in (Union, types.UnionType):
            bare = [get_args(a)[0] for a in arguments if get_origin(a) is Annotated]
            if len(bare) > 1 and int in bare:
                # A word beside a number says what null says too.
                return int
            (inner,) = {argument for argument in arguments if argument is not type(None)} - {
                # Any number is a Float: a whole one as well.
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
    # A kind of section is one of all kinds, also where a shape allows only some.
    fitting = [made for known, made in BY_WORDS.items() if wanted <= known]
    return BY_WORDS.get(wanted) or fitting[0]


def _bounds(metadata: Sequence[object]) -> list[object]:
    """The upper bounds that metadata of an annotation sets, as they are or inside a `Field`."""
    each = [m for one in metadata for m in (one.metadata if isinstance(one, FieldInfo) else [one])]
    return [m.le for m in each if isinstance(m, Le)]


def optional(annotation: Any, description: str | None) -> Member:
    """A field of an input that may be left out, or be null."""
    is_optional = type(None) in get_args(annotation)
    declared = strawberry.field(description=description, default=UNSET)
    return annotation if is_optional else annotation | None, declared
