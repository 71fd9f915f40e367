"""All printed entries, in slices, for a file of one version of the paper."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from app.content.print import freshness_columns, last_public_change
from app.content.queries.catalogue import ENTRIES, list_printed
from app.content.queries.freshness import PrintFreshness
from app.content.queries.issues import Viewer
from app.content.queries.paging import Part
from app.db import Reader
from app.models.content_version import PAPER, ContentVersion

SLICE = 500
"""Entries per slice."""


@dataclass(frozen=True, slots=True)
class WantedEntries:
    """Which printed entries a file has; everything by default."""

    where: Mapping[str, str] = field(default_factory=dict)
    """Filters of `catalogue.ENTRIES` with their values."""
    first_day: Date | None = None
    last_day: Date | None = None


@dataclass(frozen=True, slots=True)
class PaperMark:
    """What is in print at an instant: it differs whenever something in print does."""

    number: int
    appeared_at: str
    freshness: PrintFreshness


class PaperMoved(Exception):
    """Something was published while a file was read; the file would mix two versions."""


async def read_paper_mark(reader: Reader, *, viewer: Viewer) -> PaperMark:
    """Read the version of the paper. One statement."""
    (row,) = await reader.rows(_select_mark(), {"name": PAPER, "now": viewer.now})
    fresh = PrintFreshness(last_public_change(row), row.next_change_at)
    return PaperMark(row.number or 0, str(row.appeared_at), fresh)


async def entry_slices(
    reader: Reader, wanted: WantedEntries, *, viewer: Viewer, mark: PaperMark
) -> AsyncIterator[list[Mapping[str, Any]]]:
    """Read printed entries, newest issue first, up to 500 at a time. Two statements per slice.

    Raises:
        PaperMoved: the paper has changed since `mark`.
    """
    cursor: str | None = None
    while True:
        page = await list_printed(
            reader,
            ENTRIES,
            viewer=viewer,
            where=wanted.where,
            part=Part(SLICE, after=cursor),
            first_day=wanted.first_day,
            last_day=wanted.last_day,
            counted=False,
        )
        if (await read_paper_mark(reader, viewer=viewer)).number != mark.number:
            raise PaperMoved
        if page.items:
            yield [flat_entry(item) for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return


def flat_entry(item: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the reference to the issue of a printed entry by one column for each member."""
    flat = {name: value for name, value in item.items() if name != "issue"}
    return flat | {f"issue_{name}": value for name, value in item["issue"].items()}


@cache
def _select_mark() -> Select[Any]:
    number = (
        select(col(ContentVersion.number))
        .where(col(ContentVersion.name) == bindparam("name"))
        .scalar_subquery()
    )
    return select(number.label("number"), *freshness_columns())
