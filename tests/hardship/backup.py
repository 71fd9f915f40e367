"""Backups beside writers and a sync: each shows the paper of one instant, and no write is refused.

While sixteen clients save and publish and a sync run stores its snapshots, `morningpost backup`
writes a file, which is restored into another database and served from there. The restored paper
must hold every write that was acknowledged before the backup began, none that was sent after it had
ended, and of what happened in between exactly what its own event log tells.
"""

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from sqlalchemy import make_url

from app.config import Settings
from app.db import write_engine
from tests.factories import make_issue
from tests.hardship import sync_kills
from tests.hardship.figures import Figures
from tests.hardship.ledger import faults_of
from tests.hardship.server import Server
from tests.servers.postgres import client_programs
from tests.sync.upstream_server import serving_upstream

WRITERS = 16
ANSWER_SECONDS = 0.01
"""What an answer of an API takes that the sync asks."""
_BEFORE_SECONDS = 0.4
"""Between the start of the writers and that of the backup."""


@dataclass
class _Desk:
    """The issue of one writer, and what it was told about each revision."""

    number: int
    answers: list[tuple[float, float, httpx.Response]] = field(default_factory=list)
    """When each revision was asked for and acknowledged, with the answer, oldest first."""

    def acknowledged(self, at: float) -> int:
        """How many revisions were acknowledged by a time."""
        return sum(done <= at for _, done, _ in self.answers)

    def begun(self, at: float) -> int:
        """How many revisions were asked for by a time."""
        return sum(asked <= at for asked, _, _ in self.answers)


def run(url: str, *, folder: Path, rounds: int, chance: random.Random) -> Figures:
    """Make so many backups of a server that is written to, and judge each."""
    figures = Figures("backup beside 16 writers and a sync")
    upstream = sync_kills.make_world()
    engine = write_engine(Settings(_env_file=None, database_url=url).database)
    with _programs(), serving_upstream(upstream, seconds=ANSWER_SECONDS) as addresses:
        runs = sync_kills.Runs(url, addresses, folder=folder)
        with Server(url, folder=folder) as server:
            desks = [_Desk(number) for number in range(1, WRITERS + 1)]
            asyncio.run(_create(server, desks))
            for _ in range(rounds):
                figures.rounds += 1
                sync_kills.let_a_day_pass(engine, upstream, chance)
                with _target(url, folder, figures.rounds) as target:
                    asyncio.run(_round(server, runs, target, desks, figures, folder=folder))
            figures.expect("Traceback" not in server.log(), f"a trace: {server.log()[-2000:]}")
    engine.dispose()
    return figures


async def _round(
    server: Server,
    runs: sync_kills.Runs,
    target: str,
    desks: list[_Desk],
    figures: Figures,
    *,
    folder: Path,
) -> None:
    file = folder / "paper.backup"
    syncing = runs.start()
    has_ended = asyncio.Event()
    writing = [asyncio.create_task(_write(server, desk, has_ended, figures)) for desk in desks]
    await asyncio.sleep(_BEFORE_SECONDS)
    began = time.monotonic()
    made = await asyncio.to_thread(server.run, "backup", str(file), "--force")
    ended = time.monotonic()
    is_beside_sync = syncing.poll() is None
    has_ended.set()
    await asyncio.gather(*writing)
    _, said = await asyncio.to_thread(syncing.communicate)
    figures.expect(syncing.returncode == 0, f"the sync ended with {said[-500:]}")
    figures.expect(made.returncode == 0, f"the backup failed: {made.stderr[-500:]}")
    figures.counts["ended before the sync"] += is_beside_sync
    figures.counts["ms of a backup, at most"] = max(
        figures.counts["ms of a backup, at most"], round((ended - began) * 1000)
    )
    restored = Server(target, folder=folder)
    done = await asyncio.to_thread(restored.run, "restore", str(file))
    figures.expect(done.returncode == 0, f"the restore failed: {done.stderr[-500:]}")
    for fault in _faults(target):
        figures.expect(False, fault)
    await asyncio.to_thread(restored.start)
    try:
        await _compare(server, restored, desks, figures, began=began, ended=ended)
    finally:
        await asyncio.to_thread(restored.stop)


async def _create(server: Server, desks: list[_Desk]) -> None:
    """Publish all issues, and save each once more: answers name the neighbours in print."""
    async with _client(server) as client:
        for desk in desks:
            path, issue = "/v1/issues?publish=true", make_issue(desk.number)
            await _ask(desk, lambda: client.post(path, json=issue))  # noqa: B023
        for desk in desks:
            path, title = f"/v1/issues/{desk.number}?publish=true", {"title": "Among all others"}
            await _ask(desk, lambda: client.patch(path, json=title))  # noqa: B023


