"""What REST answers of trends and of sync runs, as public shapes."""

from typing import Literal

from pydantic import Field

from app.content.blocks.trending import PrintedEntry
from app.content.trends.shapes import BoardShape, EntryNote
from app.models.values import (
    Count,
    EntryKind,
    ExternalId,
    Instant,
    PositiveInteger,
    Shape,
    SmallCount,
    SourceName,
)
from app.web.rest.shapes import PageInfo


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
    notes: list[EntryNote] = Field(description="One for each entry, in the same order.")


class Boards(Shape):
    """Every board of a window."""

    data: list[BoardWithEntries] = Field(description="By source and kind.")


class BoardChange(Shape):
    """What entered a board and what left it since the day before."""

    board: BoardShape
    previous: BoardShape | None = Field(
        description="The last board of an earlier day; null where there is none to compare with."
    )
    entered: list[PrintedEntry] = Field(description="What is on the board and was not, by rank.")
    entered_notes: list[EntryNote] = Field(
        description="One for each of `entered`: whether it is new or has come back."
    )
    left: list[PrintedEntry] = Field(
        description="What was on the board before and is not, with the numbers of that day."
    )


class BoardChanges(Shape):
    """The changes of every board that was asked for."""

    data: list[BoardChange] = Field(description="By source and kind.")


class SourceHealth(Shape):
    """How a source does."""

    name: SourceName = Field(description="The source.")
    status: Literal["ok", "degraded", "down", "never"] = Field(
        description="By its last run: whole, in part, failed; or it was never asked. With no "
        "success for 36 hours it is `degraded`, for a week `down`."
    )
    last_success_at: Instant | None = Field(description="When it last answered, if in part.")
    last_run_at: Instant | None = Field(description="When it was last asked.")
    age_seconds: SmallCount | None = Field(description="Since `last_success_at`.")
    subjects: SmallCount = Field(description="Subjects that are watched.")
    skipped: SmallCount = Field(description="Rows that were not believed in the last run.")
    refused: SmallCount = Field(description="Subjects whose status is `refused`.")
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
    refused: SmallCount = Field(description="Known subjects that the source did not show to us.")
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


class WatchShape(Shape):
    """An entry of the watch list."""

    id: PositiveInteger = Field(description="Its number.")
    source: SourceName = Field(description="Where the thing lives.")
    kind: EntryKind = Field(description="What it is.")
    external_id: ExternalId = Field(description="Its name, as it was given.")
    subject: ExternalId | None = Field(
        description="The present name of the subject it led to; null until a sync run found it."
    )
    created_at: Instant = Field(description="When it was added.")
    asked_at: Instant | None = Field(description="When its name was last asked for.")
    reason: str | None = Field(description="Why it was not found then, such as `not_found`.")


class WatchPage(Shape):
    """A page of the watch list, newest first."""

    data: list[WatchShape] = Field(description="Entries.")
    page: PageInfo
