"""What the runners of other people's clients share: pinned tools, a server, steps."""

import argparse
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "bin"

COMMON = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": ""}
"""The clients talk to this machine alone; Python keeps what it compiled."""

WARNING = re.compile(r"\bwarn(ing)?s?\b|⚠|\berror\b", re.IGNORECASE)


class Failed(Exception):
    """A step of a tool failed; the message is its output."""


@dataclass(frozen=True)
class Tools:
    """The pinned tools of a folder: of its `package.json`, its `requirements.txt`, or both."""

    here: Path
    expected: re.Pattern[str] = re.compile(r"(?!)")
    """Lines of output that say nothing about what is checked."""

    @property
    def modules(self) -> Path:
        return self.here / "node_modules"

    @property
    def python(self) -> Path:
        return self.here / ".venv" / "bin"

    def call(self, *command: str | Path, cwd: Path, quiet: bool = False, **environment: str) -> str:
        """Run a command and return its output. `quiet`: a warning in the output is a failure."""
        path = f"{self.python}:{self.modules / '.bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, "PATH": path, **COMMON, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        lines = [line for line in done.stdout.splitlines() if not self.expected.search(line)]
        said = [line for line in lines if WARNING.search(line)]
        if done.returncode or (quiet and said):
            shown = lines[-60:]
            raise Failed("\n".join([" ".join(map(str, command)), *said[:20], *shown]))
        return done.stdout

    def install(self) -> None:
        """Install the pinned tools, unless they are there."""
        stamps = {self.here / "package.json": self.modules / ".installed"}
        stamps[self.here / "requirements.txt"] = self.here / ".venv" / ".installed"
        stale = [
            pins for pins, stamp in stamps.items() if pins.exists() and not _is_newer(stamp, pins)
        ]
        if self.here / "package.json" in stale:
            print("Installing the tools of package.json …", flush=True)
            # No lock file: it would write down where this machine gets its packages.
            options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
            self.call("npm", "install", *options, "--silent", cwd=self.here)
        if self.here / "requirements.txt" in stale:
            print("Installing the tools of requirements.txt …", flush=True)
            create = [PYTHON / "python", "-m", "venv", "--clear", "--without-pip", ".venv"]
            self.call(*create, cwd=self.here)
            target = ["--python", self.python / "python", "--requirement", "requirements.txt"]
            self.call(PYTHON / "uv", "pip", "install", "--quiet", *target, cwd=self.here)
        for pins in stale:
            stamps[pins].touch()


def _is_newer(stamp: Path, pins: Path) -> bool:
    return stamp.exists() and stamp.stat().st_mtime > pins.stat().st_mtime


@dataclass
class Server:
    """Where a task finds the server."""

    url: str
    key: str


