"""The schema revision that this code needs, known without loading Alembic."""

from collections.abc import Iterable
from enum import StrEnum

SCHEMA_HEAD = "0015"
"""The newest revision in `alembic/versions`, checked by a test."""


class Standing(StrEnum):
    """How the schema of a database compares with what this code needs."""

    MISSING = "missing"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"
    """Newer than this code, which still works: migrations only add."""

    @property
    def is_enough(self) -> bool:
        """Whether this code can work with it."""
        return self in {Standing.CURRENT, Standing.NEWER}


def standing_of(revisions: Iterable[str]) -> Standing:
    """Compare the revisions of a database with ours.

    Ours are numbered from `0001` without gaps, so an unknown revision is a newer one.
    """
    found = set(revisions)
    if not found:
        return Standing.MISSING
    ours = {f"{number:04}" for number in range(1, int(SCHEMA_HEAD) + 1)}
    if not found <= ours:
        return Standing.NEWER
    return Standing.CURRENT if SCHEMA_HEAD in found else Standing.OLDER
