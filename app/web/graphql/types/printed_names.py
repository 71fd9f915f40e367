"""Names in print: the categories of tools, and the bylines of stories."""

from datetime import date as CalendarDate

import strawberry

from app.web.graphql.types.connections import Connection
from app.web.graphql.types.fields import described


@strawberry.type(description="A category of tools in print.")
class ToolCategory:
    """What `tools(category:)` takes."""

    name: str = described("The category, as `tools(category:)` takes it.")
    count: int = described("Number of tools in print that have it.")
    last_printed_on: CalendarDate = described("The date of the newest issue with such a tool.")


@strawberry.type(description="Who wrote a story in print.")
class Byline:
    """What `sections(byline:)` takes."""

    name: str = described("The byline as printed, as `sections(byline:)` takes it.")
    count: int = described("Number of stories in print that have it.")
    last_printed_on: CalendarDate = described("The date of the newest issue with such a story.")


ToolCategoryConnection = Connection[ToolCategory]
BylineConnection = Connection[Byline]
