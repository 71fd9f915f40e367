"""How an issue is laid out: its sections in print order, neighbouring stories in one band.

A band has long stories and short ones. Where there is room, and the heights fit, the short ones
stand in a rail beside the first of the long ones; else in columns below. In the text of the page,
and on telephones, all is in print order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

Section = Mapping[str, Any]

_SHORT = ("opinion", "brief")
_LISTS = {"tools": "tools", "trending": "entries", "movers": "entries", "reading": "items"}

_LEAD_HEAD, _HEAD, _NUMBERS = 11, 4, 5
"""Lines of text that are as high as the head of a lead, of another story, and a box of numbers."""
_WIDE, _NARROW = 95, 44
"""Characters of a line of the two columns beside the rail together, and of the rail."""
_MOST_UNEVEN = 1.6
"""How many times higher the one side may be; beyond that, half of the page would be empty."""


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring stories under one rubric."""

    heading: str
    stories: Sequence[Section]


@dataclass(frozen=True, slots=True)
class Band:
    """Stories that share a band of columns."""

    main: Sequence[Group]
    """The long stories; those that the rail stands beside where there is one."""
    below: Sequence[Group]
    """The other long ones, over the whole width."""
    short: Sequence[Group]
    is_railed: bool
    """Whether the short stories stand beside the main ones, where there is room."""


def laid_out(sections: Sequence[Section]) -> Iterator[Band | Section]:
    """Bands of stories and whole sections of lists, in print order; empty lists are left out."""
    shown = [each for each in sections if is_shown(each)]
    for are_stories, run in groupby(shown, key=lambda each: _list_of(each) is None):
        if are_stories:
            yield from _bands(list(run))
        else:
            yield from run


def is_shown(section: Section) -> bool:
    """Whether a page shows a section: an empty list is left out."""
    return _list_of(section) != []


def _list_of(section: Section) -> list[Any] | None:
    """The list that a section is made of; `None` of a story."""
    name = _LISTS.get(section["kind"])
    return None if name is None else section[name]


def _bands(stories: Sequence[Section]) -> Iterator[Band]:
    long: list[Group] = []
    for is_short, run in groupby(stories, key=lambda each: each["kind"] in _SHORT):
        if not is_short:
            long = _groups(run)
            continue
        yield _band(long, _groups(run))
        long = []
    if long:
        yield _band(long, [])


def _band(long: Sequence[Group], short: Sequence[Group]) -> Band:
    """Put short stories beside so many of the long ones as come nearest to their height."""
    rail = sum(_lines(group, _NARROW) for group in short)
    beside = 0.0
    uneven = {}
    for count, group in enumerate(long, 1):
        beside += _lines(group, _WIDE)
        uneven[count] = max(beside, rail) / (min(beside, rail) or 1)
    best = min(uneven, key=lambda count: uneven[count], default=0)
    if not short or not long or uneven[best] > _MOST_UNEVEN:
        return Band(long, [], short, is_railed=False)
    return Band(long[:best], long[best:], short, is_railed=True)


def _lines(group: Group, width: int) -> float:
    """About how high stories are, in lines of so many characters."""
    return sum(
        (_LEAD_HEAD if story["kind"] == "lead" else _HEAD)
        + (_NUMBERS if (story["metrics"] or {}).get("items") else 0)
        + len(story["body"] or "") / width
        for story in group.stories
    )


def _groups(stories: Iterable[Section]) -> list[Group]:
    # The lead stands alone: its headline is that of the page.
    alike = groupby(stories, key=lambda each: (each["kind"] == "lead", each["heading"]))
    return [Group(heading, list(run)) for (_, heading), run in alike]
