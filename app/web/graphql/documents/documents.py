"""Queries read once: parsed, weighed and validated, and kept for whoever sends the same again."""

from collections import OrderedDict
from collections.abc import Mapping
from sys import getsizeof
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    Source,
)
from graphql.language import Lexer, Token
from graphql.language.parser import Parser

from app.errors import BadRequest
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
    check_weight,
)
from app.web.graphql.documents.lru import Kept
from app.web.graphql.documents.projection import Projections
from app.web.graphql.documents.selection import LookAhead
from app.web.graphql.documents.validation import faults_in, introspects_too_deeply

MAX_KEPT_BYTES = 3 * 1024 * 1024
"""Memory for documents: some forty that ask for one issue with everything. What is kept is also
gone through by the garbage collector, for which every request waits."""
BYTES_OF_ONE, BYTES_OF_TOKEN = 4_000, 600
"""What a parsed document takes beside its text, as measured: the text tells little of it."""


class Document:
    """A valid document, and all that was made of it."""

    def __init__(self, text: str, parsed: DocumentNode, schema: GraphQLSchema, kept: Kept) -> None:
        self.text = text
        self.parsed = parsed
        self.size = getsizeof(text) + BYTES_OF_ONE + parsed.token_count * BYTES_OF_TOKEN
        fragments = {
            d.name.value: d for d in parsed.definitions if isinstance(d, FragmentDefinitionNode)
        }
        self.operations = [d for d in parsed.definitions if isinstance(d, OperationDefinitionNode)]
        self.projections = Projections(schema, fragments, kept)
        self._costs = Costs(schema, parsed, fragments)
        self.look_ahead = LookAhead(self.operations, fragments, kept)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation that a request names; without a name, the only one.

        Raises:
            QueryRefused: there is no such operation, or there are several to choose from.
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

    def check_cost(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
        """What an operation costs at most. Raises `QueryRefused` above the limit."""
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
    """Reads queries, and keeps those that are valid as long as there is room."""

    def __init__(self, schema: GraphQLSchema, *, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self.schema = schema
        self._max_bytes = max_bytes
        self._size = 0
        self.made = Kept()
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def read(self, query: str) -> Document:
        """Read a query.

        Raises:
            QueryRefused: it is too much, no GraphQL, or not valid.
        """
        return self.known(query) or self.keep(self.judged(query))

    def known(self, query: str) -> Document | None:
        """A query that was read before and is still kept."""
        document = self._kept.get(query)
        if document is not None:
            self._kept.move_to_end(query)
        return document

    def judged(self, query: str) -> Document:
        """Read a query without keeping it: touches nothing here, so that a thread may do it.

        Raises:
            QueryRefused: as `read` does.
        """
        return Document(query, self._valid(query), self.schema, self.made)

    def keep(self, document: Document) -> Document:
        """Keep a document, and let go of those that were not asked for longest."""
        if document.text not in self._kept:
            self._size += document.size
        self._kept[document.text] = document
        while self._size > self._max_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.size
        return document

    def _valid(self, query: str) -> DocumentNode:
        try:
            check_query_length(query)
            parsed = _parsed(query)
            if isinstance(parsed, QueryRefused):
                raise parsed
            check_weight(parsed)
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
        return parsed


def _parsed(query: str) -> DocumentNode | QueryRefused:
    """A query taken apart; or why not, to be raised where nothing holds what was read of it.

    An error that is raised while another is handled has that one behind it, with the frames of
    the parser and all tokens until then.
    """
    lexer = Lexer(Source(query))
    first = lexer.token
    parser = Parser(
        lexer.source, lexer=lexer, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_COMMENTS
    )
    try:
        return parser.parse_document()
    except GraphQLSyntaxError as error:
        return syntax_refusal(error.with_traceback(None))
    except RecursionError:
        return _too_deep()
    finally:
        _cut_circles(first)


def _too_deep() -> QueryRefused:
    return refusal_of(BadRequest("too_deep", "The query is nested too deeply."))


def _cut_circles(token: Token | None) -> None:
    """Let each token know its next alone, so that what is let go of is gone at once.

    Circles stay until the garbage collector has looked through all there is. Nothing goes back
    along the tokens once they are parsed.
    """
    while token:
        token.prev = None
        token = token.next
