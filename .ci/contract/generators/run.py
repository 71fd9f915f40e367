#!/usr/bin/env python3
"""Generate clients of the OpenAPI document, compile them strictly, and run each on a server.

    .ci/contract/generators/run.py [TOOL …]

Each tool runs with its own defaults; a warning fails like an error. Each client lists,
pages, reads, narrows sections by kind, catches a problem by its code, posts a draft, sends it back
and deletes it.

Needs .venv (make test), and node with npm. Installs everything else below itself, ignored by git.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DOCUMENT = ROOT / "openapi" / "openapi.json"
TASKS = HERE / "tasks"
UNKNOWN = HERE / "unknown-section.json"
VENV = HERE / ".venv" / "bin"
NODE = HERE / "node_modules" / ".bin"
PYTHON = ROOT / ".venv" / "bin"

COMMON = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": ""}
"""The clients talk to this machine alone; Python keeps what it compiled."""

WARNING = re.compile(r"\bwarn(ing)?s?\b|⚠|\berror\b", re.IGNORECASE)
# What tools say whatever the document: openapi-generator of OpenAPI 3.1, and of the names `date`,
# `from` and `type`, and a notice about nothing, which comes in other numbers each time.
EXPECTED = re.compile(
    r"OpenAPI 3.1 support is still in beta|\. Renamed to | INFO "
    r"|Failed to get the schema name: null"
    # What its Java leaves out of its documentation.
    r"|Ignoring complex example on request body"
    # What datamodel-code-generator says of its own next version.
    r"|FutureWarning: Default formatters will change|warn_deprecated\("
)


class Failed(Exception):
    """A step of a tool failed; the message is its output."""


@dataclass
class Server:
    """Where a task finds the server."""

    url: str
    key: str


def call(*command: str | Path, cwd: Path, quiet: bool = False, **environment: str) -> str:
    """Run a command and return its output. `quiet`: a warning in the output is a failure."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "PATH": f"{VENV}:{NODE}:{os.environ['PATH']}", **COMMON, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if not EXPECTED.search(line)]
    said = [line for line in lines if WARNING.search(line)]
    if done.returncode or (quiet and said):
        shown = lines[-60:]
        raise Failed("\n".join([" ".join(map(str, command)), *said[:20], *shown]))
    return done.stdout


def install() -> None:
    """Install the pinned tools, unless they are there."""
    stamps = {HERE / "package.json": HERE / "node_modules" / ".installed"}
    stamps[HERE / "requirements.txt"] = HERE / ".venv" / ".installed"
    stale = [pins for pins, stamp in stamps.items() if not _is_newer(stamp, pins)]
    if HERE / "package.json" in stale:
        print("Installing the tools of package.json …", flush=True)
        # No lock file: it would write down where this machine gets its packages.
        options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        call("npm", "install", *options, cwd=HERE)
    if HERE / "requirements.txt" in stale:
        print("Installing the tools of requirements.txt …", flush=True)
        call(PYTHON / "python", "-m", "venv", "--clear", "--without-pip", ".venv", cwd=HERE)
        target = ["--python", VENV / "python", "--requirement", "requirements.txt"]
        call(PYTHON / "uv", "pip", "install", "--quiet", *target, cwd=HERE)
    for pins in stale:
        stamps[pins].touch()


def _is_newer(stamp: Path, pins: Path) -> bool:
    return stamp.exists() and stamp.stat().st_mtime > pins.stat().st_mtime


