#!/usr/bin/env python3
"""Build a program with each GraphQL client of docs/clients.md, and run each on a server.

    .ci/contract/graphql-clients/run.py [TOOL …]

The programs use the files that docs/clients.md shows, as they stand there. The server knows the
documents of the manifests that the tools wrote in this run.

Needs .venv (make test), and node with npm. Installs everything else below itself, ignored by git.
"""

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import ROOT, Client, Server, Tools, main  # noqa: E402

TASKS = HERE / "tasks"
SCHEMA = ROOT / "openapi" / "schema.graphql"
GUIDE = ROOT / "docs" / "clients.md"
EXAMPLES = ROOT / "app" / "web" / "graphql" / "examples"
TOOLS = Tools(HERE)
MANIFESTS = "manifests"
DOCUMENTED_SERVER = "http://127.0.0.1:8000/graphql"


def shown(heading: str, file: str) -> str:
    """A file of docs/clients.md: the block below a heading whose first line names it."""
    section = GUIDE.read_text().split(f"\n### {heading}\n", 1)[1].split("\n### ", 1)[0]
    found = re.search(rf"^```\w+\n(?://|#) {re.escape(file)}\n(.*?)^```$", section, re.M | re.S)
    assert found, f"docs/clients.md shows no {file} below {heading}"
    return found[1]


class GraphQLClient(Client):
    """A GraphQL client with its program."""

    tools = TOOLS
    heading: str
    files: tuple[str, ...]
    """The files of the guide."""
    beside: tuple[Path, ...] = ()
    """Files of this checkout that it needs."""
    manifest: str | None = None
    """The manifest of its documents."""

    def __init__(self, work: Path) -> None:
        super().__init__(work)
        ignored = shutil.ignore_patterns(".venv", "requirements.txt")
        shutil.copytree(TASKS / self.name, self.work, dirs_exist_ok=True, ignore=ignored)
        for file in self.beside:
            shutil.copy(file, self.work)
        for file in self.files:
            text = shown(self.heading, file)
            (self.work / file).write_text(text.replace(DOCUMENTED_SERVER, self.address_of(file)))

    def address_of(self, file: str) -> str:
        """What stands for the address of the guide in a file."""
        return DOCUMENTED_SERVER

    def keep_manifest(self) -> None:
        """Put the manifest where the server finds it."""
        assert self.manifest is not None
        folder = self.work.parent / MANIFESTS
        folder.mkdir(exist_ok=True)
        shutil.copy(self.work / self.manifest, folder / f"{self.name}.json")


class TypeScript(GraphQLClient):
    """A client for JavaScript."""

    def __init__(self, work: Path) -> None:
        super().__init__(work)
        shutil.copy(TASKS / "paper_server.ts", self.work)
        self.link_modules()

    def generate(self) -> None:
        """Nothing: it has no generator."""

    def compile(self) -> None:
        self.build_typescript("task.ts")

    def task(self, server: Server) -> None:
        self.run("node", "task.mjs", server.url, server.key)


class Apollo(TypeScript):
    name, heading, files = "apollo", "Apollo Client", ("paper.ts",)
    beside = (ROOT / "openapi" / "possibleTypes.json",)
    manifest = "persisted-query-manifest.json"

    def generate(self) -> None:
        self.run("generate-persisted-query-manifest")
        self.keep_manifest()


class Relay(TypeScript):
    name, heading, files = "relay", "Relay", ("relay.config.json", "environment.ts")
    beside = (SCHEMA,)
    manifest = "persisted.json"

    def generate(self) -> None:
        (self.work / "persisted.json").write_text("{}")
        self.run("relay-compiler", "relay.config.json", quiet=True)
        self.keep_manifest()

    def compile(self) -> None:
        # Its own declarations do not compile strictly. Node finds no names in its CommonJS.
        self.build_typescript("task.ts", options=["--skipLibCheck"], packages="bundle")


class Urql(TypeScript):
    name, heading, files = "urql", "urql", ("paper.ts",)
    beside = (ROOT / "openapi" / "typesWithoutId.json",)


class GraphQLCodegen(TypeScript):
    name, heading, files = "graphql-codegen", "graphql-codegen", ("codegen.ts",)
    beside = (SCHEMA, EXAMPLES / "whole_issue.graphql", EXAMPLES / "archive.graphql",
              EXAMPLES / "create_issue.graphql")  # fmt: skip
    manifest = "gql/persisted-documents.json"

    def address_of(self, file: str) -> str:
        return "schema.graphql"

    def generate(self) -> None:
        self.run("graphql-codegen", "--config", "codegen.ts", quiet=True)
        self.keep_manifest()


class GraphQLWs(TypeScript):
    name, heading, files = "graphql-ws", "graphql-ws and graphql-sse", ("follow.ts",)


class GraphQLSse(TypeScript):
    name, heading, files = "graphql-sse", "graphql-ws and graphql-sse", ("follow.ts",)


class Gql(GraphQLClient):
    name, heading, files = "gql", "gql", ("read.py",)
    # It needs another version of graphql-core than ariadne-codegen.
    tools = Tools(TASKS / "gql")

    def generate(self) -> None:
        """Nothing: it has no generator."""

    def compile(self) -> None:
        self.run("mypy", "--strict", "--follow-imports=silent", "task.py")

    def task(self, server: Server) -> None:
        read = self.work / "read.py"
        read.write_text(read.read_text().replace(DOCUMENTED_SERVER, f"{server.url}/graphql"))
        assert "number" in self.run("python", "read.py")
        self.run("python", "task.py", server.url, server.key)


class AriadneCodegen(GraphQLClient):
    name, heading, files = "ariadne-codegen", "ariadne-codegen", ("pyproject.toml",)
    beside = (SCHEMA,)
    tools = Tools(TASKS / "ariadne-codegen")

    def generate(self) -> None:
        queries = self.work / "queries"
        queries.mkdir()
        for example in ("by_id", "archive", "create_issue"):
            shutil.copy(EXAMPLES / f"{example}.graphql", queries)
        self.run("ariadne-codegen", "client", quiet=True)

    def compile(self) -> None:
        self.run("mypy", "--strict", "--follow-imports=silent", "task.py")

    def task(self, server: Server) -> None:
        self.run("python", "task.py", server.url, server.key)


CLIENTS: tuple[type[GraphQLClient], ...] = (
    Apollo,
    Relay,
    Urql,
    GraphQLCodegen,
    GraphQLWs,
    GraphQLSse,
    Gql,
    AriadneCodegen,
)


def settings(work: Path) -> Mapping[str, str]:
    """The server reads the manifests that were written."""
    manifests = work / MANIFESTS
    return {"MORNINGPOST_GRAPHQL_DOCUMENTS": str(manifests)} if manifests.exists() else {}


if __name__ == "__main__":
    sys.exit(main(__doc__, CLIENTS, settings))
