"""The counter by which subjects of a kind are ranked: its column, and its word in texts."""

from typing import Literal

Counter = Literal["stars", "likes"]


def counter_of(kind: str) -> Counter:
    """Return the column of the counter: stars of a repository, likes of anything else."""
    return "stars" if kind == "repository" else "likes"


def counter_word(kind: str) -> str:
    """Return the word for the counter; the likes of a paper are called upvotes."""
    return "upvotes" if kind == "paper" else counter_of(kind)
