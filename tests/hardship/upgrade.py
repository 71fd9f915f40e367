"""A rolling upgrade: processes of the release before and of this one on one database.

The release before is the code before the newest migration, from the history of git. Clients write
through both while the schema moves up, and again after the new release was taken back. Nothing may
be lost or done twice, both must say that they are ready, and both must show one log of events.
"""

import asyncio
import io
import re
import subprocess
import tarfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.schema import SCHEMA_HEAD
from tests.factories import make_issue
from tests.hardship.figures import Figures
from tests.hardship.server import ROOT, Server

WRITERS = 4
SHOWN_WITHIN_SECONDS = 2.0
"""A change made by one process, in the public answers of the other."""
OK_AGAIN_WITHIN_SECONDS = 2.0
_PARTS = ("app", "alembic", "openapi", "pyproject.toml")


@dataclass(frozen=True)
class Release:
    """The code of a release, unpacked."""

    commit: str
    code: Path
    head: str
    """The newest revision of the schema that it knows."""


def release_before(folder: Path, commit: str | None = None) -> Release | None:
    """Unpack the code before the newest migration; `None` where git does not have it.

    `commit`: another release than that.
    """
    try:
        commit = commit or _before_migration()
        archive = _git("archive", "--format=tar", commit, *_PARTS)
        short = _git("rev-parse", "--short", commit).decode().strip()
    except (subprocess.CalledProcessError, FileNotFoundError):
        return None
    code = folder / f"release-{short}"
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(code, filter="data")
    found = re.search(r'SCHEMA_HEAD = "(\d+)"', (code / "app" / "schema.py").read_text())
    assert found, "a release says which schema it knows"
    return Release(short, code, found[1])


def _before_migration() -> str:
    """The parent of the commit that added the newest migration; HEAD if it is not committed."""
    pattern = f"alembic/versions/{SCHEMA_HEAD}_*.py"
    added = _git("log", "-1", "--format=%H", "--diff-filter=A", "--", pattern).decode().strip()
    return f"{added}^" if added else "HEAD"


def _git(*words: str) -> bytes:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=True).stdout


async def run(url: str, *, folder: Path, before: Release, writes: int) -> Figures:
    """Upgrade and go back on an empty database; each writer makes `writes` issues in each phase."""
    figures = Figures(f"upgrade from {before.commit}, schema {before.head} to {SCHEMA_HEAD}")
    old = Server(url, folder=folder, code=before.code)
    new = Server(url, folder=folder)
    trial = _Trial(figures, writes)
    trial.command(old, "migrate")
    async with trial.up(old):
        migrating = asyncio.create_task(asyncio.to_thread(trial.command, new, "migrate"))
        while not migrating.done():
            await trial.write([old])
    async with trial.up(new):
        # The old process was restarted, on the newer schema.
        async with trial.up(old):
            await trial.write([old, new])
            await trial.write([new, old])
        await trial.write([new])
    # The new release is taken back: first its code, then its schema.
    async with trial.up(old):
        await trial.write([old])
    trial.command(new, "migrate", "--to", before.head)
    async with trial.up(old):
        await trial.write([old])
    for server in (old, new):
        figures.expect("Traceback" not in server.log(), f"a trace: {server.log()[-2000:]}")
    return figures


