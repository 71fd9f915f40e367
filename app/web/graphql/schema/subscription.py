"""The subscription type; `transport/subscription_source.py` has the events."""

import strawberry

from app.web.graphql.types.issue import Issue
from app.web.graphql.types.subject import TrendingUpdate


@strawberry.type(description="What can be followed as it happens.")
class Subscription:
    """The value of each field is the event."""

    issue_published: Issue = strawberry.field(
        description="An issue that has just come into print, by hand or by its schedule; not a new "
        "revision of one that is in print. Everybody is told of what the public sees."
    )
    trending_updated: TrendingUpdate = strawberry.field(
        description="A source has just been looked at, so that its boards of a kind are new; a "
        "look that failed is not told."
    )
