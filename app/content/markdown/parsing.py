"""The parser: pulldown-cmark, by way of pyromark, with the extensions of GitHub.

It was chosen over parsers in Python because its time is linear in the length of the document for
every input tried (tests/content/markdown/test_cost.py), and over the other native ones because
it tells where in the source each part stands: so nothing that a dialect drops is lost here.
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
"""One event: its kind (`Start`, `End`, `Text` …), its name or its text, what belongs to it, and the
bytes of the source that it was read from."""

BY_REFERENCE = frozenset({"Reference", "Collapsed", "Shortcut"})
"""Links whose address stands in a definition."""


class Target(TypedDict):
    """Where a link or a picture leads."""

    link_type: str
    dest_url: str
    title: str
    id: str


class Definition(TypedDict):
    """A definition for links, as in `[label]: address "title"`; `start`, `end` are bytes."""

    label: str
    address: str
    start: int
    end: int


def parts(markdown: str) -> Iterator[Part]:
    """Read a document, event by event.

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
    """The definitions that count, in the order of the source: of equal labels, the first."""
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
    """The form in which labels are compared (CommonMark 0.31.2, matching of labels)."""
    return " ".join(label.split()).casefold()
