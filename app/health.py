"""What one part of a process knows of the database, for the others to act on."""

from dataclasses import dataclass


@dataclass
class Health:
    """Whether the database is known not to answer.

    Set by the change watch. On PostgreSQL whatever waits for an answer gives up then, and new
    reads and writes are refused at once.
    """

    is_away: bool = False
