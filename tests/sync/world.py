"""A world that moves day by day behind the APIs in memory, and what is true of it.

What it works out, it works out anew from the days that it remembers and the formula in
docs/trending.md; it knows nothing of the code that it judges.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import sqrt
from random import Random
from typing import Any, Literal

from app.models.values import format_instant
from tests.sync.upstream import Upstream

Kind = Literal["model", "repository"]

COUNTER: dict[Kind, str] = {"model": "likes", "repository": "stargazers_count"}
NAME: dict[Kind, str] = {"model": "id", "repository": "full_name"}
SMOOTHING: dict[Kind, int] = {"model": 30, "repository": 100}
LEAST: dict[Kind, int] = {"model": 5, "repository": 10}
DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Fact:
    """What is true of one thing on one day."""

    name: str
    count: int
    born_on: int | None
    """The day on which it came into being; `None` long ago."""
    downloads: int = 1
    opened_on: int | None = None
    """The day on which it was opened to the public, where it was private for long before."""
    recent: float = 0.0
    """Its `trendingScore`, which is close to the likes of the last days."""


Listed = list[tuple[str, int, int | None]]
"""Names with their rank and change."""


@dataclass
class World:
    """Things that gain, lose, are renamed, purged, deleted, born and opened late."""

    upstream: Upstream
    random: Random
    days: list[dict[Kind, dict[int, Fact]]] = field(default_factory=list)
    born_on: dict[int, int] = field(default_factory=dict)
    opened_on: dict[int, int] = field(default_factory=dict)
    deleted: dict[int, tuple[Kind, str, int]] = field(default_factory=dict)
    """Identity: kind, last name, the day."""
    renamed: dict[int, str] = field(default_factory=dict)
    """Former names of what was renamed last."""
    _next: int = 5000

    def rows(self, kind: Kind) -> dict[int, dict[str, Any]]:
        return self.upstream.models if kind == "model" else self.upstream.repositories

    def move(self, now: datetime) -> None:
        """Let a day pass; `now` is when it is looked at."""
        kinds: tuple[Kind, ...] = ("model", "repository")
        for kind in kinds:
            for row in self.rows(kind).values():
                # Small numbers, so that many are equal.
                row[COUNTER[kind]] += self.random.choice((0, 0, 0, 1, 1, 2, 5, 9, 40, -1, -3))
                row[COUNTER[kind]] = max(row[COUNTER[kind]], 0)
            if self.days:
                self._shake(kind, now)
        self.days.append({kind: self._facts(kind) for kind in kinds})

    def _shake(self, kind: Kind, now: datetime) -> None:
        rows = self.rows(kind)
        purged, renamed, deleted = self.random.sample(sorted(rows), 3)
        rows[purged][COUNTER[kind]] = rows[purged][COUNTER[kind]] * 7 // 10
        freed = rows[renamed][NAME[kind]]
        rows[renamed][NAME[kind]] = f"moved-{len(self.days)}/{kind}-{renamed}"
        self.renamed[renamed] = freed
        self.deleted[deleted] = (kind, rows.pop(deleted)[NAME[kind]], len(self.days))
        # One takes the freed name, one is merely new to us, one was born since the last look.
        born = now - timedelta(hours=6)
        self._add(kind, freed, count=self.random.randint(20, 90))
        self._add(kind, f"found-{len(self.days)}/{kind}", count=300)
        self._add(
            kind, f"born-{len(self.days)}/{kind}", count=self.random.randint(1, 60), born=born
        )
        self._open(kind, count=self.random.randint(200, 900), now=now)

    def _open(self, kind: Kind, *, count: int, now: datetime) -> None:
        """Open to the public what was created long ago: all of its count came this morning."""
        self._add(kind, f"opened-{len(self.days)}/{kind}", count=count)
        self.opened_on[self._next] = len(self.days)
        if kind == "model":
            self.upstream.models[self._next]["trendingScore"] = count * 0.9
        else:
            self.upstream.star_days[self._next] = {now.date(): count}

    def _add(self, kind: Kind, name: str, *, count: int, born: datetime | None = None) -> None:
        self._next += 1
        # Old, so its listing shows few of its likes as recent.
        members: dict[str, Any] = {"trendingScore": 1.0} if kind == "model" else {}
        if born is not None:
            self.born_on[self._next] = len(self.days)
            members.pop("trendingScore", None)
            key = "createdAt" if kind == "model" else "created_at"
            members[key] = format_instant(born.replace(microsecond=0))
        if kind == "model":
            self.upstream.add_model(self._next, name, likes=count, **members)
        else:
            self.upstream.add_repository(self._next, name, stars=count, **members)

    def _facts(self, kind: Kind) -> dict[int, Fact]:
        return {
            number: Fact(
                row[NAME[kind]],
                row[COUNTER[kind]],
                self.born_on.get(number),
                row.get("downloads", 1),
                self.opened_on.get(number),
                row.get("trendingScore", 0.0),
            )
            for number, row in self.rows(kind).items()
        }

    def baseline_of(self, day: int, window: str) -> int | None:
        """The day that a day is compared with: a week may lack a day of its seven."""
        length = DAYS[window]
        if day - length >= 0:
            return day - length
        return 0 if window == "week" and day == 6 else None

    def movers(self, day: int, kind: Kind, window: str, direction: str) -> Listed:
        """Whoever was there at both ends and gained, or lost: largest first."""
        base = self.baseline_of(day, window)
        assert base is not None
        now, then = self.days[day][kind], self.days[base][kind]
        changes = [
            (fact.name, fact.count - then[number].count)
            for number, fact in now.items()
            if number in then
        ]
        sign = 1 if direction == "up" else -1
        moved = [(name, change) for name, change in changes if change * sign > 0]
        moved.sort(key=lambda each: (-abs(each[1]), each[0]))
        return [
            (name, 1 + sum(abs(other) > abs(change) for _, other in moved), change)
            for name, change in moved
        ]

    def trending(
        self, day: int, kind: Kind, window: str
    ) -> list[tuple[str, int, int | None, float]]:
        """The board by the formula: name, rank, change, score."""
        base = self.baseline_of(day, window)
        assert base is not None
        before = self.baseline_of(base, window)
        then = self.days[base][kind]
        past = self.days[before][kind] if before is not None else {}
        scored: list[tuple[str, int | None, float]] = []
        for number, fact in self.days[day][kind].items():
            if fact.count < LEAST[kind] or fact.downloads == 0:
                continue
            was_there = number in then
            start = then[number].count if was_there else self._origin(fact, kind, base)
            if start is None:
                continue
            gain = fact.count - start
            if gain <= 0:
                continue
            boost = 1.0
            if was_there and number in past:
                earlier = max(then[number].count - past[number].count, 0)
                boost = min(2.0, max(0.5, sqrt((gain + 10) / (earlier + 10))))
            score = round(gain / sqrt(start + SMOOTHING[kind]) * boost, 4)
            scored.append((fact.name, gain if was_there else None, score))
        scored.sort(key=lambda each: (-each[2], each[0]))
        return [
            (name, 1 + sum(other > score for _, _, other in scored), change, score)
            for name, change, score in scored
        ]

    def _origin(self, fact: Fact, kind: Kind, base: int) -> int | None:
        """What something had at a baseline that lacks it, as far as its source tells."""
        if fact.born_on is not None and fact.born_on > base:
            return 0
        if kind == "model":
            # The listing shows all there are, so what was not on it had nothing.
            is_recent = fact.recent >= fact.count / 2
            return fact.count - min(int(fact.recent), fact.count) if is_recent else None
        return 0 if fact.opened_on is not None and fact.opened_on > base else None

    def tracked(self, day: int, kind: Kind, window: str) -> int:
        base = self.baseline_of(day, window)
        assert base is not None
        return len(self.days[day][kind].keys() & self.days[base][kind].keys())
