"""Sync runs: which sources are asked and when, and how their answers are recorded."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from app.config import Settings
from app.content.commands import sync_runs
from app.content.commands.run_lock import RunLock
from app.content.commands.sync_runs import SourceOutcome
from app.content.commands.transaction import Transaction, perform_as_operator
from app.content.commands.watch import names_to_ask, note_found
from app.content.queries import sync as queries
from app.content.queries.sync import LastLook
from app.db import Database
from app.errors import Conflict, DatabaseAway
from app.models.sighting import Look, Sighting
from app.models.snapshot import DEMO
from app.models.source import SOURCES, Source, source_named
from app.models.sync_run import RunStatus
from app.models.values import EntryKind, SourceName, format_instant
from app.sync.doubts import doubt, mass_of
from app.sync.recording import record
from app.sync.source import Finder, Survey, Surveyor
from app.sync.watched import MOST as WATCHED_PER_RUN, find_watched

if TYPE_CHECKING:
    from app.sync.client import Client

logger = logging.getLogger(__name__)

T = TypeVar("T")
Clock = Callable[[], datetime]
OnProgress = Callable[[str, str, str], None]
"""Called with the source, kind and status of each finished look."""
MakeClient = Callable[[SourceName], "Client"]

FRESH_FOR = timedelta(minutes=55)
"""Kinds observed this recently are skipped, so that hourly runs find everything due."""
_AS_FRESH_AS_IT_GETS = frozenset({"anonymous_quota", "not_all_refreshed"})
"""Reasons of partial looks that would be partial again."""
LOOK_EVERY_SECONDS = 30.0


class SyncService:
    """Runs of one process; a lock prevents concurrent runs of all processes."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        clock: Clock,
        make_client: MakeClient | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._base_url = settings.public_url
        self._make_client = make_client or client_maker(settings)
        self._surveyors: Mapping[str, Surveyor] = {}
        """Those of the settings, from the first run on."""
        self.lock = RunLock(settings.database)
        self._tasks: set[asyncio.Task[RunStatus]] = set()

    def prepare(self) -> "BegunRun":
        """Prepare a run that begins in the caller's transaction."""
        return BegunRun(self)

    async def run(
        self, names: Sequence[str] | None = None, *, on_progress: OnProgress | None = None
    ) -> int:
        """Run a sync of some sources, or all; return the run id.

        Raises:
            Conflict: another run is in progress.
        """
        begun = self.prepare()
        wanted = [each.name for each in SOURCES if names is None or each.name in names]
        try:
            run = await self.write(lambda tx: begun.begin(tx, wanted))
        except BaseException:
            await begun.abandon()
            raise
        run_id = run["id"]
        assert isinstance(run_id, int)
        await self.carry_out(run_id, wanted, on_progress=on_progress)
        return run_id

    async def every(self, hours: float) -> None:
        """Run at an interval, counted from the start of the last run, until cancelled."""
        while True:
            try:
                started_at = await _to_its_end(queries.last_started(self._database.reader))
                if started_at is None or self._clock() - started_at >= timedelta(hours=hours):
                    await self.run()
            except (Conflict, DatabaseAway) as error:
                logger.warning("sync_not_run cause=%s", error.code)
            except Exception:
                logger.exception("sync_not_run")
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def close(self) -> None:
        """Cancel running syncs; the next run marks them as interrupted."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.release()

    async def release(self) -> None:
        """Release the lock in a thread: a PostgreSQL that hangs keeps it waiting for seconds."""
        await _to_its_end(asyncio.to_thread(self.lock.release))

    def start(self, run_id: int, names: Sequence[str]) -> None:
        """Execute a run in the background."""
        task = asyncio.create_task(self.carry_out(run_id, names), name=f"sync run {run_id}")
        self._tasks.add(task)
        task.add_done_callback(self._note_end)

    def _note_end(self, task: "asyncio.Task[RunStatus]") -> None:
        """Log the exception of a background run."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("sync_run_ended task=%s", task.get_name(), exc_info=error)

    async def carry_out(
        self, run_id: int, names: Sequence[str], *, on_progress: OnProgress | None = None
    ) -> RunStatus:
        """Ask the sources of a run that has begun, and release the lock."""
        tell = on_progress or (lambda *_: None)
        try:
            if not self._surveyors:
                self._surveyors = await asyncio.to_thread(surveyors_of, self._settings)
            sources = [each for each in SOURCES if each.name in names]
            await self._ask_all(run_id, sources, tell)
            status = await self.write(lambda tx: sync_runs.finish_run(tx, run_id))
            while await self.write(sync_runs.prune_observations):
                await asyncio.sleep(0)
            logger.info("sync_finished run=%d status=%s", run_id, status)
            return status
        finally:
            await self.release()

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run work in one transaction; if cancelled, wait until it has finished."""
        return await _to_its_end(
            perform_as_operator(self._database, work, clock=self._clock, base_url=self._base_url)
        )

    async def _ask_all(self, run_id: int, sources: Sequence[Source], tell: OnProgress) -> None:
        """Ask all sources concurrently; if one fails to be recorded, cancel the others first.

        So nothing is written after the lock is released.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for each in sources:
                    group.create_task(self._ask_safely(run_id, each, tell))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors

    async def _ask_safely(self, run_id: int, source: Source, tell: OnProgress) -> None:
        """Ask one source; its errors do not affect other sources."""
        try:
            await self._ask(run_id, source, tell)
        except Exception:
            logger.exception("source_failed source=%s", source.name)
            outcome = SourceOutcome(source.name, "failed", reason="internal_error")
            await self.write(lambda tx: sync_runs.note_source(tx, run_id, outcome))

    async def _ask(self, run_id: int, source: Source, tell: OnProgress) -> None:
        """Ask one source for all of its kinds, and record each."""
        statuses: dict[str, tuple[RunStatus, str | None]] = {}
        observations = skipped = refused = 0
        async with self._make_client(source.name) as client:
            for kind in source.kinds:
                last = await _to_its_end(
                    queries.last_look(self._database.reader, source.name, kind)
                )
                if self._is_fresh(last):
                    statuses[kind] = ("complete", None)
                    tell(source.name, kind, "fresh")
                    continue
                look = await self._look(client, source, kind, last)
                await record(self._database, self.write, look, run_id=run_id)
                statuses[kind] = (look.status, look.reason)
                observations += len(look.sightings)
                skipped += look.skipped
                refused += len(look.refused)
                tell(source.name, kind, look.status)
            reasons = [f"{kind}: {reason}" for kind, (_, reason) in statuses.items() if reason]
            outcome = SourceOutcome(
                source.name,
                sync_runs.status_of([status for status, _ in statuses.values()]),
                client.requests,
                observations,
                skipped,
                client.bytes_received,
                ", ".join(reasons)[:200] or None,
                refused,
            )
        await self.write(lambda tx: sync_runs.note_source(tx, run_id, outcome))

    def _is_fresh(self, last: LastLook) -> bool:
        if last.observed_at is None or self._clock() - last.observed_at >= FRESH_FOR:
            return False
        if last.reason == DEMO:
            return False
        return last.status == "complete" or last.reason in _AS_FRESH_AS_IT_GETS

    async def _look(
        self, client: "Client", source: Source, kind: EntryKind, last: LastLook
    ) -> Look:
        now = self._clock()
        known = await _to_its_end(
            self._database.read_in_thread(
                lambda connection: queries.known_subjects(connection, source.name, kind, now=now)
            )
        )
        try:
            surveyor = self._surveyors[source.name]
            survey = await surveyor.survey(client, kind, known=known, now=now)
        except Exception:
            # A bug in parsing a source counts as a failure of the source.
            logger.exception("survey_failed source=%s kind=%s", source.name, kind)
            survey = Survey(kind, "failed", "internal_error")
        reason = doubt(survey, known, last_listed=last.listed)
        if reason is not None:
            logger.warning("survey_refused source=%s kind=%s reason=%s", source.name, kind, reason)
            return Look(source.name, kind, now, "failed", reason, skipped=survey.skipped)
        mass = mass_of(survey, known)
        watched = await self._find_watched(client, source, kind, survey.sightings)
        return Look(
            source.name,
            kind,
            now,
            survey.status if mass is None else "partial",
            survey.reason or mass,
            [*survey.sightings, *watched],
            survey.missing,
            survey.listed,
            survey.skipped,
            survey.star_days,
            survey.refused,
            survey.listing_floor,
            is_mass=mass is not None,
        )

    async def _find_watched(
        self, client: "Client", source: Source, kind: EntryKind, seen: Sequence[Sighting]
    ) -> list[Sighting]:
        """Look up watched names that have no subject yet; return what the survey did not see."""
        surveyor = self._surveyors[source.name]
        if not isinstance(surveyor, Finder):
            return []
        names = await self.write(
            lambda tx: names_to_ask(tx, source.name, kind, most=WATCHED_PER_RUN)
        )
        if not names:
            return []
        new, found = await find_watched(surveyor, client, kind, names)
        if found:
            await self.write(lambda tx: note_found(tx, found))
        known = {each.upstream_id for each in seen}
        return list({e.upstream_id: e for e in new if e.upstream_id not in known}.values())


