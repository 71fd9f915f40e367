"""An operation as a stream of outcomes: one of a query, one of a subscription for each event.

How they are sent is told in `socket.py` and `event_stream.py`.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode

from app.content.access import PUBLIC
from app.content.queries.issues import Viewer
from app.content.queries.publications import Publication
from app.web.graphql.documents.documents import Document, kind_of
from app.web.graphql.documents.errors import INTERNAL_ERROR, QueryRefused
from app.web.graphql.documents.request import Asked
from app.web.graphql.documents.selection import Wanted
from app.web.graphql.resolving.context import Context
from app.web.graphql.transport.broadcast import Broadcast
from app.web.graphql.transport.execution import Outcome, Prepared
from app.web.graphql.transport.service import GraphQLService
from app.web.graphql.transport.topics import PUBLICATIONS, TOPICS, Event


@dataclass(frozen=True, slots=True)
class Follower:
    """Who subscribes."""

    caller: str
    """Whose share of the subscriptions it takes."""
    check_key: Callable[[], Awaitable[object]]
    """Awaited before each event; raises when the key of the caller is revoked or expired."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An operation of a valid document, and the values of its variables as they were sent."""

    document: Document
    operation: OperationDefinitionNode
    variables: Mapping[str, Any] | None

    @property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""
        return kind_of(self.operation)

    def prepared(self, context: Context) -> Prepared:
        """Make it ready to be carried out once. Raises `QueryRefused`."""
        return Prepared(self.document, self.operation, self.variables, context)


async def choose(service: GraphQLService, asked: Asked) -> Chosen:
    """Find the operation that is asked for. Raises `QueryRefused`."""
    document = await service.document(asked)
    return Chosen(document, document.operation(asked.operation_name), asked.variables)


@asynccontextmanager
async def outcomes_of(
    chosen: Chosen, context: Context, broadcast: Broadcast, follower: Follower
) -> AsyncIterator[AsyncIterator[Outcome]]:
    """Carry out a query or a subscription; what is subscribed to ends with the block.

    Raises:
        QueryRefused: wrong variables, or it costs too much.
        RateLimited: the caller or the process has too many subscriptions.
        Unauthenticated: the key was revoked or has expired meanwhile.
        DatabaseAway: the database does not answer. The iterator raises all four.
    """
    prepared = chosen.prepared(context)
    if chosen.kind == "query":
        async with aclosing(_once(prepared)) as outcomes:
            yield outcomes
        return
    assert chosen.kind == "subscription", "mutations go another way"
    # Validation lets a subscription have one root field, and no other.
    (topic,) = (topic for topic in TOPICS if topic.field in _wanted(chosen))
    subscription = await broadcast.subscribe(follower.caller, topic)
    try:
        async with aclosing(_each(chosen, context, subscription, follower)) as outcomes:
            yield outcomes
    finally:
        subscription.close()


def refusal_from(error: Exception) -> QueryRefused:
    """Whatever ended an operation, to be told in an answer; what nobody expected is masked."""
    if isinstance(error, QueryRefused):
        return error
    return QueryRefused([GraphQLError(str(error), original_error=error)], INTERNAL_ERROR)


async def _once(prepared: Prepared) -> AsyncGenerator[Outcome]:
    yield await prepared.carry_out()


async def _each(
    chosen: Chosen, context: Context, events: AsyncIterator[Event], follower: Follower
) -> AsyncGenerator[Outcome]:
    async for event in events:
        await follower.check_key()
        yield await _told(event, chosen, context)


async def _told(event: Event, chosen: Chosen, context: Context) -> Outcome:
    try:
        if isinstance(event, Publication):
            return await _told_of_issue(event, chosen, context)
        return await chosen.prepared(context).carry_out({"trending_updated": asdict(event)})
    except QueryRefused as refusal:
        # It grew too large: a failure of this event alone, of which the next one knows nothing.
        return Outcome(None, list(refusal.errors), refusal.cost)


async def _told_of_issue(publication: Publication, chosen: Chosen, context: Context) -> Outcome:
    at_hand = _context_at(publication, context)
    source = at_hand.source_of(publication.node(viewer=at_hand.viewer))
    at_hand.look_ahead = chosen.document.look_ahead
    await at_hand.read_neighbours([source], _wanted(chosen).get(PUBLICATIONS.field, {}))
    return await chosen.prepared(at_hand).carry_out({"issue_published": source})


def _wanted(chosen: Chosen) -> Wanted:
    return chosen.document.look_ahead.below([chosen.operation])


def _context_at(publication: Publication, context: Context) -> Context:
    """What an event has at hand: everybody is told of what the public sees at that time.

    So a key that is revoked while its subscription runs shows no more than none.
    """
    return Context(
        reader=context.reader,
        index=context.index,
        viewer=Viewer(principal=PUBLIC, now=publication.now, base_url=context.viewer.base_url),
        telegram_url=context.telegram_url,
    )
