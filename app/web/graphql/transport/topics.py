"""What can be followed: how the events of each kind are found."""

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
    """One kind of event; a mark is as far as somebody has looked."""

    field: str
    """The field of the subscription type that tells of it."""
    counter: str
    """The counter that moves with it."""

    async def mark(self, reader: Reader, *, now: datetime) -> Any:
        """Read where to look on from."""

    async def since(self, reader: Reader, mark: Any, *, now: datetime) -> tuple[Sequence[Any], Any]:
        """List what happened since a mark, and the mark to look on from."""

    async def event(self, reader: Reader, found: Any, mark: Any) -> Event | None:
        """Read what is to be told of something that `since` listed; `None`: nothing any more."""


class Publications:
    """Issues that come into print."""

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
    """Boards that are new."""

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
