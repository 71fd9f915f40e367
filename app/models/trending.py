"""Trending entries: public shape and print row, which is frozen with the issue."""

from datetime import datetime

from pydantic import Field as Described
from sqlalchemy import BigInteger
from sqlmodel import Field

from app.models.base import UtcInstant
from app.models.printed import PrintedBase, in_print_order
from app.models.values import (
    Change,
    Count,
    EntryKind,
    ExternalId,
    FiniteNumber,
    Instant,
    PositiveInteger,
    Shape,
    ShortText,
    SourceName,
    Summary,
    Title,
    Url,
    Window,
)


class TrendingEntryShape(Shape):
    """A model, dataset, space, paper or repository on a board, with the numbers of that day."""

    source: SourceName = Described(description="Whose numbers these are.")
    kind: EntryKind = Described(description="What it is.")
    external_id: ExternalId = Described(
        description='"owner/name"; of a paper its arXiv id, of an old model a bare name.'
    )
    rank: PositiveInteger | None = Described(
        default=None, description="Its place among its source and kind."
    )
    name: Title | None = Described(
        default=None, description="How it is shown; the last part of `external_id` by default."
    )
    url: Url | None = Described(default=None, description="The upstream page by default.")
    summary: Summary | None = Described(default=None, description="What it is, in a sentence.")
    task: ShortText | None = Described(default=None, description="What a model is for.")
    language: ShortText | None = Described(
        default=None, description="The language a repository is mostly written in."
    )
    stars: Count | None = Described(default=None, description="Stars at `observed_at`.")
    likes: Count | None = Described(
        default=None, description="Likes at `observed_at`; of a paper its upvotes."
    )
    downloads: Count | None = Described(
        default=None, description="Downloads over the upstream's own window, at `observed_at`."
    )
    forks: Count | None = Described(default=None, description="Forks at `observed_at`.")
    score: FiniteNumber | None = Described(
        default=None, description="What the board was ordered by."
    )
    previous_rank: PositiveInteger | None = Described(
        default=None, description="Its place on the board before."
    )
    change: Change | None = Described(
        default=None, description="The move of stars or likes over the window."
    )
    window: Window | None = Described(default=None, description="What `change` looks back over.")
    observed_at: Instant | None = Described(
        default=None, description="When the numbers were read from the source."
    )
    snapshot_id: PositiveInteger | None = Described(
        default=None,
        description="The snapshot they come from; null where a person typed the entry.",
    )


class TrendingEntry(PrintedBase, table=True):
    """A trending or mover entry in print; later syncs do not change it."""

    __tablename__ = "trending_entry"
    __table_args__ = in_print_order(
        "trending_entry", "source", "kind", "section_kind", "external_id"
    )

    position: int
    section_kind: str = Field(max_length=20)
    source: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    external_id: str = Field(max_length=200)
    rank: int
    name: str = Field(max_length=300)
    url: str = Field(max_length=2000)
    summary: str | None = Field(default=None, max_length=1000)
    task: str | None = Field(default=None, max_length=200)
    language: str | None = Field(default=None, max_length=200)
    stars: int | None = Field(default=None, sa_type=BigInteger)
    likes: int | None = Field(default=None, sa_type=BigInteger)
    downloads: int | None = Field(default=None, sa_type=BigInteger)
    forks: int | None = Field(default=None, sa_type=BigInteger)
    score: float | None = None
    previous_rank: int | None = None
    change: int | None = Field(default=None, sa_type=BigInteger)
    window: str | None = Field(default=None, max_length=10)
    observed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    snapshot_id: int | None = None
