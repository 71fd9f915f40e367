"""Public shapes of the event log."""

from typing import Any

from pydantic import Field

from app.models.event import OWNER_TYPES, PUBLIC_TYPES
from app.models.values import Count, Instant, Shape
from app.wording import as_code


class Event(Shape):
    """Something that happened. New types and members may be added at any time."""

    id: str = Field(
        description="Its identifier, the same in every delivery.",
        pattern=r"^evt_[0-9a-z]+$",
        examples=["evt_5b0f3c1d9a7e42680f1c3d5e"],
    )
    sequence: Count = Field(
        description="Its place among the events that you may see: 1, 2, 3 and so on, without gaps."
    )
    type: str = Field(
        description=f"What happened. Everyone sees {as_code(PUBLIC_TYPES)}; with `drafts:read` "
        f"you also see {as_code(OWNER_TYPES)}.",
        pattern=r"^[a-z]+\.[a-z]+$",
        examples=["issue.published"],
    )
    timestamp: Instant = Field(description="When it happened.")
    data: dict[str, Any] = Field(
        description="What it concerns, by type. Events of issues have `issue` (a reference). Those "
        "of issues in print add `revision`, `etag`, `html` and `first` (never in print before); "
        "`issue.updated` and `issue.corrected` add `changed` (JSON pointers, at most 50), and "
        "`issue.corrected` adds `correction`. `trending.updated` has `source`, `kind`, "
        "`snapshot_id`, `observed_at` and `url`."
    )


class EventLogPlace(Shape):
    """The position of a page in the event log."""

    limit: int = Field(ge=1, le=100, description="Maximum number of events on the page.")
    next_cursor: str = Field(
        description="The `after` of the next request, also if there are no more events yet."
    )
    has_more: bool = Field(description="Whether there are more events already.")
    truncated: bool = Field(
        description="Whether events after your cursor are no longer kept; read all state again."
    )


class EventLog(Shape):
    """Events in the order in which they happened."""

    data: list[Event] = Field(description="Events, oldest first.")
    page: EventLogPlace
