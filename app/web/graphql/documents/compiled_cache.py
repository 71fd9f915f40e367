"""The cache of what was compiled from documents: look-ahead trees and projections.

All documents of a process share it. What is compiled of a document depends on the values of its
variables, so that a small document may have any number of entries.
"""

from typing import Any

from app.web.graphql.documents.lru import Lru

MAX_SIZE = 12_000
"""Projection steps and field names, each about 375 bytes; a whole issue has about 60."""
MAX_ENTRY_SIZE = MAX_SIZE // 8

CompiledCache = Lru[tuple[object, ...], Any]


def compiled_cache() -> CompiledCache:
    """Make an empty cache."""
    return Lru(MAX_SIZE, largest=MAX_ENTRY_SIZE)
