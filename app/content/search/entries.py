"""The search entries of one issue: the issue itself, its sections and their items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

from app.content.blocks.base import SectionOutput, dashed
from app.content.blocks.registry import block_of
from app.content.search.long_text import index_text
from app.content.search.words import one_line, words_of
from app.models.printed import PrintRow
from app.models.reading import ReadingItem
from app.models.tool import Tool
from app.models.trending import TrendingEntry

HitType = Literal["issue", "section", "tool", "entry", "reading"]
"""The type of a hit; `entry` is a trending or mover entry."""

INDEX_VERSION = 3
"""Raised when entries or their words change; `migrate` then rebuilds outdated entries."""

PLACES = 4096
"""Ids reserved per issue, which has at most 401 entries (50 sections, 350 items, itself)."""

Printed = tuple[SectionOutput, Sequence[PrintRow]]
"""A section in its read form, with the print rows of its items."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A searchable item."""

    id: int
    type: HitType
    section_slug: str | None
    title: str
    text: str
    title_words: str
    text_words: str
    more_words: str | None = None
    text_places: bytes | None = None
    index_version: int = INDEX_VERSION


def first_id(day: Date) -> int:
    """Return the smallest id of entries of a date."""
    return day.toordinal() * PLACES


def last_id(day: Date) -> int:
    """Return the largest id of entries of a date, which is that of the first place."""
    return first_id(day) + PLACES - 1


def place_of(entry_id: int) -> tuple[Date, int]:
    """Return the date and the place that an id encodes."""
    ordinal, rest = divmod(entry_id, PLACES)
    return Date.fromordinal(ordinal), PLACES - 1 - rest


def id_at(day: Date, place: int) -> int:
    """Encode a date and a place as an id, so that descending ids are newest first, as printed.

    There is one issue per date, so ids are unique.
    """
    return last_id(day) - place


def entries_of(
    day: Date, *, title: str, summary: str | None, place: str | None, sections: Sequence[Printed]
) -> Iterator[Entry]:
    """Yield the entries of an issue in print order."""
    found = _found(title, summary, place, sections)
    for number, (kind, slug, name, text) in enumerate(found):
        # A hit shows its title beside its text, so the text does not repeat it.
        below = one_line("" if text == name else text.removeprefix(f"{name}\n\n"))
        indexed = index_text(below)
        yield Entry(
            id=id_at(day, number),
            type=kind,
            section_slug=slug,
            title=name,
            text=below,
            title_words=" ".join(words_of(name)),
            text_words=indexed.words,
            more_words=indexed.more_words,
            text_places=indexed.places,
        )


def _found(
    title: str, summary: str | None, place: str | None, sections: Sequence[Printed]
) -> Iterator[tuple[HitType, str | None, str, str]]:
    yield "issue", None, title, dashed(summary, place)
    for section, rows in sections:
        block = block_of(section.kind)
        yield "section", section.slug, block.title(section), block.text(section)
        for table, row in rows:
            if table is Tool:
                yield "tool", section.slug, row["name"], dashed(row["category"], row["summary"])
            elif table is TrendingEntry:
                said = (row[name] for name in ("external_id", "task", "language", "summary"))
                yield "entry", section.slug, row["name"], dashed(*said)
            elif table is ReadingItem:
                said = (row[name] for name in ("author", "source", "summary"))
                yield "reading", section.slug, row["title"], dashed(*said)
