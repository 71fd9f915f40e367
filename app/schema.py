"""Which schema this code needs; told without Alembic, which a server need not carry."""

from collections.abc import Iterable
from enum import StrEnum

SCHEMA_HEAD = "0007"
"""The newest revision in `alembic/versions`; a test holds it to that."""


class Standing(StrEnum):
    """How the schema of a database compares with what this code needs."""

    MISSING = "missing"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"
    """Ahead of this code, which works all the same: migrations only add to what is used."""

    @property
    def is_enough(self) -> bool:
        """Whether this code can work with it."""
        return self in {Standing.CURRENT, Standing.NEWER}


def standing_of(revisions: Iterable[str]) -> Standing:
    """Compare the revisions that a database stands at with ours.

    Ours are numbered from `0001` without gaps, so a revision that is none of them is a later one.
    """
    found = set(revisions)
    if not found:
        return Standing.MISSING
    ours = {f"{number:04}" for number in range(1, int(SCHEMA_HEAD) + 1)}
    if not found <= ours:
        return Standing.NEWER
    return Standing.CURRENT if SCHEMA_HEAD in found else Standing.OLDER
