"""The event log: what each change records, in which order, and what each view shows of it."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event as Flag
from typing import Any, TypeVar

import orjson
import pytest
from sqlalchemy import Engine, delete, select
from sqlmodel import col

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands import event_pruning, events, issues, publishing
from app.content.commands.announcing import announce_due
from app.content.commands.event_pruning import prune_events
from app.content.commands.event_readers import advance_reader, claim_reader
from app.content.commands.selection import no_guard
from app.content.commands.snapshots import record_snapshot
from app.content.commands.sync_runs import begin_run, finish_run
from app.content.commands.transaction import Transaction, perform
from app.content.issue_view import IssueAnswer
from app.content.queries.events import EventPage, EventView, events_after, start_of, types_of
from app.content.ref import parse_ref
from app.db import Database, open_database
from app.errors import BadRequest
from app.models.event import MAX_EVENT_BYTES, Event
from app.models.sighting import Look, Sighting
from tests import factories
from tests.conftest import Clock

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

BASE = "https://paper.test"
T = TypeVar("T")


class Desk:
    """An editor who calls the commands themselves."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def run(self, work: Callable[[Transaction], T]) -> T:
        return perform(self._engine, work, principal=COMMAND_LINE, clock=self._clock, base_url=BASE)

    def create(self, number: int, *, publish: bool = False, **members: Any) -> IssueAnswer:
        document = factories.make_issue(number, **members)
        return self.run(
            lambda tx: issues.create(tx, payload=lambda: document, publish=publish, base_url=BASE)
        )

    def act(self, command: Callable[..., Any], ref: str, **given: Any) -> Any:
        return self.run(
            lambda tx: command(tx, parse_ref(ref), guard=no_guard, base_url=BASE, **given)
        )

    def patch(self, ref: str, changes: dict[str, Any], *, publish: bool = False) -> None:
        self.act(issues.patch, ref, payload=lambda: changes, publish=publish)

    def schedule(self, ref: str, at: datetime) -> None:
        when = {"publish_at": at.isoformat()}
        self.act(publishing.schedule, ref, payload=lambda: when)

    def sync(self, name: str, at: datetime) -> int:
        def work(tx: Transaction) -> int:
            run_id = begin_run(tx, ["github"])
            seen = Sighting("1", name, "one", f"https://github.com/{name}", stars=7)
            look = Look("github", "repository", at, "complete", sightings=[seen], listed=1)
            snapshot_id = record_snapshot(tx, look, run_id=run_id)
            finish_run(tx, run_id)
            return snapshot_id

        return self.run(work)


@pytest.fixture
def desk(engine: Engine, clock: Clock) -> Desk:
    return Desk(engine, clock)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    async with open_database(settings.database) as database:
        yield database


Read = Callable[..., Any]


async def read(
    database: Database, view: EventView, *, after: str | None = None, **given: Any
) -> EventPage:
    start = await start_of(database.reader, after, view=view)
    return await events_after(database.reader, start, view=view, **given)


def types(page: EventPage) -> list[str]:
    return [event.type for event in page.events]


def data_of(page: EventPage) -> list[Any]:
    return [event.document(page.view)["data"] for event in page.events]


async def test_each_change_records_its_event(desk: Desk, clock: Clock, database: Database) -> None:
    desk.create(1)
    desk.patch("1", {"title": "Another title"})
    desk.patch("1", {"title": "Another title"})  # changes nothing
    desk.act(publishing.publish, "1")
    desk.act(publishing.publish, "1")  # changes nothing
    desk.patch("1", {"title": "A third title"}, publish=True)
    desk.act(publishing.unpublish, "1")
    desk.act(publishing.publish, "1")
    desk.create(2)
    desk.schedule("2", clock() + timedelta(hours=1))
    desk.act(publishing.unpublish, "2")
    desk.act(issues.delete, "2")
    snapshot_id = desk.sync("lab/one", clock())

    everything = await read(database, EventView.ALL)
    public = await read(database, EventView.PUBLIC)

    assert types(everything) == [
        *("issue.created", "issue.saved", "issue.published", "issue.saved", "issue.updated"),
        *("issue.unpublished", "issue.published", "issue.created", "issue.scheduled"),
        *("issue.unscheduled", "issue.deleted", "trending.updated", "sync.finished"),
    ]
    assert [event.sequence(EventView.ALL) for event in everything.events] == list(range(1, 14))
    assert types(public) == [
        *("issue.published", "issue.updated", "issue.unpublished", "issue.published"),
        "trending.updated",
    ]
    assert [event.sequence(EventView.PUBLIC) for event in public.events] == list(range(1, 6))
    first, updated, unpublished, again, boards = data_of(public)
    reference = {
        "number": 1,
        "date": factories.make_issue(1)["date"],
        "slug": "plain-1",
        "title": "Another title",
        "url": f"{BASE}/v1/issues/1",
    }
    assert first | {"etag": None} == {
        "issue": reference,
        "revision": 2,
        "etag": None,
        "html": f"{BASE}/issues/1",
        "first": True,
    }
    assert updated["issue"] == reference | {"title": "A third title"}
    assert (updated["revision"], updated["first"]) == (3, False)
    assert updated["changed"] == ["/title"]
    assert unpublished == {"issue": reference | {"title": "A third title"}}
    assert again["first"] is False
    assert boards == {
        "source": "github",
        "kind": "repository",
        "snapshot_id": snapshot_id,
        "observed_at": "2026-05-03T06:00:00Z",
        "url": f"{BASE}/v1/trending?source=github&kind=repository",
    }
    created, *_ = data_of(everything)
    assert created["revision"] == 1
    assert set(created) == {"issue", "revision"}
    assert data_of(everything)[-1]["status"] == "partial"  # its source is still running


