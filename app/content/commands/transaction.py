"""A unit of work: the session, principal and time of a command, and what it changed.

Commands never commit. A change that the public sees increments the content version in the same
commit. A schedule is recorded without incrementing it, so that no public answer reveals it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Insert,
    Row,
    Table,
    bindparam,
    insert,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate
from sqlmodel import Session, col

from app.content.access import COMMAND_LINE, Principal
from app.content.commands.admission import admit, confirm
from app.content.commands.announcing import announce_due
from app.content.commands.event_log import NewEvent, append_events
from app.content.commands.pruning import prune_changes
from app.content.facts.warnings import NumberWarning
from app.content.markdown import Rendered
from app.content.observed import FiguresAhead
from app.content.print_rules import NO_RULES, PrintRules
from app.database.prepared_writes import change, insert_rows
from app.db import CHANNEL, Database
from app.errors import Conflict
from app.models.base import UtcInstant, table_of
from app.models.content_version import PAPER, TRENDING, ContentChange, ContentVersion

T = TypeVar("T")

ChangeAction = Literal["published", "updated", "unpublished", "scheduled", "unscheduled"]

_PUBLIC = frozenset({"published", "updated", "unpublished", "indexed"})

LOCK_TIMEOUT_SECONDS = 10
"""Maximum wait for a lock on PostgreSQL; the contract's limit for equal requests."""

MAX_ATTEMPTS = 4
"""Attempts of a transaction that PostgreSQL rolls back to resolve a deadlock."""

STATEMENT_TIMEOUT_SECONDS = 15
"""Statement timeout of writes on the server; the client's timeout is the same."""

IDLE_TIMEOUT_SECONDS = 60
"""The server ends a transaction that is idle for this long: its client may be gone."""

_SET_TIMEOUTS = text(
    "SELECT set_config('lock_timeout', :lock, true),"
    f" set_config('statement_timeout', '{STATEMENT_TIMEOUT_SECONDS}s', true),"
    f" set_config('idle_in_transaction_session_timeout', '{IDLE_TIMEOUT_SECONDS}s', true)"
)

_DEADLOCK = {"40P01", "40001"}
_LOCK_NOT_AVAILABLE = "55P03"


