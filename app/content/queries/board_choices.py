"""The values that a board can be filtered by, for a filter form."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.content.queries.trending import read_shown
from app.content.trends.board_filter import select_facts
from app.content.trends.boards import Asked
from app.db import Reader

MAX_CHOICES = 30
"""Values offered per field: those with the most entries."""
_FIELDS = ("task", "language", "topic", "licence", "owner")

Choices = Mapping[str, Sequence[tuple[str, int]]]
"""For each field, its values with the number of entries that have them."""


async def read_choices(reader: Reader, asked: Asked, *, now: datetime) -> Choices:
    """Read the values of all entries of a board, most frequent first.

    Fields in which all entries agree are left out. Two statements.
    """
    shown = await read_shown(reader, asked, now=now)
    ids = [place.entry.profile_id for place in shown.places]
    rows = await reader.rows(select_facts(), {"ids": ids}) if ids else []
    counts: dict[str, Counter[str]] = {name: Counter() for name in _FIELDS}
    for row in rows:
        for name, values in _facts(row).items():
            counts[name].update(value for value in values if value)
    return {
        name: sorted(found.most_common(MAX_CHOICES), key=lambda each: (-each[1], each[0]))
        for name, found in counts.items()
        if len(found) > 1
    }


def _facts(row: Row[Any]) -> dict[str, Sequence[str | None]]:
    return {
        "task": [row.task],
        "language": [row.language],
        "topic": (row.topics or "").split(),
        "licence": [row.licence],
        "owner": [row.external_id.rpartition("/")[0]],
    }
