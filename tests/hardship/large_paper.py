"""A large paper: thousands of synthetic issues, and snapshots of thousands of subjects.

For trials of what a read costs when there is much to read. All of it is invented.
"""

from collections.abc import Sequence
from datetime import UTC, date as Date, datetime, timedelta
from random import Random

from sqlalchemy import Engine

from app.content.access import COMMAND_LINE
from app.content.commands.issues import add_issue
from app.content.commands.snapshots import record_snapshot
from app.content.commands.sync_runs import begin_run
from app.content.commands.transaction import Transaction, transaction
from app.demo import demo_issues
from app.models.sighting import Look, Sighting
from app.models.values import EntryKind, SourceName
from benchmarks.synthetic import synthetic_issue

NOW = datetime(2026, 5, 3, 6, 0, tzinfo=UTC)
"""When the paper is read."""
_OLDER_THAN = Date(2026, 1, 1)
_STEP = 50
"""Issues in one transaction."""
_DAYS_BEFORE = (31, 30, 29, 8, 7, 6, 2, 1, 0)
"""When subjects were seen: enough for the boards of a day, a week and a month."""
BOARDS: tuple[tuple[SourceName, EntryKind, float], ...] = (
    ("github", "repository", 1.0),
    ("huggingface", "model", 0.5),
    ("huggingface", "dataset", 0.1),
    ("huggingface", "paper", 0.05),
)
"""What is seen, and what part of the subjects are of that kind."""
OLD_SUBJECT = "old/space"
"""A space that was seen every hour of six weeks: the longest history there is."""
_HOURS = 1_008


def fill(engine: Engine, *, issues: int, subjects: int, hours: int = _HOURS) -> None:
    """Fill a migrated database; `subjects`: of the largest kind."""
    documents = demo_issues()
    with transaction(engine, principal=COMMAND_LINE, now=NOW - timedelta(days=1)) as tx:
        for document in documents:
            add_issue(tx, document, publish=True)
    days = [_OLDER_THAN - timedelta(days=n) for n in range(max(0, issues - len(documents)), 0, -1)]
    for start in range(0, len(days), _STEP):
        with transaction(engine, principal=COMMAND_LINE, now=NOW - timedelta(days=1)) as tx:
            for day in days[start : start + _STEP]:
                add_issue(tx, synthetic_issue(day, seed=1), publish=True)
    for source, kind, part in BOARDS:
        _see(engine, source, kind, max(10, int(subjects * part)))
    for hour in range(hours, 0, -1):
        seen = [_sighting(OLD_SUBJECT, 10_000 - hour)]
        _record(engine, "huggingface", "space", seen, at=NOW - timedelta(hours=hour))


def _see(engine: Engine, source: SourceName, kind: EntryKind, count: int) -> None:
    chance = Random(f"{source}/{kind}")
    counters = [chance.randint(50, 60_000) for _ in range(count)]
    for days in _DAYS_BEFORE:
        for number in range(count):
            counters[number] += chance.choice((0, 0, 1, 2, 5, 30, -1))
        seen = [
            _sighting(f"owner-{n % 900}/{kind}-{n}", counter, is_starred=kind == "repository")
            for n, counter in enumerate(counters)
        ]
        _record(engine, source, kind, seen, at=NOW - timedelta(days=days, minutes=5))


def _sighting(external_id: str, counter: int, *, is_starred: bool = False) -> Sighting:
    return Sighting(
        upstream_id=external_id,
        external_id=external_id,
        name=external_id.rpartition("/")[2],
        url=f"https://example.com/{external_id}",
        summary="An invented subject with a description of the usual length, some ninety letters.",
        language="Python",
        stars=max(counter, 0) if is_starred else None,
        likes=None if is_starred else max(counter, 0),
        downloads=max(counter, 1) * 9,
        forks=max(counter, 0) // 9,
    )


def _record(
    engine: Engine,
    source: SourceName,
    kind: EntryKind,
    seen: Sequence[Sighting],
    *,
    at: datetime,
) -> None:
    look = Look(source, kind, at, "complete", sightings=seen, listed=len(seen))

    def record(tx: Transaction) -> None:
        record_snapshot(tx, look, run_id=begin_run(tx, [source]))

    with transaction(engine, principal=COMMAND_LINE, now=at) as tx:
        record(tx)
