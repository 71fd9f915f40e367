"""What REST answers of trends and of sync runs, as public shapes."""

from typing import Literal

from pydantic import Field

from app.content.blocks.trending import PrintedEntry
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
from app.web.rest.shapes import InPrint, PageInfo


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


class EntryNote(Shape):
    """What else is to be said of an entry, which itself can be posted as it is."""

    external_id: ExternalId = Field(description="The entry it is about.")
    streak_days: PositiveInteger = Field(description="Days in a row on this board.")
    is_newcomer: bool = Field(description="It is here for the first time.")
    has_returned: bool = Field(description="It was here before, and not the last time.")
    is_burst: bool = Field(description="Nearly all of its gain came between two looks.")


class BoardPage(Shape):
    """A part of a board, in its order."""

    data: list[PrintedEntry] = Field(description="Entries as of `board.observed_at`.")
    page: PageInfo
    board: BoardShape
    notes: list[EntryNote] = Field(description="One for each entry, in the same order.")


class BoardWithEntries(Shape):
    """A board and its first entries."""

    board: BoardShape
    entries: list[PrintedEntry] = Field(description="The first of them.")


class Boards(Shape):
    """Every board of a window."""

    data: list[BoardWithEntries] = Field(description="By source and kind.")


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
    status: Literal["active", "gone"] = Field(description="`gone`: it is not found any more.")
    first_seen_at: Instant = Field(description="When it was first seen here.")
    names: list[SubjectName] = Field(description="Its names, oldest first.")
    latest: ObservationShape = Field(description="What was seen last.")
    history: list[ObservationShape] = Field(description="Oldest first, 1,000 at most.")
    appearances: list[Appearance] = Field(description="Newest issue first, 100 at most.")


class SourceHealth(Shape):
    """How a source does."""

    name: SourceName = Field(description="The source.")
    status: Literal["ok", "degraded", "down", "never"] = Field(
        description="By its last run: whole, in part, failed; or it was never asked."
    )
    last_success_at: Instant | None = Field(description="When it last answered, if in part.")
    last_run_at: Instant | None = Field(description="When it was last asked.")
    age_seconds: SmallCount | None = Field(description="Since `last_success_at`.")
    subjects: SmallCount = Field(description="Subjects that are watched.")
    skipped: SmallCount = Field(description="Rows that were not believed in the last run.")
    reason: str | None = Field(description="Why it is not `ok`.")


class SourceHealthPage(Shape):
    """Every source."""

    data: list[SourceHealth] = Field(description="In the order of their names' list.")
    page: PageInfo


class RunSource(Shape):
    """How one source fared in a run."""

    name: SourceName = Field(description="The source.")
    status: Literal["running", "complete", "partial", "failed"] = Field(
        description="Whether everything asked for came, and was believed."
    )
    requests: SmallCount = Field(description="Requests that were sent.")
    observations: SmallCount = Field(description="Subjects seen.")
    skipped: SmallCount = Field(description="Rows that were not believed.")
    bytes: Count = Field(description="Bytes of bodies, as they came.")
    reason: str | None = Field(description="Why it is not `complete`.")


class SyncRunShape(Shape):
    """One round of asking the sources."""

    id: PositiveInteger = Field(description="Its number.")
    status: Literal["running", "complete", "partial", "failed"] = Field(
        description="By the statuses of its sources."
    )
    started_at: Instant = Field(description="When it began.")
    finished_at: Instant | None = Field(description="When it ended; null while it runs.")
    sources: list[RunSource] = Field(description="One for each source that was asked.")


class SyncRunPage(Shape):
    """A page of runs, newest first."""

    data: list[SyncRunShape] = Field(description="Runs.")
    page: PageInfo


class SyncRunInput(Shape):
    """Which sources to ask."""

    sources: list[SourceName] | None = Field(
        default=None, min_length=1, max_length=10, description="All of them by default."
    )