@contextmanager
def serving(settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run a server with the demo paper on a free port, with further settings."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            **COMMON,
            "MORNINGPOST_DATABASE_URL": f"sqlite:///{folder}/paper.db",
            "MORNINGPOST_PORT": str(port),
            "MORNINGPOST_DEMO": "true",
            "MORNINGPOST_RATE_LIMIT": "0",
            "MORNINGPOST_ACCESS_LOG": "false",
            "MORNINGPOST_PUBLIC_URL": f"http://127.0.0.1:{port}",
            **(settings or {}),
        }
        program = [PYTHON / "python", "-m", "app"]
        server = subprocess.Popen([*program, "serve", "--migrate"], cwd=ROOT, env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/v1/issues/latest")
            scopes = ["--scope", "issues:write", "--scope", "issues:publish"]
            create = [*program, "keys", "create", "--name", "clients", *scopes]
            key = subprocess.check_output(create, cwd=ROOT, env=environment, text=True).strip()
            yield Server(url, key)
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(url: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(1_800):
        try:
            direct.open(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise Failed(f"the server did not start: {url}")


class Client:
    """A tool, in a folder of its own."""

    name: ClassVar[str]
    tools: ClassVar[Tools]
    skipped: str | None = None
    """Why a step cannot be done on this machine."""

    def __init__(self, work: Path) -> None:
        self.work = work / self.name
        self.work.mkdir()

    @property
    def summary(self) -> str:
        """What it generated, in a few words."""
        return ""

    def run(self, *command: str | Path, quiet: bool = False, **environment: str) -> str:
        return self.tools.call(*command, cwd=self.work, quiet=quiet, **environment)

    def link_modules(self) -> None:
        """Let programs of this folder import the packages of its tools."""
        modules = self.work / "node_modules"
        if not modules.exists():
            modules.symlink_to(self.tools.modules)

    def build_typescript(
        self, task: str, *, options: Sequence[str] = (), packages: str = "external"
    ) -> None:
        """Compile a task strictly, and bundle it to `task.mjs` as front ends do.

        `options`: of the compiler. `packages`: `bundle` them too, or leave them `external`.
        """
        self.link_modules()
        strictly = ["--strict", "--target", "es2022", "--module", "preserve", "--types", "node"]
        self.run("tsc", *strictly, "--noEmit", "--resolveJsonModule", *options, task)
        bundle = ["--bundle", "--platform=node", "--format=esm", f"--packages={packages}"]
        self.run("esbuild", task, *bundle, "--outfile=task.mjs", "--log-level=warning")

    def generate(self) -> None:
        """Write the client."""
        raise NotImplementedError

    def compile(self) -> None:
        """Compile it strictly, with its task."""
        raise NotImplementedError

    def task(self, server: Server) -> None:
        """Do its task on a server."""
        raise NotImplementedError


class Run:
    """One tool on its way through the steps."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.is_held = True
        self._spent = 0.0
        self._said: list[str] = []

    def step(self, word: str, step: Callable[[], None]) -> None:
        """Do a step, unless one before it has failed."""
        if not self.is_held:
            return
        began = time.monotonic()
        try:
            step()
        except (Failed, subprocess.TimeoutExpired) as failed:
            said = ", ".join([*self._said, f"NOT {word}"])
            print(f"— {self.client.name}: {said}\n{failed}", flush=True)
            self.is_held = False
            return
        self._spent += time.monotonic() - began
        self._said.append(word)

    def generate_and_compile(self) -> None:
        """Do what needs no server."""
        print(f"  {self.client.name} …", flush=True)
        self.step("generated", self.client.generate)
        if self.is_held and self.client.summary:
            self._said[0] += f" ({self.client.summary})"
        self.step("compiled", self.client.compile)

    def do(self, server: Server) -> None:
        """Do the task, and say how far it came."""
        self.step("task done", lambda: self.client.task(server))
        if not self.is_held:
            return
        if self.client.skipped:
            self._said = [self._said[0], f"SKIPPED ({self.client.skipped})"]
        print(f"— {self.client.name}: {', '.join(self._said)}, {self._spent:.0f} s", flush=True)


def main(
    description: str | None,
    clients: Sequence[type[Client]],
    settings: Callable[[Path], Mapping[str, str]] = lambda work: {},
) -> int:
    """Hold the tools that were named, or all of them.

    `settings`: those of the server, which starts when everything is compiled.
    """
    parser = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    parser.add_argument("tools", nargs="*", choices=[[], *(client.name for client in clients)])
    parser.add_argument("--keep", type=Path, help="keep what is generated in this folder")
    options = parser.parse_args()
    chosen = [client for client in clients if not options.tools or client.name in options.tools]
    for tools in dict.fromkeys(client.tools for client in chosen):
        tools.install()
    work = options.keep or Path(tempfile.mkdtemp())
    work.mkdir(exist_ok=True)
    try:
        runs = [Run(client(work)) for client in chosen]
        for run in runs:
            run.generate_and_compile()
        with serving(settings(work)) as server:
            for run in runs:
                run.do(server)
    finally:
        if options.keep is None:
            shutil.rmtree(work)
    held = [run.is_held for run in runs]
    print(f"{sum(held)} passed, {len(held) - sum(held)} failed")
    return 0 if all(held) else 1