class _Trial:
    def __init__(self, figures: Figures, writes: int) -> None:
        self._figures = figures
        self._writes = writes
        self._written: dict[int, str] = {}
        """The title that each issue must have, by its number."""

    def command(self, server: Server, *words: str) -> None:
        done = server.run(*words)
        self._figures.expect(done.returncode == 0, f"{' '.join(words)}: {done.stderr[-500:]}")

    @asynccontextmanager
    async def up(self, server: Server) -> AsyncIterator[None]:
        """Run a server meanwhile, and ask again and again whether it is ready."""
        await asyncio.to_thread(server.start)
        asking = asyncio.create_task(self._ask_ready(server))
        try:
            yield
            await self._compare(server)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            await asyncio.to_thread(server.stop)

    async def write(self, servers: Sequence[Server]) -> None:
        """Write with all writers; each step of an issue goes through the next of the servers."""
        self._figures.rounds += 1
        begin = len(self._written) + 1
        numbers = range(begin, begin + WRITERS * self._writes)
        clients = [_client(server) for server in servers]
        try:
            await asyncio.gather(
                *(self._write_some(clients, numbers[place::WRITERS]) for place in range(WRITERS))
            )
        finally:
            for client in clients:
                await client.aclose()

    async def _write_some(
        self, clients: Sequence[httpx.AsyncClient], numbers: Sequence[int]
    ) -> None:
        for number in numbers:
            turns = [clients[(number + turn) % len(clients)] for turn in range(3)]
            await self._write_one(number, *turns)

    async def _write_one(
        self,
        number: int,
        first: httpx.AsyncClient,
        second: httpx.AsyncClient,
        third: httpx.AsyncClient,
    ) -> None:
        """Publish an issue, repeat that elsewhere, correct it, and read it everywhere."""
        expect = self._figures.expect
        document = make_issue(number, title=f"First of {number}")
        key = {"Idempotency-Key": f"upgrade-{number}"}
        path = f"/v1/issues/{number}"
        made = await first.post("/v1/issues?publish=true", json=document, headers=key)
        again = await second.post("/v1/issues?publish=true", json=document, headers=key)
        expect(made.status_code == 201, f"a post ended with {made.status_code}: {made.text[:300]}")
        is_replay = again.content == made.content and "idempotent-replayed" in again.headers
        expect(is_replay, f"the repetition of {number} was {again.status_code}, or another one")
        title = f"Second of {number}"
        saved = await second.patch(f"{path}?publish=true", json={"title": title})
        expect(saved.status_code == 200, f"a change ended with {saved.status_code}: {saved.text}")
        self._written[number] = title
        read = (await third.get(path)).json()
        expect(read.get("title") == title, f"{number} says {read.get('title')} to its editor")
        await self._appear(third, path, title)
        self._figures.counts["issues"] += 1

    async def _appear(self, client: httpx.AsyncClient, path: str, title: str) -> None:
        deadline = time.monotonic() + SHOWN_WITHIN_SECONDS
        request = client.build_request("GET", path)
        del request.headers["Authorization"]
        while (shown := await client.send(request)).json().get("title") != title:
            if time.monotonic() > deadline:
                self._figures.expect(False, f"{path} shows {shown.text[:100]} to the public")
                return
            await asyncio.sleep(0.05)

    async def _ask_ready(self, server: Server) -> None:
        """Expect 200 at every time, and that it does not stay `degraded`.

        A server says so once if its database takes half a second on a busy machine.
        """
        was_ok_at = time.monotonic()
        async with _client(server) as client:
            while True:
                ready = await client.get("/readyz")
                if ready.json() == {"status": "ok"}:
                    was_ok_at = time.monotonic()
                is_ok = time.monotonic() - was_ok_at < OK_AGAIN_WITHIN_SECONDS
                is_ready = ready.status_code == 200 and is_ok
                self._figures.expect(is_ready, f"not ready: {ready.text[:300]}")
                self._figures.counts["times ready"] += 1
                await asyncio.sleep(0.1)

    async def _compare(self, server: Server) -> None:
        """Hold what one server shows against all that was ever written, and acknowledged."""
        expect = self._figures.expect
        async with _client(server) as client:
            found = [issue async for issue in _pages(client, "/v1/issues?status=all&limit=100")]
            shown = {issue["number"]: (issue["title"], issue["revision"]) for issue in found}
            wanted = {number: (title, 2) for number, title in self._written.items()}
            expect(shown == wanted, f"other issues: {sorted(shown.items() ^ wanted.items())[:3]}")
            events = [event async for event in _pages(client, "/v1/events?limit=100")]
        sequences = [event["sequence"] for event in events]
        expect(sequences == list(range(1, len(events) + 1)), "the log of events has gaps")
        expect(len({event["id"] for event in events}) == len(events), "an event is there twice")
        printed: dict[int, list[str]] = {}
        for event in events:
            if event["type"] in {"issue.published", "issue.updated"}:
                printed.setdefault(event["data"]["issue"]["number"], []).append(event["type"])
        wrong = {n: types for n, types in printed.items() if types != _TYPES}
        expect(not wrong and set(printed) == set(self._written), f"other events: {wrong}")
        self._figures.counts["events"] = len(events)


_TYPES = ["issue.published", "issue.updated"]


async def _pages(client: httpx.AsyncClient, url: str) -> AsyncIterator[dict[str, Any]]:
    query: dict[str, str] = {}
    while True:
        joined = httpx.URL(url).copy_merge_params(query)
        page = (await client.get(joined)).json()
        for row in page["data"]:
            yield row
        if not page["page"]["has_more"]:
            return
        name = "after" if "events" in url else "cursor"
        query = {name: page["page"]["next_cursor"]}


def _client(server: Server) -> httpx.AsyncClient:
    headers = {**server.editor, "If-Match": "*"}
    return httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False, timeout=30)
