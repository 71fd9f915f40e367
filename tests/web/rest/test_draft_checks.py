"""A draft is judged when it is saved: publishing it reads no observation, and says the same."""

import asyncio

import pytest
from fastapi import FastAPI

from app.web.endpoints import draft_checks
from tests.conftest import Clock
from tests.counted import counted
from tests.factories import issue, lead
from tests.web.rest.conftest import Desk
from tests.web.rest.test_claims import OPENBB, observe, paper

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

WRONG = "OpenBB has 70.1k stars.\n\nOpenBB gained 9,000 stars this week."
VERSION = "SELECT content_version.number"
ANY = {"If-Match": "*"}


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_checks, "REST_SECONDS", 0)


async def seen_twice(app: FastAPI, clock: Clock) -> None:
    await observe(app, clock, {OPENBB: 65_460}, hours_ago=7 * 24 + 6)
    await observe(app, clock, {OPENBB: 66_912}, hours_ago=6)


async def until_checked(app: FastAPI, *, heads: int) -> None:
    async with asyncio.timeout(10):
        while len(app.state.checked_heads) < heads:
            await asyncio.sleep(0.01)


async def publish(desk: Desk) -> tuple[list[str], list[str]]:
    """Publish number 95; return the codes of its warnings, and the statements."""
    with counted() as statements:
        done = await desk.send("POST", "/v1/issues/95/publish", headers=ANY)
    assert done.status_code == 200, done.text
    return [each["code"] for each in done.json()["warnings"]], statements


def places_of(statements: list[str], *tables: str) -> list[int]:
    """Places of the statements that read one of some tables."""
    wanted = [f"FROM {table}" for table in tables]
    return [
        place
        for place, statement in enumerate(statements)
        if any(each in statement for each in wanted)
    ]


@pytest.mark.usefixtures("_at_once")
async def test_a_judged_draft_is_published_without_a_look_at_observations(
    app: FastAPI, desk: Desk, clock: Clock
) -> None:
    await seen_twice(app, clock)
    await desk.create(paper(WRONG))
    await until_checked(app, heads=1)
    clock.advance(seconds=60)

    codes, statements = await publish(desk)

    assert codes == ["number_contradicted"] * 2
    assert places_of(statements, "observation", "snapshot", "subject_profile") == []
    # Once before the write lock and once below it: no sync has ended in between.
    assert len([each for each in statements if each.startswith(VERSION)]) == 2


async def test_observations_are_read_once_and_before_the_write_lock(
    app: FastAPI, desk: Desk, clock: Clock
) -> None:
    await seen_twice(app, clock)
    await desk.create(paper(WRONG))

    codes, statements = await publish(desk)

    assert codes == ["number_contradicted"] * 2
    first_write = next(
        place
        for place, each in enumerate(statements)
        if each.startswith(("INSERT", "UPDATE", "DELETE"))
    )
    read = places_of(statements, "observation")
    assert len(read) == 2
    assert max(read) < first_write


@pytest.mark.usefixtures("_at_once")
async def test_a_sync_or_a_save_after_the_check_is_taken_into_account(
    app: FastAPI, desk: Desk, clock: Clock
) -> None:
    await seen_twice(app, clock)
    await desk.create(paper(WRONG))
    await until_checked(app, heads=1)
    await observe(app, clock, {OPENBB: 70_100}, hours_ago=1)

    codes, _ = await publish(desk)

    assert codes == ["number_contradicted"]
    corrected = [lead(body="OpenBB has 66,912 stars.", significance=5)]
    await desk.send("PATCH", "/v1/issues/95", json={"sections": corrected}, headers=ANY)
    await until_checked(app, heads=2)
    assert (await publish(desk))[0] == ["number_stale"]


@pytest.mark.usefixtures("_at_once")
async def test_a_check_ends_when_its_observation_is_too_old(
    app: FastAPI, desk: Desk, clock: Clock
) -> None:
    await observe(app, clock, {OPENBB: 66_912}, hours_ago=47.5)
    await desk.create(issue(number=95, sections=[lead(body="OpenBB has 66,912 stars.")]))
    await until_checked(app, heads=1)
    clock.advance(seconds=3_600)

    assert (await publish(desk))[0] == ["number_stale"]
