"""Storage format of archived observations: packed numbers by subject id.

A snapshot of 20,000 subjects takes about 250 kB.
"""

import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson

ARCHIVED_COLUMNS = ("subject_id", "stars", "likes", "downloads", "forks", "score", "rank")
"""Columns of `Observation` that are archived."""


class CountedSubject(NamedTuple):
    """The numbers of one subject in one snapshot; the fields are `ARCHIVED_COLUMNS`."""

    subject_id: int
    stars: int | None
    likes: int | None
    downloads: int | None
    forks: int | None
    score: float | None
    rank: int | None


def pack_observations(rows: Iterable[Sequence[object]]) -> bytes:
    """Serialise the rows of a snapshot, each in the order of `ARCHIVED_COLUMNS`."""
    return zlib.compress(orjson.dumps([list(row) for row in rows]), 6)


def unpack_observations(packed: bytes) -> list[CountedSubject]:
    """Deserialise the rows of a snapshot."""
    return [CountedSubject(*values) for values in orjson.loads(zlib.decompress(packed))]
