"""Persisted queries by their id: registered in a folder at start, or sent once before.

The id is the SHA-256 of the text, or what a manifest says (`manifests.py`).

The second kind is Apollo's automatic persisted queries (version 1, read 2026-11): a client whose
hash is unknown sends hash and text together, and the hash alone from then on. Each process has its
own cache of them.
"""

import hashlib
from pathlib import Path
from sys import getsizeof

from app.errors import BadRequest, quoted
from app.web.graphql.documents.limits import check_query_length
from app.web.graphql.documents.lru import Lru
from app.web.graphql.documents.manifests import read_registered
from app.web.graphql.documents.request import GraphQLRequest

MAX_LEARNT_BYTES = 1_048_576
"""Memory for automatic persisted queries."""
BYTES_PER_ENTRY = 300
"""The memory of an entry, besides its text."""

NOT_FOUND = "PersistedQueryNotFound"
"""The message that Apollo's clients look for before they send the text."""
NOT_FOUND_CODE = "PERSISTED_QUERY_NOT_FOUND"


class PersistedQueries:
    """The queries of one process by their id."""

    def __init__(self, path: Path | None = None, *, only_registered: bool = False) -> None:
        """Read the registered documents of a folder, or of one manifest.

        Raises:
            OSError, UnicodeDecodeError: the folder or a file of it cannot be read.
            ValueError: a JSON file is not a manifest, or two documents have one id.
        """
        self._registered: dict[str, str] = {}
        for id_, text in read_registered(path) if path else ():
            for name in dict.fromkeys((sha256_of(text), id_ or sha256_of(text))):
                if self._registered.setdefault(name, text) != text:
                    raise ValueError(f"two documents have the id {quoted(name)}")
        self._only_registered = only_registered
        self._learnt: Lru[str, str] = Lru(MAX_LEARNT_BYTES)

    @property
    def registered(self) -> tuple[str, ...]:
        """The registered texts."""
        return tuple(dict.fromkeys(self._registered.values()))

    def query_of(self, request: GraphQLRequest) -> str:
        """Return the text of the query of a request.

        Raises:
            BadRequest: the id is unknown or does not match the text, or the query is not
                registered where only registered ones are allowed.
        """
        if request.query is None:
            return self._find(request.document_id or "")
        check_query_length(request.query)
        if not self._is_named(request.query, request.document_id):
            raise BadRequest(
                "persisted_query_mismatch", "The hash is not the SHA-256 of the query as UTF-8."
            )
        if self._only_registered and sha256_of(request.query) not in self._registered:
            raise BadRequest(
                "query_not_registered", "Only queries that were registered in advance are allowed."
            )
        return request.query

    def learn(self, request: GraphQLRequest) -> None:
        """Cache a valid query that came with its hash."""
        id_, query = request.document_id, request.query
        if id_ is None or query is None or self._only_registered:
            return
        if id_ not in self._registered:
            self._learnt.put(id_, query, size=getsizeof(query) + BYTES_PER_ENTRY)

    def _is_named(self, query: str, id_: str | None) -> bool:
        return id_ is None or self._registered.get(id_) == query or id_ == sha256_of(query)

    def _find(self, id_: str) -> str:
        query = self._registered.get(id_) or self._learnt.get(id_)
        if query is None:
            raise BadRequest(NOT_FOUND_CODE, NOT_FOUND)
        return query


def sha256_of(query: str) -> str:
    """Return the hash of a query, in lower-case hexadecimal."""
    return hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()
