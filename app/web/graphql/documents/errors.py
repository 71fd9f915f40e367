"""Errors as GraphQL answers have them: short, masked where nobody expected them, with our codes.

The codes are those of REST wherever the failure is the same; `/problems/<code>` explains each.
"""

import logging
import re
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError
from sqlalchemy.exc import SQLAlchemyError

from app.database_errors import database_errors
from app.errors import DatabaseAway, MorningPostError
from app.web.observability.redaction import redact

logger = logging.getLogger(__name__)

MAX_ERRORS = 5
"""Errors that one answer tells: who mends these sends the query again."""
MAX_MESSAGE = 200
"""Characters of a message that may repeat what was sent."""
MAX_LOCATIONS = 2
MAX_PATH = 20

_OF_PYTHON = re.compile("Exceeds the limit [^;']*; use sys[^']*")
"""What Python says of a number of thousands of digits, and of itself."""

INVALID_QUERY = "invalid_query"
INVALID_VARIABLES = "invalid_variables"
SYNTAX_ERROR = "syntax_error"
TOO_MANY_TOKENS = "too_many_tokens"
INTERNAL_ERROR = "internal_error"


class QueryRefused(Exception):
    """A query that is not carried out at all: each error with its code."""

    def __init__(self, errors: Sequence[GraphQLError], code: str, *, cost: int = 0) -> None:
        super().__init__(code)
        self.errors = errors
        self.code = code
        self.cost = cost
        """What it would have cost, where that is known."""


def refusal_of(error: MorningPostError, *, cost: int = 0) -> QueryRefused:
    """A refusal of ours as one of a query."""
    shown = GraphQLError(error.detail, original_error=error)
    return QueryRefused([shown], error.code, cost=cost)


def syntax_refusal(error: GraphQLSyntaxError) -> QueryRefused:
    """The refusal of what is no GraphQL, or is cut off for its length."""
    is_cut = error.description.endswith(("tokens. Parsing aborted.", "comments. Parsing aborted."))
    return QueryRefused([error], TOO_MANY_TOKENS if is_cut else SYNTAX_ERROR)


def shown_errors(
    errors: Sequence[GraphQLError], *, request_id: str, code: str | None = None
) -> list[dict[str, Any]]:
    """Write errors for an answer; without a `code` each is told by what lies behind it."""
    return [_shown(error, request_id, code) for error in errors[:MAX_ERRORS]]


def _shown(error: GraphQLError, request_id: str, code: str | None) -> dict[str, Any]:
    message = _cut(_OF_PYTHON.sub("it has too many digits", error.message))
    behind = error.original_error
    if isinstance(behind, MorningPostError):
        code, message = behind.code, redact(behind.detail)
    elif code is None and behind is not None and not isinstance(behind, GraphQLError):
        code = INTERNAL_ERROR
        message = "Something went wrong here. The log has it under the request_id."
        logger.error("graphql_failed request_id=%s", request_id, exc_info=behind)
    shown: dict[str, Any] = {"message": message}
    if error.locations:
        shown["locations"] = [
            {"line": place.line, "column": place.column}
            for place in error.locations[:MAX_LOCATIONS]
        ]
    if error.path:
        shown["path"] = [
            step if isinstance(step, int) else _cut(str(step)) for step in error.path[:MAX_PATH]
        ]
    shown["extensions"] = {"code": code or INVALID_QUERY, "request_id": request_id}
    return shown


def raise_if_away(errors: Sequence[GraphQLError] | None) -> None:
    """Raise `DatabaseAway` where that is what lies behind an error: nothing else counts then."""
    for error in errors or ():
        behind = error.original_error
        if isinstance(behind, DatabaseAway):
            raise behind
        if isinstance(behind, SQLAlchemyError):
            try:
                with database_errors():
                    raise behind
            except SQLAlchemyError:
                continue  # a fault of ours: masked with the others


def _cut(text: str) -> str:
    short = text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"
    return redact(short).encode("utf-8", "replace").decode()
