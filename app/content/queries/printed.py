"""What is in print, with what its document does not tell: whose it is for ever, and since when.

For whoever follows the paper from outside, as the readers of feeds do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Label, Row, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.content.blocks.story import StoryBlock
from app.content.issue_view import document_of
from app.content.print import in_print, last_public_change
from app.content.queries.catalogue import SECTIONS, Shelf, list_printed
from app.content.queries.issues import IssueFilter, Viewer, places_of, rows_of, total_of
from app.content.queries.paging import Page, Part, page_of
from app.db import Reader
from app.models.issue import Issue
from app.models.reading import ReadingItem
from app.models.section import Section
from app.models.tool import Tool
from app.models.trending import TrendingEntry
from app.off_the_loop import off_the_loop


@dataclass(frozen=True, slots=True)
class InPrint:
    """An issue or a section in print."""

    document: Mapping[str, Any]
    issue_id: int
    """The issue's `public_id`: another number or address leaves it as it is."""
    published_at: datetime
    """When the issue first came into print."""
    printed_at: datetime
    """When what it says now was put into print: moves with every correction."""
    ordinal: int = 1
    """Of a section: its place among those of its kind in the issue, from 1."""


async def list_issues_in_print(reader: Reader, *, viewer: Viewer, part: Part) -> Page:
    """List issues whole, as `InPrint`, newest date first. Two statements.

    Raises:
        BadRequest: a cursor that is not of the list of issues.
    """
    where = IssueFilter()
    total, fresh = await total_of(reader, viewer, where)
    rows, has_more = await rows_of(reader, viewer, where, part, whole=True)
    return page_of(
        await off_the_loop(lambda: [_issue(row, viewer) for row in rows]),
        part=part,
        has_more=has_more,
        places=places_of(rows),
        bound=where.bound(),
        total=total,
        last_modified=last_public_change(fresh),
        next_change_at=fresh.next_change_at,
    )


async def list_sections_in_print(reader: Reader, kind: str, *, viewer: Viewer, part: Part) -> Page:
    """List the sections of a kind, as `InPrint`, newest issue first. Two statements.

    Without those whose list is empty: they say nothing.

    Raises:
        BadRequest: a cursor that is not of this list.
    """
    return await list_printed(reader, _SECTIONS, viewer=viewer, where={"kind": kind}, part=part)


def _issue(row: Row[Any], viewer: Viewer) -> InPrint:
    document = document_of(row, view=viewer.view, now=viewer.now, base_url=viewer.base_url)
    return _with_times({**document, "sections": orjson.loads(row.compiled_sections)}, row)


def _section(document: Mapping[str, object], row: Row[Any]) -> InPrint:
    return _with_times(document, row, ordinal=row.ordinal)


def _with_times(document: Mapping[str, Any], row: Row[Any], *, ordinal: int = 1) -> InPrint:
    return InPrint(
        document,
        issue_id=row.public_id,
        # Written when it leaves print for the first time; until then it is when it appeared.
        published_at=row.first_published_at or row.visible_from,
        printed_at=row.printed_at or row.visible_from,
        ordinal=ordinal,
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
    """A story has at least its headline; a list has items, which are rows of their own."""
    items = [
        exists().where(
            in_print(table),
            col(table.issue_id) == col(Section.issue_id),
            col(table.section_position) == col(Section.section_position),
        )
        for table in (Tool, TrendingEntry, ReadingItem)
    ]
    return or_(col(Section.kind).in_(StoryBlock.headings), *items)


_SECTIONS = Shelf(
    SECTIONS.name,
    SECTIONS.table,
    SECTIONS.document,
    SECTIONS.columns,
    SECTIONS.filters,
    item=_section,
    beside=(
        _ordinal(),
        *(
            col(getattr(Issue, name)).label(name)
            for name in ("public_id", "first_published_at", "visible_from", "printed_at")
        ),
    ),
    only=(_says_something(),),
)
