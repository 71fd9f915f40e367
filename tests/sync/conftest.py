"""The paper with both APIs in memory behind it, and days that pass when a test says so."""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.config import Settings
from app.models.values import SourceName
from app.sync.client import Client
from app.sync.github import HEADERS
from app.sync.runner import SyncService
from tests.conftest import Clock
from tests.sync.upstream import Upstream

RunDay = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def upstream() -> Upstream:
    """Forty models and forty repositories that stand still until a test moves them."""
    return standing_still()


def standing_still() -> Upstream:
    upstream = Upstream()
    for number in range(1, 41):
        upstream.add_model(number, f"lab/model-{number}", likes=100 + number)
        upstream.add_repository(1000 + number, f"lab/repo-{number}", stars=1000 + number)
    return upstream


class Waits:
    """Time that passes only by waiting: waits cost a test nothing, and count all the same."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._started_at = time.time()

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)

    def monotonic(self) -> float:
        return sum(self.seconds)

    def clock(self) -> float:
        """Unix time, as headers tell of it."""
        return self._started_at + sum(self.seconds)


def client_of(
    upstream: Upstream,
    name: SourceName,
    *,
    token: SecretStr | None = None,
    waits: Waits | None = None,
) -> Client:
    """A client of one of the APIs in memory, which never really waits."""
    waits = waits or Waits()
    return Client(
        {"huggingface": "https://hub.test", "github": "https://git.test"}[name],
        token=token.get_secret_value() if token else None,
        headers=HEADERS if name == "github" else None,
        transport=upstream.transport(),
        sleep=waits.sleep,
        clock=waits.clock,
        monotonic=waits.monotonic,
    )


@pytest.fixture
def service(app: FastAPI, settings: Settings, clock: Clock, upstream: Upstream) -> SyncService:
    """The sync of the app, asking the APIs in memory with a token for GitHub."""
    app.state.sync = service_of(app, settings, clock, upstream)
    return app.state.sync  # type: ignore[no-any-return]


def service_of(app: FastAPI, settings: Settings, clock: Clock, upstream: Upstream) -> SyncService:
    tokens = {"github": SecretStr("token"), "huggingface": None}

    def make(name: SourceName) -> Client:
        return client_of(upstream, name, token=tokens[name])

    return SyncService(app.state.database, settings, clock=clock, make_client=make)


@pytest.fixture
def without_token(
    service: SyncService, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ask GitHub without a token too."""
    monkeypatch.setattr(service, "_make_client", lambda name: client_of(upstream, name))


@pytest.fixture
def run_day(
    service: SyncService,
    clock: Clock,
    client: httpx.AsyncClient,
    editor: dict[str, str],
    upstream: Upstream,
    record_property: Callable[[str, object], None],
) -> RunDay:
    """Let a day pass, then sync; the run as the API shows it."""

    async def run(*, days: float = 1) -> dict[str, Any]:
        clock.now += timedelta(days=days)
        asked_before = upstream.asked.copy()
        run_id = await service.run()
        response = await client.get(f"/v1/sync/runs/{run_id}", headers=editor)
        shown: dict[str, Any] = response.json()
        for part in shown["sources"]:
            asked = upstream.asked[part["name"]] - asked_before[part["name"]]
            record_property(RUN, (part["name"], asked, *(part[name] for name in TOLD)))
        return shown

    return run


RUN = "sync run"
TOLD = ("observations", "refused", "status", "reason")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """With `-v`, print what the last run of each test asked, kept and told."""
    if terminalreporter.config.option.verbose < 1:
        return
    rows: list[tuple[str, ...]] = []
    for report in terminalreporter.getreports("passed"):
        runs = {value[0]: value for name, value in report.user_properties if name == RUN}
        case = report.nodeid.rpartition("::")[2]
        rows += [(case, *map(str, runs[source])) for source in sorted(runs)]
    if rows:
        terminalreporter.section("last run of each case")
        terminalreporter.write_line("case | source | requests | observations | refused | status")
        for *row, status, reason in rows:
            told = status if reason == "None" else f"{status}: {reason}"
            terminalreporter.write_line(" | ".join((*row, told)))
