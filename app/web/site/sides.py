"""Printed trending entries side by side: a side for each source, its kinds within."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.models.source import SOURCES

Entry = Mapping[str, Any]

_PLACES = {
    (source.name, kind): (number, place)
    for number, source in enumerate(SOURCES)
    for place, kind in enumerate(source.kinds)
}
_WIDER = 1.5
"""A side with so many times the entries of the other has two columns for them."""


@dataclass(frozen=True, slots=True)
class Side:
    """The entries of one source, by kind."""

    source: str
    kinds: Sequence[tuple[str, Sequence[Entry]]]
    is_wide: bool
    """Whether it has more to show than the other side, and takes two columns of three."""


def place_of(board: Mapping[str, Any]) -> tuple[int, int]:
    """The place of a source and kind: sources in the order of ours, kinds in that of the source."""
    return _PLACES[board["source"], board["kind"]]


def sides(entries: Sequence[Entry]) -> list[Side]:
    """Entries by source, in the order of our sources, and by kind, in the order of the source."""
    ordered = sorted(entries, key=place_of)
    by_source = [(name, list(run)) for name, run in groupby(ordered, key=lambda e: e["source"])]
    fewest = min((len(run) for _, run in by_source), default=0)
    return [
        Side(
            source,
            [(kind, list(of_kind)) for kind, of_kind in groupby(run, key=lambda e: e["kind"])],
            is_wide=len(by_source) > 1 and len(run) >= _WIDER * fewest,
        )
        for source, run in by_source
    ]
