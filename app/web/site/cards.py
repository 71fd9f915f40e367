"""Share cards as SVG: what stands beside a link to an issue or a subject, 1,200 by 630 pixels.

Pure functions. A card has no style sheet, so colours are those of the light pages.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from unicodedata import east_asian_width

from markupsafe import Markup

from app.content.publication import PUBLICATION
from app.web.charts.inline import Point, line_of
from app.web.site.environment import counter_of, named, number, signed
from app.web.site.moment import day

WIDTH, HEIGHT, SIDE = 1200, 630, 70
FONT = "Source Serif Pro"
PAPER, INK, SOFT, ACCENT = "#faf7f0", "#191612", "#57504a", "#8c1c13"
UP, DOWN, RAIL = "#1d6b3a", "#a3200f", "#e2d7c4"
MAX_MOVERS, BAR_WIDTH = 3, 340

_LETTER = 0.52
"""Usual width of a bold letter, in heights; a letter of East Asian scripts is as wide as high."""


def issue_card(document: Mapping[str, Any]) -> str:
    """Draw an issue: its headline, number and day, and its biggest movers."""
    title = named(document["title"], f"Issue {document['number']}")
    lines = wrapped(title, size=74, width=WIDTH - 2 * SIDE, most=3)
    parts = [_text(line, y=246 + 82 * n, size=74) for n, line in enumerate(lines)]
    movers = [
        entry
        for section in document["sections"]
        if section["kind"] == "movers"
        for entry in section["entries"]
        if entry["change"]
    ]
    parts += _bars(movers[:MAX_MOVERS])
    return _card(parts, left=day(document["date"]), right=f"No. {document['number']}")


def subject_card(
    subject: Mapping[str, Any], *, label: str, history: Sequence[tuple[datetime, int]]
) -> str:
    """Draw a subject: its name, its newest count, and the line of what was observed."""
    lines = wrapped(subject["name"], size=74, width=WIDTH - 2 * SIDE, most=2)
    parts = [_text(line, y=246 + 82 * n, size=74) for n, line in enumerate(lines)]
    if subject["latest"] is not None:
        word, count = counter_of({**subject, **subject["latest"]})
        if count is not None:
            parts.append(_text(f"{number(count)} {word}", y=412, size=46, fill=ACCENT))
    points = [Point(at, value) for at, value in history]
    parts.append(line_of(points, left=SIDE, right=WIDTH - SIDE, top=446, floor=580, stroke=ACCENT))
    return _card(parts, left=subject["external_id"], right=label)


def wrapped(text: str, *, size: int, width: int, most: int) -> list[str]:
    """Break a text into lines that fit a width in pixels; what does not fit ends in an ellipsis."""
    room = width / size
    lines = list(_lines(text.split(), room))
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and _width(f"{last}…") > room:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def _lines(words: Sequence[str], room: float) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}".lstrip()
        if _width(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        line = word
        while _width(line) > room:  # a word wider than the card
            cut = max(1, int(room))
            while cut < len(line) and _width(line[: cut + 1]) <= room:
                cut += 1
            yield line[:cut]
            line = line[cut:]
    if line:
        yield line


def _width(text: str) -> float:
    """The width of a text in heights of its letters."""
    return sum(1.0 if east_asian_width(letter) in "WF" else _LETTER for letter in text)


def _bars(movers: Sequence[Mapping[str, Any]]) -> Iterator[Markup]:
    largest = max((abs(entry["change"]) for entry in movers), default=1)
    for n, entry in enumerate(movers):
        y = 472 + 44 * n
        name = wrapped(entry["name"], size=30, width=520, most=1)[0]
        colour = UP if entry["change"] > 0 else DOWN
        yield _text(name, y=y, size=30, weight=400)
        length = BAR_WIDTH * abs(entry["change"]) / largest
        yield _bar(y - 16, width=BAR_WIDTH, fill=RAIL)
        yield _bar(y - 16, width=length, fill=colour)
        yield _text(signed(entry["change"]), x=WIDTH - SIDE, y=y, size=30, fill=colour, end=True)


def _bar(y: int, *, width: float, fill: str) -> Markup:
    return Markup('<rect x="620" y="{}" width="{:.1f}" height="14" fill="{}"/>').format(
        y, width, fill
    )


def _card(parts: Sequence[Markup], *, left: str, right: str) -> str:
    frame = [
        _text(PUBLICATION.title, y=92, size=38),
        Markup('<path d="M{side} 116H{right}M{side} 122H{right}" stroke="{ink}"/>').format(
            side=SIDE, right=WIDTH - SIDE, ink=INK
        ),
        _text(wrapped(left, size=26, width=800, most=1)[0], y=158, size=26, weight=400, fill=SOFT),
        _text(right, x=WIDTH - SIDE, y=158, size=26, weight=400, fill=SOFT, end=True),
    ]
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'viewBox="0 0 {width} {height}"><rect width="{width}" height="{height}" fill="{paper}"/>'
        "{parts}</svg>"
    ).format(width=WIDTH, height=HEIGHT, paper=PAPER, parts=Markup("").join([*frame, *parts]))


def _text(
    text: str,
    *,
    y: int,
    size: int,
    x: int = SIDE,
    weight: int = 700,
    fill: str = INK,
    end: bool = False,
) -> Markup:
    return Markup(
        '<text x="{x}" y="{y}" font-family="{font}" font-size="{size}" font-weight="{weight}" '
        'fill="{fill}" text-anchor="{anchor}">{text}</text>'
    ).format(
        x=x,
        y=y,
        font=FONT,
        size=size,
        weight=weight,
        fill=fill,
        anchor="end" if end else "start",
        text=text,
    )
