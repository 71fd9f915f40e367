"""Counters as texts name them: which kinds have them, and where an observation stores them."""

from collections.abc import Mapping
from typing import Literal, get_args

from app.models.source import EntryKind

ClaimCounter = Literal["stars", "likes", "downloads", "forks", "upvotes"]
COUNTERS: tuple[ClaimCounter, ...] = get_args(ClaimCounter)

KINDS_OF: Mapping[ClaimCounter, frozenset[EntryKind]] = {
    "stars": frozenset({"repository"}),
    "forks": frozenset({"repository"}),
    # Readers call the upvotes of a paper likes, too.
    "likes": frozenset({"model", "dataset", "space", "paper"}),
    "downloads": frozenset({"model", "dataset"}),
    "upvotes": frozenset({"paper"}),
}
"""The kinds of subjects that have a counter."""


def counter_for(counter: ClaimCounter, kind: str) -> ClaimCounter:
    """Return the name of a counter for a kind: the likes of a paper are upvotes."""
    return "upvotes" if counter == "likes" and kind == "paper" else counter


def column_of(counter: ClaimCounter) -> str:
    """Return the column of an observation that holds a counter."""
    return "likes" if counter == "upvotes" else counter