async def test_an_event_is_the_same_bytes_each_time(desk: Desk, database: Database) -> None:
    desk.create(1, publish=True, title='Quotes " and \u2028 signs')

    page = await read(database, EventView.PUBLIC)
    body = orjson.loads(page.body())

    (event,) = page.events
    assert orjson.loads(event.body(EventView.PUBLIC)) == body["data"][0]
    assert event.body(EventView.PUBLIC) in page.body()
    assert list(body["data"][0]) == ["id", "sequence", "type", "timestamp", "data"]
    assert body["data"][0]["id"].startswith("evt_")
    assert body["page"] == {
        "limit": 100,
        "next_cursor": page.next_cursor,
        "has_more": False,
        "truncated": False,
    }


async def test_what_is_rolled_back_leaves_no_event_and_no_gap(
    desk: Desk, database: Database
) -> None:
    def fail(tx: Transaction) -> None:
        document = factories.make_issue(7)
        with pytest.raises(RuntimeError, match="undone"):
            tx.attempt(lambda: _create_and_fail(tx, document))

    desk.run(fail)
    with pytest.raises(RuntimeError, match="undone"):
        desk.run(lambda tx: _create_and_fail(tx, factories.make_issue(8)))
    desk.create(1)

    page = await read(database, EventView.ALL)
    assert [(event.position, event.type) for event in page.events] == [(1, "issue.created")]


def _create_and_fail(tx: Transaction, document: dict[str, Any]) -> None:
    issues.create(tx, payload=lambda: document, publish=False, base_url=BASE)
    raise RuntimeError("undone")


@pytest.mark.slow
async def test_many_writers_leave_no_gap_for_a_reader_who_follows(
    desk: Desk, database: Database
) -> None:
    writers, each = 6, 8
    together, done = Barrier(writers), Flag()

    def write(writer: int) -> None:
        together.wait(timeout=30)
        for place in range(each):
            desk.create(writer * each + place + 1, publish=place % 2 == 0)

    async def follow(view: EventView) -> list[int]:
        seen: list[int] = []
        end = 0
        while True:
            was_done = done.is_set()
            page = await events_after(database.reader, end, view=view, limit=5)
            seen += [event.sequence(view) for event in page.events]
            end = page.end
            if was_done and not page.events:
                return seen

    def finish() -> None:
        for each in work:
            each.result()
        done.set()

    with ThreadPoolExecutor(writers) as threads:
        work = [threads.submit(write, writer) for writer in range(writers)]
        threads_done = ThreadPoolExecutor(1)
        threads_done.submit(finish)
        all_seen = await follow(EventView.ALL)
    public_seen = await follow(EventView.PUBLIC)
    threads_done.shutdown()

    total, published = writers * each, writers * each // 2
    assert all_seen == list(range(1, total + published + 1))
    assert public_seen == list(range(1, published + 1))


async def test_a_scheduled_publication_is_recorded_once_at_its_time(
    desk: Desk, clock: Clock, database: Database
) -> None:
    due = clock() + timedelta(hours=1)
    desk.create(1)
    desk.schedule("1", due)
    assert desk.run(announce_due) == 0
    clock.advance(seconds=4000)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: desk.run(announce_due), range(4)))
    desk.create(2)

    page = await read(database, EventView.PUBLIC)
    assert types(page) == ["issue.published"]
    assert page.events[0].occurred_at == due
    assert data_of(page)[0]["first"] is True


