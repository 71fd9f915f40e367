"""Queries of callers without a transaction: executed once, by the endpoint or by the fast path."""

from dataclasses import dataclass
from functools import partial

from app.content.access import PUBLIC, Principal
from app.content.commands.transaction import Transaction
from app.content.queries.issues import Viewer
from app.content.search.index import index_of
from app.errors import BadRequest
from app.web.caching.fast_path import PostedFastPath
from app.web.caching.posted import PostedQuery
from app.web.graphql.documents.errors import QueryRefused
from app.web.graphql.documents.request import JSON, GraphQLRequest, parse_request
from app.web.graphql.documents.root_field import RootField
from app.web.graphql.resolving.context import Context
from app.web.graphql.transport.answers import OFFER_OF_POST, RESPONSE, representation_of
from app.web.graphql.transport.execution import Outcome
from app.web.graphql.transport.service import graphql_of
from app.web.graphql.transport.subscription_source import SelectedOperation
from app.web.http.payload import parse_json
from app.web.http.representation import Representation
from app.web.state import AppState

PATH = "/graphql"


@dataclass(frozen=True, slots=True)
class Executed:
    """What came of a query: an outcome, or a refusal."""

    outcome: Outcome | QueryRefused
    context: Context
    is_repeatable: bool
    """Whether an equal request can be recognised by a cache: by GET, or by a hash."""


async def execute(
    selected: SelectedOperation, context: Context, *, is_repeatable: bool
) -> Executed:
    """Execute a query. Raises `DatabaseAway`."""
    try:
        return Executed(await selected.prepared(context).execute(), context, is_repeatable)
    except QueryRefused as refusal:
        # No local variable: with the frame in its traceback it would be a reference cycle.
        return Executed(refusal, context, is_repeatable)


def context_in(state: AppState, principal: Principal, tx: Transaction | None = None) -> Context:
    """Return the context of an operation; within a unit of work it reads in its transaction."""
    return Context(
        reader=state.database.reader if tx is None else tx,
        index=index_of(state.database.url.get_backend_name()),
        viewer=Viewer(
            principal=principal,
            now=tx.now if tx else state.clock(),
            base_url=state.settings.public_url,
        ),
        known_trends=state.known_trends,
        transaction=tx,
        telegram_url=state.settings.telegram_url,
        briefs=state.briefs if tx is None else None,
    )


def name_posted(posted: PostedQuery, asked: GraphQLRequest, selected: SelectedOperation) -> None:
    """Set the keys of a query by POST by which its response is cached, if it may be."""
    is_persisted = asked.document_id is not None
    # Text and hash together teach the hash, which a cached response would not.
    if not (is_persisted and asked.query is not None):
        text, variables = selected.document.text, selected.declared_variables()
        posted.name(text, is_persisted, asked.operation_name, variables)


def posted_fast_path(state: AppState) -> PostedFastPath:
    """Queries by POST whose document was read before."""
    return PostedFastPath(
        route=PATH,
        offered=OFFER_OF_POST,
        media_types=frozenset({JSON, RESPONSE}),
        select=partial(_select, state),
    )


@dataclass(frozen=True, slots=True)
class _PublicQuery:
    """A query of the public."""

    state: AppState
    selected: SelectedOperation
    asked: GraphQLRequest

    @property
    def reads_at_once(self) -> bool:
        return self._root is not None and self._root.reads_at_once

    def note_wait(self) -> None:
        assert self._root is not None, "it was read at once"
        self._root.reads_at_once = False

    @property
    def _root(self) -> RootField | None:
        return self.selected.document.root_field(self.selected.operation)

    async def represent(
        self, posted: PostedQuery, form: str, *, waits: bool
    ) -> Representation | None:
        """Execute it; `None` leaves the response to the endpoint.

        What was executed by then is noted, so that the endpoint does not execute it again.
        """
        state = self.state
        name_posted(posted, self.asked, self.selected)
        if posted.answer_key is None:
            return None
        known = state.response_cache.representation_at(posted.answer_key, form)
        if known is not None:
            return known
        is_repeatable = self.asked.document_id is not None
        context = context_in(state, PUBLIC)
        context.waits = waits
        executed = await execute(self.selected, context, is_repeatable=is_repeatable)
        posted.executed = executed
        outcome = executed.outcome
        if isinstance(outcome, QueryRefused) or outcome.errors or context.has_miss:
            return None
        return representation_of(
            state, outcome, form, freshness=context.freshness, is_shared=is_repeatable
        )


def _select(state: AppState, body: bytes) -> _PublicQuery | None:
    """Return the query of a body; `None` if its document is not known, or it is no query."""
    try:
        value = parse_json(body)
        if not isinstance(value, dict):
            return None
        asked, service = parse_request(value), graphql_of(state)
        document = service.documents.find(service.persisted.query_of(asked))
        if document is None:
            return None
        operation = document.operation(asked.operation_name)
    except (BadRequest, QueryRefused):
        return None  # the endpoint says so in its own form
    selected = SelectedOperation(document, operation, asked.variables, asked.operation_name)
    return _PublicQuery(state, selected, asked) if selected.kind == "query" else None
