#!/usr/bin/env python3
"""Generate clients of the OpenAPI document, compile them strictly, and run each on a server.

    .ci/contract/generators/run.py [TOOL …]

Each tool runs with its own defaults; a warning fails like an error. Each client lists,
pages, reads, narrows sections by kind, catches a problem by its code, posts a draft, sends it back
and deletes it.

Needs .venv (make test), and node with npm. Installs everything else below itself, ignored by git.
"""

import os
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import ROOT, Client, Server, Tools, main  # noqa: E402

DOCUMENT = ROOT / "openapi" / "openapi.json"
TASKS = HERE / "tasks"
UNKNOWN = HERE / "unknown-section.json"

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
TOOLS = Tools(HERE, expected=EXPECTED)


class Generator(Client):
    """A generator of clients of the OpenAPI document."""

    tools = TOOLS
    day: int
    """The day in June 2031 of its draft: one issue a day."""

    @property
    def arguments(self) -> list[str | Path]:
        return [f"2031-06-{self.day:02}", UNKNOWN]

    @property
    def summary(self) -> str:
        return f"{self.generated()} models"

    def openapi_generator(self, generator: str, target: str, *options: str) -> None:
        command = ["openapi-generator-cli", "generate", "-g", generator, "-i", DOCUMENT]
        self.run(*command, "-o", target, *options, quiet=True)

    def tsc(self) -> None:
        """Compile the task with the client, strictly, and bundle it as front ends do."""
        shutil.copy(TASKS / f"{self.name}.ts", self.work / "task.ts")
        self.build_typescript("task.ts")

    def mypy(self, task: str, *packages: str) -> None:
        shutil.copy(TASKS / f"{task}.py", self.work / "task.py")
        self.run("mypy", "--strict", "--follow-imports=silent", "task.py", *packages)

    def generated(self) -> int:
        """How many model files it generated."""
        raise NotImplementedError


class OpenapiGeneratorPython(Generator):
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


class TypescriptFetch(Generator):
    name, day = "typescript-fetch", 2

    def generate(self) -> None:
        self.openapi_generator("typescript-fetch", "client")

    def compile(self) -> None:
        self.tsc()

    def task(self, server: Server) -> None:
        self.run("node", "task.mjs", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return len(list((self.work / "client/models").glob("*.ts"))) - 1


class Go(Generator):
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


class Java(Generator):
    name, day = "java", 4
    skipped = "not compiled: needs okhttp 4 and gson-fire of Maven Central; MAVEN=true does"

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


class OpenapiFetch(Generator):
    name, day = "openapi-fetch", 5

    def generate(self) -> None:
        self.run("openapi-typescript", DOCUMENT, "--output", "schema.d.ts", quiet=True)

    def compile(self) -> None:
        self.tsc()

    def task(self, server: Server) -> None:
        self.run("node", "task.mjs", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return 1


class HeyApi(Generator):
    name, day = "hey-api", 6

    def generate(self) -> None:
        self.run("openapi-ts", "-i", DOCUMENT, "-o", "client", quiet=True)

    def compile(self) -> None:
        self.tsc()

    def task(self, server: Server) -> None:
        self.run("node", "task.mjs", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return 1


class Orval(Generator):
    name, day = "orval", 7

    def generate(self) -> None:
        self.run("orval", "--input", DOCUMENT, "--output", "client.ts", quiet=True)

    def compile(self) -> None:
        self.tsc()

    def task(self, server: Server) -> None:
        self.run("node", "task.mjs", server.url, server.key, *self.arguments)

    def generated(self) -> int:
        return 1


class OpenapiPythonClient(Generator):
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


class DatamodelCodeGenerator(Generator):
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


class Bruno(Generator):
    """The collection of clients/bruno: each of its requests is sent, and understood."""

    name, day = "bruno", 10

    def generate(self) -> None:
        shutil.copytree(ROOT / "clients" / "bruno", self.work, dirs_exist_ok=True)

    @property
    def summary(self) -> str:
        requests = [
            file for file in self.work.glob("*/*.bru") if file.parent.name != "environments"
        ]
        return f"{len(requests)} requests"

    def compile(self) -> None:
        """Nothing: the collection is data."""

    def task(self, server: Server) -> None:
        variables = [f"--env-var=baseUrl={server.url}", f"--env-var=key={server.key}"]
        self.run("bru", "run", "-r", "--env", "local", *variables)


CLIENTS: tuple[type[Generator], ...] = (
    OpenapiGeneratorPython,
    TypescriptFetch,
    Go,
    Java,
    OpenapiFetch,
    HeyApi,
    Orval,
    OpenapiPythonClient,
    DatamodelCodeGenerator,
    Bruno,
)


if __name__ == "__main__":
    sys.exit(main(__doc__, CLIENTS))
