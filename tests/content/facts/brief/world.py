"""Fifty days of repositories and models with storylines, and what is true of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.models.sighting import Look, Sighting
from app.models.values import EntryKind, SourceName

DAYS = 50
FIRST = 40
"""The storylines stand in the last ten days."""

SOURCES: Mapping[EntryKind, SourceName] = {"repository": "github", "model": "huggingface"}


@dataclass(frozen=True)
class Story:
    """One subject: what it is called, and its counter on each day that it exists."""

    key: str
    kind: EntryKind
    counts: Mapping[int, int]
    name: str
    task: str | None = None
    language: str | None = None
    renamed_on: int | None = None
    renamed_to: str = ""

    def named(self, day: int) -> str:
        return self.renamed_to if self.renamed_on and day >= self.renamed_on else self.name


@dataclass
class World:
    """All stories, and the instants at which they were looked at."""

    start: datetime
    stories: dict[str, Story] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for story in (*_quiet(), *_storylines(), *_trends()):
            self.stories[story.key] = story

    def at(self, day: int) -> datetime:
        return self.start + timedelta(days=day)

    def day_of(self, at: datetime) -> int:
        return (at - self.start).days

    def looks(self, day: int) -> Iterator[Look]:
        for kind, source in SOURCES.items():
            own = [each for each in self.stories.values() if each.kind == kind]
            seen = [_sighting(each, day, self.at(day), self) for each in own if day in each.counts]
            missing = [
                each.key
                for each in own
                if day not in each.counts and max(each.counts) in (day - 1, day - 2)
            ]
            yield Look(
                source,
                kind,
                self.at(day),
                "complete",
                sightings=seen,
                listed=len(seen),
                missing=missing,
            )

    def count(self, kind: str, name: str, day: int) -> int | None:
        """The counter of whatever bears or bore a name."""
        for story in self.stories.values():
            if story.kind == kind and name in (story.name, story.renamed_to):
                return story.counts.get(day)
        raise AssertionError(f"no story about {kind} {name}")


def _sighting(story: Story, day: int, at: datetime, world: World) -> Sighting:
    name = story.named(day)
    born = min(story.counts)
    created_at = world.start - timedelta(days=300)
    if born:
        created_at = world.at(born) - timedelta(hours=3)
    is_repository = story.kind == "repository"
    last = name.rpartition("/")[2]
    site = "https://github.com/" if is_repository else "https://huggingface.co/"
    return Sighting(
        upstream_id=story.key,
        external_id=name,
        # Titles of Hugging Face subjects are short; two words do not identify one in prose.
        name=last if is_repository else f"Ask {last.title()}",
        url=site + name,
        task=story.task,
        language=story.language,
        stars=story.counts[day] if is_repository else None,
        likes=None if is_repository else story.counts[day],
        downloads=None if is_repository else 10,
        created_at=created_at,
    )


def _steps(
    start: int, gains: Mapping[int, int], usual: int = 0, last: int = DAYS
) -> dict[int, int]:
    counts, now = {}, start
    for day in range(last):
        now += gains.get(day, usual) if day else 0
        counts[day] = now
    return counts


def _quiet() -> Iterator[Story]:
    for n in range(24):
        counts = _steps(1_000 + 37 * n, {}, usual=2 + n % 5)
        yield Story(f"q{n}", "repository", counts, f"quiet-{n}/tool", language="Python")
    for n in range(24):
        counts = _steps(400 + 23 * n, {}, usual=2 + n % 4)
        yield Story(f"m{n}", "model", counts, f"still-{n}/model", task="text-generation")


def _storylines() -> Iterator[Story]:
    """One subject for each kind of fact, on a day of its own."""
    rocket = _steps(1_500, {45: 640}, usual=5)
    yield Story("rocket", "repository", rocket, "lab/rocket", language="Go")
    born = {day: 180 + 25 * (day - 43) for day in range(43, DAYS)}
    yield Story("born", "repository", born, "lab/born", language="Go")
    back = _steps(900, {**dict.fromkeys(range(25, 32), 40), 46: 160, 47: 40})
    yield Story("back", "repository", back, "lab/back", language="Python")
    purged = _steps(5_400, {44: -1_300}, usual=3)
    yield Story("purged", "repository", purged, "lab/purged", language="Python")
    renamed = _steps(2_600, {}, usual=4)
    yield Story(
        "renamed",
        "repository",
        renamed,
        "lab/first-name",
        language="Python",
        renamed_on=44,
        renamed_to="guild/second-name",
    )
    gone = _steps(7_700, {}, usual=6, last=46)
    yield Story("gone", "repository", gone, "lab/gone", language="Python")
    slow, fast = _steps(3_000, {}, usual=5), _steps(2_500, {48: 400}, usual=8)
    yield Story("slow", "repository", slow, "lab/slow", language="Python")
    yield Story("fast", "repository", fast, "lab/fast", language="Python")


def _trends() -> Iterator[Story]:
    """What moves the shares of a board, and one owner with several entries."""
    for n in range(8):
        counts = _steps(300 + 10 * n, dict.fromkeys(range(38, DAYS), 14 + n))
        yield Story(f"rust{n}", "repository", counts, f"crate-{n}/box", language="Rust")
        yield Story(f"voice{n}", "model", counts, f"voice-{n}/tts", task="text-to-speech")
    for n in range(4):
        counts = _steps(200, dict.fromkeys(range(47, DAYS), 30 + n))
        yield Story(f"studio{n}", "model", counts, f"studio/piece-{n}", task="text-generation")
