"""What checked numbers cost: publishing with and without them, and the claims of an issue in ms.

    python -m benchmarks.checked_numbers

One process serves itself without a socket. Its database holds the demo with its history, and
invented repositories beside it. Both variants take turns in each round, so that a busy moment of
the machine meets both; what is shown are medians. Without checks means that publishing neither
reads figures nor compares them. It takes about five minutes.
"""

import argparse
import asyncio
import platform
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson
import uvloop

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands.snapshots import record_snapshot
from app.content.commands.sync_runs import begin_run
from app.content.commands.transaction import Transaction, perform
from app.content.facts.claims import claims_of
from app.content.facts.text_claims import TextClaims
from app.content.observed import FiguresAhead
from app.content.queries.claims import judge_document, read_trends
from app.demo import demo_issues
from app.main import create_app
from app.migrations import upgrade
from app.models.sighting import Look, Sighting
from app.web.application import Application
from benchmarks.output import say

ROUNDS = 31
READS = 200
LARGE_BYTES = 1_000_000
"""Size of the large issue."""
MAX_BODY = 200_000
PAUSE_SECONDS = 2.0
"""Between saving a draft and publishing it: an editor takes longer."""
PARAGRAPHS_PER_FIGURE = 4
KEY = "amp_benchmarkkey_" + "0123456789abcdef" * 2
FIRST_DAY = date(2030, 1, 1)

Document = Mapping[str, Any]


