"""The root of following: what is told as it happens. How it is carried out stands elsewhere."""

import strawberry

from app.web.graphql.types import types


@strawberry.type(description="What can be followed as it happens.")
class Subscription:
    """The fields below; the value of each is the event that is being told."""

    issue_published: types.Issue = strawberry.field(
        description="An issue that has just come into print, by hand or by its schedule; not a new "
        "revision of one that is in print. Everybody is told of what the public sees."
    )
    trending_updated: types.TrendingUpdate = strawberry.field(
        description="A source has just been looked at, so that its boards of a kind are new; a "
        "look that failed is not told."
    )
