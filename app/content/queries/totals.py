"""Totals of lists, counted once per state of what is in print.

Counting a long list takes tens of milliseconds, and most pages need the same few totals. A total is
kept with the state it was counted in. The statement of a page compares that state and counts only
if it has changed.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Label, Row, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.content.print import freshness_columns, in_print
from app.db import Reader
from app.models.base import UtcInstant
from app.models.content_version import PAPER, ContentVersion
from app.models.issue import Issue

MAX_TOTALS = 1024
"""Totals kept per database; the least recently used are dropped first."""


@dataclass(frozen=True, slots=True)
class PrintState:
    """Identifies what the public sees: a version of the paper and the last issue that appeared.

    The version changes with every public change; the instant changes when an issue appears by
    schedule.
    """

    version: int
    appeared_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counted:
    """A total with the state it was counted in."""

    total: int
    state: PrintState
    floor: int | None = None
    """A row that was passed while counting, if the list needs to know it."""


_NEVER = Counted(0, PrintState(-1, None))


class Totals:
    """The known totals of one database."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Counted] = OrderedDict()
        self._state = _NEVER.state

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Counted:
        """Return the last count; if there is none, a count with an impossible state."""
        counted = self._kept.get(key)
        if counted is None:
            return _NEVER
        self._kept.move_to_end(key)
        return counted

    def is_current(self, counted: Counted) -> bool:
        """Whether a total has the most recent state of any total."""
        return counted is not _NEVER and counted.state == self._state

    def keep(self, key: Hashable, counted: Counted) -> None:
        self._kept[key] = counted
        self._state = counted.state
        self._kept.move_to_end(key)
        if len(self._kept) > MAX_TOTALS:
            self._kept.popitem(last=False)


_totals: WeakKeyDictionary[Reader, Totals] = WeakKeyDictionary()


def totals_of(reader: Reader) -> Totals:
    """Return the totals of the database behind a reader."""
    return _totals.setdefault(reader, Totals())


def version_column() -> Label[Any]:
    """The version of the paper, for a statement that has the `freshness_columns`."""
    number = select(col(ContentVersion.number)).where(col(ContentVersion.name) == PAPER)
    return number.scalar_subquery().label("version")


def state_of(row: Row[Any]) -> PrintState:
    """The state of a row with `version_column` and `freshness_columns`."""
    return PrintState(row.version, row.appeared_at)


async def read_total(
    reader: Reader, counting: Select[Any], parameters: Mapping[str, object]
) -> tuple[int, Row[Any]]:
    """Return a total and a row with the `freshness_columns`. One statement.

    `counting` selects a count of rows in print that depends on nothing but its parameters.
    """
    totals = totals_of(reader)
    key = (counting, frozenset((k, v) for k, v in parameters.items() if k != "now"))
    known = totals.get(key)
    # Counting a long list takes 10 ms or more; comparing two states takes microseconds.
    read = reader.rows if totals.is_current(known) else reader.slow_rows
    rows = await read(
        _select_total(counting),
        {
            **parameters,
            "known_version": known.state.version,
            "known_appeared_at": known.state.appeared_at,
        },
    )
    if rows[0].total is None:
        return known.total, rows[0]
    totals.keep(key, Counted(rows[0].total, state_of(rows[0])))
    return rows[0].total, rows[0]


@cache
def _select_total(counting: Select[Any]) -> Select[Any]:
    """Select the count, or null without counting if the known state still holds."""
    version = version_column()
    shown = aliased(Issue)
    appeared = select(func.max(col(shown.visible_from))).where(in_print(shown)).scalar_subquery()
    holds = and_(
        version.element == bindparam("known_version"),
        appeared == bindparam("known_appeared_at", type_=UtcInstant),
    )
    # Both databases evaluate only the branch that they take.
    total = case((holds, None), else_=counting.scalar_subquery())
    return select(total.label("total"), version, *freshness_columns())
