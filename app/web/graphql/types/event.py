"""Events of the log."""

from datetime import datetime

import strawberry

from app.web.graphql.types.fields import described
from app.web.graphql.types.scalars import Count, Json


@strawberry.type(description="Something that happened, as `GET /v1/events` shows it.")
class Event:
    """An event, with the cursor to resume behind it."""

    id: strawberry.ID = described("Its identifier, the same in every delivery.")
    sequence: Count = described(
        "Its place among the events that you may see: 1, 2, 3 and so on, without gaps."
    )
    type: str = described("What happened, such as `issue.published`.")
    timestamp: datetime = described("When it happened.")
    data: Json = described("What it concerns; its members, named as in REST, depend on `type`.")
    cursor: str = described("The `after` with which to resume behind this event.")
