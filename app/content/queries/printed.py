"""Issues and sections in print with their permanent identity and times, for feeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Label, Row, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.content.blocks.story import StoryBlock
from app.content.corrections import newest_of, touches
from app.content.print import in_print, last_public_change
from app.content.queries.catalogue import SECTIONS, list_printed
from app.content.queries.issues import IssueFilter, Viewer, places_of, rows_of, total_of
from app.content.queries.paging import Page, Part, page_of
from app.db import Reader
from app.models.base import columns
from app.models.issue import Issue
from app.models.reading import ReadingItem
from app.models.revision import IssueRevision
from app.models.section import Section
from app.models.tool import Tool
from app.models.trending import TrendingEntry
from app.models.values import parse_instant
from app.off_the_loop import off_the_loop


@dataclass(frozen=True, slots=True)
class InPrint:
    """An issue or a section in print."""

    document: Mapping[str, Any]
    issue_id: int
    """The issue's `public_id`, which does not change with its number or slug."""
    published_at: datetime
    """When the issue was first published."""
    updated_at: datetime
    """When it was last corrected, else first published. A quiet change does not move it."""
    provenance: Mapping[str, Any] | None = None
    """For a section: the provenance of its issue."""
    corrections: Sequence[Mapping[str, Any]] = ()
    """For a section: the corrections that touch it, newest first."""
    ordinal: int = 1
    """For a section: its position among the sections of its kind in the issue, from 1."""


async def list_issues_in_print(reader: Reader, *, viewer: Viewer, part: Part) -> Page:
    """List whole issues as `InPrint`, newest date first. Two statements.

    Raises:
        BadRequest: the cursor does not belong to the list of issues.
    """
    where = IssueFilter()
    total, fresh = await total_of(reader, viewer=viewer, where=where)
    rows, has_more = await rows_of(reader, viewer=viewer, where=where, part=part, whole=True)
    return page_of(
        await off_the_loop(lambda: [_issue(row, viewer) for row in rows]),
        part=part,
        has_more=has_more,
        places=places_of(rows),
        scope=where.cursor_scope(),
        total=total,
        last_modified=last_public_change(fresh),
        next_change_at=fresh.next_change_at,
    )


async def list_sections_in_print(reader: Reader, kind: str, *, viewer: Viewer, part: Part) -> Page:
    """List the sections of a kind as `InPrint`, newest issue first. Two statements.

    Sections without content are left out.

    Raises:
        BadRequest: the cursor does not belong to this list.
    """
    return await list_printed(reader, _SECTIONS, viewer=viewer, where={"kind": kind}, part=part)


def _issue(row: Row[Any], viewer: Viewer) -> InPrint:
    document = viewer.whole_document_of(row)
    return _with_times(document, row, newest_of(document["corrections"]))


def _section(document: Mapping[str, object], row: Row[Any]) -> InPrint:
    slug = str(document["slug"])
    of_issue = orjson.loads(row.compiled_corrections or b"[]")
    corrections = [each for each in of_issue if touches(each, slug)]
    printed = _with_times(document, row, newest_of(corrections))
    return replace(
        printed,
        ordinal=row.ordinal,
        provenance=orjson.loads(row.compiled_summary).get("provenance"),
        corrections=corrections,
    )


def _with_times(
    document: Mapping[str, Any], row: Row[Any], newest: Mapping[str, Any] | None
) -> InPrint:
    # Set when the issue first leaves print; until then `visible_from` is that time.
    published_at = row.first_published_at or row.visible_from
    return InPrint(
        document,
        issue_id=row.public_id,
        published_at=published_at,
        updated_at=published_at if newest is None else parse_instant(newest["at"]),
    )


def _ordinal() -> Label[int]:
    other = aliased(Section)
    return (
        select(func.count())
        .where(
            in_print(other),
            col(other.issue_id) == col(Section.issue_id),
            col(other.kind) == col(Section.kind),
            col(other.section_position) <= col(Section.section_position),
        )
        .correlate(Section)
        .scalar_subquery()
        .label("ordinal")
    )


def _says_something() -> ColumnElement[bool]:
    """Whether a section has content: stories always do, lists if they have item rows."""
    items = [
        exists().where(
            in_print(table),
            col(table.issue_id) == col(Section.issue_id),
            col(table.section_position) == col(Section.section_position),
        )
        for table in (Tool, TrendingEntry, ReadingItem)
    ]
    return or_(col(Section.kind).in_(StoryBlock.headings), *items)


_SECTIONS = replace(
    SECTIONS,
    item=_section,
    beside=(
        _ordinal(),
        *columns(Issue, "public_id", "first_published_at", "visible_from", "compiled_corrections"),
        *columns(IssueRevision, "compiled_summary"),
    ),
    only=(_says_something(),),
)
