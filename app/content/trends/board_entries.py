"""Storage format of board entries: packed numbers that refer to profiles by id.

Profiles never change, so a stored board keeps its content, and a year of boards takes tens of
megabytes instead of gigabytes.
"""

import zlib
from collections.abc import Sequence
from typing import NamedTuple

import orjson


class BoardEntry(NamedTuple):
    """An entry of a board at the time of its snapshot."""

    profile_id: int
    subject_id: int
    rank: int
    score: float | None
    previous_rank: int | None
    change: int | None
    stars: int | None
    likes: int | None
    downloads: int | None
    forks: int | None
    streak: int
    """Consecutive days on this board, this one included."""
    is_newcomer: bool
    """On this board for the first time."""
    has_returned: bool
    """Was on this board before, but not on the previous one."""
    is_burst: bool
    """Nearly all of its gain came between two snapshots."""
    basis: str = "observed"
    """A `GainBasis`. Boards of `rise/1` have none; see `boards.note_of`."""
    base: int | None = None
    """The counter at the baseline, if it does not come from our own observation."""


def pack(entries: Sequence[BoardEntry]) -> bytes:
    """Serialise the entries of a board."""
    return zlib.compress(orjson.dumps([list(entry) for entry in entries]), 6)


def unpack(packed: bytes) -> list[BoardEntry]:
    """Deserialise the entries of a board."""
    return [BoardEntry(*values) for values in orjson.loads(zlib.decompress(packed))]


def subjects_of(packed: bytes) -> set[int]:
    """Deserialise only the subject ids of a board."""
    return {values[_SUBJECT] for values in orjson.loads(zlib.decompress(packed))}


_SUBJECT = BoardEntry._fields.index("subject_id")
