"""Totals: counted once for each state of what is in print, and right in every one of them."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, delete, func, select
from sqlmodel import Session, col

from app.content.print import in_print
from app.content.queries.totals import (
    MAX_TOTALS,
    Counted,
    PrintState,
    Totals,
    read_total,
    totals_of,
)
from app.models import Section
from tests.conftest import Clock
from tests.factories import day, make_issue

pytestmark = pytest.mark.both_databases

Headers = dict[str, str]

SECTIONS = select(func.count()).select_from(Section).where(in_print(Section))

LISTS = ("issues", "sections", "tools", "entries", "reading", "search?q=plain")


async def totals(client: httpx.AsyncClient, headers: Headers | None = None) -> dict[str, int]:
    found = {}
    for path in LISTS:
        answer = await client.get(f"/v1/{path}", headers=headers or {})
        found[path] = answer.json()["page"]["total"]
    return found


async def post(client: httpx.AsyncClient, editor: Headers, number: int, *, publish: bool) -> None:
    made = await client.post(
        f"/v1/issues?publish={str(publish).lower()}", json=make_issue(number), headers=editor
    )
    assert made.status_code == 201, made.text


async def test_totals_follow_what_is_in_print(
    client: httpx.AsyncClient, editor: Headers, clock: Clock
) -> None:
    guarded = {**editor, "If-Match": "*"}
    at = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
    none = await totals(client)
    await post(client, editor, 1, publish=True)
    one = await totals(client)
    await post(client, editor, 2, publish=True)
    two = await totals(client)

    await post(client, editor, 3, publish=False)
    when = {"publish_at": at.isoformat()}
    await client.post("/v1/issues/3/schedule", json=when, headers=guarded)
    waiting = await totals(client)
    clock.set(at)
    appeared = await totals(client)
    clock.advance(seconds=1)
    await client.post("/v1/issues/3/unpublish", headers=guarded)

    assert set(none.values()) == {0}
    assert all(one.values())
    assert two == {path: 2 * total for path, total in one.items()}
    assert waiting == two
    assert appeared == {path: 3 * total for path, total in one.items()}
    assert await totals(client) == two


async def test_what_is_known_is_not_counted_again(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, engine: Engine, clock: Clock
) -> None:
    await post(client, editor, 1, publish=True)
    reader = app.state.database.reader
    first, _ = await read_total(reader, SECTIONS, {"now": clock()})
    with Session(engine) as session:  # behind the back of the paper's version
        session.execute(delete(Section).where(col(Section.kind) == "brief"))
        session.commit()

    known, fresh = await read_total(reader, SECTIONS, {"now": clock()})
    await post(client, editor, 2, publish=True)
    again, _ = await read_total(reader, SECTIONS, {"now": clock()})

    assert known == first
    assert fresh.appeared_at is not None
    assert again == 2 * first - 1


async def test_a_total_holds_for_its_time_whatever_was_asked_before(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, clock: Clock
) -> None:
    at = clock() + timedelta(hours=1)
    await post(client, editor, 1, publish=False)
    when = {"publish_at": at.isoformat()}
    guarded = {**editor, "If-Match": "*"}
    await client.post("/v1/issues/1/schedule", json=when, headers=guarded)

    found = [
        (await read_total(app.state.database.reader, SECTIONS, {"now": now}))[0]
        for now in (clock(), at, clock(), at)
    ]

    assert found[0] == found[2] == 0
    assert found[1] == found[3] > 0


async def test_totals_are_kept_by_what_they_depend_on(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    await post(client, editor, 1, publish=True)
    await post(client, editor, 2, publish=True)
    paths = ["issues?", f"issues?from={day(2)}", f"issues?to={day(1)}", f"issues?from={day(3)}"]

    for limit in (1, 2):  # another one each time: the same answer would be ready
        found = []
        for path in paths:
            answer = await client.get(f"/v1/{path}&limit={limit}")
            found.append(answer.json()["page"]["total"])
        assert found == [2, 1, 1, 0]


async def test_drafts_are_counted_each_time(client: httpx.AsyncClient, editor: Headers) -> None:
    found = []
    for number in range(1, 4):
        await post(client, editor, number, publish=False)
        answer = await client.get("/v1/issues?status=draft", headers=editor)
        found.append(answer.json()["page"]["total"])

    assert found == [1, 2, 3]


async def test_each_database_has_its_own_totals(app: FastAPI, clock: Clock) -> None:
    reader = app.state.database.reader

    await read_total(reader, SECTIONS, {"now": clock()})

    assert len(totals_of(reader)) == 1
    assert totals_of(reader) is totals_of(reader)


def test_only_so_many_are_kept() -> None:
    kept, state = Totals(), PrintState(1, None)
    for number in range(MAX_TOTALS + 1):
        kept.get(0)
        kept.keep(number, Counted(number, state))

    assert len(kept) == MAX_TOTALS
    assert kept.get(0) == Counted(0, state), "what is asked for stays"
    assert kept.get(1).state != state, "what is not asked for goes"


@pytest.mark.parametrize("step", [timedelta(), timedelta(seconds=1)])
async def test_a_change_in_the_same_instant_is_one(
    client: httpx.AsyncClient, editor: Headers, clock: Clock, step: timedelta
) -> None:
    for number in range(1, 4):
        await post(client, editor, number, publish=True)
        clock.now += step
        answer = await client.get("/v1/issues", headers=editor)
        assert answer.json()["page"]["total"] == number
