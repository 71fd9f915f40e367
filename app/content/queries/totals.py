"""How many there are in a list, counted once for each state of what is in print.

A whole list is counted in tens of milliseconds, and most pages ask for the same few. What is known
is kept beside the state that it was counted in, and the database judges whether that still holds:
so a page costs as many statements as it did, and next to nothing where nothing has changed.
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
"""Totals kept of one database; those longest unasked for go first."""


@dataclass(frozen=True, slots=True)
class PrintState:
    """Which rows the public sees: those of a version, up to the last one to have appeared.

    The number moves with every publication and every schedule, the instant when an issue appears
    by its schedule. Neither may leave the house: the number tells of drafts.
    """

    version: int
    appeared_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counted:
    """A total, and the state that it was counted in."""

    total: int
    state: PrintState


_NEVER = Counted(0, PrintState(-1, None))


class Totals:
    """The totals that are known of one database."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Counted] = OrderedDict()
        self._state = _NEVER.state

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Counted:
        """What was counted last; a state that never is where nothing was."""
        counted = self._kept.get(key)
        if counted is None:
            return _NEVER
        self._kept.move_to_end(key)
        return counted

    def is_current(self, counted: Counted) -> bool:
        """Whether a total was counted in the newest state that any total was counted in."""
        return counted is not _NEVER and counted.state == self._state

    def keep(self, key: Hashable, counted: Counted) -> None:
        self._kept[key] = counted
        self._state = counted.state
        self._kept.move_to_end(key)
        if len(self._kept) > MAX_TOTALS:
            self._kept.popitem(last=False)


_totals: WeakKeyDictionary[Reader, Totals] = WeakKeyDictionary()


def totals_of(reader: Reader) -> Totals:
    """The totals of the database that a reader reads."""
    return _totals.setdefault(reader, Totals())


def version_column() -> Label[Any]:
    """The number of the paper's version, for a statement to carry beside `freshness_columns`."""
    number = select(col(ContentVersion.number)).where(col(ContentVersion.name) == PAPER)
    return number.scalar_subquery().label("version")


def state_of(row: Row[Any]) -> PrintState:
    """The state that a row with `version_column` and `freshness_columns` was read in."""
    return PrintState(row.version, row.appeared_at)


async def read_total(
    reader: Reader, counting: Select[Any], parameters: Mapping[str, object]
) -> tuple[int, Row[Any]]:
    """Count what is in print, or know it; the row beside it has the `freshness_columns`.

    `counting` selects a count, of rows in print by nothing but its parameters. One statement.
    """
    totals = totals_of(reader)
    key = (counting, frozenset((k, v) for k, v in parameters.items() if k != "now"))
    known = totals.get(key)
    # Counting a long list takes 10 ms and more; to compare two states takes microseconds.
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
    """Select the count, null where what is known still holds: it is then not counted."""
    version = version_column()
    shown = aliased(Issue)
    appeared = select(func.max(col(shown.visible_from))).where(in_print(shown)).scalar_subquery()
    holds = and_(
        version.element == bindparam("known_version"),
        appeared == bindparam("known_appeared_at", type_=UtcInstant),
    )
    # Neither database evaluates the branch that it does not take.
    total = case((holds, None), else_=counting.scalar_subquery())
    return select(total.label("total"), version, *freshness_columns())
