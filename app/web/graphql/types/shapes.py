"""Output types of the public shapes that REST has too, each built from its one declaration."""

import strawberry

from app.content.blocks.story import ReadMetrics
from app.content.blocks.trending import PrintedEntry
from app.content.documents import Dateline as DatelineShape
from app.content.facts.brief.shapes import BriefShape, FactShape, SourceCoverage
from app.content.facts.shapes import ClaimShape, EditorWarning as EditorWarningShape
from app.content.publication import Publication as PublicationShape, Rubric
from app.content.shapes import IssueLinks as IssueLinksShape
from app.content.trends.shapes import (
    BoardFilterShape,
    BoardHistoryShape,
    BoardShape,
    EntryNote as EntryNoteShape,
    ObservationShape,
    ScorePartsShape,
)
from app.models.correction import ChangeShape, CorrectionShape
from app.models.provenance import Provenance as ProvenanceShape
from app.models.reading import ReadingItemShape
from app.models.tool import ToolShape
from app.web.graphql.types.builder import Builder, Member
from app.web.graphql.types.enums import SectionKind, Source
from app.web.graphql.types.fields import READ, described, lazy_issue, lazy_subject, list_of
from app.web.graphql.types.scalars import Value

SECTION_IN_ISSUE = "The slug of its section in that issue."
PRINTING_ISSUE = "The issue that printed it."

_IN_PRINT: dict[str, Member] = {
    "issue": (lazy_issue(), described(PRINTING_ISSUE)),
    "section": (str, described(SECTION_IN_ISSUE)),
}
_MAYBE_IN_PRINT: dict[str, Member] = {
    "issue": (
        lazy_issue() | None,
        described("The issue that printed it; null on a board of today."),
    ),
    "section": (str | None, described(SECTION_IN_ISSUE)),
    "subject": (
        lazy_subject() | None,
        strawberry.field(
            description="What it is of; null if it was never observed.", metadata={READ: True}
        ),
    ),
}

BUILDER = Builder(
    names={
        CorrectionShape: "Correction",
        ReadMetrics: "Metrics",
        PrintedEntry: "TrendingEntry",
        ReadingItemShape: "ReadingItem",
        ToolShape: "Tool",
        BoardShape: "Board",
        BoardFilterShape: "BoardFilter",
        BoardHistoryShape: "BoardHistory",
        ScorePartsShape: "ScoreParts",
        ObservationShape: "Observation",
        FactShape: "Fact",
        ClaimShape: "Claim",
    },
    extra={
        ToolShape: _IN_PRINT,
        ReadingItemShape: _IN_PRINT,
        PrintedEntry: _MAYBE_IN_PRINT,
        CorrectionShape: {"issue": (lazy_issue(), described("The issue that was corrected."))},
        SourceCoverage: {"source": (Source, described("The source."))},
        Rubric: {"kind": (SectionKind, described("The kind of section."))},
    },
)

BUILDER.made[ChangeShape] = BUILDER.make(
    "Change",
    {
        **BUILDER.members_of(ChangeShape, without=("before", "after")),
        **{
            name: (Value | None, described(ChangeShape.model_fields[name].description or ""))
            for name in ("before", "after")
        },
    },
    description=ChangeShape.__doc__ or "",
)

Correction = BUILDER.type_of(CorrectionShape)
Claim = BUILDER.type_of(ClaimShape)
EditorWarning = BUILDER.type_of(EditorWarningShape)
Tool = BUILDER.type_of(ToolShape)
TrendingEntry = BUILDER.type_of(PrintedEntry)
ReadingItem = BUILDER.type_of(ReadingItemShape)
Publication = BUILDER.type_of(PublicationShape)
Dateline = BUILDER.type_of(DatelineShape)
Provenance = BUILDER.type_of(ProvenanceShape)
IssueLinks = BUILDER.type_of(IssueLinksShape)
Board = BUILDER.type_of(BoardShape)
BoardHistory = BUILDER.type_of(BoardHistoryShape)
EntryNote = BUILDER.type_of(EntryNoteShape)
Observation = BUILDER.type_of(ObservationShape)
Brief = BUILDER.make(
    "Brief",
    {
        **BUILDER.members_of(BriefShape, without=("coverage",)),
        "coverage": (
            list_of(BUILDER.type_of(SourceCoverage)),
            described("How far the boards of each source can be relied on."),
        ),
    },
    description=BriefShape.__doc__ or "",
)
