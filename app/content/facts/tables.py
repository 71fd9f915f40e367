"""Figures in tables: the column names the counter, the row names the subject."""

from collections.abc import Iterator, Sequence

from app.content.facts.boxes import named_alone
from app.content.facts.counters import KINDS_OF, ClaimCounter
from app.content.facts.figures import Figure, count_word, figures, lone_figure
from app.content.facts.names import NamedSubject, NameIndex
from app.content.facts.windows import window_in

MAX_ROWS = 500
"""Rows of one table that are read."""

Rows = Sequence[Sequence[str]]


def figures_in(rows: Rows, names: NameIndex) -> Iterator[tuple[Figure, NamedSubject | None]]:
    """Yield the figures of a table by row, each with its subject where that is certain."""
    header, body = rows[0], rows[1 : MAX_ROWS + 1]
    words = [count_word(cell, alone=True) for cell in header]
    if not any(words) and not any(figures(cell) for row in body[:5] for cell in row):
        return
    for row in body:
        found = [figure for cell in _figures(row, header, words) for figure in cell]
        if not found:
            continue
        named = {subject.row_id: subject for cell in row if (subject := named_alone(cell, names))}
        subject = next(iter(named.values())) if len(named) == 1 else None
        for figure in found:
            is_known = subject is not None and subject.kind in KINDS_OF[figure.counter]
            yield figure, subject if is_known else None


def _figures(
    row: Sequence[str], header: Sequence[str], words: Sequence[ClaimCounter | None]
) -> Iterator[list[Figure]]:
    named = {word for word in words if word is not None}
    for cell, label, word in zip(row, header, words, strict=False):
        if word is None and len(named) == 1 and window_in(label) is not None:
            # The change of the only counter: its cells have a sign.
            change = lone_figure(cell, *named, label=label)
            yield [change] if change is not None and change.is_change else figures(cell)
        elif word is None:
            yield figures(cell)
        else:
            figure = lone_figure(cell, word, label=label)
            yield [] if figure is None else [figure]
