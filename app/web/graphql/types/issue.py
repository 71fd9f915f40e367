"""Issues and their sections.

Values are the members of documents, so a field is a look-up by its name; `sources.py` adds what
documents lack (ids, short cuts, the way back to the issue).
"""

from datetime import date as CalendarDate, datetime
from typing import Any

import strawberry

from app.content.blocks.base import SectionOutput
from app.content.blocks.registry import BLOCKS
from app.content.shapes import IssueDocument
from app.web.graphql.types.enums import IssueStatus, SectionKind
from app.web.graphql.types.fields import (
    Value,
    described,
    lazy_issue,
    list_of,
    pure_field,
    type_name,
)
from app.web.graphql.types.pure_fields import next_of, previous_of, sections_of, trending_of
from app.web.graphql.types.shapes import (
    BUILDER,
    PRINTING_ISSUE,
    Claim,
    Correction,
    Dateline,
    IssueLinks,
    Provenance,
    ReadingItem,
    Tool,
    TrendingEntry,
)


def _as_in(shape: Any, member: str, type_: Any = None) -> Any:
    """Declare a field with the description that it has in a public shape."""
    return described(shape.model_fields[member].description, type_)


@strawberry.interface(description="An object that can be queried by its id.")
class Node:
    """An object with an id of its own."""

    id: strawberry.ID = described("An opaque, permanent id.")

    resolve_type = staticmethod(type_name)

    @staticmethod
    def is_type_of(value: Value, info: object) -> bool:
        """Accept any value: resolvers return no others, and documents are no instances."""
        return True


@strawberry.interface(description="A block of the paper; what it holds depends on its kind.")
class Section(Node):
    """What the sections of every kind have."""

    kind: SectionKind = described("What kind of section it is.")
    slug: str = _as_in(SectionOutput, "slug")
    heading: str = _as_in(SectionOutput, "heading")
    standfirst: str | None = _as_in(SectionOutput, "standfirst")
    provenance: Value | None = _as_in(SectionOutput, "provenance", Provenance | None)
    issue: Value = described(PRINTING_ISSUE, lazy_issue())


SECTION_TYPES = {
    shape.__name__: BUILDER.make(
        shape.__name__,
        BUILDER.members_of(shape, without=("kind", "slug", "heading", "standfirst", "provenance")),
        description=shape.__doc__ or "",
        bases=(Section,),
    )
    for shape in (block.output for block in BLOCKS)
}
"""The type of each family of kinds, by its name."""

TYPE_OF_KIND = {kind: block.output.__name__ for block in BLOCKS for kind in block.kinds}
"""The name of the type of sections of a kind."""


@strawberry.type(description="A whole issue of the paper.")
class Issue(Node):
    """An issue as its document has it, with its neighbours."""

    number: int = _as_in(IssueDocument, "number")
    date: CalendarDate = _as_in(IssueDocument, "date")
    slug: str = _as_in(IssueDocument, "slug")
    title: str | None = _as_in(IssueDocument, "title")
    summary: str | None = _as_in(IssueDocument, "summary")
    dateline: Value | None = _as_in(IssueDocument, "dateline", Dateline | None)
    provenance: Value | None = _as_in(IssueDocument, "provenance", Provenance | None)
    corrections: list[Value] = _as_in(IssueDocument, "corrections", list_of(Correction))
    status: IssueStatus = _as_in(IssueDocument, "status")
    revision: int = _as_in(IssueDocument, "revision")
    published_revision: int | None = _as_in(IssueDocument, "published_revision")
    publish_at: datetime | None = _as_in(IssueDocument, "publish_at")
    published_at: datetime | None = _as_in(IssueDocument, "published_at")
    created_at: datetime = _as_in(IssueDocument, "created_at")
    updated_at: datetime = _as_in(IssueDocument, "updated_at")
    links: Value = _as_in(IssueDocument, "links", IssueLinks)
    url: str = described("The issue as JSON.")
    sections: list[Value] = pure_field(sections_of, list[Section], "Its sections, in print order.")
    lead: Value | None = described(
        "Its lead story; null in a draft that has none yet.", SECTION_TYPES["StorySection"] | None
    )
    tools: list[Value] = described("Its tools of the week.", list_of(Tool))
    trending: list[Value] = pure_field(trending_of, list_of(TrendingEntry), "What is trending.")
    movers: list[Value] = described("The biggest movers.", list_of(TrendingEntry))
    reading: list[Value] = described("Weekend reading.", list_of(ReadingItem))
    claims: list[Value] = described(
        "Its figures, compared with what was observed before it was printed.", list_of(Claim)
    )
    previous: Value | None = pure_field(
        previous_of, lazy_issue() | None, "The issue before it in print."
    )
    next: Value | None = pure_field(next_of, lazy_issue() | None, "The issue after it in print.")
