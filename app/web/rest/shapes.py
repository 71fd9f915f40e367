"""Public shapes of REST beside issues: pages, keys, limits and validation results."""

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, Union

from pydantic import Field, create_model

from app.content.access import Scope
from app.content.blocks.base import SectionOutput
from app.content.blocks.registry import BLOCKS
from app.content.blocks.trending import PrintedEntry
from app.content.facts.shapes import EditorWarning
from app.content.queries.search_facets import Facet
from app.content.search.shapes import Completion, SearchHit
from app.content.shapes import (
    CorrectionInPrint,
    InPrint,
    IssueDocument,
    IssueSummary,
    PrintingSummary,
    RevisionSummary,
)
from app.models.reading import ReadingItemShape
from app.models.tool import ToolShape
from app.models.values import (
    Instant,
    Shape,
    SmallCount,
    Url,
)


class PageInfo(Shape):
    """The position of a page in its collection."""

    limit: int = Field(ge=1, le=100, description="Maximum number of items on the page.")
    next_cursor: str | None = Field(description="The `cursor` of the next page; null on the last.")
    has_more: bool = Field(description="Whether there is a next page.")
    total: SmallCount = Field(description="Number of items on all pages.")


class SearchPageInfo(PageInfo):
    """The position of a page among the hits of a search."""

    total: SmallCount | None = Field(  # type: ignore[assignment]
        description="Number of hits on all pages; null above 1,000. With `group=subject` the "
        "number of groups, null from 500 matching entries on."
    )
    suggestion: str | None = Field(
        description="The corrected question where fewer than five hits were found and it finds "
        "more; else null.",
    )
    facets: dict[Facet, dict[str, SmallCount]] | None = Field(
        description="Number of hits by value, most frequent first, for each facet that was asked "
        "for; exact up to 1,000 hits, above of the newest 1,000. Null where none was asked for."
    )


class IssuePage(Shape):
    """A page of issues, newest date first."""

    data: list[IssueSummary] = Field(description="Issues without their sections.")
    page: PageInfo


class RevisionPage(Shape):
    """A page of revisions, newest first."""

    data: list[RevisionSummary] = Field(description="Revisions without their sections.")
    page: PageInfo


class PrintingPage(Shape):
    """A page of printings, newest first."""

    data: list[PrintingSummary] = Field(description="Printings without their sections.")
    page: PageInfo


class CorrectionPage(Shape):
    """A page of corrections, newest first."""

    data: list[CorrectionInPrint] = Field(description="Corrections, each with its issue.")
    page: PageInfo


class ToolInPrint(InPrint, ToolShape):
    """A tool, and where it was printed."""


class ReadingItemInPrint(InPrint, ReadingItemShape):
    """Something worth reading, and where it was printed."""


class TrendingEntryInPrint(InPrint, PrintedEntry):
    """A trending or mover entry, and where it was printed."""


if TYPE_CHECKING:
    SectionInPrint: TypeAlias = SectionOutput
else:
    SectionInPrint = Annotated[
        Union[  # noqa: UP007
            tuple(
                create_model(
                    f"{block.output.__name__}InPrint",
                    __base__=(InPrint, block.output),
                    __doc__=f"{block.output.__doc__[:-1]}, and where it was printed.",
                )
                for block in BLOCKS
            )
        ],
        Field(discriminator="kind"),
    ]


class SectionPage(Shape):
    """A page of sections in print, newest issue first."""

    data: list[SectionInPrint] = Field(description="Sections, inside an issue as printed.")
    page: PageInfo


class ToolPage(Shape):
    """A page of tools in print, newest issue first."""

    data: list[ToolInPrint] = Field(description="Tools, inside an issue as printed.")
    page: PageInfo


class ReadingPage(Shape):
    """A page of reading items in print, newest issue first."""

    data: list[ReadingItemInPrint] = Field(description="Items, inside an issue as printed.")
    page: PageInfo


class TrendingEntryPage(Shape):
    """A page of trending and mover entries in print, newest issue first."""

    data: list[TrendingEntryInPrint] = Field(description="Entries, inside an issue as printed.")
    page: PageInfo


class SearchPage(Shape):
    """A page of hits, the best or the newest first."""

    data: list[SearchHit] = Field(description="Hits.")
    page: SearchPageInfo


class Completions(Shape):
    """Completions of a text whose last word is unfinished."""

    data: list[Completion] = Field(max_length=10, description="Completions, best first.")


class Finding(Shape):
    """An error or a warning about a document."""

    pointer: str = Field(description="RFC 6901 pointer into the document.")
    code: str = Field(description="The stable code.")
    detail: str = Field(description="What is valid, or better.")


class Verdict(Shape):
    """The result of validating a document."""

    valid: bool = Field(description="Whether it could be created as it is.")
    errors: list[Finding] = Field(description="Errors that prevent it from being created.")
    warnings: list[EditorWarning] = Field(description="Warnings for an editor.")


class PublishedIssue(IssueDocument):
    """An issue after a write that published it."""

    warnings: list[EditorWarning] = Field(
        default=[],
        description="Figures that are contradicted or stale; present if there are any.",
    )


class Key(Shape):
    """An API key as it is listed: never the key itself."""

    prefix: str = Field(description="The public part of the key, which identifies it.")
    name: str = Field(description="Name of the key.")
    scopes: list[Scope] = Field(description="Scopes of the key.")
    created_at: Instant = Field(description="When it was created.")
    expires_at: Instant | None = Field(description="When it expires; null if never.")
    last_used_at: Instant | None = Field(
        description="When it was last used, to the minute; null if never."
    )


class CreatedKey(Key):
    """A new API key, the only time that it is shown."""

    key: str | None = Field(
        description="The key. Store it: it is shown only once. Null in a replayed response."
    )


class KeyPage(Shape):
    """A page of keys, newest first."""

    data: list[Key] = Field(description="Keys that are not revoked.")
    page: PageInfo


class RateLimit(Shape):
    """The rate limit of a caller."""

    requests: int = Field(description="Requests per window.")
    window_seconds: int = Field(description="Length of the window.")


class PageLimit(Shape):
    """Page sizes."""

    default: int = Field(description="Default of `limit`.")
    max: int = Field(description="Maximum of `limit`.")


class Limits(Shape):
    """Every limit of the service."""

    rate_limit: RateLimit | None = Field(
        description="Counted by key, else by address; null if there is no limit."
    )
    max_body_bytes: int = Field(description="Largest body of a request, or line of an import.")
    body_timeout_seconds: int = Field(
        description="Seconds in which a body, or a line of an import, must arrive."
    )
    page: PageLimit = Field(description="Page sizes of collections.")
    max_sections: int = Field(description="Sections of an issue.")
    idempotency_key_days: int = Field(description="Days for which an `Idempotency-Key` is stored.")


class OwnKey(Shape):
    """The key in use and its limits."""

    prefix: str = Field(description="The public part of the key, which identifies it.")
    name: str = Field(description="Name of the key.")
    scopes: list[Scope] = Field(description="Scopes of the key.")
    expires_at: Instant | None = Field(description="When it expires; null if never.")
    last_used_at: Instant | None = Field(
        description="When it was last used, to the minute; null if never."
    )
    limits: Limits = Field(description="Its limits.")


class State(Shape):
    """The state of the service."""

    status: Literal["ok", "degraded"] = Field(
        description="`degraded`: the database does not respond, and responses come from the cache."
    )


class PreviewShape(Shape):
    """A preview URL, which shows a draft to anyone who has it."""

    url: Url = Field(description="The preview page. It needs no key.")
    expires_at: Instant = Field(description="When it expires.")
