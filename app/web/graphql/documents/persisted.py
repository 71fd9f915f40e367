"""Persisted queries by their SHA-256: registered in a folder at start, or sent once before.

The second kind is Apollo's automatic persisted queries (version 1, read 2026-11): a client whose
hash is unknown sends hash and text together, and the hash alone from then on. Each process has its
own cache of them.
"""

import hashlib
from pathlib import Path
from sys import getsizeof

from app.errors import BadRequest
from app.web.graphql.documents.limits import check_query_length
from app.web.graphql.documents.lru import Lru
from app.web.graphql.documents.request import GraphQLRequest

MAX_LEARNT_BYTES = 1_048_576
"""Memory for automatic persisted queries."""
BYTES_PER_ENTRY = 300
"""The memory of an entry, besides its text."""

NOT_FOUND = "PersistedQueryNotFound"
"""The message that Apollo's clients look for before they send the text."""
NOT_FOUND_CODE = "PERSISTED_QUERY_NOT_FOUND"


class PersistedQueries:
    """The queries of one process by their SHA-256."""

    def __init__(self, folder: Path | None = None, *, only_registered: bool = False) -> None:
        """Read every `*.graphql` file of a folder.

        Raises:
            OSError, UnicodeDecodeError: the folder or a file of it cannot be read.
        """
        files = sorted(folder.glob("*.graphql")) if folder else ()
        # As bytes: text mode would translate line ends, which changes the hash.
        texts = [file.read_bytes().decode("utf-8") for file in files]
        self._registered = {sha256_of(text): text for text in texts}
        self._only_registered = only_registered
        self._learnt: Lru[str, str] = Lru(MAX_LEARNT_BYTES)

    @property
    def registered(self) -> tuple[str, ...]:
        """The texts of the folder."""
        return tuple(self._registered.values())

    def query_of(self, request: GraphQLRequest) -> str:
        """Return the text of the query of a request.

        Raises:
            BadRequest: the hash is unknown or does not match the text, or the query is not
                registered where only registered ones are allowed.
        """
        if request.query is None:
            return self._find(request.sha256 or "")
        check_query_length(request.query)
        sha256 = request.sha256
        if sha256 is not None and sha256 != sha256_of(request.query):
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
        sha256, query = request.sha256, request.query
        if sha256 is None or query is None or self._only_registered:
            return
        if sha256 not in self._registered:
            self._learnt.put(sha256, query, size=getsizeof(query) + BYTES_PER_ENTRY)

    def _find(self, sha256: str) -> str:
        query = self._registered.get(sha256) or self._learnt.get(sha256)
        if query is None:
            raise BadRequest(NOT_FOUND_CODE, NOT_FOUND)
        return query


def sha256_of(query: str) -> str:
    """Return the hash of a query, in lower-case hexadecimal."""
    return hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()
