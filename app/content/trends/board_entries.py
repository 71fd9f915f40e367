"""How the entries of a board are kept: numbers, packed, with profiles by their ids.

Profiles never change, so a board says for ever what it said on its day, and a year of boards takes
tens of megabytes instead of gigabytes.
"""

import zlib
from collections.abc import Sequence
from typing import NamedTuple

import orjson


class BoardEntry(NamedTuple):
    """A place on a board as it was that day."""

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
    """Days in a row on which it has stood on this board, this one included."""
    is_newcomer: bool
    """It stands here for the first time."""
    has_returned: bool
    """It stood here, and not on the board before this one."""
    is_burst: bool
    """Nearly all of its gain came between two looks."""
    basis: str = "observed"
    """A `GainBasis`; boards of `rise/1` have none, and their newcomers were created since."""
    base: int | None = None
    """The counter at the baseline, where no observation of ours tells it."""


def pack(entries: Sequence[BoardEntry]) -> bytes:
    """Write the entries of a board."""
    return zlib.compress(orjson.dumps([list(entry) for entry in entries]), 6)


def unpack(packed: bytes) -> list[BoardEntry]:
    """Read the entries of a board."""
    return [BoardEntry(*values) for values in orjson.loads(zlib.decompress(packed))]


def subjects_of(packed: bytes) -> set[int]:
    """Read which subjects stand on a board, and nothing else of it."""
    return {values[_SUBJECT] for values in orjson.loads(zlib.decompress(packed))}


_SUBJECT = BoardEntry._fields.index("subject_id")
