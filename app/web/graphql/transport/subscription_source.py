"""Operations as streams of outcomes: a query yields one, a subscription one for each event.

`websocket.py` and `event_stream.py` send them.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode

from app.content.access import PUBLIC
from app.content.queries.cursors import MAX_CURSOR
from app.content.queries.events import EventView, known_types
from app.content.queries.issues import Viewer
from app.content.queries.newly_published import NewlyPublished
from app.errors import BadRequest
from app.web.graphql.documents.documents import Document, kind_of
from app.web.graphql.documents.errors import INTERNAL_ERROR, QueryRefused, refusal_of
from app.web.graphql.documents.request import GraphQLRequest
from app.web.graphql.documents.selection import Wanted
from app.web.graphql.resolving.arguments import text_argument
from app.web.graphql.resolving.context import Context
from app.web.graphql.transport.execution import Outcome, Prepared
from app.web.graphql.transport.service import GraphQLService
from app.web.graphql.transport.subscriptions import (
    EVENTS,
    PUBLICATIONS,
    TREND_UPDATES,
    Occurrence,
    Subscriptions,
    Topic,
)

MAX_TYPES = 50
"""Types and groups in one subscription, four times as many as there are."""

_FIELDS = {
    PUBLICATIONS.field: PUBLICATIONS,
    TREND_UPDATES.field: TREND_UPDATES,
    EVENTS: Topic(EVENTS),
}


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The caller of a subscription."""

    caller: str
    """The key of its limit of subscriptions."""
    check_key: Callable[[], Awaitable[object]]
    """Awaited before each event; raises if the key of the caller was revoked or has expired."""


@dataclass(frozen=True, slots=True)
class SelectedOperation:
    """An operation of a valid document, with the variables of the request."""

    document: Document
    operation: OperationDefinitionNode
    variables: Mapping[str, Any] | None
    operation_name: str | None = None
    """As the request has it."""

    @property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""
        return kind_of(self.operation)

    def payload(self) -> bytes:
        """What equal requests have in common, however they spell their JSON or name the query."""
        asked = (self.document.text, self.operation_name, self.variables or None)
        return json.dumps(asked, sort_keys=True).encode()

    def declared_variables(self) -> dict[str, Any]:
        """Return the variables that the operation declares; the execution ignores all others."""
        names = {each.variable.name.value for each in self.operation.variable_definitions or ()}
        given = self.variables or {}
        return {name: value for name, value in given.items() if name in names}

    def prepared(self, context: Context) -> Prepared:
        """Prepare one execution. Raises `QueryRefused`."""
        return Prepared(self.document, self.operation, self.variables, context)


async def select_operation(service: GraphQLService, request: GraphQLRequest) -> SelectedOperation:
    """Return the operation of a request. Raises `QueryRefused`."""
    document = await service.document(request)
    name = request.operation_name
    return SelectedOperation(document, document.operation(name), request.variables, name)


@asynccontextmanager
async def outcomes_of(
    selected: SelectedOperation,
    context: Context,
    subscriptions: Subscriptions,
    subscriber: Subscriber,
) -> AsyncIterator[AsyncIterator[Outcome]]:
    """Execute a query or a subscription, which ends with the block. The iterator raises too.

    Raises:
        QueryRefused: invalid variables, or the cost is too high.
        RateLimited: the caller or the process has too many subscriptions.
        Unauthenticated: the key was revoked or has expired.
        DatabaseAway: the database does not answer.
    """
    prepared = selected.prepared(context)
    if selected.kind == "query":
        async with aclosing(_once(prepared)) as outcomes:
            yield outcomes
        return
    assert selected.kind == "subscription", "mutations are sent by POST"
    try:
        topic, after = _topic_of(selected, prepared, context)
        subscription = await subscriptions.subscribe(subscriber.caller, topic, after=after)
    except BadRequest as error:
        raise refusal_of(error, cost=prepared.cost) from error
    try:
        async with aclosing(_each(selected, context, subscription, subscriber)) as outcomes:
            yield outcomes
    finally:
        await subscription.close()


def _topic_of(
    selected: SelectedOperation, prepared: Prepared, context: Context
) -> tuple[Topic, str | None]:
    """Return the topic of a subscription and the cursor to begin after. Raises `BadRequest`."""
    # Validation allows one root field.
    (name,) = (name for name in _wanted(selected) if name in _FIELDS)
    if name != EVENTS:
        return _FIELDS[name], None
    given = prepared.root_arguments(name)
    words, after = given.get("types"), text_argument("after", given.get("after"), MAX_CURSOR)
    if words is not None and len(words) > MAX_TYPES:
        raise BadRequest("invalid_argument", f"`types` has at most {MAX_TYPES} types.")
    types = None if words is None else known_types(words)
    return Topic(EVENTS, EventView.of(context.viewer.principal), types), after


def refusal_from(error: Exception) -> QueryRefused:
    """Convert the error that ended an operation to a refusal; unexpected errors are masked."""
    if isinstance(error, QueryRefused):
        return error
    if isinstance(error, BadRequest):
        return refusal_of(error)
    return QueryRefused([GraphQLError(str(error), original_error=error)], INTERNAL_ERROR)


async def _once(prepared: Prepared) -> AsyncGenerator[Outcome]:
    yield await prepared.execute()


async def _each(
    selected: SelectedOperation,
    context: Context,
    occurrences: AsyncIterator[Occurrence],
    subscriber: Subscriber,
) -> AsyncGenerator[Outcome]:
    async for occurrence in occurrences:
        await subscriber.check_key()
        yield await _outcome(occurrence, selected, context)


async def _outcome(
    occurrence: Occurrence, selected: SelectedOperation, context: Context
) -> Outcome:
    try:
        if isinstance(occurrence, NewlyPublished):
            return await _issue_outcome(occurrence, selected, context)
        # Only the selected field is read of the root.
        root = {"trending_updated": occurrence, "events": occurrence}
        return await selected.prepared(context).execute(root)
    except QueryRefused as refusal:
        # The response is too large: only this event fails.
        return Outcome(None, list(refusal.errors), refusal.cost)


async def _issue_outcome(
    publication: NewlyPublished, selected: SelectedOperation, context: Context
) -> Outcome:
    event_context = _event_context(publication, context)
    event_context.look_ahead = selected.document.look_ahead
    source = event_context.source_of(publication.node(viewer=event_context.viewer))
    await event_context.read_beside([source], _wanted(selected).get(PUBLICATIONS.field, {}))
    return await selected.prepared(event_context).execute({"issue_published": source})


def _wanted(selected: SelectedOperation) -> Wanted:
    return selected.document.look_ahead.below([selected.operation])


def _event_context(publication: NewlyPublished, context: Context) -> Context:
    """Return the context of an event, which has the viewer of the public.

    Every subscriber gets what the public sees at that time, so a key that is revoked during its
    subscription reveals nothing.
    """
    return Context(
        reader=context.reader,
        index=context.index,
        viewer=Viewer(principal=PUBLIC, now=publication.now, base_url=context.viewer.base_url),
        known_trends=context.known_trends,
        telegram_url=context.telegram_url,
    )
