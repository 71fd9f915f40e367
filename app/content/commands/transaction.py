"""One unit of work: who does it, when, what it changed for the public; committed once.

Domain code never commits. A change that the public sees moves the content version in the same
commit. A schedule is noted and moves nothing, so that no public answer tells of it.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, Executable, Row, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from app.content.access import Principal
from app.content.commands.admission import admit, confirm
from app.content.commands.pruning import prune_changes
from app.content.markdown import Rendered
from app.db import CHANNEL
from app.errors import Conflict
from app.models.content_version import PAPER, TRENDING, ContentChange, ContentVersion

T = TypeVar("T")

ChangeAction = Literal["published", "updated", "unpublished", "scheduled", "unscheduled"]

_PUBLIC = frozenset({"published", "updated", "unpublished", "indexed"})

LOCK_TIMEOUT_SECONDS = 10
"""How long a writer waits for another on PostgreSQL, as the contract has it for equal requests."""

MAX_ATTEMPTS = 4
"""Tries of a transaction that PostgreSQL ends to undo a deadlock; each was undone whole."""

STATEMENT_TIMEOUT_SECONDS = 15
"""How long the server works at one statement of a write. The client gives up as late."""

IDLE_TIMEOUT_SECONDS = 60
"""How long the server keeps the locks of a writer that says nothing: its machine may be gone."""

_SET_TIMEOUTS = text(
    "SELECT set_config('lock_timeout', :lock, true),"
    f" set_config('statement_timeout', '{STATEMENT_TIMEOUT_SECONDS}s', true),"
    f" set_config('idle_in_transaction_session_timeout', '{IDLE_TIMEOUT_SECONDS}s', true)"
)

_DEADLOCK = {"40P01", "40001"}
_LOCK_NOT_AVAILABLE = "55P03"


class Transaction:
    """What a command is given: a session, the caller, the time, and a place to note changes."""

    def __init__(
        self,
        session: Session,
        *,
        principal: Principal,
        now: datetime,
        rendered: Rendered | None = None,
    ) -> None:
        self.session = session
        self.principal = principal
        self.now = now
        self.rendered = rendered or Rendered()
        """The bodies that were rendered before the transaction, and those rendered in it."""
        self._changes: list[tuple[ChangeAction, int]] = []
        self._has_observed = False
        self._has_revoked_own_key = False
        self._has_indexed = False

    def note_change(self, action: ChangeAction, *, issue_id: int) -> None:
        """Say that the public sees, or is going to see, something else than before."""
        self._changes.append((action, issue_id))

    def note_indexing(self) -> None:
        """Say that searches may find something else than before, in issues that are the same."""
        self._has_indexed = True

    def note_observation(self) -> None:
        """Say that a source was looked at: what the public sees of trends is not what it was."""
        self._has_observed = True

    def note_own_key_revoked(self) -> None:
        """Note that this unit of work ends the key that it acts with, which is allowed."""
        self._has_revoked_own_key = True

    def attempt(self, work: Callable[[], T]) -> T:
        """Do a part of the work that may fail by itself: nothing of it is left then."""
        noted = len(self._changes)
        try:
            with self.session.begin_nested():
                return work()
        except BaseException:
            del self._changes[noted:]
            raise

    async def rows(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        """Read as a `Reader` does, with what this unit of work has written so far."""
        return self.session.execute(statement, parameters).fetchall()

    slow_rows = rows

    def lock(self, name: str) -> None:
        """Let one transaction at a time pass until its commit.

        SQLite has one writer anyway. Raises `Conflict` after `LOCK_TIMEOUT_SECONDS`.
        """
        if not self._is_on_postgres:
            return
        number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
        try:
            self.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise Conflict(
                    "still_in_flight", "Another request holds this; try again."
                ) from error
            raise

    def settle(self) -> None:
        """Note the changes, and move the content version where the public sees one now.

        The last thing before the commit.

        Raises:
            Unauthenticated: the key was revoked while the work was done.
        """
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
        if (changes or self._has_observed) and self._is_on_postgres:
            # Sent with the commit, to every process that listens.
            self.session.execute(text(f"NOTIFY {CHANNEL}"))

    @property
    def _is_on_postgres(self) -> bool:
        return self.session.get_bind().dialect.name == "postgresql"

    def _move(
        self, name: str, changes: Sequence[tuple[str, int | None]], *, concerns_now: bool
    ) -> None:
        self.session.flush()
        # A schedule writes the row too, with the number it has: the lock on it puts the changes
        # in the order of their commits.
        values: dict[str, object] = {"number": ContentVersion.number}
        if concerns_now:
            values = {"number": ContentVersion.number + 1, "public_changed_at": self.now}
        number = self.session.execute(
            update(ContentVersion)
            .where(col(ContentVersion.name) == name)
            .values(values)
            .returning(col(ContentVersion.number))
        ).scalar_one()
        noted = [
            ContentChange(
                version_name=name,
                version_number=number,
                changed_at=self.now,
                action=action,
                issue_id=issue_id,
            )
            for action, issue_id in changes
        ]
        self.session.add_all(noted)
        if name == PAPER:
            self._prune(noted)

    def _prune(self, noted: Sequence[ContentChange]) -> None:
        """Delete changes that are old by now, of the trends too: those alone are few."""
        self.session.flush()
        newest_id = max(change.id or 0 for change in noted)
        prune_changes(self.session, newest_id=newest_id, added=len(noted), now=self.now)


@contextmanager
def transaction(
    bind: Engine | Connection,
    *,
    principal: Principal,
    now: datetime,
    rendered: Rendered | None = None,
) -> Iterator[Transaction]:
    """Open a transaction; it commits when the block ends well, and else changes nothing.

    On a connection that is in a transaction already it is a savepoint of that one.

    Raises:
        Unauthenticated: the key of the principal is revoked or expired by now.
    """
    session = Session(bind, expire_on_commit=False, join_transaction_mode="create_savepoint")
    with session, session.begin():
        if bind.dialect.name != "sqlite":
            # Of the transaction, not of the connection: a pooler may lend that to others.
            session.execute(_SET_TIMEOUTS, {"lock": f"{LOCK_TIMEOUT_SECONDS}s"})
        judged = admit(session, principal, now=now)
        unit = Transaction(session, principal=judged, now=now, rendered=rendered)
        yield unit
        unit.settle()


@contextmanager
def reading(
    connection: Connection,
    *,
    principal: Principal,
    now: datetime,
    rendered: Rendered | None = None,
) -> Iterator[Transaction]:
    """Open a unit of work that only reads, for commands that judge and save nothing.

    It takes no lock and commits nothing, whatever the command does.

    Raises:
        Unauthenticated: the key of the principal is revoked or expired by now.
    """
    with Session(connection, autoflush=False) as session:
        judged = admit(session, principal, now=now)
        yield Transaction(session, principal=judged, now=now, rendered=rendered)


def perform(
    bind: Engine | Connection,
    work: Callable[[Transaction], T],
    *,
    principal: Principal,
    clock: Callable[[], datetime],
    rendered: Rendered | None = None,
) -> T:
    """Do work in a transaction, again from the start where a deadlock undid it.

    The time is asked for when the work begins, not when it was put into the queue. `rendered`:
    bodies that were rendered beforehand, since the work may hold the write lock.
    """
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            with transaction(bind, principal=principal, now=clock(), rendered=rendered) as tx:
                return work(tx)
        except DBAPIError as error:
            undone = getattr(error.orig, "sqlstate", None) in _DEADLOCK
            if not undone or attempt == MAX_ATTEMPTS:
                raise
    raise AssertionError("the loop above returns or raises")