async def _write(server: Server, desk: _Desk, has_ended: asyncio.Event, figures: Figures) -> None:
    """Save and publish an issue again and again; nothing may be refused."""
    path = f"/v1/issues/{desk.number}?publish=true"
    async with _client(server) as client:
        while not has_ended.is_set():
            title = {"title": f"Revision {len(desk.answers) + 1} of {desk.number}"}
            answer = await _ask(desk, lambda: client.patch(path, json=title))  # noqa: B023
            figures.counts["writes"] += 1
            if answer.status_code != 200:
                figures.expect(False, f"a write ended with {answer.status_code}: {answer.text}")
                return


async def _ask(desk: _Desk, send: Callable[[], Any]) -> httpx.Response:
    asked = time.monotonic()
    answer: httpx.Response = await send()
    desk.answers.append((asked, time.monotonic(), answer))
    return answer


async def _compare(
    source: Server,
    restored: Server,
    desks: list[_Desk],
    figures: Figures,
    *,
    began: float,
    ended: float,
) -> None:
    """Hold the restored paper against its own log, the answers, and the paper it was made of."""
    expect = figures.expect
    async with _client(source) as old, _client(restored) as new:
        log = await _events(new)
        sequences = [event["sequence"] for event in log]
        expect(sequences == list(range(1, len(log) + 1)), "the log of events has gaps")
        expect((await _events(old))[: len(log)] == log, "the log is not the beginning of the log")
        for desk in desks:
            told = sum(_saves(event, desk.number) for event in log)
            read = await new.get(f"/v1/issues/{desk.number}")
            expect(read.status_code == 200, f"{desk.number} is lost, or the key does not work")
            head = read.json()["revision"]
            least, most = desk.acknowledged(began), desk.begun(ended)
            expect(least <= head <= most, f"revision {head} is not of {least} to {most}")
            expect(head == told, f"the log tells of {told} revisions, and there are {head}")
            answer = desk.answers[head - 1][2]
            is_same = (read.content, read.headers["etag"]) == (
                answer.content,
                answer.headers["etag"],
            )
            expect(is_same, f"{desk.number} is not as revision {head} was acknowledged")
            for path in (
                f"/v1/issues/{desk.number}/revisions/{head}",
                f"/v1/issues/{desk.number}/revisions/1",
            ):
                here, there = await old.get(path), await new.get(path)
                expect(here.content == there.content, f"{path} is another one")
            figures.counts["issues compared"] += 1
        await _compare_trends(old, new, log, figures)
        made = await new.post("/v1/issues", json=make_issue(900))
        expect(made.status_code == 201, f"a post to the restored paper: {made.status_code}")


async def _compare_trends(
    old: httpx.AsyncClient, new: httpx.AsyncClient, log: list[dict[str, Any]], figures: Figures
) -> None:
    """Boards that the log tells of are there, to the byte, and none beyond."""
    boards = [event["data"] for event in log if event["type"] == "trending.updated"]
    for kind in {(board["source"], board["kind"]) for board in boards}:
        last = [board for board in boards if (board["source"], board["kind"]) == kind][-1]
        path = f"/v1/trending?source={kind[0]}&kind={kind[1]}"
        found = (await new.get(path)).json()
        snapshot = found["board"]["snapshot_id"]
        figures.expect(
            snapshot == last["snapshot_id"],
            f"the board of {kind} is of snapshot {snapshot}, the log says {last['snapshot_id']}",
        )
        figures.counts["boards compared"] += 1
    figures.expect(
        bool(boards) or figures.rounds == 1, "no board was in the backup, although a sync had ended"
    )


def _saves(event: dict[str, Any], number: int) -> bool:
    is_save = event["type"] in {"issue.created", "issue.saved"}
    return is_save and event["data"]["issue"]["number"] == number


async def _events(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query = {"limit": "100"}
    while True:
        page = (await client.get("/v1/events", params=query)).json()
        found += page["data"]
        if not page["page"]["has_more"]:
            return found
        query["after"] = page["page"]["next_cursor"]


def _faults(url: str) -> list[str]:
    engine = write_engine(Settings(_env_file=None, database_url=url).database)
    try:
        return [*faults_of(engine), *sync_kills.faults_of(engine)]
    finally:
        engine.dispose()


@contextmanager
def _target(url: str, folder: Path, number: int) -> Iterator[str]:
    """An empty database of the same kind."""
    if url.startswith("sqlite"):
        path = folder / f"restored-{number}.db"
        yield f"sqlite:///{path}"
        for each in folder.glob(f"{path.name}*"):
            each.unlink()
        return
    name = f"restored_{number}"
    with psycopg.connect(url, autocommit=True) as maintenance:
        maintenance.execute(f"CREATE DATABASE {name}".encode())
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
        maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def _programs() -> Iterator[None]:
    """Put the programs of PostgreSQL's clients on the path, where a package brought them."""
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{client_programs()}:{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _client(server: Server) -> httpx.AsyncClient:
    headers = {**server.editor, "If-Match": "*", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False, timeout=60)
