"""The availability of the database, shared by the parts of a process."""

from dataclasses import dataclass


@dataclass
class Health:
    """Whether the database is known to be away.

    Set by the change watch. On PostgreSQL pending statements then give up, and new reads and writes
    fail at once.
    """

    is_away: bool = False
