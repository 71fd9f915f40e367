"""Many clients at once who want the same thing: exactly one gets it, and nobody a 5xx.

Each race is run in rounds; with several servers the clients are spread over them, so that no lock
inside a process can be what saves the day.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import date, timedelta
from typing import Any

import httpx

from tests.factories import make_sections
from tests.hardship.figures import Figures
from tests.hardship.server import KEY

CLIENTS = 24

FIRST_DAY = date(1900, 1, 1)

REPLAYED = "idempotent-replayed"


class Starting:
    """Two dozen clients on their marks, spread over the servers, each with its open connection."""

    def __init__(self, clients: Sequence[httpx.AsyncClient]) -> None:
        self._clients = clients
        self._days = 0

    @property
    def count(self) -> int:
        return len(self._clients)

    def new_day(self) -> str:
        """A day on which there is no issue yet."""
        self._days += 1
        return (FIRST_DAY + timedelta(days=self._days)).isoformat()

    async def at_once(
        self, send: Callable[[int, httpx.AsyncClient], Awaitable[httpx.Response]]
    ) -> list[httpx.Response]:
        """Let every client send its request; none waits for another."""
        return await asyncio.gather(
            *(send(place, client) for place, client in enumerate(self._clients))
        )

    async def total(self) -> int:
        """How many issues there are, drafts included."""
        page = await self._clients[0].get("/v1/issues?status=all&limit=1&fields=number")
        count: int = page.json()["page"]["total"]
        return count

    async def read(self, ref: object) -> httpx.Response:
        return await self._clients[0].get(f"/v1/issues/{ref}")

    async def post(self, document: Any) -> httpx.Response:
        return await self._clients[0].post("/v1/issues", json=document)


Race = Callable[[Starting, Figures], Awaitable[None]]


async def one_key(start: Starting, figures: Figures) -> None:
    """Everybody sends the same request under one Idempotency-Key: one effect, equal answers."""
    before = await start.total()
    day = start.new_day()
    document = {"date": day, "sections": make_sections(1)}
    key = {"Idempotency-Key": f"one-key-{day}"}

    answers = await start.at_once(
        lambda _, client: client.post("/v1/issues?publish=true", json=document, headers=key)
    )

    _count(figures, answers)
    figures.expect({a.status_code for a in answers} == {201}, f"statuses {_statuses(answers)}")
    seen = {(a.content, a.headers.get("etag"), a.headers.get("location")) for a in answers}
    figures.expect(len(seen) == 1, f"{len(seen)} different answers")
    originals = sum(REPLAYED not in answer.headers for answer in answers)
    figures.expect(originals == 1, f"{originals} answers that are no replay")
    made = await start.total() - before
    figures.expect(made == 1, f"{made} issues made")


async def one_number(start: Starting, figures: Figures) -> None:
    """Everybody wants the same number for another day: one gets it, the others are told."""
    before = await start.total()
    number = 1_000_000 + figures.rounds
    days = [start.new_day() for _ in range(start.count)]

    answers = await start.at_once(
        lambda place, client: client.post(
            "/v1/issues",
            json={"number": number, "date": days[place]},
            headers={"Idempotency-Key": f"one-number-{days[place]}"},
        )
    )

    _count(figures, answers)
    lost = [answer for answer in answers if answer.status_code != 201]
    figures.expect(len(lost) == start.count - 1, f"statuses {_statuses(answers)}")
    codes = {(answer.status_code, answer.json().get("code")) for answer in lost}
    figures.expect(codes == {(409, "number_taken")}, f"refusals {codes}")
    made = await start.total() - before
    figures.expect(made == 1, f"{made} issues made")


async def one_revision(start: Starting, figures: Figures) -> None:
    """Everybody changes what they have read: one is first, the others are shown what stands."""
    made = await start.post({"date": start.new_day()})
    read = (await start.read(made.json()["number"])).headers["etag"]
    path = f"/v1/issues/{made.json()['number']}"

    answers = await start.at_once(
        lambda place, client: client.patch(
            path, json={"title": f"Title {place}"}, headers={"If-Match": read}
        )
    )

    _count(figures, answers)
    won = [place for place, answer in enumerate(answers) if answer.status_code == 200]
    lost = {answer.status_code for answer in answers} - {200}
    figures.expect(len(won) == 1 and lost == {412}, f"statuses {_statuses(answers)}")
    after = (await start.read(made.json()["number"])).json()
    figures.expect(after["revision"] == 2, f"revision {after['revision']}")
    figures.expect(
        [after["title"]] == [f"Title {place}" for place in won], f"title {after['title']}"
    )
    tags = {answer.headers["etag"].split(".")[0] for answer in answers}
    figures.expect(tags == {'"r2'}, f"answers bear {tags}")


async def next_numbers(start: Starting, figures: Figures) -> None:
    """Everybody leaves the number out: each gets one of its own, and none is left out."""
    days = [start.new_day() for _ in range(start.count)]

    answers = await start.at_once(
        lambda place, client: client.post("/v1/issues", json={"date": days[place]})
    )

    _count(figures, answers)
    figures.expect({a.status_code for a in answers} == {201}, f"statuses {_statuses(answers)}")
    numbers = sorted(a.json()["number"] for a in answers if a.status_code == 201)
    wanted = list(range(numbers[0], numbers[0] + start.count)) if numbers else []
    figures.expect(numbers == wanted, f"numbers {numbers}")


RACES: dict[str, Race] = {
    "one key": one_key,
    "one number": one_number,
    "one revision": one_revision,
    "next numbers": next_numbers,
}


async def run(urls: Sequence[str], *, rounds: int, clients: int = CLIENTS) -> list[Figures]:
    """Run every race for so many rounds against servers on one database."""
    outcome = []
    async with AsyncExitStack() as stack:
        start = Starting(
            [
                await stack.enter_async_context(_client(urls[place % len(urls)]))
                for place in range(clients)
            ]
        )
        for name, race in RACES.items():
            figures = Figures(name)
            outcome.append(figures)
            for _ in range(rounds):
                figures.rounds += 1
                await race(start, figures)
    return outcome


def _client(url: str) -> httpx.AsyncClient:
    # Above what the server itself takes to give up on a lock, so that it is the one who says so.
    return httpx.AsyncClient(
        base_url=url,
        timeout=60,
        trust_env=False,
        headers={"Authorization": f"Bearer {KEY}", "Accept-Encoding": "identity"},
    )


def _statuses(answers: Sequence[httpx.Response]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def _count(figures: Figures, answers: Sequence[httpx.Response]) -> None:
    for answer in answers:
        replay = " replayed" if REPLAYED in answer.headers else ""
        figures.counts[f"{answer.status_code}{replay}"] += 1
