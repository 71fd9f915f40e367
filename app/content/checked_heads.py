"""Warnings about the figures of heads that were judged before, for as long as they hold.

The claims of a revision depend on its texts, which never change, on the trends, and on the instant
of its first printing. So a draft is judged when it is saved, and published without waiting.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from app.content.facts.verdicts import FRESH, Judged
from app.content.facts.warnings import NumberWarning, number_warnings
from app.content.known_trends import Trends

MAX_HEADS = 256
"""Heads that are kept: some hundred kilobytes at most."""
_AFTER = timedelta(microseconds=1)


class Head(NamedTuple):
    """A revision of an issue."""

    public_id: int
    revision: int


class CheckedHead(NamedTuple):
    """The warnings about a head, if it is first printed from `since` to before `until`."""

    version: int
    """Of the trends."""
    since: datetime
    until: datetime
    warnings: Sequence[NumberWarning]

    def holds(self, *, version: int, printed_at: datetime) -> bool:
        """Whether the warnings are those of a printing at this instant."""
        return self.version == version and self.since <= printed_at < self.until


class CheckedHeads:
    """The heads that a process checked last."""

    def __init__(self) -> None:
        self._heads: dict[Head, CheckedHead] = {}

    def __len__(self) -> int:
        return len(self._heads)

    def has(self, head: Head) -> bool:
        """Whether anything is known of a head."""
        return head in self._heads

    def find(self, head: Head, *, version: int, printed_at: datetime) -> CheckedHead | None:
        """Return what is known of a head, if it holds."""
        found = self._heads.get(head)
        if found is None or not found.holds(version=version, printed_at=printed_at):
            return None
        return found

    def keep(self, head: Head, checked: CheckedHead) -> None:
        """Keep what was found, in place of the oldest one. Only the event loop may call it."""
        self._heads.pop(head, None)
        self._heads[head] = checked
        if len(self._heads) > MAX_HEADS:
            del self._heads[next(iter(self._heads))]


def checked_head(judged: Iterable[Judged], trends: Trends, *, printed_at: datetime) -> CheckedHead:
    """Return the warnings about a head, and how long they hold."""
    known = [*judged]
    until = holds_until(known, trends, printed_at=printed_at)
    return CheckedHead(trends.version, printed_at, until, number_warnings(known))


def holds_until(judged: Iterable[Judged], trends: Trends, *, printed_at: datetime) -> datetime:
    """Return the first instant after `printed_at` for which a verdict may be another one.

    An observation ceases to be fresh, or one comes into view that was taken by a clock ahead.
    """
    ends = (
        each.evidence.observed_at + FRESH + _AFTER
        for each in judged
        if each.verdict == "supported" and each.evidence is not None
    )
    return min([*ends, trends.snapshots.first_after(printed_at)])
