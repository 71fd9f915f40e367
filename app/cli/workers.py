"""Several server processes on one socket: started, watched, replaced and ended.

SIGTERM and SIGINT end them, SIGHUP replaces them one by one with processes that load code and
settings anew, SIGTTIN and SIGTTOU add and remove one.
"""

import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from socket import socket

import uvicorn
from pydantic import ValidationError
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Process

from app.config import Settings
from app.config_faults import settings_faults
from app.web.server.graceful import CLOSING_SECONDS, GracefulServer

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5
PING_SECONDS, HUNG_SECONDS = 5.0, 60.0
"""Interval of pings, and how long a worker may leave one unanswered. It answers from a thread, from
the moment on at which Python runs; without compiled bytecode importing takes many seconds."""
READY_SECONDS = 60.0
"""How long a replacement may take to listen."""

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGTTIN", "SIGTTOU")


class _Worker(Process):
    """One server process; the parent keeps when it last pinged it, and whether it answered."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self.asked_at = time.monotonic()
        self.is_asked = False

    def target(self, sockets: list[socket] | None = None) -> None:
        """Run in the new process. A closed terminal is the parent's affair."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            _ = self.server  # reads the settings
        except ValidationError as error:
            for fault in settings_faults(error).splitlines():
                logger.error("settings_unusable fault=%r", fault)
            sys.exit(1)
        super().target(sockets)

    @cached_property
    def server(self) -> GracefulServer:
        settings = Settings()
        return GracefulServer(
            self.config,
            drain_seconds=settings.drain_seconds,
            grace_seconds=settings.grace_seconds,
        )

    @property
    def is_running(self) -> bool:
        return bool(self.process.is_alive())

    def is_hung(self) -> bool:
        """Ping it now and then; whether it has not answered for too long."""
        now = time.monotonic()
        try:
            if self.is_asked and self.parent_conn.poll(0):
                self.parent_conn.recv()
                self.is_asked = False
            if not self.is_asked and now - self.asked_at > PING_SECONDS:
                self.parent_conn.send(b"ping")
                self.is_asked, self.asked_at = True, now
        except (OSError, EOFError):
            return False  # it is ending
        return self.is_asked and now - self.asked_at > HUNG_SECONDS


class Workers:
    """The parent process."""

    def __init__(
        self,
        config: uvicorn.Config,
        sockets: list[socket],
        *,
        on_end_of: Callable[[int], None],
    ) -> None:
        """`on_end_of` is called with the process id of each worker that has ended."""
        self._config = config
        self._sockets = sockets
        self._on_end_of = on_end_of
        self._workers: list[_Worker] = []
        self._number = config.workers
        self._end_seconds = _longest_end()
        self._received: list[int] = []
        self._is_ending = False
        self._has_terminal = os.isatty(0)
        self.exit_code = 0

    def run(self) -> None:
        """Start all, and stay until all have ended."""
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        for name in _SIGNALS:
            signal.signal(getattr(signal, name), lambda number, _: self._received.append(number))
        signal.set_wakeup_fd(write_end)
        self._workers = [self._start() for _ in range(self._number)]
        while not self._is_ending:
            if select.select([read_end], [], [], TICK_SECONDS)[0]:
                os.read(read_end, 1024)
            self._handle_signals()
            if not self._is_ending:
                self._keep_running()
        self._end()

    def _start(self) -> _Worker:
        worker = _Worker(self._config, self._sockets)
        worker.start()
        return worker

    def _handle_signals(self) -> None:
        while self._received and not self._is_ending:
            match self._received.pop(0):
                case signal.SIGINT | signal.SIGTERM:
                    self._is_ending = True
                case signal.SIGHUP if self._has_terminal:
                    self._is_ending = True  # the terminal was closed
                case signal.SIGHUP:
                    self._replace_all()
                case signal.SIGTTIN:
                    self._number += 1
                    self._workers.append(self._start())
                case signal.SIGTTOU if self._number > 1:
                    self._number -= 1
                    self._end_one(self._workers.pop())

    def _keep_running(self) -> None:
        """Start workers anew that have ended or hang."""
        for place, worker in enumerate(self._workers):
            if worker.is_running and not worker.is_hung():
                continue
            is_hung = worker.is_running
            worker.kill()
            worker.join()
            self._note_end(worker)
            if worker.exitcode == STARTUP_FAILURE:
                # It would fail in the same way again.
                logger.error("worker_did_not_start pid=%s", worker.pid)
                self._is_ending, self.exit_code = True, 1
                return
            logger.warning(
                "worker_%s pid=%s code=%s",
                "hung" if is_hung else "died",
                worker.pid,
                worker.exitcode,
            )
            self._workers[place] = self._start()

    def _replace_all(self) -> None:
        """Replace each worker: the new one listens before the old one ends."""
        logger.warning("workers_replaced_begin count=%d", len(self._workers))
        for place, old in enumerate(self._workers):
            new = self._start()
            if not self._is_ready(new):
                new.kill()
                new.join()
                self._note_end(new)
                if not self._is_told_to_end:
                    logger.error("worker_not_replaced pid=%s new_pid=%s", old.pid, new.pid)
                return
            self._workers[place] = new
            self._end_one(old)
        with suppress(ValidationError):  # they became unusable after the last replacement
            self._end_seconds = _longest_end()
        logger.warning("workers_replaced_end count=%d", len(self._workers))

    def _is_ready(self, worker: _Worker) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and worker.is_running and not self._is_told_to_end:
            if worker.is_ready(timeout=1):
                return True
            time.sleep(0.1)
        return False

    @property
    def _is_told_to_end(self) -> bool:
        return bool({signal.SIGINT, signal.SIGTERM} & set(self._received))

    def _end_one(self, worker: _Worker) -> None:
        worker.terminate()
        worker.join()
        self._note_end(worker)

    def _end(self) -> None:
        """End all. The parent closes its sockets first.

        Then the system refuses connections as soon as the last worker has stopped listening;
        otherwise they would wait for a process that never accepts them.
        """
        for bound in self._sockets:
            bound.close()
        for worker in self._workers:
            worker.terminate()
        deadline = time.monotonic() + self._end_seconds
        for worker in self._workers:
            worker.process.join(max(0.0, deadline - time.monotonic()))
            if worker.is_running:
                logger.warning("worker_killed pid=%s seconds=%.1f", worker.pid, self._end_seconds)
                worker.process.kill()
                worker.process.join()
            self._note_end(worker)

    def _note_end(self, worker: _Worker) -> None:
        if worker.pid is not None:
            self._on_end_of(worker.pid)


def _longest_end() -> float:
    """Return how many seconds workers may take to end, by the settings as they are now."""
    settings = Settings()
    return settings.drain_seconds + settings.grace_seconds + CLOSING_SECONDS + 0.3
