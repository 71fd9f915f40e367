"""Learning of changes by LISTEN, and whether notifications really arrive.

A pooler in transaction mode takes a LISTEN and never delivers anything, and a standby refuses it.
So each listening connection proves itself with a notification of our own; without that proof the
caller polls.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from app.database.wakeups import CHANNEL

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
"""Interval of checks that the listening connection still works."""

PROOF_SECONDS = 2.0
"""Within this time our own notification must arrive."""

RETRY_SECONDS = 5.0
"""Wait before listening is tried again after a failure."""

POLL_SECONDS = 0.5
"""Interval of checks for changes while nothing is heard: within a second every process knows."""

Connection = psycopg.AsyncConnection[Any]


class _Unheard(Exception):
    """The connection works, and our own notification did not arrive."""


class Listener:
    """Sets an event at every notification of a change, until it is closed."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        notify: Callable[[str], Awaitable[object]],
        event: asyncio.Event,
    ) -> None:
        """`connect` opens a connection in autocommit mode.

        `notify` sends a payload to the channel over another connection.
        """
        self._connect = connect
        self._notify = notify
        self._event = event
        self._connection: Connection | None = None
        self._is_proven = False
        self._has_complained = False
        self._task = asyncio.create_task(self._run())

    @property
    def seconds_to_next_look(self) -> float:
        """How long the caller may wait for the event before it looks by itself."""
        return HEARTBEAT_SECONDS if self._is_proven else POLL_SECONDS

    async def close(self) -> None:
        """Stop listening, without waiting for a server that hangs."""
        self._cut()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, SQLAlchemyError, OSError, _Unheard) as error:
                self._complain(type(error).__name__.strip("_"))
            except Exception:
                logger.exception("listening_failed")  # a bug; polling goes on
            finally:
                self._is_proven = False
                self._cut()
                self._event.set()
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        """Set the event at every notification, until the connection fails."""
        self._connection = connection = await self._connect()
        await connection.execute(f"LISTEN {CHANNEL}")
        proof = uuid4().hex
        await self._notify(proof)
        deadline = time.monotonic() + PROOF_SECONDS
        while True:
            async for notice in connection.notifies(timeout=HEARTBEAT_SECONDS):
                if notice.payload == proof:
                    self._note_proof()
                elif not notice.payload:  # other payloads are the proofs of other processes
                    self._event.set()
            # A dead connection that was not closed reports nothing, and fails here.
            await connection.execute("SELECT 1")
            if not self._is_proven and time.monotonic() > deadline:
                raise _Unheard

    def _note_proof(self) -> None:
        self._is_proven = True
        if self._has_complained:
            logger.warning("listening_again")
        self._has_complained = False
        # A change between the last look and LISTEN was not heard.
        self._event.set()

    def _complain(self, cause: str) -> None:
        if not self._has_complained:
            self._has_complained = True
            logger.warning("not_listening cause=%s polling_seconds=%s", cause, POLL_SECONDS)

    def _cut(self) -> None:
        if self._connection is not None:
            # Not `close`, which would send to a server that may hang.
            self._connection.pgconn.finish()
            self._connection = None
