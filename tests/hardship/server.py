"""The app as a process of its own, as `morningpost serve` starts it: to be asked, and killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]

KEY = "amp_hardship_0123456789abcdef0123456789abcdef"
PUBLIC_URL = "http://paper.test"
"""The same for every process and port, so that answers can be compared to the byte."""

STARTS_WITHIN_SECONDS = 60
"""A start takes one or two; this is for machines that have other work."""
ENDS_WITHIN_SECONDS = 30
COMMAND_SECONDS = 180
"""For one command. Most take a second or two."""


class Server:
    """One process on a free port of this machine, on a database that is migrated."""

    def __init__(
        self,
        database_url: str,
        *,
        folder: Path,
        workers: int = 1,
        program: Sequence[str] | None = None,
        settings: Mapping[str, str] | None = None,
        code: Path = ROOT,
    ) -> None:
        """`program`: what serves, of an environment of its own; this checkout by default.

        `settings`: further settings by the names of their variables. `code`: another checkout.
        """
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._program = program or [sys.executable, "-m", "app", "serve"]
        self._log = folder / f"server-{self.port}.log"
        kept = {name: v for name, v in os.environ.items() if not name.startswith("MORNINGPOST_")}
        self._environment = {
            **kept,
            **({} if program else {"PYTHONPATH": str(code)}),
            "MORNINGPOST_DATABASE_URL": database_url,
            "MORNINGPOST_BOOTSTRAP_KEY": KEY,
            "MORNINGPOST_PUBLIC_URL": PUBLIC_URL,
            "MORNINGPOST_RATE_LIMIT": "0",
            "MORNINGPOST_ACCESS_LOG": "false",
            "MORNINGPOST_PORT": str(self.port),
            "MORNINGPOST_WORKERS": str(workers),
            **(settings or {}),
        }
        self._process: subprocess.Popen[Any] | None = None

    @property
    def pid(self) -> int:
        """The process that serves."""
        assert self._process is not None
        return self._process.pid

    @property
    def editor(self) -> dict[str, str]:
        """Headers of somebody who may do everything."""
        return {"Authorization": f"Bearer {KEY}"}

    def start(self, *options: str) -> Self:
        """Start and wait until it is ready to serve."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._program, *options],
                cwd=self._folder,  # where no `.env` of the developer lies
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the server does not start:\n{self.log()[-4000:]}")
            time.sleep(0.05)
        return self

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run another command of the program with the same settings."""
        return subprocess.run(
            [*self._program[:-1], *words],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def send(self, number: signal.Signals) -> "subprocess.Popen[Any]":
        """Send a signal to the process, and return it, to be waited for."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process

    def forget(self) -> None:
        """Note that the process has ended by itself."""
        assert self._process is None or self._process.poll() is not None
        self._process = None

    def log(self) -> str:
        """What it has said so far, over all its lives."""
        return self._log.read_text(errors="replace")

    def complaints(self) -> list[str]:
        """What it has said, but for the lines with which it says where it is."""
        return [line for line in self.log().splitlines() if PUBLIC_URL not in line]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _is_ready(self) -> bool:
        # No more than the standard library has: httpx makes ready for TLS each time, which takes
        # more than the server needs to answer, and the server has the rest of the core.
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _end(self, by: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(by)
            try:
                self._process.wait(ENDS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(ENDS_WITHIN_SECONDS)
                raise
            finally:
                self._process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
