"""Invented history for the demo, so that a new installation has boards and charts.

The subjects are those of the demo issues; all are invented, their names begin with `demo-` and
their addresses lead nowhere. How a subject moves depends only on its name, so that seeding on one
date always gives the same demo.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from app.demo import demo_issues
from app.demo.printed import printed_counts
from app.models.counter import counter_of
from app.models.sighting import Look, Sighting
from app.models.snapshot import DEMO
from app.models.values import EntryKind, SourceName

DAYS = 42
"""Daily looks: enough for boards of a month and the month before."""

RENAMED = {"demo-ferrous/clerkwork": "demo-ferrous/clerk"}
"""Subjects that had another name in the first half of the time."""

_LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
"""Creation time of the printed subjects."""
_PACES: tuple[tuple[float, float, int], ...] = (
    # Daily growth at first and at last, and the age in days (0: older than the history).
    (0.002, 0.022, 0),
    (0.012, 0.004, 0),
    (0.006, 0.006, 0),
    (0.001, 0.002, 0),
    (0.015, -0.003, 0),
    (0.030, 0.060, 11),
    (0.004, 0.009, 0),
)


def demo_history(*, until: datetime, days: int = DAYS) -> Iterator[list[Look]]:
    """Invent the looks of the last days, oldest first; the last one is at `until`.

    Older looks come first, at which what the issues print was observed.
    """
    subjects = _subjects()
    last = {
        name: entry
        for name, (place, entry) in subjects.items()
        if not _PACES[place % len(_PACES)][2]  # younger subjects did not exist then
    }
    for observed_at, printed in printed_counts(last, before=until - timedelta(days=DAYS)):
        seen: dict[tuple[SourceName, EntryKind], list[Sighting]] = {}
        for name, entry in printed.items():
            sighting = _sighting(name, entry, entry[_counter_of(entry)], since=_LONG_AGO)
            seen.setdefault((entry["source"], entry["kind"]), []).append(sighting)
        yield [
            Look(source, kind, observed_at, "complete", DEMO, sightings)
            for (source, kind), sightings in seen.items()
        ]
    counts = {name: _counts(name, entry, place) for name, (place, entry) in subjects.items()}
    boards: dict[tuple[SourceName, EntryKind], list[tuple[str, dict[str, Any], datetime]]] = {}
    for name, (place, entry) in subjects.items():
        since = until - timedelta(days=_PACES[place % len(_PACES)][2] or 400)
        boards.setdefault((entry["source"], entry["kind"]), []).append((name, entry, since))
    for day in range(DAYS - days, DAYS):
        observed_at = until - timedelta(days=DAYS - 1 - day)
        yield [
            Look(
                source,
                kind,
                observed_at,
                "complete",
                DEMO,
                [
                    _sighting(_name_on(day, name), entry, count, since=since, named=name)
                    for name, entry, since in names
                    if (count := counts[name][day]) is not None
                ],
            )
            for (source, kind), names in boards.items()
        ]


def _subjects() -> dict[str, tuple[int, dict[str, Any]]]:
    """Return the last printed entry of each subject, and its index among those of its kind."""
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    seen: dict[str, int] = {}
    for issue in demo_issues():
        sections: Any = issue["sections"]
        for section in sections:
            for entry in section.get("entries") or ():
                name = entry["external_id"]
                if name not in found:
                    seen[entry["kind"]] = seen.get(entry["kind"], -1) + 1
                place = found[name][0] if name in found else seen[entry["kind"]]
                known = found[name][1] if name in found else {}
                said = {key: value for key, value in entry.items() if value is not None}
                found[name] = (place, {**known, **said})
    return found


def _counts(name: str, entry: Mapping[str, Any], place: int) -> list[int | None]:
    """Return the counter on each day; `None` before the subject existed."""
    random = Random(name)
    first, last, age = _PACES[place % len(_PACES)]
    count = float(entry.get(_counter_of(entry)) or random.randint(40, 900))
    if age:
        count = 30.0
    counts: list[int | None] = []
    for day in range(DAYS):
        if age and day < DAYS - age:
            counts.append(None)
            continue
        pace = first + (last - first) * day / DAYS
        count += count * pace * random.uniform(0.6, 1.4) + random.choice((0, 0, 1))
        counts.append(round(count))
    return counts


def _counter_of(entry: Mapping[str, Any]) -> str:
    return counter_of(entry["kind"])


def _name_on(day: int, name: str) -> str:
    return RENAMED.get(name, name) if day < DAYS // 2 else name


def _sighting(
    external_id: str,
    entry: Mapping[str, Any],
    count: int,
    *,
    since: datetime,
    named: str | None = None,
) -> Sighting:
    """Make the sighting of an entry; `named` is the latest name, which is its identity."""
    name = named or external_id
    seen = Sighting(
        upstream_id=f"demo:{name}",
        external_id=external_id,
        name=entry.get("name") or external_id.rpartition("/")[2],
        url=entry["url"],
        summary=entry.get("summary"),
        task=entry.get("task"),
        language=entry.get("language"),
        created_at=since,
    )
    if entry["kind"] == "repository":
        return replace(seen, stars=count, forks=_second_count("forks", entry, count) or count // 9)
    if entry["kind"] == "paper":
        return replace(seen, likes=count)
    downloads = _second_count("downloads", entry, count) or count * Random(name).randint(8, 90)
    return replace(seen, likes=count, downloads=downloads)


def _second_count(counter: str, entry: Mapping[str, Any], count: int) -> int | None:
    """Scale a printed counter as the first one; `None` where the two were not printed together."""
    first, second = entry.get(_counter_of(entry)), entry.get(counter)
    return round(second * count / first) if first and second else None
