"""What a document says in places that the parser reports nothing of: definitions for links.

A dialect drops them from the text. That loses what only looks like a definition, such as a note
of one word: `[1]: Ibid.`
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.content.markdown.addresses import is_whole
from app.content.markdown.limits import MAX_URL
from app.content.markdown.parsing import Definition, definitions

_NEXT_LINE = re.compile(r"\s*\n[\s>]*")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A definition that the parser left out, and the label by which it may be in use."""

    text: str
    start: int
    end: int
    label: str | None
    """`None`: it leads nowhere, or another one has its label; it is text in any case."""


class Gaps:
    """Follows the parser through the source, and tells what it passes over."""

    def __init__(self, markdown: str, source: bytes) -> None:
        self._read_to = 0
        """How far the source is read, as markup or as text."""
        self._markdown = markdown
        self._source = source
        self._known: list[Definition] | None = None

    def reach(self, place: int) -> None:
        """Say that the source is text or markup up to a place."""
        self._read_to = max(self._read_to, place)

    def before(self, start: int) -> list[Dropped]:
        """The definitions between what was read and a place, which is read up to now."""
        gap = self._source[self._read_to : start]
        found = list(self._dropped(self._read_to, start)) if b"]:" in gap else []
        self.reach(start)
        return found

    def _dropped(self, start: int, end: int) -> Iterator[Dropped]:
        if self._known is None:
            self._known = definitions(self._markdown)
        for each in self._known:
            if start <= each["start"] and each["end"] <= end:
                yield from self._uncounted(start, each["start"])
                start = each["end"]
                leads = is_whole(each["address"]) and len(each["address"]) <= MAX_URL
                label = each["label"] if leads else None
                yield Dropped(self._text(each["start"], start), each["start"], start, label)
        yield from self._uncounted(start, end)

    def _uncounted(self, start: int, end: int) -> Iterator[Dropped]:
        """Definitions whose label an earlier one has."""
        place = self._source.find(b"[", start, end)
        if place >= 0 and b"]:" in self._source[place:end]:
            stop = place + len(self._source[place:end].rstrip(b" \t\r\n>"))
            yield Dropped(self._text(place, stop), place, stop, None)

    def _text(self, start: int, end: int) -> str:
        return _NEXT_LINE.sub("\n", self._source[start:end].decode().strip())
