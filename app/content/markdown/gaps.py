"""Link definitions, which the parser does not report as text.

A renderer drops them. That would lose text that only looks like a definition, such as a footnote of
one word: `[1]: Ibid.`
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
    """A definition that the parser skipped."""

    text: str
    start: int
    end: int
    label: str | None
    """The label by which it may be used; `None` if it must be shown as text in any case."""


class Gaps:
    """Tracks the parser's position in the source and finds what it skips."""

    def __init__(self, markdown: str, source: bytes) -> None:
        self._read_to = 0
        """End of the source that was reported as markup or text."""
        self._markdown = markdown
        self._source = source
        self._known: list[Definition] | None = None

    def reach(self, place: int) -> None:
        """Record that the source up to a place was reported."""
        self._read_to = max(self._read_to, place)

    def before(self, start: int) -> list[Dropped]:
        """Return the definitions between the last reported place and `start`."""
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
        """Yield definitions whose label is already taken by an earlier one."""
        place = self._source.find(b"[", start, end)
        if place >= 0 and b"]:" in self._source[place:end]:
            stop = place + len(self._source[place:end].rstrip(b" \t\r\n>"))
            yield Dropped(self._text(place, stop), place, stop, None)

    def _text(self, start: int, end: int) -> str:
        return _NEXT_LINE.sub("\n", self._source[start:end].decode().strip())
