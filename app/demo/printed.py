"""What must have been observed for the demo issues to be true: their counts, at their instants.

A printed count was observed when the issue says so; a printed change tells the count at the
beginning of its window. Between two known counts a subject moves evenly.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import UTC, date as Date, datetime, time
from typing import Any

from app.demo import demo_issues
from app.models.counter import counter_of
from app.models.values import WINDOW_LENGTHS

_OBSERVED_AT = time(5, 30, tzinfo=UTC)
"""When the counts of an issue were observed that does not say it."""
_TOLD_IN_PROSE = {
    # Issue 7: "Shoreline Counts … gained 30 likes in a day".
    ("demo-saltmarsh/shoreline-counts", "likes"): {datetime(2026, 4, 23, 5, 30, tzinfo=UTC): 220},
}
"""Counts of subjects that no entry prints."""
_COUNTERS = ("stars", "likes", "forks", "downloads")

Counts = dict[datetime, int]
"""Known counts of a subject by instant."""


def printed_counts(
    subjects: Mapping[str, Mapping[str, Any]], *, before: datetime
) -> Iterator[tuple[datetime, dict[str, dict[str, Any]]]]:
    """Yield the instants of what is printed, earliest first, with each subject and its counts.

    `subjects`: the entries to describe them by. Subjects are left out before their first count.
    """
    known = _known_counts(subjects)
    instants = sorted({at for counts in known.values() for each in counts.values() for at in each})
    for at in instants:
        if at >= before:
            return
        seen: dict[str, dict[str, Any]] = {}
        for name, entry in subjects.items():
            counts = {each: _count_at(known[name][each], at) for each in _COUNTERS}
            if counts[counter_of(entry["kind"])] is not None:
                seen[name] = {**entry, **counts}
        yield at, seen


def _known_counts(subjects: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Counts]]:
    known: dict[str, dict[str, Counts]] = {
        name: {each: {} for each in _COUNTERS} for name in subjects
    }
    for (name, counter), told in _TOLD_IN_PROSE.items():
        if name in known:
            known[name][counter].update(told)
    changes: list[tuple[Counts, datetime, int]] = []
    for at, entry in _printed_entries():
        counts = known.get(entry["external_id"])
        if counts is None:
            continue
        for each in _COUNTERS:
            if entry.get(each) is not None:
                counts[each][at] = entry[each]
        counter = counter_of(entry["kind"])
        if entry.get("change") is not None and entry.get(counter) is not None:
            since = at - WINDOW_LENGTHS[entry["window"]]
            changes.append((counts[counter], since, entry[counter] - entry["change"]))
    for counter_counts, since, count in changes:
        counter_counts.setdefault(since, count)  # a count that is printed itself wins
    return known


def _printed_entries() -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Yield the entries of all issues, each with the instant at which it was observed."""
    for issue in demo_issues():
        at = datetime.combine(Date.fromisoformat(str(issue["date"])), _OBSERVED_AT)
        sections: Any = issue["sections"]
        for section in sections:
            for entry in section.get("entries") or ():
                said = entry.get("observed_at")
                yield (at if said is None else datetime.fromisoformat(said)), entry


def _count_at(known: Counts, at: datetime) -> int | None:
    """Return a count at an instant; `None` before the first known one."""
    if at in known:
        return known[at]
    instants = sorted(known)
    place = bisect_left(instants, at)
    if place == 0:
        return None
    if place == len(instants):
        return known[instants[-1]]
    earlier, later = instants[place - 1], instants[place]
    share = (at - earlier) / (later - earlier)
    return round(known[earlier] + share * (known[later] - known[earlier]))
