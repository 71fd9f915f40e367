"""Public shapes that REST and GraphQL share: issues, references to them, and problems."""

from typing import Literal

from pydantic import Field

from app.content.blocks.registry import AnySection
from app.content.documents import MAX_SECTIONS, Dateline
from app.models.correction import MAX_CHANGES, ChangeShape, CorrectionShape
from app.models.provenance import Provenance
from app.models.values import (
    Instant,
    IssueDate,
    PositiveInteger,
    Shape,
    Slug,
    Summary,
    Title,
    Url,
)


class IssueLinks(Shape):
    """Absolute addresses of an issue and of its neighbours in print."""

    self: Url = Field(description="This issue as JSON.")
    html: Url = Field(description="Its page.")
    markdown: Url = Field(description="The same as Markdown.")
    previous: Url | None = Field(description="The issue before it in print; null at the first.")
    next: Url | None = Field(description="The issue after it in print; null at the latest.")


class IssueIdentity(Shape):
    """What an issue says of itself."""

    number: PositiveInteger = Field(description="Its number, unique.")
    date: IssueDate = Field(description="Its day, unique: one issue a day.")
    slug: Slug = Field(description="Its name in an address, unique.")
    title: Title | None = Field(description="Its title; the lead's headline by default.")
    summary: Summary | None = Field(description="Its summary; the lead's standfirst by default.")
    dateline: Dateline | None = Field(description="Where it was written.")
    provenance: Provenance | None = Field(
        description="Who or what wrote it; a section's own takes precedence."
    )


class IssueState(Shape):
    """Where an issue stands."""

    corrections: list[CorrectionShape] = Field(
        description="What was corrected after it was printed, newest first."
    )
    status: Literal["draft", "scheduled", "published"] = Field(description="Where it stands.")
    revision: PositiveInteger = Field(
        description="The revision shown; grows by one with every saved change."
    )
    published_revision: PositiveInteger | None = Field(
        default=None,
        description="The revision in print or pinned for it; shown with `drafts:read` only.",
    )
    publish_at: Instant | None = Field(description="When it will appear, while it is scheduled.")
    published_at: Instant | None = Field(description="When it first came into print; stays.")
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When the revision shown was saved.")
    links: IssueLinks = Field(description="Where to go from here.")


class IssueSummary(IssueState, IssueIdentity):
    """An issue in a list: all of it but its sections."""


class _Sections(Shape):
    sections: list[AnySection] = Field(
        max_length=MAX_SECTIONS,
        description="The blocks of the paper, in print order, each typed by its `kind`.",
    )


class IssueDocument(IssueState, _Sections, IssueIdentity):
    """A whole issue: everything a front end needs, in one call."""


class _Saved(Shape):
    revision: PositiveInteger = Field(description="Its number within the issue.")
    created_at: Instant = Field(description="When it was saved.")
    created_by: str = Field(description="The prefix of the key that saved it, or `cli`.")


class RevisionSummary(_Saved, IssueIdentity):
    """A revision in a list: all of it but its sections."""


class RevisionDocument(_Saved, _Sections, IssueIdentity):
    """A revision, whole and unchangeable."""


class RevisionDiff(Shape):
    """What differs between two revisions."""

    from_: PositiveInteger = Field(alias="from", description="The earlier revision.")
    to: PositiveInteger = Field(description="The later revision.")
    changes: list[ChangeShape] = Field(
        max_length=MAX_CHANGES, description="What differs, in the order of the document."
    )


class _Printed(Shape):
    printing: PositiveInteger = Field(description="Counts the printings of the issue from 1.")
    revision: PositiveInteger = Field(description="The revision that was in print.")
    from_: Instant = Field(alias="from", description="When it came into print.")
    until: Instant | None = Field(
        description="When it was replaced or withdrawn; null while it is in print."
    )


class PrintingSummary(_Printed, IssueIdentity):
    """A printing in a list: all of it but its sections."""


class PrintingDocument(_Printed, _Sections, IssueIdentity):
    """A printing, as it was."""


class IssueReference(Shape):
    """How something in print names its issue."""

    number: PositiveInteger = Field(description="Its number.")
    date: IssueDate = Field(description="Its day.")
    slug: Slug = Field(description="Its name in an address.")
    title: Title | None = Field(description="Its title.")
    url: Url = Field(description="The issue as JSON.")


class InPrint(Shape):
    """Where something in print stands."""

    issue: IssueReference = Field(description="The issue that printed it.")
    section: Slug = Field(description="The slug of its section in that issue.")


class CorrectionInPrint(CorrectionShape):
    """A correction, and the issue that it corrected."""

    issue: IssueReference = Field(description="The issue that was corrected.")


class Problem(Shape):
    """What went wrong, and what would be right (RFC 9457)."""

    type: Url = Field(description="The page that explains this code.")
    title: str = Field(description="The code in words.")
    status: int = Field(ge=400, le=599, description="The HTTP status.")
    detail: str = Field(description="What was wrong with this request.")
    instance: str | None = Field(default=None, description="The path that was asked for.")
    code: str = Field(pattern=r"^[a-z_]+$", description="The stable code: decide by this one.")
    request_id: str | None = Field(default=None, description="What our log calls the request.")
    trace_id: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{32}$",
        description="The trace of the request: ours, or that of the `traceparent` it came with.",
    )
    errors: list["ProblemError"] | None = Field(
        default=None, description="Each place that needs attention, at most 100."
    )


class ProblemError(Shape):
    """One thing wrong, and where: in the body (`pointer`) or in a parameter (`parameter`)."""

    pointer: str | None = Field(default=None, description="RFC 6901 pointer into the body.")
    parameter: str | None = Field(default=None, description="Name of the parameter or header.")
    code: str = Field(pattern=r"^[a-z0-9_]+$", description="The stable code of the fault.")
    detail: str = Field(description="What would be right.")