def main() -> None:
    """Fill a database, publish with and without checks, and read."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--small", action="store_true", help="Leave out the issue of 1 MB.")
    parser.add_argument("--database-url", help="An empty database; SQLite in a new folder.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database_url or f"sqlite:///{Path(folder, 'paper.db')}"
        settings = Settings.model_validate(
            {
                "database_url": url,
                "demo": True,
                "rate_limit": "0",
                "max_body_bytes": 4_000_000,
                "bootstrap_key": KEY,
            }
        )
        upgrade(settings.database)
        say(
            f"{date.today()}, Python {platform.python_version()}, "
            f"{settings.database.get_backend_name()}; {given.subjects:,} subjects, "
            f"medians of {given.rounds} rounds\n"
        )
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(
                _measure(settings, given.subjects, rounds=given.rounds, is_small=given.small)
            )


@dataclass
class Caller:
    """Calls an application without a client library, whose cost would hide ratios."""

    app: Application
    headers: Sequence[tuple[bytes, bytes]] = ()

    async def __call__(self, method: str, path: str, body: object = None) -> bytes:
        """Send a request. Raises `RuntimeError` if it is refused."""
        sent = b"" if body is None else orjson.dumps(body)
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [
                (b"host", b"paper.test"),
                (b"content-length", str(len(sent)).encode()),
                *([(b"content-type", b"application/json")] if sent else []),
                *self.headers,
            ],
            "client": ("127.0.0.1", 4711),
            "server": ("paper.test", 80),
            "state": {},
        }
        status, parts, is_sent = 0, [], False

        async def receive() -> dict[str, Any]:
            nonlocal is_sent
            if is_sent:
                await asyncio.Event().wait()
            is_sent = True
            return {"type": "http.request", "body": sent, "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif "body" in message:
                parts.append(bytes(message["body"]))

        await self.app(scope, receive, send)
        answer = b"".join(parts)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {answer[:500]!r}")
        return answer


async def _measure(settings: Settings, subjects: int, *, rounds: int, is_small: bool) -> None:
    async with _serving(settings) as caller:
        await _record(caller.app, subjects=subjects)
        issues = {"largest demo issue": _largest()}
        if not is_small:
            issues["issue of 1 MB"] = _large(subjects)
        await _publish_all(caller, issues, rounds=rounds)
        await _claims(caller.app, issues, rounds=rounds)
        await _pages(caller)


@asynccontextmanager
async def _serving(settings: Settings) -> AsyncIterator[Caller]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield Caller(app, [(b"authorization", f"Bearer {KEY}".encode()), (b"if-match", b"*")])


async def _record(app: Application, *, subjects: int) -> None:
    """Record a snapshot of invented repositories for now and for a week ago."""
    for days in (7, 0):
        at = datetime.now(UTC) - timedelta(days=days, minutes=1)
        seen = [_sighting(number, 1_000 + 7 * number - 10 * days) for number in range(subjects)]
        look = Look("github", "repository", at, "complete", sightings=seen, listed=subjects)

        def work(tx: Transaction, look: Look = look) -> int:
            return record_snapshot(tx, look, run_id=begin_run(tx, [look.source]))

        await app.state.database.write(
            partial(perform, work=work, principal=COMMAND_LINE, clock=partial(_same, at))
        )


def _same(at: datetime) -> datetime:
    return at


def _sighting(number: int, stars: int) -> Sighting:
    name = f"owner-{number % 900}/repository-{number}"
    return Sighting(
        upstream_id=f"benchmark:{number}",
        external_id=name,
        name=f"repository-{number}",
        url=f"https://github.com/{name}",
        stars=stars,
        forks=stars // 9,
    )


def _largest() -> Document:
    return max(demo_issues(), key=lambda each: len(orjson.dumps(each)))


def _large(subjects: int) -> Document:
    """An issue of 1 MB: the prose of the demo again and again, with a figure in each fourth."""
    prose = [
        paragraph
        for issue in demo_issues()
        for section in issue["sections"]  # type: ignore[attr-defined]
        for paragraph in (section.get("body") or "").split("\n\n")
        if paragraph
    ]
    bodies: list[list[str]] = [[]]
    size = place = 0
    while size < LARGE_BYTES:
        paragraph = f"{prose[place % len(prose)]} So it stands in part {place} of this issue."
        if place % PARAGRAPHS_PER_FIGURE == 0:
            number = place * 31 % subjects
            stars = 1_000 + 7 * number + (place % 64 == 0)  # each sixteenth figure is wrong
            paragraph += f" Today owner-{number % 900}/repository-{number} has {stars:,} stars."
        if sum(map(len, bodies[-1])) + len(paragraph) > MAX_BODY - 2 * len(bodies[-1]) - 2_000:
            bodies.append([])
        bodies[-1].append(paragraph)
        size += len(paragraph) + 2
        place += 1
    kinds = ["lead", *["brief"] * (len(bodies) - 1)]
    sections = [
        {"kind": kind, "headline": f"Part {number}", "body": "\n\n".join(body)}
        for number, (kind, body) in enumerate(zip(kinds, bodies, strict=True))
    ]
    return {"sections": sections}


@contextmanager
def _unchecked() -> Iterator[None]:
    """Publish without reading or comparing figures."""

    async def nothing(state: Any, *_: object) -> FiguresAhead:
        return FiguresAhead(state.known_trends)

    with (
        patch("app.web.endpoints.write.figures_ahead", nothing),
        patch("app.content.commands.publishing.check_numbers", lambda *_, **__: None),
    ):
        yield


@contextmanager
def _checked() -> Iterator[None]:
    yield


VARIANTS: Mapping[str, Callable[[], Any]] = {"without": _unchecked, "with": _checked}


@dataclass
class Taken:
    """What calls of one sort took, in seconds."""

    wall: list[float]
    processor: list[float]

    @contextmanager
    def timed(self) -> Iterator[None]:
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.wall.append(time.perf_counter() - wall)
        self.processor.append(time.process_time() - processor)


async def _publish_all(caller: Caller, issues: Mapping[str, Document], *, rounds: int) -> None:
    say(
        "| write | without, ms | with, ms | ratio | without, CPU ms | with | ratio |"
        "\n|---|---|---|---|---|---|---|"
    )
    day = FIRST_DAY
    for name, issue in issues.items():
        turns = rounds if len(orjson.dumps(issue)) < LARGE_BYTES else max(3, rounds // 4)
        taken = {
            (act, variant): Taken([], [])
            for act in ("save a draft", "publish it", "save and publish")
            for variant in VARIANTS
        }
        for turn in range(-1, turns):
            for variant, state in VARIANTS.items():
                day += timedelta(days=2)
                await _write(caller, issue, day, state, taken, variant, is_counted=turn >= 0)
        for act in ("save a draft", "publish it", "save and publish"):
            cells = [
                cell
                for kind in ("wall", "processor")
                for cell in _compared(*(getattr(taken[act, each], kind) for each in VARIANTS))
            ]
            say(f"| {name}: {act} | {' | '.join(cells)} |")


def _compared(without: Sequence[float], with_: Sequence[float]) -> list[str]:
    """Medians in ms, and the median of the ratios of each round."""
    ratio = statistics.median(b / a for a, b in zip(without, with_, strict=True))
    medians = (statistics.median(each) * 1e3 for each in (without, with_))
    return [*(f"{each:.1f}" for each in medians), f"{ratio:.2f}"]


async def _write(
    caller: Caller,
    issue: Document,
    day: date,
    state: Callable[[], Any],
    taken: Mapping[tuple[str, str], Taken],
    variant: str,
    *,
    is_counted: bool,
) -> None:
    own = {"number": None, "slug": None}
    first, second = ({**issue, **own, "date": str(each)} for each in (day, day + timedelta(days=1)))
    spare = Taken([], [])
    with state():
        with (taken["save a draft", variant] if is_counted else spare).timed():
            draft = orjson.loads(await caller("POST", "/v1/issues", first))
        await asyncio.sleep(PAUSE_SECONDS)
        with (taken["publish it", variant] if is_counted else spare).timed():
            await caller("POST", f"/v1/issues/{draft['number']}/publish")
        with (taken["save and publish", variant] if is_counted else spare).timed():
            done = orjson.loads(await caller("POST", "/v1/issues?publish=true", second))
        for number in (draft["number"], done["number"]):
            await caller("POST", f"/v1/issues/{number}/unpublish")


async def _claims(app: Application, issues: Mapping[str, Document], *, rounds: int) -> None:
    state = app.state
    trends = await read_trends(state.database.reader, state.known_trends)
    say("\n| claims of | figures | read, ms | read and judged, ms |\n|---|---|---|---|")
    for name, issue in issues.items():
        document = {**issue, "status": "draft"}
        reading, judging = [], []
        for _ in range(max(3, rounds // 4)):
            started = time.perf_counter()
            found = claims_of(document, TextClaims(trends.names))
            reading.append(time.perf_counter() - started)
            started = time.perf_counter()
            await judge_document(
                state.database.reader, state.known_trends, document, now=datetime.now(UTC)
            )
            judging.append(time.perf_counter() - started)
        read, judged = (statistics.median(each) * 1e3 for each in (reading, judging))
        say(f"| {name} | {len(found):,} | {read:.1f} | {judged:.1f} |")


async def _pages(caller: Caller) -> None:
    """The page of an issue from the cache, with and without checks."""
    say("\n| warm page | us |\n|---|---|")
    public = Caller(caller.app)
    taken: dict[str, list[float]] = {name: [] for name in VARIANTS}
    await public("GET", "/issues/8")
    for _ in range(9):
        for name, state in VARIANTS.items():
            with state():
                started = time.perf_counter()
                for _ in range(READS):
                    await public("GET", "/issues/8")
                taken[name].append((time.perf_counter() - started) / READS)
    for name, seconds in taken.items():
        say(f"| {name} checks | {statistics.median(seconds) * 1e6:.0f} |")


if __name__ == "__main__":
    main()
