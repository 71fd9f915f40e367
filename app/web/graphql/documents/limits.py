"""Limits of requests and documents, and the checks that need no schema."""

from app.errors import BadRequest
from app.web.graphql.documents.plan import Plan
from app.web.graphql.documents.summary import Summaries, Summary

MAX_BODY_BYTES = 256 * 1024
MAX_QUERY_BYTES = 20_000
MAX_TOKENS = 2_000
MAX_COMMENTS = 500
"""Comments are not tokens, and take as long to read."""
MAX_DEPTH = 12
MAX_ALIASES = 30
MAX_COST = 1_000
MAX_OBJECTS = 5_000
"""Objects in one response, counted while it is built."""
UNCOUNTED = frozenset({"MetricSource", "Provenance"})
"""Types whose objects are not counted: so the largest possible issue stays within `MAX_OBJECTS`."""
MAX_TEXT = 16_000_000
"""Characters of story bodies in one response: many times the largest issue that can be posted."""

MAX_DIRECTIVES = 50
MAX_OPERATIONS = 20
"""In one document; a request executes one of them."""
MAX_FIELDS = 5_000
"""Fields of all operations with fragments expanded: validation visits each of them."""
MAX_NESTING = 100
"""Levels of selection sets, those of fragments included: each level is one recursive call."""
MAX_INTROSPECTION_DEPTH = 20
INTROSPECTION_COST = 100


def check_query_length(query: str) -> None:
    """Refuse a query that is too long. Raises `BadRequest`."""
    # A character has at least one byte: encode only where the limit may be exceeded.
    if len(query) > MAX_QUERY_BYTES or len(query.encode("utf-8", "replace")) > MAX_QUERY_BYTES:
        raise BadRequest("query_too_long", f"A query may have at most {MAX_QUERY_BYTES} bytes.")


def check_size(plan: Plan, summaries: Summaries) -> None:
    """Refuse a document that is too large, before it is validated.

    Raises:
        BadRequest: the first limit that is exceeded.
    """
    if len(plan.operations) > MAX_OPERATIONS:
        raise BadRequest(
            "too_many_operations", f"A document may have at most {MAX_OPERATIONS} operations."
        )
    fields = 0
    for operation in plan.operations:
        summary = summaries.of_operation(operation)
        # Validation visits a fragment again for each operation that spreads it.
        fields += summary.fields
        _check(summary, fields)
    # Fragments that no operation uses are visited by validation too.
    if sum(len(f.directives or ()) for f in plan.fragments.values()) > MAX_DIRECTIVES:
        raise _too_many_directives()


def _check(summary: Summary, fields: int) -> None:
    if summary.depth > MAX_DEPTH or summary.introspection_depth > MAX_INTROSPECTION_DEPTH:
        raise BadRequest(
            "too_deep",
            f"A query may be {MAX_DEPTH} levels deep, below __schema {MAX_INTROSPECTION_DEPTH}.",
        )
    if summary.nesting > MAX_NESTING:
        raise BadRequest(
            "too_deep", f"Fragments and fields may stand in one another {MAX_NESTING} times."
        )
    if summary.aliases > MAX_ALIASES:
        raise BadRequest("too_many_aliases", f"A query may have at most {MAX_ALIASES} aliases.")
    if summary.directives > MAX_DIRECTIVES:
        raise _too_many_directives()
    if fields > MAX_FIELDS:
        raise BadRequest(
            "too_many_fields",
            f"A document may have at most {MAX_FIELDS} fields, with every fragment written out.",
        )
    if summary.schemas > 1 or summary.types > 1:
        raise BadRequest("too_costly", "`__schema` and `__type` may each stand once in a request.")


def _too_many_directives() -> BadRequest:
    return BadRequest(
        "too_many_directives", f"A query may have at most {MAX_DIRECTIVES} directives."
    )