@contextmanager
def serving() -> Iterator[Server]:
    """Run a server with the demo paper on a free port."""
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
        }
        program = [PYTHON / "python", "-m", "app"]
        server = subprocess.Popen([*program, "serve", "--migrate"], cwd=ROOT, env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/v1/issues/latest")
            scope = ["--name", "generators", "--scope", "issues:write"]
            create = [*program, "keys", "create", *scope]
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

    name: str
    day: int
    """The day in June 2031 of its draft: one issue a day."""
    skipped: str | None = None
    """Why a step cannot be done on this machine."""

    def __init__(self, work: Path) -> None:
        self.work = work / self.name
        self.work.mkdir()

    @property
    def arguments(self) -> list[str | Path]:
        return [f"2031-06-{self.day:02}", UNKNOWN]

    def run(self, *command: str | Path, quiet: bool = False, **environment: str) -> str:
        return call(*command, cwd=self.work, quiet=quiet, **environment)

    def openapi_generator(self, generator: str, target: str, *options: str) -> None:
        command = ["openapi-generator-cli", "generate", "-g", generator, "-i", DOCUMENT]
        self.run(*command, "-o", target, *options, quiet=True)

    def tsc(self) -> None:
        """Compile the task with the client, strictly, and bundle it as front ends do."""
        shutil.copy(TASKS / f"{self.name}.ts", self.work / "task.ts")
        (self.work / "node_modules").symlink_to(HERE / "node_modules")
        options = ["--strict", "--target", "es2022", "--module", "preserve", "--types", "node"]
        self.run("tsc", *options, "--noEmit", "task.ts")
        bundle = ["--bundle", "--platform=node", "--format=esm", "--packages=external"]
        self.run("esbuild", "task.ts", *bundle, "--outfile=task.mjs", "--log-level=warning")

    def mypy(self, task: str, *packages: str) -> None:
        shutil.copy(TASKS / f"{task}.py", self.work / "task.py")
        self.run("mypy", "--strict", "--follow-imports=silent", "task.py", *packages)

    def generated(self) -> int:
        """How many model files it generated."""
        raise NotImplementedError

    def generate(self) -> None:
        raise NotImplementedError

    def compile(self) -> None:
        raise NotImplementedError

    def task(self, server: Server) -> None:
        raise NotImplementedError


class OpenapiGeneratorPython(Client):
    name, day = "python", 1

    def generate(self) -> None:
        self.openapi_generator("python", "client")

    def compile(self) -> None:
        # The generated code itself is typed, and not to the letter of --strict.
        shutil.copy(TASKS / "openapi_generator_python.py", self.work / "task.py")
        self.run("mypy", "--strict", "--follow-imports=silent", "task.py", MYPYPATH="client")

    def task(self, server: Server) -> None:
        arguments = [server.url, server.key, *self.arguments]
        self.run("python", "task.py", *arguments, PYTHONPATH="client")

    def generated(self) -> int:
        return len(list((self.work / "client/openapi_client/models").glob("*.py"))) - 1


class TypescriptFetch(Client):
    name, day = "typescript-fetch", 2

    def generate(self) -> None:
        self.openapi_generator("typescript-fetch", "client")

    def compile(self) -> None:
        self.tsc()

    def task(self, server: Server) -> None:
        self.run("node", "task.mjs", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return len(list((self.work / "client/models").glob("*.ts"))) - 1


class Go(Client):
    name, day = "go", 3

    def generate(self) -> None:
        self.openapi_generator("go", "client")

    def compile(self) -> None:
        target = self.work / "client"
        shutil.rmtree(target / "test")  # empty tests, which need a module
        (target / "task").mkdir()
        shutil.copy(TASKS / "task.go", target / "task")
        environment = {"GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
        if shutil.which("apt-get"):
            # The one module that the client needs, without a module proxy.
            self.run("apt-get", "download", "golang-gopkg-validator.v2-dev")
            self.run("sh", "-c", "dpkg -x golang-gopkg-validator.v2-dev*.deb debian")
            module = "gopkg.in/validator.v2"
            found = self.work / "debian/usr/share/gocode/src" / module
            (found / "go.mod").write_text(f"module {module}\n\ngo 1.18\n")
            replace = f"-replace={module}={found}"
            self.run("go", "-C", "client", "mod", "edit", replace, **environment)
            environment |= {"GOPROXY": "off", "GONOSUMDB": "*", "GONOSUMCHECK": "1"}
        self.run("go", "-C", "client", "vet", ".", "./task", **environment)
        self.run("go", "-C", "client", "build", "-o", "run-task", "./task", **environment)

    def task(self, server: Server) -> None:
        self.run("client/run-task", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return len(list((self.work / "client").glob("model_*.go")))


class Java(Client):
    name, day = "java", 4
    skipped = "not compiled: its libraries come from Maven Central; MAVEN=true compiles it"

    def generate(self) -> None:
        self.openapi_generator("java", "client")

    def compile(self) -> None:
        if os.environ.get("MAVEN") == "true":
            self.run("mvn", "-B", "-q", "-f", "client/pom.xml", "test-compile")
            self.skipped = "its task is not written: only compiled"

    def task(self, server: Server) -> None:
        """None: see `skipped`."""

    def generated(self) -> int:
        return len(list((self.work / "client").glob("src/main/**/model/*.java")))


class OpenapiFetch(Client):
    name, day = "openapi-fetch", 5

    def generate(self) -> None:
        self.run("openapi-typescript", DOCUMENT, "--output", "schema.d.ts", quiet=True)

    def compile(self) -> None:
        self.tsc()

    def task(self, server: Server) -> None:
        self.run("node", "task.mjs", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return 1


class HeyApi(Client):
    name, day = "hey-api", 6

    def generate(self) -> None:
        self.run("openapi-ts", "-i", DOCUMENT, "-o", "client", quiet=True)

    def compile(self) -> None:
        self.tsc()

    def task(self, server: Server) -> None:
        self.run("node", "task.mjs", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return 1


class Orval(Client):
    name, day = "orval", 7

    def generate(self) -> None:
        self.run("orval", "--input", DOCUMENT, "--output", "client.ts", quiet=True)

    def compile(self) -> None:
        self.tsc()

    def task(self, server: Server) -> None:
        self.run("node", "task.mjs", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return 1


class OpenapiPythonClient(Client):
    name, day = "openapi-python-client", 8

    def generate(self) -> None:
        options = ["--output-path", "client", "--meta", "none", "--fail-on-warning"]
        self.run("openapi-python-client", "generate", "--path", DOCUMENT, *options)

    def compile(self) -> None:
        # All but `client.py`, which is the tool's own and not typed to the letter of --strict.
        self.mypy("openapi_python_client", "client/api", "client/models")

    def task(self, server: Server) -> None:
        self.run("python", "task.py", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return len(list((self.work / "client/models").glob("*.py"))) - 1


class DatamodelCodeGenerator(Client):
    name, day = "datamodel-code-generator", 9

    def generate(self) -> None:
        self.run("datamodel-codegen", "--input", DOCUMENT, "--output", "models.py", quiet=True)

    def compile(self) -> None:
        # Not the models: the tool calls `constr()` in annotations, which mypy refuses.
        self.mypy("datamodel_code_generator")

    def task(self, server: Server) -> None:
        self.run("python", "task.py", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return (self.work / "models.py").read_text().count("\nclass ")


CLIENTS: tuple[type[Client], ...] = (
    OpenapiGeneratorPython,
    TypescriptFetch,
    Go,
    Java,
    OpenapiFetch,
    HeyApi,
    Orval,
    OpenapiPythonClient,
    DatamodelCodeGenerator,
)


def hold(client: Client, server: Server) -> bool:
    """Take one tool through its steps, and say how far it came."""
    steps: list[tuple[str, Callable[[], None]]] = [
        ("generated", client.generate),
        ("compiled", client.compile),
        ("task done", lambda: client.task(server)),
    ]
    began, said = time.monotonic(), []
    for word, step in steps:
        try:
            step()
        except (Failed, subprocess.TimeoutExpired) as failed:
            print(f"— {client.name}: {', '.join(said)}; NOT {word}\n{failed}", flush=True)
            return False
        said.append(word)
    said[0] += f" ({client.generated()} models)"
    if client.skipped:
        said = [said[0], f"SKIPPED ({client.skipped})"]
    spent = time.monotonic() - began
    print(f"— {client.name}: {', '.join(said)}, {spent:.0f} s", flush=True)
    return True


def main() -> int:
    """Hold the tools that were named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tools", nargs="*", choices=[[], *(client.name for client in CLIENTS)])
    parser.add_argument("--keep", type=Path, help="keep what is generated in this folder")
    options = parser.parse_args()
    install()
    work = options.keep or Path(tempfile.mkdtemp())
    work.mkdir(exist_ok=True)
    try:
        with serving() as server:
            chosen = [c for c in CLIENTS if not options.tools or c.name in options.tools]
            held = [hold(client(work), server) for client in chosen]
    finally:
        if options.keep is None:
            shutil.rmtree(work)
    print(f"{sum(held)} passed, {len(held) - sum(held)} failed")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
