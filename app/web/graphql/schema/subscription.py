"""The subscription type; `transport/subscription_source.py` has the events."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from app.web.graphql.types.event import Event
from app.web.graphql.types.fields import argument
from app.web.graphql.types.issue import Issue
from app.web.graphql.types.subject import TrendingUpdate


def _event(
    root: Mapping[str, Any],
    after: Annotated[
        str | None,
        argument(
            "The `cursor` of an event, to resume behind it, or `next_cursor` of "
            "`GET /v1/events`. By default, only what happens from now on."
        ),
    ] = UNSET,
    types: Annotated[
        list[str] | None,
        argument(
            "Only these types, such as `issue.published`; `issue.*` stands for all "
            "that begin `issue.`."
        ),
    ] = UNSET,
) -> Any:
    """Return the event that the transport has read for these arguments."""
    return root["events"]


@strawberry.type(description="Events, sent as they happen.")
class Subscription:
    """The value of each field is the event."""

    issue_published: Issue = strawberry.field(
        description="An issue was published, at once or by its schedule; a new revision of an "
        "issue in print is no event. Every subscriber gets what the public sees."
    )
    trending_updated: TrendingUpdate = strawberry.field(
        description="The boards of a source and kind were updated; a sync that failed is no event."
    )
    events: Event = strawberry.field(
        resolver=_event,
        graphql_type=Event,
        description="The event log from a place on. Without `drafts:read` you see the public "
        "types alone.",
    )
