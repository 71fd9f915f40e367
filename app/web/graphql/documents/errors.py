"""Errors of GraphQL responses: short, with stable codes, and masked if unexpected.

The codes are REST's wherever the failure is the same; `/problems/<code>` explains each.
"""

import logging
import re
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError
from sqlalchemy.exc import SQLAlchemyError

from app.database.errors import database_errors
from app.errors import DatabaseAway, MorningPostError
from app.web.observability.redaction import redact

logger = logging.getLogger(__name__)

MAX_ERRORS = 5
"""Errors in one response."""
MAX_MESSAGE = 200
"""Characters of a message, which may quote the query."""
MAX_LOCATIONS = 2
MAX_PATH = 20

_REPEATED = re.compile(r", found: .*(?=\.$)|(?<=[.?]) Found: .*$", re.DOTALL)
"""The input as Python writes it, which GraphQL Core repeats at the end of a sentence."""
_PYTHON_LIMIT = re.compile("Exceeds the limit [^;']*; use sys[^']*")
"""Python's message about numbers with thousands of digits, which names a function of Python."""

INVALID_QUERY = "invalid_query"
INVALID_VARIABLES = "invalid_variables"
SYNTAX_ERROR = "syntax_error"
TOO_MANY_TOKENS = "too_many_tokens"
INTERNAL_ERROR = "internal_error"


class QueryRefused(Exception):
    """A query that is refused before execution, with its errors."""

    def __init__(self, errors: Sequence[GraphQLError], code: str, *, cost: int = 0) -> None:
        super().__init__(code)
        self.errors = errors
        self.code = code
        self.cost = cost
        """Its cost, 0 if unknown."""


def refusal_of(error: MorningPostError, *, cost: int = 0) -> QueryRefused:
    """Convert an application error to the refusal of a query."""
    shown = GraphQLError(error.detail, original_error=error)
    return QueryRefused([without_frames(shown)], error.code, cost=cost)


def syntax_refusal(error: GraphQLSyntaxError) -> QueryRefused:
    """Convert a syntax error; the parser also raises one at its token limit."""
    is_cut = error.description.endswith(("tokens. Parsing aborted.", "comments. Parsing aborted."))
    return QueryRefused([error], TOO_MANY_TOKENS if is_cut else SYNTAX_ERROR)


def is_expected(error: GraphQLError) -> bool:
    """Whether an error is the client's to know, and not for the log."""
    cause = error.original_error
    return cause is None or isinstance(cause, MorningPostError | GraphQLError)


def without_frames(error: GraphQLError) -> GraphQLError:
    """Drop the tracebacks of an expected error and of its causes; return the error.

    Their frames hold the document and the results, and often the error itself: a reference cycle,
    which would keep all of it until the garbage collector runs.
    """
    raised: BaseException | None = error
    while raised is not None:
        raised.__traceback__ = None
        behind = raised.original_error if isinstance(raised, GraphQLError) else None
        raised = behind or raised.__cause__ or raised.__context__
    return error


def format_errors(
    errors: Sequence[GraphQLError], *, request_id: str, code: str | None = None
) -> list[dict[str, Any]]:
    """Format errors for a response; without `code`, each gets the code of its cause."""
    return [_shown(error, request_id, code) for error in errors[:MAX_ERRORS]]


def _shown(error: GraphQLError, request_id: str, code: str | None) -> dict[str, Any]:
    message = _cut(_plain(error.message))
    cause = error.original_error
    if isinstance(cause, MorningPostError):
        code, message = cause.code, redact(cause.detail)
    elif code is None and not is_expected(error):
        code = INTERNAL_ERROR
        message = "Something went wrong here. The log has it under the request_id."
        logger.error("graphql_failed request_id=%s", request_id, exc_info=cause)
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


def _plain(message: str) -> str:
    """A message without the words of Python in which GraphQL Core repeats what was sent."""
    return _REPEATED.sub("", _PYTHON_LIMIT.sub("it has too many digits", message))


def raise_if_away(errors: Sequence[GraphQLError] | None) -> None:
    """Raise `DatabaseAway` if that is the cause of an error: it takes precedence over others."""
    for error in errors or ():
        cause = error.original_error
        if isinstance(cause, DatabaseAway):
            raise cause
        if isinstance(cause, SQLAlchemyError):
            try:
                with database_errors():
                    raise cause
            except SQLAlchemyError:
                continue  # a bug: masked like any unexpected error


def _cut(text: str) -> str:
    short = text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"
    return redact(short).encode("utf-8", "replace").decode()
