"""The dispatcher of webhooks: fans events out, and makes the attempts that are due.

Any number of processes run one each. They share the work by leases in the database. A receiver
that is slow occupies only its own places, so it delays no other receiver and no request.
"""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.background import running
from app.config import Settings
from app.content.commands.transaction import Transaction, perform_as_operator
from app.content.commands.webhook_outcomes import (
    Leased,
    Outcome,
    lease_due,
    record_outcome,
    release_leases,
)
from app.content.commands.webhook_queue import fan_out
from app.content.queries.events import EventView
from app.content.queries.webhook_work import EndpointWork, bodies_of, list_work
from app.content.webhook_document import ping_body
from app.db import Database
from app.delivery.retry_waits import TIMEOUT_SECONDS, wait_seconds
from app.errors import DatabaseAway
from app.models.values import format_instant

if TYPE_CHECKING:
    import httpx

    from app.delivery.sender import Sender

logger = logging.getLogger(__name__)

T = TypeVar("T")

PER_ENDPOINT = 4
"""Attempts in flight for one endpoint; for one that is failing, one."""
IN_FLIGHT = 256
"""Attempts in flight per process."""
FAILING_IN_FLIGHT = 64
"""Of those, attempts at endpoints that are failing. The others are left to those that work."""
LEASED_AT_ONCE = 16
"""Endpoints that one transaction leases from: on SQLite other writes wait for it."""
LEASE_SECONDS = 2 * TIMEOUT_SECONDS
"""The attempt and recording it. A process that is killed delays its deliveries by this."""
RETRY_SECONDS = 1.0
"""Pause after the database was away, or after an unexpected error."""
CLOSING_SECONDS = 3.0
"""How long attempts may go on at shutdown."""
NO_LONGER_KEPT = "The event log does not hold this event any more."


@dataclass(slots=True)
class _Attempt:
    task: asyncio.Task[None]
    leased: Leased
    is_failing: bool


@asynccontextmanager
async def dispatching(dispatcher: "Dispatcher | None") -> AsyncIterator[None]:
    """Run a dispatcher, if there is one, while the block runs."""
    if dispatcher is None:
        yield
        return
    try:
        async with running(dispatcher.run()):
            yield
    finally:
        await dispatcher.close()


