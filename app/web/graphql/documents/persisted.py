"""Queries known by their hash: registered in a folder at start, or sent once before.

The second kind is Apollo's automatic persisted queries (version 1, read 2026-11): who asks by a
hash that is not known here sends hash and text together, and from then on the hash will do. Each
process learns by itself.
"""

import hashlib
from collections import OrderedDict
from pathlib import Path
from sys import getsizeof

from app.errors import BadRequest
from app.web.graphql.documents.limits import check_query_length
from app.web.graphql.documents.request import Asked

MAX_LEARNT_BYTES = 1_048_576
"""Memory for queries that were sent once; the one longest unasked for goes first."""
BYTES_OF_ONE = 300
"""What an entry takes beside its text: short queries are mostly that."""

NOT_FOUND = "PersistedQueryNotFound"
"""What clients look for: they send the text then."""
NOT_FOUND_CODE = "PERSISTED_QUERY_NOT_FOUND"


class PersistedQueries:
    """The queries of one process by their SHA-256."""

    def __init__(self, folder: Path | None = None, *, only_registered: bool = False) -> None:
        """Read every `*.graphql` file of a folder.

        Raises:
            OSError, UnicodeDecodeError: the folder or a file of it cannot be read.
        """
        files = sorted(folder.glob("*.graphql")) if folder else ()
        # As bytes: reading as text would mend line ends, and with them the hash.
        texts = [file.read_bytes().decode("utf-8") for file in files]
        self._registered = {sha256_of(text): text for text in texts}
        self._only_registered = only_registered
        self._learnt: OrderedDict[str, str] = OrderedDict()
        self._size = 0

    @property
    def registered(self) -> tuple[str, ...]:
        """The texts that were registered."""
        return tuple(self._registered.values())

    def query_of(self, asked: Asked) -> str:
        """The text that a request asks for.

        Raises:
            BadRequest: it is not known here, has another hash than was said, or is not registered
                where nothing else is allowed.
        """
        if asked.query is None:
            return self._known(asked.sha256 or "")
        check_query_length(asked.query)
        sha256 = asked.sha256
        if sha256 is not None and sha256 != sha256_of(asked.query):
            raise BadRequest(
                "persisted_query_mismatch", "The hash is not the SHA-256 of the query as UTF-8."
            )
        if self._only_registered and sha256_of(asked.query) not in self._registered:
            raise BadRequest(
                "query_not_registered", "Only queries that were registered in advance are allowed."
            )
        return asked.query

    def learn(self, asked: Asked) -> None:
        """Keep a valid query that came with its hash."""
        sha256, query = asked.sha256, asked.query
        if sha256 is None or query is None or self._only_registered:
            return
        if sha256 in self._registered or sha256 in self._learnt:
            return
        self._learnt[sha256] = query
        self._size += getsizeof(query) + BYTES_OF_ONE
        while self._size > MAX_LEARNT_BYTES:
            _, oldest = self._learnt.popitem(last=False)
            self._size -= getsizeof(oldest) + BYTES_OF_ONE

    def _known(self, sha256: str) -> str:
        query = self._registered.get(sha256)
        if query is not None:
            return query
        if sha256 not in self._learnt:
            raise BadRequest(NOT_FOUND_CODE, NOT_FOUND)
        self._learnt.move_to_end(sha256)
        return self._learnt[sha256]


def sha256_of(query: str) -> str:
    """The hash that a query is known by."""
    return hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()
