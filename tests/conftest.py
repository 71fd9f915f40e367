"""What every test may ask for: a migrated database of its own on each engine, app, keys, clock.

A test that uses `database_url` (most do, through `client` or `engine`) runs on SQLite. With the
marker `both_databases` it runs on PostgreSQL too. With `databases_in_turn` each of its cases runs
on one of them, as `in_turn` says, and in CI on both. `one_database` on a test takes back what its
module says. `MORNINGPOST_TEST_DATABASES` names the engines of a run, by default both, and
`MORNINGPOST_TEST_ONE_IN` says how many cases of each test run. Nothing here may reach another host.
"""

import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import httpx._transports.default as httpx_transports
import pytest
from fastapi import FastAPI
from hypothesis import settings as hypothesis_settings
from sqlalchemy import URL, Engine, make_url

from app.config import Settings
from app.content.access import COMMAND_LINE, SCOPES, Scope
from app.content.commands.api_keys import create_key
from app.content.commands.transaction import transaction
from app.db import write_engine
from app.main import create_app
from app.migrations import upgrade
from app.web.endpoints import draft_checks
from tests import described_once, heights, in_turn, shared_engines
from tests.full_papers import (
    NOW,
    demo as demo,
    fill,
    full_paper_of,
    twelve_issues as twelve_issues,
    whole_demo as whole_demo,
)
from tests.made_once import made_once
from tests.print_guard import PrintGuard, guarding
from tests.sampling import IS_CI, examples, is_chosen
from tests.servers.databases import Databases
from tests.servers.memory import memory_folder
from tests.servers.postgres import PostgresServer

DATABASES = [
    name
    for name in ("sqlite", "postgresql")
    if name in os.environ.get("MORNINGPOST_TEST_DATABASES", "sqlite,postgresql").split(",")
]

# What the developer has set for the paper at hand is no business of the suite.
for name in [name for name in os.environ if name.startswith("MORNINGPOST_")]:
    if not name.startswith("MORNINGPOST_TEST_"):
        del os.environ[name]

# Programs that tests start keep what they compile: without that each start takes 3 s, not 1.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Each client of httpx makes a TLS context, which takes 30 ms, and nothing here speaks TLS.
vars(httpx_transports).update(create_ssl_context=cache(httpx.create_ssl_context))

# The folders of `tmp_path`, with the SQLite databases in them.
if memory_folder() is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory_folder()))

# No deadline: a busy machine is no fault of the code. In CI the same examples every time.
hypothesis_settings.register_profile("suite", deadline=None, max_examples=examples(100))
hypothesis_settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
hypothesis_settings.load_profile("ci" if IS_CI else "suite")


def pytest_collection_finish() -> None:
    """Take what was collected out of the collector's sight, and have it look less often.

    Thousands of tests stay to the end; each test makes an application, which is one more heap of
    circles. To look through all of it again and again took a third of the run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


# ---------------------------------------------------------------------------- heights


# Before the markers select tests.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    heights.mark_heights(items)
    others = {item for item in items if not is_chosen(item)}
    if not IS_CI and len(DATABASES) > 1:
        others |= {item for item in items if not in_turn.is_its_turn(item, DATABASES)}
    if others:
        config.hook.pytest_deselected(items=[item for item in items if item in others])
        items[:] = [item for item in items if item not in others]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with heights.at_height(heights.height_of(item)):
        return (yield)


# ---------------------------------------------------------------------------- no other host


class OutsideCall(Exception):
    """A test tried to leave this machine. No `OSError`, which code under test may rightly catch."""


def _stay_inside(
    event: str,
    arguments: tuple[Any, ...],
    # Bound here: the hook runs on while the interpreter ends and this module is empty already.
    check_height: Callable[[str], None] = heights.check_height,
) -> None:
    check_height(event)
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return  # not the network, or a unix socket, whose address is a path
    if isinstance(host, bytes):
        host = host.decode()
    if host not in {None, "", "localhost", "127.0.0.1", "::1"}:
        raise OutsideCall(f"a test called {host}: use httpx.MockTransport or a server on loopback")


sys.addaudithook(_stay_inside)


# ---------------------------------------------------------------------------- databases


shared_engines.install()
described_once.install()

_open = ExitStack()


@cache
def _shared_server() -> str:
    """One PostgreSQL for the whole run: the process that divides the work starts it for all."""
    with heights.at_height("end_to_end"):  # for all tests, whichever of them comes first
        return _open.enter_context(PostgresServer(durable=False)).url().render_as_string()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker of pytest-xdist where the one server is."""
    if "postgresql" in DATABASES:
        node.workerinput["postgres_url"] = _shared_server()


def pytest_unconfigure() -> None:
    _open.close()


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> URL:
    """The maintenance database of the run's PostgreSQL."""
    given: dict[str, str] = getattr(request.config, "workerinput", {})
    return make_url(given.get("postgres_url") or _shared_server())


