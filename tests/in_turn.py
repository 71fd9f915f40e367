"""Which of two databases a case runs on, for tests whose SQL is the same on both.

SQLAlchemy writes that SQL for either database, and other tests hold where the two differ. So half
of the cases on each database tell as much as all of them on both, in half of the time. In CI all of
them run on both.
"""

from collections.abc import Sequence
from zlib import crc32

import pytest

MARKER = "databases_in_turn"


def is_its_turn(item: pytest.Item, databases: Sequence[str]) -> bool:
    """Whether a case runs on the database that it was made for.

    The answer depends on the case alone, not on which others were chosen: the cases of a test
    alternate, and the name of the test says with which database they begin.
    """
    case = getattr(item, "callspec", None)
    if case is None or "database_url" not in case.params or not item.get_closest_marker(MARKER):
        return True
    if item.get_closest_marker("one_database"):
        return True
    first = crc32(item.name.partition("[")[0].encode())
    others = sum(index for name, index in case.indices.items() if name != "database_url")
    return bool(databases[(first + others) % len(databases)] == case.params["database_url"])