async def test_what_is_due_comes_before_what_a_command_does_then(
    desk: Desk, clock: Clock, database: Database
) -> None:
    for number in (1, 2):
        desk.create(number)
        desk.schedule(str(number), clock() + timedelta(hours=number))
    clock.advance(seconds=3 * 3600)

    desk.act(publishing.unpublish, "2")

    page = await read(database, EventView.PUBLIC)
    numbers = [data["issue"]["number"] for data in data_of(page)]
    assert list(zip(types(page), numbers, strict=True)) == [
        ("issue.published", 1),
        ("issue.published", 2),
        ("issue.unpublished", 2),
    ]
    assert desk.run(announce_due) == 0


async def test_cursors_belong_to_a_view(desk: Desk, database: Database) -> None:
    desk.create(1, publish=True)
    desk.create(2)
    desk.create(3, publish=True)
    public = await read(database, EventView.PUBLIC, limit=1)
    everything = await read(database, EventView.ALL, limit=1)

    with pytest.raises(BadRequest):
        await read(database, EventView.PUBLIC, after=everything.next_cursor)
    later = await read(database, EventView.ALL, after=public.next_cursor)

    assert types(later) == ["issue.created", "issue.created", "issue.published"]
    for view in EventView:
        assert (await read(database, view, after="latest")).events == []


async def test_a_filter_by_type_moves_on_past_what_it_leaves_out(
    desk: Desk, database: Database
) -> None:
    desk.create(1, publish=True)
    desk.patch("1", {"title": "Another"}, publish=True)

    page = await read(database, EventView.ALL, types=types_of("issue.published"))

    assert types(page) == ["issue.published"]
    assert page.next_cursor == (await read(database, EventView.ALL, after="latest")).next_cursor
    assert set(types_of("issue.*,trending.updated") or ()) >= {"issue.saved", "trending.updated"}
    for wrong in ("", "issue", "issue.", "*", "issue.*x", "issue.published,,"):
        with pytest.raises(BadRequest):
            types_of(wrong)


async def test_what_is_no_longer_kept_is_said(
    desk: Desk, engine: Engine, database: Database
) -> None:
    start = await read(database, EventView.PUBLIC)
    for number in (1, 2, 3):
        desk.create(number, publish=True)
    second = await read(database, EventView.PUBLIC, limit=2)
    with engine.begin() as connection:
        connection.execute(delete(Event).where(col(Event.public_sequence) <= 2))

    assert (await read(database, EventView.PUBLIC, after=start.next_cursor)).truncated is True
    assert (await read(database, EventView.PUBLIC, after=second.next_cursor)).truncated is False
    assert (await read(database, EventView.PUBLIC)).truncated is False
    with engine.begin() as connection:
        connection.execute(delete(Event))
    page = await read(database, EventView.PUBLIC, after=second.next_cursor)
    assert (page.truncated, page.events, page.end) == (True, [], 3)


async def test_old_events_are_pruned_oldest_first(
    desk: Desk, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_pruning, "PRUNED_AT_ONCE", 2)
    for number in (1, 2, 3):
        desk.create(number)
    clock.advance(seconds=86_400)
    desk.create(4)

    def prune(days: float) -> int:
        kept_for = timedelta(days=days)
        return desk.run(lambda tx: prune_events(tx, kept_for=kept_for))

    assert prune(1) == 0
    assert [prune(0.5) for _ in range(3)] == [2, 1, 0]
    page = await read(database, EventView.ALL)
    assert [event.position for event in page.events] == [4]


async def test_an_event_is_cut_to_its_limit(desk: Desk, database: Database) -> None:
    changes = [{"pointer": f"/sections/{n}", "before": "x" * 300} for n in range(50)]
    correction = {"id": "cor_1", "note": "n" * 1000, "changes": changes * 2}

    desk.run(lambda tx: events.record_event(tx, "issue.corrected", {"correction": correction}))

    (event,) = (await read(database, EventView.PUBLIC)).events
    body = event.body(EventView.PUBLIC)
    assert MAX_EVENT_BYTES / 2 < len(body) <= MAX_EVENT_BYTES
    assert orjson.loads(body)["data"]["correction"]["note"] == "n" * 1000


def test_one_holder_of_a_reader_works_at_a_time(desk: Desk, clock: Clock) -> None:
    desk.create(1)

    def claim(holder: str) -> int | None:
        return desk.run(lambda tx: claim_reader(tx, "purge", holder=holder, seconds=30))

    def advance(holder: str, position: int) -> bool:
        return desk.run(lambda tx: advance_reader(tx, "purge", holder=holder, position=position))

    assert (claim("one"), claim("two")) == (1, None)
    assert advance("one", 2)
    clock.advance(seconds=31)
    assert claim("two") == 2
    assert not advance("one", 3)
    assert claim("two") == 2


def test_the_log_has_no_row_for_what_was_not_committed(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalars(select(col(Event.id))).all() == []
