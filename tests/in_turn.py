"""Which of two databases a case runs on, for tests whose SQL is the same on both.

SQLAlchemy writes that SQL for either database, and other tests hold where the two differ. So each
case on one of the two tells as much as all of them on both. PostgreSQL takes twice as long: every
fourth case runs there, the others and all slow ones on SQLite. In CI all of them run on both.
"""

from collections.abc import Sequence
from zlib import crc32

import pytest

MARKER = "databases_in_turn"
MARKERS = {MARKER, "both_databases", "one_database"}
ON_POSTGRESQL = 4
"""Every so many cases run on the second of the databases."""


def is_its_turn(item: pytest.Item, databases: Sequence[str]) -> bool:
    """Whether a case runs on the database that it was made for.

    The answer depends on the name of the case alone, not on which others were chosen, and it is yes
    for one database. What a test says itself counts before what its module says.
    """
    case = getattr(item, "callspec", None)
    if case is None or "database_url" not in case.params:
        return True
    said = (mark.name for mark in item.iter_markers() if mark.name in MARKERS)
    if next(said, None) != MARKER:
        return True
    parts = case.id.split("-")
    parts.remove(case.params["database_url"])
    # No index of pytest's: it counts on from one database to the next.
    named = "-".join([item.name.partition("[")[0], *sorted(parts)])
    is_second = crc32(named.encode()) % ON_POSTGRESQL == 0 and not item.get_closest_marker("slow")
    return bool(databases[is_second] == case.params["database_url"])
