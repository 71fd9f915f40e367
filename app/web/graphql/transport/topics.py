"""Topics of subscriptions: how the events of each are found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from app.content.queries.publications import (
    Mark,
    Publication,
    find_publication,
    publications_since,
    read_mark,
)
from app.content.queries.trend_updates import (
    TrendMark,
    TrendUpdate,
    read_trend_mark,
    trend_updates_since,
)
from app.db import Reader
from app.models.content_version import PAPER, TRENDING

Event = Publication | TrendUpdate


class Topic(Protocol):
    """One kind of event; a mark is the position up to which events were read."""

    field: str
    """The field of the subscription type."""
    counter: str
    """The content counter that moves with each event."""

    async def mark(self, reader: Reader, *, now: datetime) -> Any:
        """Read the present position."""

    async def since(self, reader: Reader, mark: Any, *, now: datetime) -> tuple[Sequence[Any], Any]:
        """List the events since a mark, and return the next mark."""

    async def event(self, reader: Reader, found: Any, mark: Any) -> Event | None:
        """Read an event that `since` listed; `None` if it is no longer in print."""


class Publications:
    """Issues that are published."""

    field = "issuePublished"
    counter = PAPER

    async def mark(self, reader: Reader, *, now: datetime) -> Mark:
        return await read_mark(reader, now=now)

    async def since(
        self, reader: Reader, mark: Mark, *, now: datetime
    ) -> tuple[Sequence[int], Mark]:
        return await publications_since(reader, mark, now=now)

    async def event(self, reader: Reader, found: int, mark: Mark) -> Event | None:
        return await find_publication(reader, found, now=mark.looked_at)


class TrendUpdates:
    """Boards that were updated."""

    field = "trendingUpdated"
    counter = TRENDING

    async def mark(self, reader: Reader, *, now: datetime) -> TrendMark:
        return await read_trend_mark(reader)

    async def since(
        self, reader: Reader, mark: TrendMark, *, now: datetime
    ) -> tuple[Sequence[TrendUpdate], TrendMark]:
        return await trend_updates_since(reader, mark)

    async def event(self, reader: Reader, found: TrendUpdate, mark: TrendMark) -> Event | None:
        return found


PUBLICATIONS: Topic = Publications()
TREND_UPDATES: Topic = TrendUpdates()
TOPICS: tuple[Topic, ...] = (PUBLICATIONS, TREND_UPDATES)
