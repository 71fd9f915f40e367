"""What a server on SQLite imports before it is asked for anything: packages cost memory and time.

A package that few servers need is imported at its first use, in a thread or before the first
request.
"""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

START = """
import asyncio, sys
from app.cli.commands import command_line

command_line("serve")
from app.main import app

async def start():
    async with app.router.lifespan_context(app):
        pass

asyncio.run(start())
print(*sys.modules)
"""
IMPORTED = {
    *("anyascii", "brotli", "orjson", "pyromark", "xxhash", "zstandard"),
    *("fastapi", "jinja2", "pydantic", "pydantic-settings", "python-dotenv", "starlette"),
    *("graphql-core", "strawberry-graphql", "sqlalchemy", "sqlmodel"),
    *("httptools", "prometheus-client", "typer", "uvicorn", "websockets"),
}
"""Those of our dependencies that every server imports. The others are `alembic`, a driver, files
without code of their own, and what is imported late."""
OPTIONAL = {"opentelemetry.sdk", "psycopg", "pyarrow", "redis"}
"""Modules of optional dependencies."""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules that a server has imported when it listens."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MORNINGPOST_")}
    environment["MORNINGPOST_DATABASE_URL"] = f"sqlite:///{tmp_path_factory.mktemp('idle')}/a.db"
    started = subprocess.run(
        [sys.executable, "-c", START], env=environment, capture_output=True, text=True, check=True
    )
    return set(started.stdout.split())


def test_a_server_imports_no_more_of_our_dependencies_than_it_needs(modules: set[str]) -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    ours = {re.split(r"[\[>;]", each)[0] for each in project["dependencies"]}

    of = packages_distributions()
    roots = {module.partition(".")[0] for module in modules}
    imported = {name.lower().replace("_", "-") for root in roots for name in of.get(root, [])}

    assert imported & ours == IMPORTED


def test_a_server_imports_no_optional_dependency_that_its_settings_do_not_ask_for(
    modules: set[str],
) -> None:
    assert modules & OPTIONAL == set()
