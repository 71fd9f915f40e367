"""The search entries of one issue: the issue itself, its sections and their items."""

from collections.abc import Iterator, Sequence
from datetime import date as Date
from functools import lru_cache
from typing import Literal, NamedTuple

from app.content.blocks.base import SectionOutput, dashed
from app.content.blocks.registry import block_of
from app.content.search.long_text import index_texts
from app.content.search.words import one_line, words_of_each
from app.models.printed import PrintRow
from app.models.reading import ReadingItem
from app.models.tool import Tool
from app.models.trending import TrendingEntry

HitType = Literal["issue", "section", "tool", "entry", "reading"]
"""The type of a hit; `entry` is a trending or mover entry."""

INDEX_VERSION = 4
"""Raised when entries or their words change; `migrate` then rebuilds outdated entries."""

PLACES = 4096
"""Ids reserved per issue, which has at most 401 entries (50 sections, 350 items, itself)."""

Printed = tuple[SectionOutput, Sequence[PrintRow]]
"""A section in its read form, with the print rows of its items."""


class Entry(NamedTuple):
    """A searchable item. A tuple, which is made in half the time: an issue has thirty."""

    id: int
    type: HitType
    section_slug: str | None
    kind: str | None
    """Of a trending entry its own, such as `model`; else that of its section; `None`: an issue."""
    source: str | None
    """The source of a trending entry."""
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


@lru_cache(maxsize=1024)  # a page needs each twice
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
    found = [*_found(title, summary, place, sections)]
    texts = [one_line(item.below_title) for item in found]
    title_words = words_of_each([item.title for item in found])
    parts = zip(found, texts, title_words, index_texts(texts), strict=True)
    for number, (item, text, words, indexed) in enumerate(parts):
        yield Entry(
            id=id_at(day, number),
            type=item.type,
            section_slug=item.slug,
            kind=item.kind,
            source=item.source,
            title=item.title,
            text=text,
            title_words=" ".join(words),
            text_words=indexed.words,
            more_words=indexed.more_words,
            text_places=indexed.places,
        )


class _Item(NamedTuple):
    """What an entry is made of."""

    type: HitType
    title: str
    text: str
    slug: str | None = None
    kind: str | None = None
    source: str | None = None

    @property
    def below_title(self) -> str:
        """The text without its title: a hit shows both."""
        return "" if self.text == self.title else self.text.removeprefix(f"{self.title}\n\n")


def _found(
    title: str, summary: str | None, place: str | None, sections: Sequence[Printed]
) -> Iterator[_Item]:
    yield _Item("issue", title, dashed(summary, place))
    for section, rows in sections:
        block, slug, kind = block_of(section.kind), section.slug, section.kind
        yield _Item("section", block.title(section), block.text(section), slug, kind)
        for table, row in rows:
            if table is Tool:
                text = dashed(row["category"], row["summary"])
                yield _Item("tool", row["name"], text, slug, kind)
            elif table is TrendingEntry:
                said = (row[name] for name in ("external_id", "task", "language", "summary"))
                yield _Item("entry", row["name"], dashed(*said), slug, row["kind"], row["source"])
            elif table is ReadingItem:
                said = (row[name] for name in ("author", "source", "summary"))
                yield _Item("reading", row["title"], dashed(*said), slug, kind)
