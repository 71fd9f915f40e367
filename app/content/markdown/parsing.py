"""The parser: pulldown-cmark through pyromark, with GitHub's extensions.

Its time is linear for every input tried (tests/content/markdown/test_cost.py), unlike that of
parsers in Python. Unlike other native parsers it reports the place of each part in the source, so
that no text is lost.
"""

from collections.abc import Iterator
from typing import TypedDict, cast

import pyromark
from pyromark import Options

from app.content.markdown.limits import refuse_deep_lines

_OPTIONS = (
    Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
)

Part = tuple[str, str, object, int, int]
"""An event: its kind (`Start`, `End`, `Text` …), its name or text, its details, and the byte range
of the source."""

BY_REFERENCE = frozenset({"Reference", "Collapsed", "Shortcut"})
"""Links whose address is in a definition."""


class Target(TypedDict):
    """The target of a link or image."""

    link_type: str
    dest_url: str
    title: str
    id: str


class Definition(TypedDict):
    """A link definition such as `[label]: address "title"`; `start` and `end` are bytes."""

    label: str
    address: str
    start: int
    end: int


def with_line_feeds(markdown: str) -> str:
    """Write every line end as LF: CR alone ends a line too (CommonMark 0.31.2, section 2.1).

    The parser reads CR as a line end in some blocks only, and what stands behind it was lost.
    """
    return markdown.replace("\r\n", "\n").replace("\r", "\n")


def parts(markdown: str) -> Iterator[Part]:
    """Yield the events of a document.

    Raises:
        MarkdownRefused: a line opens too many containers.
    """
    refuse_deep_lines(markdown)
    for event, place in pyromark.events_with_range(markdown, options=_OPTIONS):
        start, end = place["start"], place["end"]
        if isinstance(event, str):
            yield event, "", None, start, end
            continue
        ((kind, value),) = cast("dict[str, object]", event).items()
        if isinstance(value, dict):
            ((name, detail),) = value.items()
            yield kind, name, detail, start, end
        else:
            yield kind, str(value), None, start, end


def definitions(markdown: str) -> list[Definition]:
    """Return the effective definitions in source order; of equal labels the first."""
    found = pyromark.reference_definitions(markdown, options=_OPTIONS)
    return sorted(
        (
            Definition(
                label=folded(label),
                address=each["dest"],
                start=each["span"]["start"],
                end=each["span"]["end"],
            )
            for label, each in found.items()
        ),
        key=lambda each: each["start"],
    )


def folded(label: str) -> str:
    """Normalise a label for comparison (CommonMark 0.31.2, matching of labels)."""
    return " ".join(label.split()).casefold()