@pytest.fixture(scope="session")
def papers_folder(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Path:
    """The folder in which all workers of a run share what takes long to make."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_name == "alone" else own.parent) / "papers"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def sqlite_template(papers_folder: Path) -> Path:
    """An empty paper on SQLite, as the migrations leave it."""
    return made_once(papers_folder / "empty.db", lambda path: upgrade(_sqlite(path)))


def _sqlite(path: Path) -> URL:
    return URL.create("sqlite+pysqlite", database=str(path))


@pytest.fixture(scope="session")
def postgres_databases(
    postgres_url: URL, worker_name: str, papers_folder: Path
) -> Iterator[Databases]:
    """Databases of PostgreSQL for this worker, copied from templates that all workers share."""
    with Databases(postgres_url, name=worker_name, folder=papers_folder) as databases:
        yield databases


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def sqlite_papers(sqlite_template: Path) -> Callable[[str | None], Path]:
    """The papers on SQLite to be copied, by name; `None` is the empty one."""

    @cache
    def make(paper: str | None) -> Path:
        if paper is None:
            return sqlite_template

        def fill_copy(path: Path) -> None:
            shutil.copy(sqlite_template, path)
            fill(paper, _sqlite(path))

        return made_once(sqlite_template.with_name(f"{paper}.db"), fill_copy)

    return make


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on one database, or on both where it is marked so."""
    if "database_url" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker
        several = marked("both_databases") or marked(in_turn.MARKER)
        names = DATABASES if several and not marked("one_database") else DATABASES[:1]
        metafunc.parametrize("database_url", names, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh and fully migrated database, as `MORNINGPOST_DATABASE_URL` names it.

    It is empty, unless the test asks for one of the papers of `full_papers`.
    """
    paper = full_paper_of(request)
    if request.param == "sqlite":
        path = tmp_path / "morningpost.db"
        # Whoever filled it closed it, so that all of it is in the one file.
        shutil.copy(request.getfixturevalue("sqlite_papers")(paper), path)
        yield f"sqlite:///{path}"
        return
    databases: Databases = request.getfixturevalue("postgres_databases")
    url = databases.take() if paper is None else databases.take_full(paper, fill)
    yield url.render_as_string()
    databases.give_back(url)


@pytest.fixture(autouse=True)
def _drafts_are_not_judged_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judging in the background would add statements to those that tests count."""
    monkeypatch.setattr(draft_checks, "REST_SECONDS", 1e9)


@pytest.fixture(autouse=True)
def print_guard() -> Iterator[PrintGuard]:
    """Fail every test during which the app reads what is in print and does not ask since when."""
    with guarding() as guard:
        yield guard
    assert guard.violations == []


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The engine that writes, beside the app's own: for commands, and for looking at rows."""
    engine = write_engine(settings.database)
    yield engine
    engine.dispose()


# ---------------------------------------------------------------------------- the app


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, *, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def set(self, now: datetime) -> None:
        assert now.tzinfo is not None, "an instant needs a time zone"
        self.now = now.astimezone(UTC)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    """Half an hour before the paper of 3 May 2026 is read."""
    return Clock()


@pytest.fixture
def settings(database_url: str) -> Settings:
    """The defaults, but for the address and a rate limit that would stop a busy test.

    A module that needs others overrides this fixture with `settings.model_copy(update=…)`.
    """
    return _settings().model_copy(update={"database_url": database_url})


@cache
def _settings() -> Settings:
    return Settings(
        _env_file=None,
        database_url="sqlite://",
        public_url="http://paper.test",
        rate_limit="0",
        # A dispatcher looks for work all the time; tests of webhooks run their own.
        deliveries=False,
    )


@pytest.fixture
async def app(settings: Settings, clock: Clock) -> AsyncIterator[FastAPI]:
    """The app, open: between start-up and shutdown."""
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app without a socket; an unhandled error is a 500, as it is for the world."""
    async with client_of(app) as client:
        yield client


def client_of(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://paper.test")


@pytest.fixture
def key(engine: Engine, clock: Clock) -> Callable[..., str]:
    """Make keys: `key("issues:write")` answers the key as its owner would present it."""
    return key_maker(engine, clock)


def key_maker(engine: Engine, clock: Clock) -> Callable[..., str]:
    def make(*scopes: Scope, name: str = "test", expires_at: datetime | None = None) -> str:
        with transaction(engine, principal=COMMAND_LINE, now=clock()) as tx:
            _, new = create_key(tx, name=name, scopes=list(scopes), expires_at=expires_at)
        return new.key

    return make


@pytest.fixture
def editor(key: Callable[..., str]) -> dict[str, str]:
    """Headers of somebody who may do everything."""
    return {"Authorization": f"Bearer {key(*SCOPES, name='editor')}"}


# ---------------------------------------------------------------------------- one app for a module


@pytest.fixture(scope="module")
def shared_settings(
    sqlite_papers: Callable[[str | None], Path], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """An empty database on SQLite for all tests of a module."""
    path = tmp_path_factory.mktemp("shared") / "morningpost.db"
    shutil.copy(sqlite_papers(None), path)
    return _settings().model_copy(update={"database_url": f"sqlite:///{path}"})


@pytest.fixture(scope="module")
async def shared_app(shared_settings: Settings) -> AsyncIterator[FastAPI]:
    """One app for all tests of a module that change nothing: starting one costs more than they do.

    A test that changes what another one reads takes `app` or `client`, which are its own.
    """
    app = create_app(shared_settings, clock=Clock())
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture(scope="module")
async def shared_client(shared_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """`client` of the shared app."""
    async with client_of(shared_app) as client:
        yield client


@pytest.fixture(scope="module")
def shared_key(shared_settings: Settings) -> Iterator[Callable[..., str]]:
    """`key` for the shared app."""
    engine = write_engine(shared_settings.database)
    yield key_maker(engine, Clock())
    engine.dispose()


@pytest.fixture(scope="module")
def shared_editor(shared_key: Callable[..., str]) -> dict[str, str]:
    """`editor` for the shared app."""
    return {"Authorization": f"Bearer {shared_key(*SCOPES, name='editor')}"}
