"""A key that is revoked or expires after its request was let in writes nothing more."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import Engine, func, select

from app.content.access import COMMAND_LINE, SCOPES, Principal
from app.content.commands.api_keys import create_key, revoke_key
from app.content.commands.idempotency import IdempotentRequest, WriteAnswer, once
from app.content.commands.issues import create
from app.content.commands.transaction import Transaction, perform
from app.db import open_database
from app.errors import Unauthenticated
from app.models.issue import Issue
from tests.conftest import Clock
from tests.factories import issue

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

Make = Callable[..., Principal]


@pytest.fixture
def make(engine: Engine, clock: Clock) -> Make:
    """Make a key with all scopes; the principal as `authenticate` would have found it."""

    def made(expires_at: datetime | None = None) -> Principal:
        row, _ = perform(
            engine,
            lambda tx: create_key(tx, name="one", scopes=list(SCOPES), expires_at=expires_at),
            principal=COMMAND_LINE,
            clock=clock,
        )
        return Principal(row.id, row.prefix, row.name, SCOPES, expires_at=expires_at)

    return made


def write(tx: Transaction) -> None:
    document = issue()
    create(tx, payload=lambda: document, publish=False, base_url="")


def revoke(engine: Engine, principal: Principal, clock: Clock) -> None:
    prefix = principal.prefix
    assert prefix is not None
    perform(engine, lambda tx: revoke_key(tx, prefix), principal=COMMAND_LINE, clock=clock)


def issues_in(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(Issue)).scalar_one())


def test_a_key_revoked_since_its_request_arrived_writes_nothing(
    engine: Engine, clock: Clock, make: Make
) -> None:
    principal = make()
    revoke(engine, principal, clock)

    with pytest.raises(Unauthenticated) as refused:
        perform(engine, write, principal=principal, clock=clock)

    assert refused.value.code == "invalid_key"
    assert issues_in(engine) == 0


def test_a_key_expired_since_its_request_arrived_writes_nothing(
    engine: Engine, clock: Clock, make: Make
) -> None:
    principal = make(clock() + timedelta(seconds=30))
    clock.advance(seconds=30)

    with pytest.raises(Unauthenticated) as refused:
        perform(engine, write, principal=principal, clock=clock)

    assert refused.value.code == "expired_key"
    assert issues_in(engine) == 0


def test_a_key_whose_row_is_gone_writes_nothing(engine: Engine, clock: Clock, make: Make) -> None:
    unknown = replace(make(), key_id=4711)

    with pytest.raises(Unauthenticated):
        perform(engine, write, principal=unknown, clock=clock)


def test_the_scopes_are_those_that_the_key_has_now(
    engine: Engine, clock: Clock, make: Make
) -> None:
    principal = replace(make(), granted=())

    perform(engine, write, principal=principal, clock=clock)

    assert issues_in(engine) == 1


def test_a_replay_is_refused_like_the_write_itself(
    engine: Engine, clock: Clock, make: Make
) -> None:
    principal = make()
    request = IdempotentRequest.of(
        key="k", principal=principal, method="POST", path="/v1/keys", query=b"", body=b"{}"
    )

    def work(tx: Transaction) -> WriteAnswer:
        return once(tx, request, lambda: WriteAnswer(201, b"{}"))

    first = perform(engine, work, principal=principal, clock=clock)
    again = perform(engine, work, principal=principal, clock=clock)
    revoke(engine, principal, clock)

    assert (first.is_replay, again.is_replay) == (False, True)
    with pytest.raises(Unauthenticated):
        perform(engine, work, principal=principal, clock=clock)


def test_a_key_may_revoke_itself(engine: Engine, clock: Clock, make: Make) -> None:
    principal = make()
    prefix = principal.prefix
    assert prefix is not None

    perform(engine, lambda tx: revoke_key(tx, prefix), principal=principal, clock=clock)

    with pytest.raises(Unauthenticated):
        perform(engine, write, principal=principal, clock=clock)


def test_a_write_at_work_is_undone_by_a_revocation_that_commits_first(
    engine: Engine, clock: Clock, make: Make
) -> None:
    """On SQLite the revocation waits for its turn instead, and the write stands before it."""
    principal = make()
    has_begun, goes_on = Event(), Event()

    def slow(tx: Transaction) -> None:
        write(tx)
        has_begun.set()
        assert goes_on.wait(30)

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(perform, engine, slow, principal=principal, clock=clock)
        assert has_begun.wait(30)
        if engine.dialect.name == "sqlite":
            goes_on.set()
        revoke(engine, principal, clock)
        revoked_before = not writing.done()
        goes_on.set()
        error = writing.exception(30)

    if engine.dialect.name == "sqlite":
        assert error is None
        assert issues_in(engine) == 1
    else:
        assert revoked_before
        assert isinstance(error, Unauthenticated)
        assert issues_in(engine) == 0


async def test_a_write_that_waited_in_the_queue_is_judged_when_its_turn_comes(
    engine: Engine, clock: Clock, make: Make
) -> None:
    principal = make()
    prefix = principal.prefix
    assert prefix is not None
    async with open_database(engine.url) as database:
        await database.write(
            lambda bind: perform(
                bind, lambda tx: revoke_key(tx, prefix), principal=COMMAND_LINE, clock=clock
            )
        )
        with pytest.raises(Unauthenticated):
            await database.write(
                lambda bind: perform(bind, write, principal=principal, clock=clock)
            )

    assert issues_in(engine) == 0
