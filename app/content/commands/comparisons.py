"""Baselines: the earlier snapshots, or star histories, that a snapshot is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlmodel import Session, col

from app.content.trends import ranking
from app.content.trends.ranking import Baseline, Seen, StarDays
from app.models.base import columns
from app.models.sighting import Sighting
from app.models.snapshot import DEMO, Observation, Snapshot
from app.models.subject import StarHistory, Subject
from app.models.values import EntryKind, SourceName, Window

NO_BASELINE = "no_baseline"
STAR_HISTORY = "star_history"

_LONGEST = 2 * (ranking.WINDOW_LENGTHS["month"] + ranking.TOLERANCES["month"])
_HISTORY_HOLDS = ranking.WINDOW_LENGTHS["month"] + ranking.TOLERANCES["month"]
"""After this time a subject has a baseline of its own in every window."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A snapshot as written; sightings and profiles are keyed by subject id."""

    snapshot_id: int
    source: SourceName
    kind: EntryKind
    observed_at: datetime
    is_partial: bool
    reason: str | None
    sightings: Mapping[int, Sighting]
    profile_ids: Mapping[int, int]

    @property
    def counter(self) -> str:
        return ranking.RULES[self.kind].counter

    def seen(self) -> list[Seen]:
        """Return the subjects to rank: active ones with a known counter."""
        found = []
        for subject_id, sighting in self.sightings.items():
            count = getattr(sighting, self.counter)
            if count is not None and sighting.status == "active":
                found.append(
                    Seen(
                        subject_id,
                        sighting.external_id,
                        count,
                        sighting.downloads,
                        sighting.created_at,
                        sighting.score,
                    )
                )
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """The baseline of a window, with the status and reason to report."""

    baseline: Baseline | None
    snapshot_id: int | None
    span_days: float | None
    status: str
    reason: str | None
    is_of_star_days: bool = False


class Comparisons:
    """The comparisons of one snapshot; each baseline is read once."""

    def __init__(self, session: Session, looked: Looked) -> None:
        self._session = session
        self._looked = looked
        self._counters: dict[int, dict[int, int]] = {}
        self._histories = self._read_histories()
        self.earlier: Sequence[Row[Any]] = self._read_earlier()
        """Snapshots of the same kind that can be a baseline, oldest first."""

    def of(self, window: Window) -> Comparison:
        """Return the baseline of a window; without an earlier snapshot, the star histories."""
        looked = self._looked
        found = self._nearest(looked.observed_at, window)
        if found is None:
            return self._by_star_days(window)
        past = self._nearest(found.observed_at, window)
        baseline = Baseline(
            found.observed_at,
            self._read_counters(found.id),
            self._read_counters(past.id) if past is not None else {},
            found.listing_floor,
            self._histories,
        )
        return Comparison(
            baseline,
            found.id,
            _days(looked.observed_at - found.observed_at),
            "partial" if looked.is_partial else "ok",
            looked.reason if looked.is_partial else None,
        )

    def _nearest(self, now: datetime, window: Window) -> Row[Any] | None:
        # A partial snapshot lacks subjects, so a complete one is preferred.
        for status in ("complete", "partial"):
            candidates = [row for row in self.earlier if row.status == status]
            found = ranking.nearest(
                candidates, instant=lambda row: row.observed_at, now=now, window=window
            )
            if found is not None:
                return found
        return None

    def _by_star_days(self, window: Window) -> Comparison:
        """Compare with the daily stars that the source reports, as in the first week of syncing.

        Whole days are counted, so the comparison starts at a midnight.
        """
        now = self._looked.observed_at
        withheld = Comparison(None, None, None, "withheld", NO_BASELINE)
        reach = ranking.WINDOW_LENGTHS[window] + ranking.TOLERANCES[window]
        if self.earlier and now - self.earlier[0].observed_at > reach:
            # Syncs failed when the baseline was due; star histories now cover only newcomers.
            return withheld
        since = ranking.nearest_midnight(now, window)
        if since is None:
            return withheld
        counters = {
            subject_id: stars
            for subject_id, history in self._histories.items()
            if (stars := ranking.stars_at(history, since)) is not None
        }
        if not counters:
            return withheld
        return Comparison(
            Baseline(since, counters, {}),
            None,
            _days(now - since),
            "partial",
            STAR_HISTORY,
            is_of_star_days=True,
        )

    def _read_earlier(self) -> Sequence[Row[Any]]:
        looked = self._looked
        return self._session.execute(
            select(*columns(Snapshot, "id", "observed_at", "status", "listing_floor"))
            .where(
                col(Snapshot.source) == looked.source,
                col(Snapshot.kind) == looked.kind,
                col(Snapshot.observed_at) >= looked.observed_at - _LONGEST,
                col(Snapshot.observed_at) < looked.observed_at,
                col(Snapshot.status).in_(("complete", "partial")),
                col(Snapshot.thinned_at).is_(None),
                (func.coalesce(col(Snapshot.reason), "") == DEMO) == (looked.reason == DEMO),
            )
            .order_by(col(Snapshot.observed_at))
        ).all()

    def _read_counters(self, snapshot_id: int) -> dict[int, int]:
        if snapshot_id not in self._counters:
            rows = self._session.execute(
                _counters_of(self._looked.counter), {"snapshot_id": snapshot_id}
            )
            self._counters[snapshot_id] = dict(map(tuple, rows))
        return self._counters[snapshot_id]

    def _read_histories(self) -> dict[int, StarDays]:
        """Read the daily stars of recently discovered subjects, by subject id."""
        looked = self._looked
        if looked.counter != "stars":
            return {}
        rows = self._session.execute(
            select(*columns(StarHistory, "subject_id", "read_at", "stars", "first_on", "days"))
            .join(Subject, col(Subject.id) == col(StarHistory.subject_id))
            .where(
                col(Subject.source) == looked.source,
                col(Subject.kind) == looked.kind,
                col(StarHistory.read_at) > looked.observed_at - _HISTORY_HOLDS,
            )
        )
        return {
            row.subject_id: StarDays(
                row.read_at,
                row.stars,
                {
                    row.first_on + timedelta(days=place): int(count)
                    for place, count in enumerate(row.days.split(","))
                },
            )
            for row in rows
            if row.subject_id in looked.sightings
        }


@cache
def _counters_of(counter: str) -> Select[Any]:
    """Select one counter of every subject of a snapshot."""
    counted = col(getattr(Observation, counter))
    return select(col(Observation.subject_id), counted).where(
        col(Observation.snapshot_id) == bindparam("snapshot_id"), counted.is_not(None)
    )


def comparable(seen: Sequence[Seen], comparison: Comparison) -> Sequence[Seen]:
    """Return the subjects that can be ranked; with star histories only those that have one."""
    if not comparison.is_of_star_days or comparison.baseline is None:
        return seen
    return [each for each in seen if each.subject_id in comparison.baseline.counters]


def _days(span: timedelta) -> float:
    return round(span / timedelta(days=1), 3)
