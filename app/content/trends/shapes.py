"""Public shapes of boards and subjects, shared by REST and GraphQL."""

from typing import Literal

from pydantic import Field

from app.content.shapes import InPrint
from app.models.board import GainBasis
from app.models.subject import SubjectStatus
from app.models.values import (
    Count,
    EntryKind,
    ExternalId,
    FiniteNumber,
    Instant,
    IssueDate,
    PositiveInteger,
    Shape,
    ShortText,
    SmallCount,
    SourceName,
    Summary,
    Title,
    Url,
    Window,
)


class BoardFilterShape(Shape):
    """Which entries of a board were asked for; null asks for any."""

    task: str | None = Field(description="What its entries are for.")
    language: str | None = Field(description="What its entries are mostly written in.")
    topic: str | None = Field(description="A topic or tag of its entries.")
    licence: str | None = Field(description="The licence of its entries.")
    owner: str | None = Field(description="The owner of its entries.")
    copies: Literal["shown", "folded"] = Field(
        description="Whether re-packed copies stand for themselves or with their base model."
    )
    places: SmallCount = Field(description="How many entries of the whole board were looked at.")


class BoardShape(Shape):
    """What a board is: of when, compared with what, and how far it is to be trusted."""

    source: SourceName | None = Field(description="Whose numbers; null across sources.")
    kind: EntryKind | None = Field(description="What is compared; null across kinds.")
    window: Window = Field(description="How far back the comparison looks.")
    date: IssueDate | None = Field(description="The UTC day of `observed_at`.")
    span_days: FiniteNumber | None = Field(
        description="The true distance of the two snapshots compared, in days."
    )
    observed_at: Instant | None = Field(description="When the numbers were read.")
    snapshot_id: PositiveInteger | None = Field(description="The snapshot that they stand in.")
    baseline_snapshot_id: PositiveInteger | None = Field(
        description="The snapshot compared with; null where the source's own history was."
    )
    tracked: SmallCount = Field(description="How many subjects could be compared.")
    method: str = Field(description="The versioned name of the formula.")
    status: Literal["ok", "partial", "stale", "withheld"] = Field(
        description="Whether it is whole, lacks subjects, is of an earlier day, or is not shown."
    )
    reason: str | None = Field(description="Why it is not `ok`.")
    filter: BoardFilterShape | None = Field(
        description="What was asked of the entries; everything else here is of the whole board."
    )


class ScorePartsShape(Shape):
    """What a score is made of: gain / sqrt(size + smoothing) * boost."""

    gain: Count = Field(description="Stars, likes or upvotes gained over the window.")
    size: Count = Field(description="The counter at the baseline; 0 where there was none.")
    smoothing: SmallCount = Field(description="Added to the size, by kind: few of few are no rise.")
    boost: FiniteNumber = Field(
        description="How the pace compares with the window before, 0.5 to 2; 1 where unknown."
    )


class EntryNote(Shape):
    """What else is to be said of an entry, which itself can be posted as it is."""

    external_id: ExternalId = Field(description="The entry it is about.")
    streak_days: PositiveInteger = Field(description="Days in a row on this board.")
    is_newcomer: bool = Field(description="It is here for the first time.")
    has_returned: bool = Field(description="It was here before, and not the last time.")
    is_burst: bool = Field(description="Nearly all of its gain came between two looks.")
    basis: GainBasis = Field(
        description="What its gain is known from: our own observations; having been created since "
        "the baseline; or, for what is new to us, the source's trending score or star history."
    )
    parts: ScorePartsShape | None = Field(
        description="What its score is made of; null on mover lists, and where it cannot be told."
    )
    base_model: ExternalId | None = Field(description="The model that it is a re-packed copy of.")
    copies: list[ExternalId] = Field(
        description="With `copies=folded`: what is folded into this entry, 20 at most."
    )


class RankedSubject(Shape):
    """A subject of a board, and where it stood on each day."""

    external_id: ExternalId = Field(description="Its name on the newest of the days.")
    name: Title = Field(description="How it is shown.")
    url: Url = Field(description="Its page upstream.")
    ranks: list[PositiveInteger | None] = Field(
        description="Its rank on each of `dates`; null where it was not on the board."
    )


class BoardHistoryShape(Shape):
    """A board over time: the ranks of its present leaders, day by day."""

    board: BoardShape = Field(description="The newest of the boards.")
    dates: list[IssueDate] = Field(
        description="The UTC days that have a board, oldest first; others were not observed."
    )
    subjects: list[RankedSubject] = Field(description="The first of the newest board, in order.")


class SubjectName(Shape):
    """A name that a subject bore."""

    external_id: ExternalId = Field(description="The name.")
    from_: Instant = Field(alias="from", description="When it was first seen under it.")
    to: Instant | None = Field(description="When it was first seen under another; null: now.")


class ObservationShape(Shape):
    """The counters of a subject as they were seen."""

    observed_at: Instant = Field(description="When they were read.")
    snapshot_id: PositiveInteger = Field(description="The snapshot that they stand in.")
    stars: Count | None = Field(description="Stars.")
    likes: Count | None = Field(description="Likes; of a paper its upvotes.")
    downloads: Count | None = Field(description="Downloads of the 30 days before.")
    forks: Count | None = Field(description="Forks.")
    score: FiniteNumber | None = Field(description="On the week board of that snapshot.")
    rank: PositiveInteger | None = Field(description="On the week board of that snapshot.")


class Appearance(InPrint):
    """Where a subject was printed."""

    rank: PositiveInteger = Field(description="Its printed rank.")


class SubjectShape(Shape):
    """A model, dataset, space, paper or repository, and all that was seen of it."""

    source: SourceName = Field(description="Where it lives.")
    kind: EntryKind = Field(description="What it is.")
    external_id: ExternalId = Field(description="Its present name.")
    upstream_id: str = Field(description="The source's own identity, which survives renames.")
    name: Title = Field(description="How it is shown.")
    url: Url = Field(description="Its page upstream.")
    summary: Summary | None = Field(description="What it is, in its own words.")
    task: ShortText | None = Field(description="What a model is for.")
    language: ShortText | None = Field(description="What a repository is mostly written in.")
    status: SubjectStatus = Field(
        description="`refused`: the source does not show it to us; `archived` and `disabled`: as "
        "the source says; `gone`: it was asked for on two days and is not there. What is not "
        "`active` stands on no board."
    )
    status_since: Instant = Field(description="When `status` became what it is.")
    first_seen_at: Instant = Field(description="When it was first seen here.")
    names: list[SubjectName] = Field(description="Its names, oldest first.")
    latest: ObservationShape = Field(description="What was seen last.")
    history: list[ObservationShape] = Field(description="Oldest first, 1,000 at most.")
    appearances: list[Appearance] = Field(description="Newest issue first, 100 at most.")
