"""Our own clients post through a proxy that breaks connections: nothing is lost, nothing doubled.

A fifth of the connections meets a fault: it is closed before or after the server has done its work,
the answer is cut short, slow, a 429 or a 503. A post that was doubled would show as an issue too
many, as a second event, or as a refusal of its date that the client passes on.
"""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from tests.clients.packed import pack
from tests.hardship.figures import Figures
from tests.hardship.server import KEY, ROOT, Server
from tests.servers.faulty_proxy import FAULTS, faulty_proxy

# pytest knows where the client is; `python -m tests.hardship` does not.
sys.path.insert(0, str(ROOT / "clients" / "python"))

from morningpost_client import AsyncClient, Client

Language = Literal["python", "python-async", "typescript"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

WORKERS = 4
"""Posts at a time, by one client."""
RETRIES = 30
"""So many that a post gives up once in 10^20: a fifth of the attempts fail."""
TIMEOUT_SECONDS = 10
FIRST_DAY = date(2000, 1, 1)


def run(server: Server, *, language: Language, posts: int, folder: Path, seed: int = 1) -> Figures:
    """Post drafts on as many days with one client, and count what the server has."""
    figures = Figures(language, rounds=posts)
    post = _POSTING[language](folder)
    with faulty_proxy(server.port, share=0.2, seed=seed) as (port, proxy):
        try:
            post(f"http://127.0.0.1:{port}", posts)
        except Exception as error:
            figures.expect(False, f"the client gave up: {error!r}"[:500])
    faults: Counter[str] = Counter({name: proxy.faults[name] for name in FAULTS})
    figures.counts.update(connections=proxy.faults.total(), broken=faults.total())
    for name, count in faults.items():
        figures.counts[name] = count
        # A short run may miss one by chance.
        figures.expect(count > 0 or posts < 1_000, f"no connection was {name}")
    _count(server, figures, posts)
    return figures


def _count(server: Server, figures: Figures, posts: int) -> None:
    with Client(server.url, key=KEY) as client:
        drafts = list(client.iter(client.list_issues, status="draft", limit=100))
        created = list(client.iter(client.list_events, types="issue.created", limit=100))
    figures.counts.update(issues=len(drafts), created=len(created))
    numbers = sorted(draft["number"] for draft in drafts)
    figures.expect(numbers == list(range(1, posts + 1)), f"{len(numbers)} numbers for {posts}")
    days = {draft["date"] for draft in drafts}
    figures.expect(days == set(map(_day, range(posts))), f"{len(days)} days for {posts}")
    figures.expect(len(created) == posts, f"{len(created)} issues were created for {posts} posts")


def _day(number: int) -> str:
    return (FIRST_DAY + timedelta(days=number)).isoformat()


def _draft(number: int) -> dict[str, Any]:
    return {"date": _day(number), "sections": [{"kind": "lead", "headline": "Otters"}]}


def _with_python(folder: Path) -> Callable[[str, int], None]:
    def post(url: str, posts: int) -> None:
        with (
            Client(url, key=KEY, retries=RETRIES, timeout=TIMEOUT_SECONDS) as client,
            ThreadPoolExecutor(WORKERS) as pool,
        ):
            for _ in pool.map(lambda number: client.create_issue(_draft(number)), range(posts)):
                pass

    return post


def _with_asyncio(folder: Path) -> Callable[[str, int], None]:
    async def post(url: str, posts: int) -> None:
        async with AsyncClient(url, key=KEY, retries=RETRIES, timeout=TIMEOUT_SECONDS) as client:
            numbers = iter(range(posts))

            async def work() -> None:
                for number in numbers:
                    await client.create_issue(_draft(number))

            await asyncio.gather(*(work() for _ in range(WORKERS)))

    return lambda url, posts: asyncio.run(post(url, posts))


def _with_typescript(folder: Path) -> Callable[[str, int], None]:
    module = pack(folder / "typescript")

    def post(url: str, posts: int) -> None:
        script = ROOT / "tests" / "clients" / "posts.mjs"
        arguments = [str(module), url, KEY, str(posts), str(WORKERS)]
        done = subprocess.run(
            ["node", str(script), *arguments], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-400:])

    return post


_POSTING: dict[Language, Callable[[Path], Callable[[str, int], None]]] = {
    "python": _with_python,
    "python-async": _with_asyncio,
    "typescript": _with_typescript,
}
