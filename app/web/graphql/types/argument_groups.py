"""Arguments that several fields share, each group declared once by the function that reads it."""

from collections.abc import Callable
from copy import copy
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver


class ArgumentGroup(FieldExtension):
    """Expands one parameter of a resolver into the arguments of a function.

    In the schema, the arguments of `read` take the place of the parameter; the resolver gets what
    `read` returns for them, or the field fails with what it raises.
    """

    def __init__(self, parameter: str, read: Callable[..., object]) -> None:
        self._parameter = parameter
        self._read = read
        self._arguments = StrawberryResolver(read).arguments

    def apply(self, field: StrawberryField) -> None:
        """Replace the parameter among the arguments of a field."""
        field.arguments = [
            argument
            for own in field.arguments
            for argument in (
                map(copy, self._arguments) if own.python_name == self._parameter else (own,)
            )
        ]

    def map_arguments(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Replace the values of the arguments by the value of the parameter."""
        names = [argument.python_name for argument in self._arguments]
        given = {name: kwargs.pop(name) for name in names if name in kwargs}
        return {**kwargs, self._parameter: self._read(**given)}


AT_ONCE = "at_once"
"""The key of a field's metadata that marks a resolver whose statements are fast."""


def field_of(
    description: str, type_: Any, *groups: ArgumentGroup, reads_at_once: bool = False
) -> Any:
    """Declare a field by its GraphQL type: its resolver returns the members of documents.

    `reads_at_once`: it reads by `Reader.rows` alone, as a rule.
    """
    return strawberry.field(
        description=description,
        graphql_type=type_,
        extensions=list(groups),
        metadata={AT_ONCE: True} if reads_at_once else None,
    )
