"""Subjects that a sync asked for and did not see: missing, gone or refused.

Each is asked for again at growing intervals; see docs/trending.md.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import col

from app.content.commands.transaction import Transaction
from app.models.sighting import Look
from app.models.subject import Departure, Subject

MASS_DAYS = 7
"""Days that a mass of subjects must be missing before they count as gone."""
LONGEST_REFUSED = timedelta(days=28)
GONE_LOOKED_FOR = timedelta(days=7)
LONGEST_GONE = timedelta(days=56)
SELDOM = timedelta(days=7)
EARLY = timedelta(hours=2)
"""Waits are shorter by this, so that a daily run that starts early finds them over."""


def ask_less_often(now: datetime) -> datetime:
    """Return when to ask again for an archived or disabled subject, which rarely changes."""
    return now + SELDOM - EARLY


def note_missing(tx: Transaction, look: Look) -> None:
    """Record subjects that were not found: missing on the first UTC day, gone on a later one.

    If a mass is missing at once, the source is probably wrong, so this takes `MASS_DAYS` days.
    """
    changes = []
    departures = []
    for row in _rows(tx, look, look.missing):
        if row.gone_at is not None:
            wait = min(GONE_LOOKED_FOR * 2 ** min(row.failures + 1, 10), LONGEST_GONE)
            changes.append(_change(row, look, failures=row.failures + 1, wait=wait))
            continue
        since = row.missing_since or look.observed_at
        days = (look.observed_at.date() - since.date()).days
        is_gone = days >= (MASS_DAYS if look.is_mass else 1)
        wait = GONE_LOOKED_FOR if is_gone else None
        if is_gone:
            departures.append(Departure(subject_id=row.id, gone_at=look.observed_at))
        change = _change(row, look, failures=0, wait=wait)
        changes.append(
            change | {"missing_since": since, "gone_at": look.observed_at if is_gone else None}
        )
    if changes:
        tx.session.execute(update(Subject), changes)
    tx.session.add_all(departures)


def note_refused(tx: Transaction, look: Look) -> None:
    """Record subjects that the source withholds; ask again after 1, 2, 4, … at most 28 days."""
    changes = []
    for row in _rows(tx, look, list(look.refused)):
        wait = min(timedelta(days=2 ** min(row.failures, 10)), LONGEST_REFUSED)
        change = _change(row, look, failures=row.failures + 1, wait=wait)
        if row.gone_at is None:
            since = row.status_since if row.status == "refused" else look.observed_at
            change |= {"status": "refused", "status_since": since}
        else:
            change |= {"status": row.status, "status_since": row.status_since}
        changes.append(change)
    if changes:
        tx.session.execute(update(Subject), changes)


def _change(
    row: Row[Any], look: Look, *, failures: int, wait: timedelta | None
) -> dict[str, object]:
    return {
        "id": row.id,
        "asked_at": look.observed_at,
        "failures": failures,
        "ask_after": None if wait is None else look.observed_at + wait - EARLY,
        "missing_since": row.missing_since,
        "gone_at": row.gone_at,
    }


def _rows(tx: Transaction, look: Look, upstream_ids: Sequence[str]) -> list[Row[Any]]:
    if not upstream_ids:
        return []
    names = ("id", "failures", "missing_since", "gone_at", "status", "status_since")
    return list(
        tx.session.execute(
            select(*(col(getattr(Subject, name)) for name in names)).where(
                col(Subject.source) == look.source,
                col(Subject.kind) == look.kind,
                col(Subject.upstream_id).in_(upstream_ids),
            )
        )
    )
