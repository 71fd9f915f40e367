"""The subscription type; `transport/subscription_source.py` has the events."""

import strawberry

from app.web.graphql.types.issue import Issue
from app.web.graphql.types.subject import TrendingUpdate


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
