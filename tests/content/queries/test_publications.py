"""What came into print since a mark: each publication once, whatever made it and whoever looks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.content.access import PUBLIC
from app.content.commands import pruning
from app.content.queries.issues import Viewer
from app.content.queries.publications import (
    Mark,
    MarkLost,
    find_publication,
    publications_since,
    read_mark,
)
from app.db import Reader
from app.models import Issue
from app.models.content_version import TRENDING, ContentChange
from tests.conftest import Clock
from tests.factories import make_issue

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

Headers = dict[str, str]


class Editor:
    """Somebody who writes issues by REST."""

    def __init__(self, client: httpx.AsyncClient, headers: Headers) -> None:
        self._client = client
        self._headers = {**headers, "If-Match": "*"}

    async def create(self, number: int, *, publish: bool = False) -> None:
        made = await self._client.post(
            f"/v1/issues?publish={str(publish).lower()}",
            json=make_issue(number),
            headers=self._headers,
        )
        assert made.status_code == 201, made.text

    async def act(self, number: int, action: str, **sent: Any) -> None:
        done = await self._client.post(
            f"/v1/issues/{number}/{action}", json=sent or None, headers=self._headers
        )
        assert done.status_code == 200, done.text

    async def replace(self, number: int) -> None:
        done = await self._client.put(
            f"/v1/issues/{number}?publish=true",
            json=make_issue(number, title="Another title"),
            headers=self._headers,
        )
        assert done.status_code == 200, done.text


class Look:
    """Somebody who looks again and again."""

    def __init__(self, reader: Reader, clock: Callable[[], datetime], mark: Mark) -> None:
        self._reader = reader
        self._clock = clock
        self.mark = mark

    async def __call__(self) -> list[int]:
        """The numbers of what is new."""
        now = self._clock()
        ids, self.mark = await publications_since(self._reader, self.mark, now=now)
        found = [await find_publication(self._reader, id_, now=now) for id_ in ids]
        return [publication.row.number for publication in found if publication]


@pytest.fixture
def desk(client: httpx.AsyncClient, editor: Headers) -> Editor:
    return Editor(client, editor)


@pytest.fixture
async def look(app: FastAPI, clock: Clock) -> Look:
    reader = app.state.database.reader
    return Look(reader, clock, await read_mark(reader, now=clock()))


async def test_what_is_published_is_new_once(desk: Editor, look: Look) -> None:
    assert await look() == []
    await desk.create(1, publish=True)
    await desk.create(2)

    assert await look() == [1]
    assert await look() == []


async def test_they_come_in_the_order_of_their_appearance(
    desk: Editor, look: Look, clock: Clock
) -> None:
    for number in (3, 1, 2):
        clock.advance(seconds=1)
        await desk.create(number, publish=True)

    assert await look() == [3, 1, 2]


async def test_what_was_in_print_at_the_mark_is_not_new(
    desk: Editor, app: FastAPI, clock: Clock
) -> None:
    await desk.create(1, publish=True)
    reader = app.state.database.reader

    look = Look(reader, clock, await read_mark(reader, now=clock()))

    assert await look() == []


async def test_a_new_revision_of_what_is_in_print_is_not_new(
    desk: Editor, look: Look, clock: Clock
) -> None:
    await desk.create(1, publish=True)
    await look()
    clock.advance(seconds=1)

    await desk.replace(1)

    assert await look() == []


async def test_what_was_withdrawn_and_is_published_again_is_new(
    desk: Editor, look: Look, clock: Clock
) -> None:
    await desk.create(1, publish=True)
    await look()

    await desk.act(1, "unpublish")
    assert await look() == []
    await desk.act(1, "publish")

    assert await look() == [1]
    assert await look() == []


async def test_what_is_gone_again_is_not_new(desk: Editor, look: Look) -> None:
    await desk.create(1, publish=True)
    await desk.act(1, "unpublish")

    assert await look() == []


async def test_a_scheduled_issue_is_new_when_its_time_has_come(
    desk: Editor, look: Look, clock: Clock
) -> None:
    due = clock() + timedelta(hours=1)
    await desk.create(1)
    await desk.act(1, "schedule", publish_at=due.isoformat())
    assert await look() == []
    clock.set(due - timedelta(microseconds=1))
    assert await look() == []

    clock.set(due)

    assert await look() == [1]
    assert await look() == []


async def test_a_schedule_is_seen_by_who_looks_for_the_first_time_when_it_is_over(
    desk: Editor, look: Look, clock: Clock
) -> None:
    """Scheduled and appeared between two looks: by the change and by the time, and once."""
    due = clock() + timedelta(hours=1)
    await desk.create(1)
    await desk.act(1, "schedule", publish_at=due.isoformat())
    clock.set(due + timedelta(hours=1))

    assert await look() == [1]
    assert await look() == []


async def test_a_schedule_that_is_published_early_is_new_once(
    desk: Editor, look: Look, clock: Clock
) -> None:
    due = clock() + timedelta(hours=1)
    await desk.create(1)
    await desk.act(1, "schedule", publish_at=due.isoformat())
    await desk.act(1, "publish")
    assert await look() == [1]

    clock.set(due)

    assert await look() == []


async def test_a_commit_behind_its_time_is_not_missed(
    desk: Editor, app: FastAPI, look: Look, clock: Clock
) -> None:
    """A unit of work has the time of its beginning, and somebody may look before its end."""
    began = clock()
    clock.advance(seconds=2)
    assert await look() == []

    clock.set(began)
    await desk.create(1, publish=True)
    clock.advance(seconds=3)

    assert await look() == [1]


async def test_a_clock_that_is_ahead_elsewhere_delays_and_loses_nothing(
    desk: Editor, look: Look, clock: Clock
) -> None:
    here = clock()
    clock.advance(seconds=5)
    await desk.create(1, publish=True)
    clock.set(here)
    assert await look() == []
    await desk.create(2, publish=True)
    assert await look() == [2]

    clock.advance(seconds=5)

    assert await look() == [1]


async def test_a_clock_that_is_set_back_repeats_nothing(
    desk: Editor, look: Look, clock: Clock
) -> None:
    await desk.create(1, publish=True)
    clock.advance(seconds=60)
    assert await look() == [1]

    clock.set(clock() - timedelta(seconds=120))
    assert await look() == []
    clock.advance(seconds=300)

    assert await look() == []


async def test_changes_of_other_counters_do_not_hide_the_papers(
    desk: Editor, look: Look, engine: Engine, clock: Clock
) -> None:
    """Those of the trends are numbered from the same row, and may be committed first."""
    await desk.create(1, publish=True)
    await look()
    with Session(engine) as session:
        session.add(
            ContentChange(
                id=1_000,
                version_name=TRENDING,
                version_number=1,
                changed_at=clock(),
                action="published",
            )
        )
        session.commit()
    before = look.mark
    await desk.create(2)
    await look()

    assert look.mark.change_id == before.change_id


async def test_a_mark_whose_change_was_deleted_is_lost(
    desk: Editor, app: FastAPI, look: Look, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "KEPT_ROWS", 1)
    await desk.create(1, publish=True)
    assert await look() == [1]
    clock.advance(seconds=8 * 86_400)
    assert await look() == []

    await desk.act(1, "unpublish")
    await desk.act(1, "publish")
    for _ in range(2):
        with pytest.raises(MarkLost):
            await look()

    again = await read_mark(app.state.database.reader, now=clock())
    assert await publications_since(app.state.database.reader, again, now=clock()) == ([], again)


async def test_what_is_found_is_shown_as_the_public_sees_it(
    desk: Editor, app: FastAPI, look: Look, clock: Clock
) -> None:
    await desk.create(1, publish=True)
    ids, _ = await publications_since(app.state.database.reader, look.mark, now=clock())
    publication = await find_publication(app.state.database.reader, ids[0], now=clock())
    assert publication is not None
    viewer = Viewer(principal=PUBLIC, now=publication.now, base_url="http://paper.test")

    first, second = publication.node(viewer=viewer), publication.node(viewer=viewer)

    assert first.members["status"] == "published"
    assert len(first.members["sections"]) == len(make_issue(1)["sections"])
    assert first.members == second.members
    assert first.members["sections"][0] is not second.members["sections"][0]


async def test_what_has_left_print_is_not_found(
    desk: Editor, app: FastAPI, engine: Engine, clock: Clock
) -> None:
    await desk.create(1)
    with Session(engine) as session:
        issue_id = session.scalars(select(col(Issue.id))).one()
    assert issue_id is not None

    assert await find_publication(app.state.database.reader, issue_id, now=clock()) is None
