"""What REST answers beside issues, as public shapes: pages, keys, limits, verdicts, problems."""

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, Union

from pydantic import Field, create_model

from app.content.access import Scope
from app.content.blocks.base import SectionOutput
from app.content.blocks.registry import BLOCKS
from app.content.blocks.trending import PrintedEntry
from app.content.search.shapes import SearchHit
from app.content.shapes import InPrint, IssueSummary, Problem, RevisionSummary
from app.models.reading import ReadingItemShape
from app.models.tool import ToolShape
from app.models.values import (
    Instant,
    IssueDate,
    PositiveInteger,
    Shape,
    SmallCount,
    Url,
)


class PageInfo(Shape):
    """Where a page stands in its collection."""

    limit: int = Field(ge=1, le=100, description="How many it holds at most.")
    next_cursor: str | None = Field(description="The `cursor` of the next page; null on the last.")
    has_more: bool = Field(description="Whether there is a next page.")
    total: SmallCount = Field(description="How many there are on all pages.")


class SearchPageInfo(PageInfo):
    """Where a page stands among the hits of a search."""

    total: SmallCount | None = Field(  # type: ignore[assignment]
        description="How many hits there are on all pages; null above 1,000."
    )


class IssuePage(Shape):
    """A page of issues, newest date first."""

    data: list[IssueSummary] = Field(description="Issues without their sections.")
    page: PageInfo


class RevisionPage(Shape):
    """A page of revisions, newest first."""

    data: list[RevisionSummary] = Field(description="Revisions without their sections.")
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

    data: list[SearchHit] = Field(description="What was found.")
    page: SearchPageInfo


class Finding(Shape):
    """Something in a document that is wrong, or could be better."""

    pointer: str = Field(description="RFC 6901 pointer into the document.")
    code: str = Field(description="The stable code.")
    detail: str = Field(description="What would be right.")


class Verdict(Shape):
    """What would become of a document."""

    valid: bool = Field(description="Whether it could be created as it is.")
    errors: list[Finding] = Field(description="What is in the way.")
    warnings: list[Finding] = Field(description="What an editor would want to look at again.")


class ImportedLine(Shape):
    """What became of one line of an import."""

    line: int = Field(ge=1, description="Its number in the file.")
    status: int = Field(description="201 created, 200 there already, 409 or 422 refused.")
    number: PositiveInteger | None = Field(description="The number of the issue.")
    date: IssueDate | None = Field(description="The day of the issue.")
    problem: Problem | None = Field(description="Why it was refused.")


class Key(Shape):
    """An API key as it is listed: never the key itself."""

    prefix: str = Field(description="The part of the key that names it.")
    name: str = Field(description="What it is for.")
    scopes: list[Scope] = Field(description="What it may do.")
    created_at: Instant = Field(description="When it was made.")
    expires_at: Instant | None = Field(description="When it ends; null: never.")
    last_used_at: Instant | None = Field(description="When it was last used, to the minute.")


class NewKey(Key):
    """An API key at the one moment when it is shown."""

    key: str | None = Field(description="The key. Keep it: it is shown this once; replayed, null.")


class KeyPage(Shape):
    """A page of keys, newest first."""

    data: list[Key] = Field(description="Keys that are not revoked.")
    page: PageInfo


class RateLimit(Shape):
    """How many requests a caller has in a window."""

    requests: int = Field(description="Requests in a window.")
    window_seconds: int = Field(description="Length of the window.")


class PageLimit(Shape):
    """How long pages are."""

    default: int = Field(description="`limit` when it is left out.")
    max: int = Field(description="The largest `limit`.")


class Limits(Shape):
    """Every limit of the service."""

    rate_limit: RateLimit | None = Field(description="By key, else by address; null: none.")
    max_body_bytes: int = Field(description="Largest body of a request, or line of an import.")
    body_timeout_seconds: int = Field(description="Time that a body, or a line, has to arrive.")
    page: PageLimit = Field(description="Page sizes of collections.")
    max_sections: int = Field(description="Sections of an issue.")
    idempotency_key_days: int = Field(description="How long an `Idempotency-Key` is remembered.")


class OwnKey(Shape):
    """What a key may know of itself."""

    prefix: str = Field(description="The part of the key that names it.")
    name: str = Field(description="What it is for.")
    scopes: list[Scope] = Field(description="What it may do.")
    expires_at: Instant | None = Field(description="When it ends; null: never.")
    last_used_at: Instant | None = Field(description="When it was last used, to the minute.")
    limits: Limits = Field(description="The limits that hold for it.")


class State(Shape):
    """That a machine may go on."""

    status: Literal["ok", "degraded"] = Field(
        description="`degraded`: the database is away, and answers come from the cache alone."
    )


class PreviewShape(Shape):
    """Where a draft can be seen, by anybody who has the address."""

    url: Url = Field(description="The page; whoever has it needs no key.")
    expires_at: Instant = Field(description="When it ends.")