class Transaction:
    """The unit of work that a command receives; it also collects the changes."""

    def __init__(
        self,
        session: Session,
        *,
        principal: Principal,
        now: datetime,
        rendered: Rendered | None = None,
        base_url: str = "",
        rules: PrintRules = NO_RULES,
        figures: FiguresAhead | None = None,
    ) -> None:
        self.session = session
        self.principal = principal
        self.now = now
        self.base_url = base_url
        """The public URL, for addresses in events."""
        self.rendered = rendered or Rendered()
        """HTML of Markdown bodies, rendered before or in this transaction."""
        self.rules = rules
        """What publication requires by the settings."""
        self.figures = figures or FiguresAhead()
        """Names of subjects and figures of texts, read before this transaction."""
        self.number_warnings: Sequence[NumberWarning] = ()
        """Warnings about the figures of what was published."""
        self.drafts: set[int] = set()
        """Numbers of the issues whose heads were saved, and not published or scheduled."""
        self._changes: list[tuple[ChangeAction, int]] = []
        self._events: list[NewEvent] = []
        self._rows: list[tuple[Table, list[dict[str, object]]]] = []
        self._locks: frozenset[str] = frozenset()
        self._has_observed = False
        self._has_revoked_own_key = False
        self._has_indexed = False
        self._connection: Connection | None = None

    def note_change(self, action: ChangeAction, *, issue_id: int) -> None:
        """Record a change of what the public sees now or at a scheduled time."""
        self._changes.append((action, issue_id))

    def note_warnings(self, warnings: Sequence[NumberWarning]) -> None:
        """Record warnings about the figures of an issue that is published."""
        self.number_warnings = tuple(warnings)

    def note_indexing(self) -> None:
        """Record that search results may change although issues do not."""
        self._has_indexed = True

    def note_observation(self) -> None:
        """Record that public trending data changed."""
        self._has_observed = True

    def record(self, event: NewEvent) -> None:
        """Add an event to the log when this unit of work commits; see `commands/events.py`."""
        self._events.append(event)

    def insert_later(self, table: Table, rows: list[dict[str, object]]) -> None:
        """Insert rows with those of all other work of this transaction, one statement per table.

        For rows that this transaction does not read. `insert_rows` inserts them before they are
        deleted.
        """
        self._rows.append((table, rows))

    def insert_rows(self) -> None:
        """Insert the rows that wait for it."""
        tables: defaultdict[Table, list[dict[str, object]]] = defaultdict(list)
        for table, rows in self._rows:
            tables[table] += rows
        self._rows.clear()
        self.session.flush()
        for table, rows in tables.items():
            insert_rows(self.connection, _inserts(table), rows)

    def note_own_key_revoked(self) -> None:
        """Record that this unit of work revokes its own key, which is allowed."""
        self._has_revoked_own_key = True

    def attempt(self, work: Callable[[], T]) -> T:
        """Run a part of the work in a savepoint, which is rolled back if it fails."""
        noted, recorded, rows = len(self._changes), len(self._events), [*self._rows]
        locks = self._locks
        # The savepoint begins when the session is next asked for its connection.
        self._connection = None
        try:
            with self.session.begin_nested():
                return work()
        except BaseException:
            del self._changes[noted:]
            del self._events[recorded:]
            self._locks = locks  # the savepoint has released its own
            self._rows = rows  # those inserted in the savepoint wait again
            raise
        finally:
            self._connection = None

    async def rows(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        """Read like a `Reader`, including what this unit of work has written."""
        return self.session.execute(statement, parameters).fetchall()

    slow_rows = rows

    def lock(self, name: str) -> bool:
        """Take a named lock until the commit; return whether it was taken only now.

        SQLite has one writer anyway. Raises `Conflict` after `LOCK_TIMEOUT_SECONDS`.
        """
        if not self._is_on_postgres or name in self._locks:
            return False
        number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
        try:
            self.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise Conflict(
                    "still_in_flight", "Another request holds this; try again."
                ) from error
            raise
        self._locks |= {name}
        return True

    def settle(self) -> None:
        """Store changes and events and increment the content versions, just before the commit.

        Raises:
            Unauthenticated: the key was revoked in the meantime.
        """
        self.insert_rows()
        if self._events:
            self._announce_due()
        changes: list[tuple[str, int | None]] = [*self._changes]
        if self._has_indexed:
            changes.append(("indexed", None))
        if changes:
            concerns_now = any(action in _PUBLIC for action, _ in changes)
            self._move(PAPER, changes, concerns_now=concerns_now)
        if self._has_observed:
            self._move(TRENDING, [("observed", None)], concerns_now=True)
        if self._is_on_postgres and not self._has_revoked_own_key:
            confirm(self.session, self.principal, now=self.now)
        if self._events:
            # Last: from here to the commit no other transaction can record events.
            append_events(self.session, self._events, now=self.now)
        if (changes or self._has_observed or self._events) and self._is_on_postgres:
            # Delivered with the commit to every listening process.
            self.session.execute(text(f"NOTIFY {CHANNEL}"))

    def _announce_due(self) -> None:
        """Record scheduled publications that are due before the events of this unit of work."""
        own, self._events = self._events, []
        announce_due(self)
        self._events += own

    @property
    def connection(self) -> Connection:
        """The connection of this unit of work, for statements that do not need the ORM.

        Call `session.flush()` before a statement that depends on changed objects.
        """
        if self._connection is None:
            self._connection = self.session.connection()
        return self._connection

    @property
    def _is_on_postgres(self) -> bool:
        return self.session.get_bind().dialect.name == "postgresql"

    def _move(
        self, name: str, changes: Sequence[tuple[str, int | None]], *, concerns_now: bool
    ) -> None:
        given = {"counter": name, "changed_at": self.now}
        (moved,) = change(self.connection, _move_version(concerns_now=concerns_now), given)
        noted: dict[str, object] = {
            "version_name": name,
            "version_number": moved.number,
            "changed_at": self.now,
        }
        rows = [{**noted, "action": what, "issue_id": issue_id} for what, issue_id in changes]
        ids = self.connection.execute(_insert_changes(), rows).scalars()
        if name == PAPER:  # old changes of trends are deleted too
            prune_changes(self.session, newest_id=max(ids), added=len(rows), now=self.now)


@cache
def _inserts(table: Table) -> Insert:
    return insert(table)


@cache
def _move_version(*, concerns_now: bool) -> ReturningUpdate[Any]:
    # A schedule also writes the row, without changing the number: the row lock makes change ids
    # follow the order of commits.
    values: dict[str, object] = {"number": ContentVersion.number}
    if concerns_now:
        changed_at = bindparam("changed_at", type_=UtcInstant)
        values = {"number": ContentVersion.number + 1, "public_changed_at": changed_at}
    return (
        update(ContentVersion)
        .where(col(ContentVersion.name) == bindparam("counter"))
        .values(values)
        .returning(col(ContentVersion.number))
    )


@cache
def _insert_changes() -> ReturningInsert[Any]:
    return insert(table_of(ContentChange)).returning(col(ContentChange.id))


@contextmanager
def transaction(
    bind: Engine | Connection,
    *,
    principal: Principal,
    now: datetime,
    rendered: Rendered | None = None,
    base_url: str = "",
    rules: PrintRules = NO_RULES,
    figures: FiguresAhead | None = None,
) -> Iterator[Transaction]:
    """Open a transaction; it commits if the block succeeds, and is rolled back otherwise.

    On a connection that already is in a transaction it is a savepoint. `base_url` is the public
    URL, for addresses in events.

    Raises:
        Unauthenticated: the key of the principal is revoked or expired.
    """
    session = Session(bind, expire_on_commit=False, join_transaction_mode="create_savepoint")
    with session, session.begin():
        if bind.dialect.name != "sqlite":
            # Set for the transaction only: a connection pooler may lend the connection to others.
            session.execute(_SET_TIMEOUTS, {"lock": f"{LOCK_TIMEOUT_SECONDS}s"})
        judged = admit(session, principal, now=now)
        unit = Transaction(
            session,
            principal=judged,
            now=now,
            rendered=rendered,
            base_url=base_url,
            rules=rules,
            figures=figures,
        )
        yield unit
        unit.settle()


@contextmanager
def reading(
    connection: Connection,
    *,
    principal: Principal,
    now: datetime,
    rendered: Rendered | None = None,
    rules: PrintRules = NO_RULES,
    figures: FiguresAhead | None = None,
) -> Iterator[Transaction]:
    """Open a unit of work that only reads, for commands that validate without saving.

    It takes no lock and never commits.

    Raises:
        Unauthenticated: the key of the principal is revoked or expired.
    """
    with Session(connection, autoflush=False) as session:
        judged = admit(session, principal, now=now)
        yield Transaction(
            session, principal=judged, now=now, rendered=rendered, rules=rules, figures=figures
        )


def perform(
    bind: Engine | Connection,
    work: Callable[[Transaction], T],
    *,
    principal: Principal,
    clock: Callable[[], datetime],
    rendered: Rendered | None = None,
    base_url: str = "",
    rules: PrintRules = NO_RULES,
    figures: FiguresAhead | None = None,
) -> T:
    """Run work in a transaction; run it again after a deadlock.

    The time is read when the work starts, not when it is queued. `rendered` holds bodies rendered
    beforehand, since the work may hold the write lock; `figures` the figures of its texts.
    `base_url` is the public URL, for addresses in events.
    """
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            with transaction(
                bind,
                principal=principal,
                now=clock(),
                rendered=rendered,
                base_url=base_url,
                rules=rules,
                figures=figures,
            ) as tx:
                return work(tx)
        except DBAPIError as error:
            undone = getattr(error.orig, "sqlstate", None) in _DEADLOCK
            if not undone or attempt == MAX_ATTEMPTS:
                raise
    raise AssertionError("the loop above returns or raises")


async def perform_as_operator(
    database: Database,
    work: Callable[[Transaction], T],
    *,
    clock: Callable[[], datetime],
    base_url: str = "",
) -> T:
    """Run work of the program itself, such as a sync, in a writer thread.

    Raises:
        DatabaseAway: as `Database.write` does.
    """
    return await database.write(
        lambda bind: perform(bind, work, principal=COMMAND_LINE, clock=clock, base_url=base_url)
    )
