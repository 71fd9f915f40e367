"""Public shapes of REST for boards, sync runs and the watch list."""

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
    """A page of a board, by rank."""

    data: list[PrintedEntry] = Field(description="Entries as of `board.observed_at`.")
    page: PageInfo
    board: BoardShape
    notes: list[EntryNote] = Field(description="One for each entry, in the same order.")


class BoardWithEntries(Shape):
    """A board and its first entries."""

    board: BoardShape
    entries: list[PrintedEntry] = Field(description="Its first entries.")
    notes: list[EntryNote] = Field(description="One for each entry, in the same order.")


class Boards(Shape):
    """Every board of a window."""

    data: list[BoardWithEntries] = Field(description="By source and kind.")


class BoardChange(Shape):
    """The subjects that entered and left a board since the day before."""

    board: BoardShape
    previous: BoardShape | None = Field(
        description="The last board of an earlier day; null where there is none to compare with."
    )
    entered: list[PrintedEntry] = Field(description="Entries that are new on the board, by rank.")
    entered_notes: list[EntryNote] = Field(
        description="One for each of `entered`: whether it is new or has come back."
    )
    left: list[PrintedEntry] = Field(
        description="Entries that left the board, with the numbers of the earlier day."
    )


class BoardChanges(Shape):
    """The changes of every requested board."""

    data: list[BoardChange] = Field(description="By source and kind.")


class SourceHealth(Shape):
    """The health of a source."""

    name: SourceName = Field(description="The source.")
    status: Literal["ok", "degraded", "down", "never"] = Field(
        description="By its last run: whole, in part, failed; or it was never asked. With no "
        "success for 36 hours it is `degraded`, for a week `down`."
    )
    last_success_at: Instant | None = Field(
        description="When a run last succeeded, at least in part."
    )
    last_run_at: Instant | None = Field(description="When it was last part of a run.")
    age_seconds: SmallCount | None = Field(description="Since `last_success_at`.")
    subjects: SmallCount = Field(description="Number of subjects that are observed.")
    skipped: SmallCount = Field(description="Rows that the last run rejected as implausible.")
    refused: SmallCount = Field(description="Subjects whose status is `refused`.")
    reason: str | None = Field(description="Why the status is not `ok`.")


class SourceHealthPage(Shape):
    """Every source."""

    data: list[SourceHealth] = Field(description="In the order of the list of sources.")
    page: PageInfo


class RunSource(Shape):
    """One source in a run."""

    name: SourceName = Field(description="The source.")
    status: Literal["running", "complete", "partial", "failed"] = Field(
        description="`complete` if every request succeeded and no row was rejected."
    )
    requests: SmallCount = Field(description="Requests that were sent.")
    observations: SmallCount = Field(description="Subjects seen.")
    skipped: SmallCount = Field(description="Rows that were rejected as implausible.")
    refused: SmallCount = Field(description="Known subjects that the source did not show to us.")
    bytes: Count = Field(description="Bytes of response bodies, as transferred.")
    reason: str | None = Field(description="Why the status is not `complete`.")


class SyncRunShape(Shape):
    """One sync run."""

    id: PositiveInteger = Field(description="Its number.")
    status: Literal["running", "complete", "partial", "failed"] = Field(
        description="By the statuses of its sources."
    )
    started_at: Instant = Field(description="When it began.")
    finished_at: Instant | None = Field(description="When it ended; null while it is running.")
    sources: list[RunSource] = Field(description="One for each source of the run.")


class SyncRunPage(Shape):
    """A page of runs, newest first."""

    data: list[SyncRunShape] = Field(description="Runs.")
    page: PageInfo


class SyncRunInput(Shape):
    """The sources of a run."""

    sources: list[SourceName] | None = Field(
        default=None, min_length=1, max_length=10, description="Default: all sources."
    )


class WatchShape(Shape):
    """An entry of the watch list."""

    id: PositiveInteger = Field(description="Its number.")
    source: SourceName = Field(description="The source of the subject.")
    kind: EntryKind = Field(description="What it is.")
    external_id: ExternalId = Field(description="Its name, as it was added.")
    subject: ExternalId | None = Field(
        description="The current name of the subject; null until a sync run finds it."
    )
    created_at: Instant = Field(description="When it was added.")
    asked_at: Instant | None = Field(description="When a sync run last looked it up.")
    reason: str | None = Field(description="Why that look-up failed, such as `not_found`.")


class WatchPage(Shape):
    """A page of the watch list, newest first."""

    data: list[WatchShape] = Field(description="Entries.")
    page: PageInfo
