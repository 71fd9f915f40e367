"""What the GraphQL face of one application keeps between requests."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from starlette.requests import HTTPConnection

from app.config import Settings
from app.errors import BadRequest
from app.web.graphql.documents.documents import Document, Documents
from app.web.graphql.documents.errors import QueryRefused, refusal_of
from app.web.graphql.documents.limits import MAX_QUERY_BYTES
from app.web.graphql.documents.persisted import PersistedQueries
from app.web.graphql.documents.request import Asked
from app.web.graphql.schema.schema import schema
from app.web.graphql.transport.broadcast import Broadcast
from app.web.limits.shares import Shares
from app.web.state import AppState, app_state

READ_AT_ONCE_BYTES = 1_500
"""Longer queries are read in a thread: these take up to 10 ms, the longest 45, for which nobody
else should wait.
One at a time, so that a flood of them has one thread of the machine, and the others the rest."""


class GraphQLService:
    """Queries that were read before, those that are known by their hash, and open subscriptions."""

    broadcast: Broadcast
    """The subscriptions; set by the lifespan."""

    def __init__(self, settings: Settings) -> None:
        self.sockets = Shares(settings.max_sockets, settings.max_sockets_per_caller)
        folder = settings.graphql_documents
        self.persisted = PersistedQueries(
            None if folder is None else Path(folder),
            only_registered=settings.graphql_only_registered,
        )
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="graphql")

    @cached_property
    def documents(self) -> Documents:
        """Made when the first query comes: a start should not wait for the schema."""
        return Documents(schema())

    async def document(self, asked: Asked) -> Document:
        """The document that a request asks for. Raises `QueryRefused`."""
        try:
            query = self.persisted.query_of(asked)
        except BadRequest as error:
            raise refusal_of(error) from error
        document = self.documents.find(query)
        if document is None:
            if READ_AT_ONCE_BYTES < len(query) <= MAX_QUERY_BYTES:
                loop = asyncio.get_running_loop()
                parsed = await loop.run_in_executor(self._reader, self.documents.parse, query)
                document = self.documents.add(parsed)
                # To let go of others takes its time, as does what comes next.
                await asyncio.sleep(0)
            else:
                document = self.documents.add(self.documents.parse(query))
        self.persisted.learn(asked)
        return document

    def close(self) -> None:
        """Let go of the thread."""
        self._reader.shutdown(wait=False, cancel_futures=True)

    def check_registered(self) -> None:
        """Read what was registered, so that a mistake in it is told at the start.

        Raises:
            ValueError: a document is not valid.
        """
        for text in self.persisted.registered:
            try:
                self.documents.read(text)
            except QueryRefused as refusal:
                first = refusal.errors[0].message
                raise ValueError(
                    f"MORNINGPOST_GRAPHQL_DOCUMENTS holds an invalid document: {first}"
                ) from refusal


def graphql_of(state: AppState) -> GraphQLService:
    """Return the GraphQL services of an application."""
    assert isinstance(state.graphql, GraphQLService)
    return state.graphql


def service_of(request: HTTPConnection) -> GraphQLService:
    """Return the GraphQL services of the application that serves a request or WebSocket."""
    return graphql_of(app_state(request))
