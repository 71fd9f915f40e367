"""Documents: queries that were parsed, checked against the limits and validated, by their text."""

from collections.abc import Mapping
from sys import getsizeof
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    Source,
)
from graphql.language import Lexer, Token
from graphql.language.parser import Parser

from app.errors import BadRequest
from app.web.graphql.documents.compiled_cache import CompiledCache, compiled_cache
from app.web.graphql.documents.cost import Costs, check_cost
from app.web.graphql.documents.errors import (
    INVALID_QUERY,
    MAX_ERRORS,
    QueryRefused,
    refusal_of,
    syntax_refusal,
)
from app.web.graphql.documents.limits import (
    MAX_COMMENTS,
    MAX_TOKENS,
    check_query_length,
    check_size,
)
from app.web.graphql.documents.lru import Lru
from app.web.graphql.documents.plan import Plan
from app.web.graphql.documents.projection import Projections
from app.web.graphql.documents.root_field import RootField
from app.web.graphql.documents.selection import LookAhead
from app.web.graphql.documents.summary import Summaries
from app.web.graphql.documents.validation import faults_in, introspects_too_deeply

MAX_CACHED_BYTES = 3 * 1024 * 1024
"""Estimated memory of cached documents: about forty that select a whole issue. More would lengthen
the pauses of the garbage collector."""
BYTES_PER_DOCUMENT, BYTES_PER_TOKEN = 4_000, 600
"""The measured memory of a parsed document, besides its text."""


class Document:
    """A valid document, with all that was computed from it."""

    def __init__(
        self,
        text: str,
        plan: Plan,
        summaries: Summaries,
        *,
        schema: GraphQLSchema,
        cache: CompiledCache,
    ) -> None:
        self.text = text
        self.parsed = plan.document
        self.size = (
            getsizeof(text) + BYTES_PER_DOCUMENT + plan.document.token_count * BYTES_PER_TOKEN
        )
        self.operations = plan.operations
        self.projections = Projections(schema, plan, summaries, cache)
        self.look_ahead = LookAhead(plan, summaries, cache)
        self._costs = Costs(schema, plan, summaries)
        self._schema, self._plan = schema, plan
        self._roots: dict[int, RootField | None] = {}

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Return the operation of a name; without a name, the only one.

        Raises:
            QueryRefused: no operation has this name, or several operations and no name.
        """
        if name is None and len(self.operations) == 1:
            return self.operations[0]
        for operation in self.operations:
            if name is not None and operation.name and operation.name.value == name:
                return operation
        if name is None and self.operations:
            detail = "The document has several operations: name one in operationName."
        elif self.operations:
            detail = "The document has no operation of the name in operationName."
        else:
            detail = "The document has fragments only, and no operation."
        raise refusal_of(BadRequest("unknown_operation", detail))

    def root_field(self, operation: OperationDefinitionNode) -> RootField | None:
        """Return the only root field of a query; `None` if graphql-core has to execute it."""
        key = id(operation)
        if key not in self._roots:
            self._roots[key] = RootField.find(self._schema, self._plan, operation)
        return self._roots[key]

    def check_cost(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
        """Compute the cost of an operation. Raises `QueryRefused` above the limit."""
        cost = 0
        try:
            cost = self._costs.of(operation, variables)
            check_cost(cost)
        except BadRequest as error:
            raise refusal_of(error, cost=cost) from error
        return cost


def kind_of(operation: OperationDefinitionNode) -> str:
    """`query`, `mutation` or `subscription`."""
    kind: OperationType = operation.operation
    return kind.value


class Documents:
    """Parses and validates queries, and caches the valid ones by their text."""

    def __init__(self, schema: GraphQLSchema, *, max_bytes: int = MAX_CACHED_BYTES) -> None:
        self.schema = schema
        self.compiled = compiled_cache()
        self._cached: Lru[str, Document] = Lru(max_bytes)

    def read(self, query: str) -> Document:
        """Return the document of a query.

        Raises:
            QueryRefused: it exceeds a limit, has a syntax error, or is not valid.
        """
        return self.find(query) or self.add(self.parse(query))

    def find(self, query: str) -> Document | None:
        """Return a cached document."""
        return self._cached.get(query)

    def add(self, document: Document) -> Document:
        """Cache a document."""
        self._cached.put(document.text, document, size=document.size)
        return document

    def parse(self, query: str) -> Document:
        """Parse and validate a query. Changes nothing here, so a thread may call it.

        Raises:
            QueryRefused: as `read` does.
        """
        try:
            check_query_length(query)
            parsed = _parsed(query)
            plan = Plan(parsed)
            summaries = Summaries(plan)
            check_size(plan, summaries)
            faults = faults_in(parsed, self.schema, max_errors=MAX_ERRORS)
        except BadRequest as error:
            raise refusal_of(error) from error
        except RecursionError as error:
            raise _too_deep() from error
        if faults:
            raise QueryRefused(faults, INVALID_QUERY)
        if "__" in query and introspects_too_deeply(parsed, self.schema):
            raise refusal_of(
                BadRequest(
                    "too_deep",
                    "Below __schema and __type lists of fields, interfaces, possibleTypes and "
                    "inputFields may stand in one another twice, and not three times.",
                )
            )
        return Document(query, plan, summaries, schema=self.schema, cache=self.compiled)


def _parsed(query: str) -> DocumentNode:
    """Parse a query. Raises `QueryRefused`."""
    lexer = Lexer(Source(query))
    first = lexer.token
    parser = Parser(
        lexer.source, lexer=lexer, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_COMMENTS
    )
    fault = None
    try:
        return parser.parse_document()
    except GraphQLSyntaxError as error:
        fault = error.with_traceback(None)
    except RecursionError:
        pass
    finally:
        _unlink_tokens(first)
    # Raised within a handler, the refusal would have the frames of the parser as its context; held
    # by a local variable, it would be a reference cycle with this frame.
    raise _too_deep() if fault is None else syntax_refusal(fault)


def _too_deep() -> QueryRefused:
    return refusal_of(BadRequest("too_deep", "The query is nested too deeply."))


def _unlink_tokens(token: Token | None) -> None:
    """Remove the reference from each token to the one before it.

    A reference cycle keeps a whole document until the garbage collector runs. Nothing walks the
    tokens backwards after parsing.
    """
    while token:
        token.prev = None
        token = token.next
