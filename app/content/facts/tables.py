"""Figures in tables: the column names the counter, the row names the subject."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.content.facts.boxes import has_other_words, named_alone, read_box
from app.content.facts.counters import KINDS_OF, ClaimCounter
from app.content.facts.figure import LEAST_CHANGE, Figure
from app.content.facts.lone_figures import count_word, is_of_a_change, lone_figure
from app.content.facts.names import NamedSubject, NameIndex
from app.content.facts.sentence_figures import figures
from app.content.facts.windows import window_of_label

NAME_AND_VALUE = 2
"""Cells of a row that is read like a metric."""
MAX_ROWS = 500
"""Rows of one table that are read."""

_CHANGE = re.compile(r"(?<=\w)\s*\([+−-][^()]*\)\s*$")

_DATE = re.compile(
    r"\s*(?:date|day|week|month|year|when|as\s+of|since|period|event)\s*", re.IGNORECASE
)
"""The header of a column that may date its row."""

_NUMBER = re.compile(r"^\W*\d[\d.,]*\W*$")
_RANK = re.compile(r"\W*(?:rank|place|no|nr|pos(?:ition)?)?\W*", re.IGNORECASE)

_OF_ROWS = re.compile(
    r"^\W*(?:projects?|repositor(?:y|ies)|repo|name|models?|datasets?|spaces?|papers?|tools?|librar(?:y|ies)|frameworks?|package)\W*$",
    re.IGNORECASE,
)
_RELATES = re.compile(r"\b(?:of|on|for|by|from|to|than|with|in|over)\W*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]")

Rows = Sequence[Sequence[str]]


def figures_in(rows: Rows, names: NameIndex) -> Iterator[tuple[Figure, NamedSubject | None]]:
    """Yield the figures of a table by row, each with its subject where that is certain."""
    header, body = rows[0], rows[1 : MAX_ROWS + 1]
    words = [_counter_of(cell) for cell in header]
    if len(header) == NAME_AND_VALUE and not any(header):
        yield from _as_boxes(body, names)
        return
    if not any(words) and not any(_names_figures(row) for row in body[:5]):
        return
    subjects = [
        None if word else named_alone(cell, names) for cell, word in zip(header, words, strict=True)
    ]
    for row in body:
        word = _counter_of(row[0]) if row else None
        if word is not None and any(subjects):
            yield from _turned(row, word, subjects)
            continue
        found = [figure for cell in _figures(row, header, words) for figure in cell]
        if not found:
            continue
        named = [
            (place, each) for place, cell in enumerate(row) if (each := named_alone(cell, names))
        ]
        is_one = len({each.row_id for _, each in named}) == 1
        is_one = is_one and any(_is_of_row(place, row, header) for place, _ in named)
        subject = named[0][1] if is_one else None
        for figure in found:
            is_known = subject is not None and subject.kind in KINDS_OF[figure.counter]
            yield figure, subject if is_known else None


def _is_of_row(place: int, row: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a column holds what its rows are about, and not what they were built on or beat."""
    label = header[place] if place < len(header) else ""
    if _OF_ROWS.search(label):
        return True
    is_first = not any(_WORD.search(cell) for cell in row[:place])
    return is_first and _RELATES.search(label) is None


def _as_boxes(body: Rows, names: NameIndex) -> Iterator[tuple[Figure, NamedSubject | None]]:
    """Read rows of two cells, such as "OpenBB stars" and "66,912"."""
    for row in body:
        if len(row) != NAME_AND_VALUE:
            continue
        found = read_box({"label": row[0], "value": row[1]}, names)
        if found is not None:
            yield found.figure, found.subject


def _counter_of(label: str) -> ClaimCounter | None:
    return None if has_other_words(label) else count_word(label, alone=True)


def _names_figures(row: Sequence[str]) -> bool:
    return bool(row and _counter_of(row[0])) or any(figures(cell) for cell in row)


def _turned(
    row: Sequence[str], counter: ClaimCounter, subjects: Sequence[NamedSubject | None]
) -> Iterator[tuple[Figure, NamedSubject | None]]:
    """Read a row that names the counter; the header names the subjects."""
    for cell, subject in zip(row[1:], subjects[1:], strict=False):
        figure = lone_figure(_without_change(cell), counter, label=row[0])
        if figure is not None:
            is_known = subject is not None and subject.kind in KINDS_OF[counter]
            yield figure, subject if is_known else None


def _names_window(label: str) -> bool:
    return window_of_label(label) is not None and not has_other_words(label)


def _without_change(cell: str) -> str:
    """Leave out the change of a span that is not named, as in "66,912 (+509)"."""
    return _CHANGE.sub("", cell)


def _figures(
    row: Sequence[str], header: Sequence[str], words: Sequence[ClaimCounter | None]
) -> Iterator[list[Figure]]:
    is_dated = any(
        _DATE.fullmatch(label) and not is_of_a_change(cell, label)
        for cell, label in zip(row, header, strict=False)
    )
    all_named = {word for word in words if word is not None}
    named: set[ClaimCounter] = all_named if len(all_named) == 1 else set()
    for cell, label, word in zip(row, header, words, strict=False):
        if word is not None:
            named.add(word)
            figure = lone_figure(_without_change(cell), word, label=label)
            found = [] if figure is None else [figure]
        elif len(named) == 1 and _names_window(label) and is_of_a_change(cell, label):
            # The change of the only counter, or of the only one before it.
            change = lone_figure(cell, *named, label=label)
            is_large = change is not None and abs(change.value or 0) >= LEAST_CHANGE
            found = [change] if change is not None and is_large else []
        else:
            found = figures(cell)
            if not found and _NUMBER.search(cell) and not _RANK.fullmatch(label):
                named = set()  # A change behind it may be of this number.
        yield [replace(each, range=None) for each in found] if is_dated else found
