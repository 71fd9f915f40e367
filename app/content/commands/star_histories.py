"""Star histories: daily stars that a source reports for newly discovered repositories."""

from collections.abc import Sequence
from datetime import date as Date, timedelta

from sqlalchemy import delete, insert
from sqlmodel import col

from app.content.commands.transaction import Transaction
from app.models.sighting import Look, Sighting
from app.models.subject import StarHistory

MAX_DAYS = 70
"""Days kept per repository; a month and the tolerance of its baseline need about half."""


def note_star_histories(
    tx: Transaction, look: Look, part: Sequence[Sighting], subject_ids: Sequence[int]
) -> None:
    """Store the star histories of some sightings, replacing older ones."""
    today = look.observed_at.date()
    rows = []
    for seen, subject_id in zip(part, subject_ids, strict=True):
        counts = {day: n for day, n in look.star_days.get(seen.upstream_id, ()) if day <= today}
        if not counts or seen.stars is None:
            continue
        first_on = max(min(counts), today - timedelta(days=MAX_DAYS - 1))
        rows.append(
            {
                "subject_id": subject_id,
                "read_at": look.observed_at,
                "stars": seen.stars,
                "first_on": first_on,
                "days": ",".join(str(counts.get(day, 0)) for day in _days(first_on, today)),
            }
        )
    if rows:
        ids = [row["subject_id"] for row in rows]
        tx.session.execute(delete(StarHistory).where(col(StarHistory.subject_id).in_(ids)))
        tx.session.execute(insert(StarHistory), rows)


def _days(first: Date, last: Date) -> list[Date]:
    return [first + timedelta(days=place) for place in range((last - first).days + 1)]
