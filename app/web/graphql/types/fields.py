"""How fields of output types are declared, and how their values say what they are."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

Value = Mapping[str, Any]
"""What a resolver returns for an object: the members of a document, by the names of Python."""

TYPENAME = "__typename"
"""The member with the name of the type, where a field may have several types."""
PURE = "pure"
"""The key of a field's metadata with the function that computes it from parent and arguments."""
READ = "read"
"""The key of a field's metadata that marks a field read where it is selected; `schema.py` sets its
resolver, and what contains it is not projected."""


def described(description: str, type_: Any = None, *, name: str | None = None) -> Any:
    """Declare a field that is a member of its value; `type_` replaces the annotated type."""
    return strawberry.field(description=description, graphql_type=type_, name=name)


def argument(description: str) -> Any:
    """Describe an argument of a field."""
    return strawberry.argument(description=description)


def pure_field(resolver: Callable[..., Any], type_: Any, description: str) -> Any:
    """Declare a field that a pure function computes."""
    declared: StrawberryField = strawberry.field(
        resolver, graphql_type=type_, description=description, metadata={PURE: resolver}
    )
    return declared


def list_of(type_: Any) -> Any:
    """Return the type of a list of a type that the builder made."""
    return list[type_]


def lazy_issue() -> Any:
    """Return the type `Issue`, which is resolved when the schema is built."""
    name: Any = "Issue"
    return Annotated[name, strawberry.lazy("app.web.graphql.types.issue")]


def lazy_subject() -> Any:
    """Return the type `Subject`, which is resolved when the schema is built."""
    name: Any = "Subject"
    return Annotated[name, strawberry.lazy("app.web.graphql.types.subject")]


def type_name(value: Value, info: object, abstract: object) -> str:
    """Return the name of the type of a value of an interface or a union."""
    name: str = value[TYPENAME]
    return name