async def _to_its_end(reading: Coroutine[Any, Any, T]) -> T:
    """Await a read; if cancelled, let it finish first, so that its connection is returned."""
    task = asyncio.create_task(reading)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


class BegunRun:
    """A run between taking the lock and its first request."""

    def __init__(self, service: SyncService) -> None:
        self._service = service
        self._names: Sequence[str] = ()
        self._run_id: int | None = None
        self._holds_lock = False

    def begin(self, tx: Transaction, names: Sequence[str]) -> Mapping[str, object]:
        """Take the lock and store the run; return the run as shown in the API.

        Raises:
            Forbidden: without `sync:run`.
            Conflict: another run is in progress.
        """
        tx.principal.require("sync:run")
        if not self._holds_lock and not self._service.lock.acquire():
            raise sync_runs.refuse_second()
        self._holds_lock = True
        self._names = names
        self._run_id = sync_runs.begin_run(tx, names)
        counts = dict.fromkeys(("requests", "observations", "skipped", "refused", "bytes"), 0)
        empty = {**counts, "reason": None}
        return {
            "id": self._run_id,
            "status": "running",
            "started_at": format_instant(tx.now),
            "finished_at": None,
            "sources": [{"name": name, "status": "running", **empty} for name in names],
        }

    def go(self) -> None:
        """Execute the run in the background, unless `begin` did not run because of a replay."""
        if self._run_id is not None:
            self._service.start(self._run_id, self._names)

    async def abandon(self) -> None:
        """Release the lock after the transaction was rolled back."""
        if self._holds_lock:
            await self._service.release()


def surveyors_of(settings: Settings) -> Mapping[str, Surveyor]:
    """Return the surveyor of each source; the first call takes 100 ms, to import httpx."""
    from app.sync.registry import SURVEYORS, configured

    return {name: configured(surveyor, settings) for name, surveyor in SURVEYORS.items()}


def client_maker(settings: Settings) -> MakeClient:
    """Return a factory of clients for the settings."""

    def make(name: SourceName) -> "Client":
        from app.sync.client import Client
        from app.sync.registry import SURVEYORS

        # Sources with settings may have another URL and a token.
        token = getattr(settings, f"{name}_token", None)
        return Client(
            getattr(settings, f"{name}_url", source_named(name).api),
            token=token.get_secret_value() if token is not None else None,
            headers=SURVEYORS[name].headers,
            contact=settings.public_url,
        )

    return make
