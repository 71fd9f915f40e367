"""The servers that are measured: how each is started, on a core of its own, and ended."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

from benchmarks import nginx, uvicorn
from benchmarks.collector import collecting
from benchmarks.datasets import Dataset
from benchmarks.graphql import servers as graphql

ROOT = Path(__file__).resolve().parents[1]
SERVER_CORE = 0
LOAD_CORE = 1
PATIENCE_SECONDS = 30

OURS = "ours"
WIRE_OFF = "ours, wire off"
UNCACHED = "ours, no cache"
TRACED = "ours, traced"
TRACED_UNCACHED = "ours, no cache, traced"
NGINX = "nginx"
"""With `open_file_cache`."""
NGINX_OPENING = "nginx, opening files"
BARE = "bare uvicorn"
STRAIGHTFORWARD = "straightforward"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    name: str
    port: int
    pid: int
    seconds_to_first_answer: float


class Fleet:
    """The servers of one database, each started when it is asked for first."""

    def __init__(self, dataset: Dataset, answers: Path, stack: ExitStack) -> None:
        self._dataset = dataset
        self.answers = answers
        """The folder that the bare ones answer from."""
        self._stack = stack
        self._servers: dict[str, Server] = {}

    def __getitem__(self, name: str) -> Server:
        if name not in self._servers:
            started = started_server(name, self._dataset, self.answers)
            self._servers[name] = self._stack.enter_context(started)
        return self._servers[name]


@contextmanager
def started_server(name: str, dataset: Dataset, answers: Path) -> Iterator[Server]:
    """Start a server by its name, on a database and on the answers of the bare ones."""
    port = _free_port()
    environment: Mapping[str, str] = {}
    if name in (NGINX, NGINX_OPENING):
        command = nginx.command(answers, port, keeps_files=name == NGINX)
        path = "/issue"
    elif name == BARE:
        command, path = uvicorn.command("benchmarks.bare:app", port), "/issue"
        environment = {"BENCHMARK_ANSWERS": str(answers)}
    elif name == STRAIGHTFORWARD:
        command, path = uvicorn.command("benchmarks.straightforward:app", port), "/v1/issues"
        environment = {"BENCHMARK_DATABASE": str(dataset.straightforward)}
    elif name in graphql.STARTED:
        launch = graphql.launch(name, dataset, answers, port)
        command, path, environment = list(launch.command), launch.path, launch.environment
    else:
        command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
        path, environment = "/v1/issues/latest", _settings(name, dataset)
    with ExitStack() as stack:
        if name in {TRACED, TRACED_UNCACHED}:
            environment = {**environment, **_tracing(stack.enter_context(collecting()))}
        yield stack.enter_context(_started(name, command, environment, port=port, path=path))


def _tracing(endpoint: str) -> dict[str, str]:
    """One of a hundred requests is traced."""
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.01",
    }


def _settings(name: str, dataset: Dataset) -> dict[str, str]:
    """Ours as it comes, but for what every server here does without: limits and a log."""
    settings = {
        "MORNINGPOST_DATABASE_URL": f"sqlite:///{dataset.ours}",
        "MORNINGPOST_PUBLIC_URL": "http://paper.test",
        "MORNINGPOST_RATE_LIMIT": "0",
        "MORNINGPOST_ACCESS_LOG": "false",
        "MORNINGPOST_WIRE": "false" if name == WIRE_OFF else "true",
    }
    if name in {UNCACHED, TRACED_UNCACHED}:
        settings["MORNINGPOST_CACHE_BYTES"] = "0"
    return settings


@contextmanager
def _started(
    name: str, command: Sequence[str], environment: Mapping[str, str], *, port: int, path: str
) -> Iterator[Server]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("MORNINGPOST_")}
    # Compiled modules are kept, or else every start would compile everything anew.
    inherited |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
    with tempfile.TemporaryFile() as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            ["taskset", "--cpu-list", str(SERVER_CORE), *command],
            # Where no .env lies that would add to the settings.
            cwd="/",
            env=inherited | dict(environment),
            stdout=log,
            stderr=log,
        )
        try:
            _await_answer(process, name, port, path, log)
            yield Server(name, port, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            try:
                process.wait(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_answer(
    process: subprocess.Popen[bytes], name: str, port: int, path: str, log: IO[bytes]
) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            said = log.read().decode(errors="replace")
            raise RuntimeError(f"{name} ended with {process.returncode}: {said[-2000:]}")
        try:
            if fetch(port, path).status == 200:
                return
        except OSError:
            pass
        time.sleep(0.004)
    raise RuntimeError(f"{name} did not answer within {PATIENCE_SECONDS} seconds")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a single request got."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    port: int, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """Ask a server on this machine once; where there is a body, it is posted."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        method = "GET" if body is None else "POST"
        connection.request(method, path, body, headers=dict(headers or {}))
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
