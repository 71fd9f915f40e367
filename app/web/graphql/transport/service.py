"""What GraphQL keeps between requests: documents, persisted queries, subscriptions."""

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
from app.web.graphql.documents.request import GraphQLRequest
from app.web.graphql.schema.schema import schema
from app.web.graphql.transport.subscriptions import Subscriptions
from app.web.limits.shares import Shares
from app.web.state import AppState, app_state

MAX_INLINE_BYTES = 1_500
"""Longer queries are parsed in a thread: they take up to 45 ms, shorter ones at most 10 ms.

There is one thread, so that a flood of them occupies one core at most."""


class GraphQLService:
    """Documents, persisted queries and subscriptions of one application."""

    subscriptions: Subscriptions
    """Set by the lifespan."""

    def __init__(self, settings: Settings) -> None:
        self.sockets = Shares(settings.max_sockets, settings.max_sockets_per_caller)
        path = settings.graphql_documents
        self.persisted = PersistedQueries(
            None if path is None else Path(path),
            only_registered=settings.graphql_only_registered,
        )
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="graphql")

    @cached_property
    def documents(self) -> Documents:
        """The document cache, created on the first query: startup does not wait for the schema."""
        return Documents(schema())

    async def document(self, request: GraphQLRequest) -> Document:
        """Return the document of a request. Raises `QueryRefused`."""
        try:
            query = self.persisted.query_of(request)
        except BadRequest as error:
            raise refusal_of(error) from error
        document = self.documents.find(query)
        if document is None:
            if MAX_INLINE_BYTES < len(query) <= MAX_QUERY_BYTES:
                loop = asyncio.get_running_loop()
                parsed = await loop.run_in_executor(self._reader, self.documents.parse, query)
                document = self.documents.add(parsed)
                # Evicting documents takes time, as does the execution that follows.
                await asyncio.sleep(0)
            else:
                document = self.documents.add(self.documents.parse(query))
        self.persisted.learn(request)
        return document

    def close(self) -> None:
        """Stop the thread."""
        self._reader.shutdown(wait=False, cancel_futures=True)

    def check_registered(self) -> None:
        """Validate the registered queries, so that a mistake fails the startup.

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
