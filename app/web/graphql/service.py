"""What the GraphQL face of one application keeps between requests."""

from functools import cached_property
from pathlib import Path

from app.config import Settings
from app.web.graphql.documents import Documents
from app.web.graphql.errors import QueryRefused
from app.web.graphql.persisted import PersistedQueries
from app.web.graphql.schema import schema


class GraphQLService:
    """Queries that were read before, and those that are known by their hash."""

    def __init__(self, settings: Settings) -> None:
        folder = settings.graphql_documents
        self.persisted = PersistedQueries(
            None if folder is None else Path(folder),
            only_registered=settings.graphql_only_registered,
        )

    @cached_property
    def documents(self) -> Documents:
        """Made when the first query comes: a start should not wait for the schema."""
        return Documents(schema())

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