class Dispatcher:
    """Delivers the events of one database to its webhooks."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        transport: "httpx.AsyncBaseTransport | None" = None,
        chance: Callable[[], float] = random.random,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """`transport` replaces the network in tests, and `chance` the jitter of waits.

        `timeout_seconds`: for the response of a receiver; less than half of `LEASE_SECONDS`.
        """
        self._database = database
        self._waits: Sequence[float] = settings.webhooks_retry_seconds
        self._base_url = settings.public_url
        self._clock, self._chance = clock, chance
        self._transport = transport
        self._allow_private = settings.webhooks_allow_private
        self._timeout_seconds = timeout_seconds
        self._sender: Sender | None = None
        self._wake = asyncio.Event()
        self._writing = asyncio.Lock()
        """One write at a time: others, such as a publication, never queue behind many of ours."""
        self._timer: asyncio.TimerHandle | None = None
        self._attempts: dict[int, _Attempt] = {}
        """Attempts in flight, by delivery."""

    def wake(self) -> None:
        """Look for work now, because something was queued."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled, in spite of errors."""
        while True:
            try:
                await self._watch()
            except (DatabaseAway, SQLAlchemyError) as error:
                logger.warning("webhooks_wait reason=database_away cause=%s", type(error).__name__)
            except Exception:
                logger.exception("webhooks_failed")
            await asyncio.sleep(RETRY_SECONDS)

    async def _watch(self) -> None:
        """Look at each notification, until the database does not answer."""
        try:
            async with aclosing(self._database.wakes(self._wake)) as wakes:
                async for _ in wakes:
                    self._wake.clear()
                    await self._look()
        except DatabaseAway:
            # Some databases can be used but not listened to.
            await self._look()

    async def close(self) -> None:
        """Let attempts in flight end, release the leases of those that do not, and close."""
        self._stop_timer()
        tasks = {attempt.task for attempt in self._attempts.values()}
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=CLOSING_SECONDS)
            leases = {a.leased.lease for a in self._attempts.values() if a.task in late}
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            if leases:
                await asyncio.gather(
                    self._write(lambda tx: release_leases(tx, leases)), return_exceptions=True
                )
        if self._sender is not None:
            await self._sender.close()

    async def _look(self) -> None:
        """Fan out new events, start the attempts that are due, and set the timer for the next."""
        work = await list_work(self._database.reader)
        if any(each.has_new_events for each in work):
            # One batch at a time, so that what is queued is sent while the rest is queued.
            if await self._write(fan_out):
                self._wake.set()
            work = await list_work(self._database.reader)
        if capacity := self._capacity(work):
            await self._start(capacity, {each.endpoint_id for each in work if each.is_failing})
        self._set_timer(work)

    def _capacity(self, work: Sequence[EndpointWork]) -> dict[int, int]:
        """Return how many attempts may start now, by endpoint; those that work come first."""
        now = self._clock()
        in_flight = Counter(attempt.leased.endpoint_id for attempt in self._attempts.values())
        left = IN_FLIGHT - len(self._attempts)
        failing_left = FAILING_IN_FLIGHT - sum(a.is_failing for a in self._attempts.values())
        capacity: dict[int, int] = {}
        due = [each for each in work if each.due_at is not None and each.due_at <= now]
        for each in sorted(due, key=lambda each: (each.is_failing, each.due_at)):
            most = 1 if each.is_failing else PER_ENDPOINT
            free = min(most - in_flight[each.endpoint_id], left)
            if each.is_failing:
                free = min(free, failing_left)
            if free <= 0:
                continue
            capacity[each.endpoint_id] = free
            left -= free
            failing_left -= free if each.is_failing else 0
            if len(capacity) == LEASED_AT_ONCE:
                self._wake.set()
                break
        return capacity

    async def _start(self, capacity: dict[int, int], failing: set[int]) -> None:
        sender = await self._opened_sender()
        lease = token_hex(16)
        found = await self._write(
            lambda tx: lease_due(tx, capacity, lease=lease, lease_seconds=LEASE_SECONDS)
        )
        bodies = {view: await self._bodies(found, view) for view in EventView}
        for leased in found:
            body = self._body(leased, bodies[_view(leased)])
            task = asyncio.create_task(self._deliver(sender, leased, body))
            attempt = _Attempt(task, leased, leased.endpoint_id in failing)
            self._attempts[leased.delivery_id] = attempt
            task.add_done_callback(partial(self._ended, leased.delivery_id))

    async def _opened_sender(self) -> "Sender":
        """Open the sender when the first attempts are due, in a thread: it takes 100 ms."""
        if self._sender is None:
            self._sender = await asyncio.to_thread(self._open_sender)
        return self._sender

    def _open_sender(self) -> "Sender":
        from app.delivery.checked_connection import CheckedTransport
        from app.delivery.sender import Sender

        return Sender(
            self._transport or CheckedTransport(allow_private=self._allow_private),
            clock=self._clock,
            timeout_seconds=self._timeout_seconds,
        )

    async def _bodies(self, found: Sequence[Leased], view: EventView) -> Mapping[int, bytes]:
        numbers = {each.event_number for each in found if _view(each) is view}
        return await bodies_of(self._database.reader, {n for n in numbers if n is not None}, view)

    def _body(self, leased: Leased, bodies: Mapping[int, bytes]) -> bytes | None:
        """Return what is posted; `None` if the event is no longer kept."""
        if leased.event_number is not None:
            return bodies.get(leased.event_number)
        return ping_body(
            event_id=leased.event_id,
            timestamp=format_instant(leased.queued_at),
            webhook_id=leased.webhook_id,
            types=leased.types,
        )

    async def _deliver(self, sender: "Sender", leased: Leased, body: bytes | None) -> None:
        if body is None:
            outcome = Outcome(self._clock(), 0, error=NO_LONGER_KEPT, is_hopeless=True)
        else:
            outcome = await sender.post(
                leased.url, body, event_id=leased.event_id, secrets=leased.secrets
            )
        wait = wait_seconds(
            self._waits,
            retries=leased.retries,
            retry_after=outcome.retry_after_seconds,
            chance=self._chance(),
        )
        logger.info(
            "webhook_attempt webhook=%s event=%s attempt=%d status=%s duration_ms=%d",
            *(leased.webhook_id, leased.event_id, leased.number, outcome.status or "none"),
            outcome.duration_ms,
        )
        await self._record(
            lambda tx: record_outcome(tx, leased, outcome, wait_seconds=wait),
            until=time.monotonic() + LEASE_SECONDS - TIMEOUT_SECONDS,
        )

    async def _record(self, work: Callable[[Transaction], None], *, until: float) -> None:
        """Write until the lease ends; after that the attempt is made again."""
        while True:
            try:
                await self._write(work)
                return
            except (DatabaseAway, SQLAlchemyError):
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(RETRY_SECONDS)

    def _ended(self, delivery_id: int, task: asyncio.Task[None]) -> None:
        del self._attempts[delivery_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("webhook_outcome_lost", exc_info=error)
        self._wake.set()

    def _set_timer(self, work: Sequence[EndpointWork]) -> None:
        """Wake for the next attempt. What is due already waits for an attempt that ends."""
        self._stop_timer()
        now = self._clock()
        later = [each.due_at for each in work if each.due_at is not None and each.due_at > now]
        if later:
            seconds = (min(later) - now).total_seconds()
            self._timer = asyncio.get_running_loop().call_later(seconds, self._wake.set)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        async with self._writing:
            return await perform_as_operator(
                self._database, work, clock=self._clock, base_url=self._base_url
            )


def _view(leased: Leased) -> EventView:
    return EventView.ALL if leased.sees_drafts else EventView.PUBLIC
