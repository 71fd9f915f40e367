"""What grows with what is shown is computed in threads, while the event loop answers others."""

import threading
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as Xml

import httpx
import orjson
import pytest
from fastapi import FastAPI
from jinja2 import Template

from app.content.queries import catalogue, printed, totals
from app.content.trends import boards
from tests.conftest import Clock
from tests.factories import make_issue
from tests.snapshots import record_models

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

_MOVERS = "{movers(first:10){nodes{name}}}"
_TRENDING = "{trending(source:HUGGINGFACE,kind:MODEL,first:10){nodes{name}}}"
READS = {
    "/trending": {"unpack", "entry_of", "rendered"},
    "/trending/changes": {"unpack", "entry_of", "rendered"},
    "/trending/huggingface/model": {"unpack", "entry_of", "rendered"},
    "/v1/trending?source=huggingface&kind=model": {"unpack", "entry_of"},
    "/v1/trending/boards": {"unpack", "entry_of"},
    "/v1/trending/movers": {"unpack", "entry_of"},
    "/v1/trending/changes": {"unpack", "entry_of"},
    "/v1/trending/history?source=huggingface&kind=model": {"unpack"},
    f"/graphql?query={_MOVERS}": {"unpack", "entry_of"},
    f"/graphql?query={_TRENDING}": {"unpack", "entry_of"},
    "/feeds/movers.atom": {"unpack", "entry_of", "tostring"},
    "/feeds/issues.rss": {"_issue", "tostring"},
    "/feeds/sections/lead.atom": {"_item", "tostring"},
    "/sitemap.xml": {"tostring"},
    "/v1/sections?limit=100": {"_item"},
    "/v1/entries?limit=100": {"_item"},
    "/issues/1": {"rendered"},
}
"""Each read, and what it computes."""

_WORK = (
    *((zlib, "decompress", "unpack"), (boards, "entry_of", "entry_of")),
    *((Xml, "tostring", "tostring"), (Template, "render", "rendered")),
    *((printed, "_issue", "_issue"), (catalogue, "_item", "_item")),
)


@pytest.fixture
def threads_of(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[int]]:
    """The threads that did each kind of work."""
    seen: dict[str, set[int]] = {}

    def noted(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            seen.setdefault(name, set()).add(threading.get_ident())
            return work(*arguments, **named)

        return run

    for module, attribute, name in _WORK:
        monkeypatch.setattr(module, attribute, noted(name, getattr(module, attribute)))
    return seen


@pytest.fixture
async def paper(
    client: httpx.AsyncClient, editor: dict[str, str], app: FastAPI, clock: Clock
) -> None:
    """An issue in print, and models that were seen on several days."""
    made = await client.post("/v1/issues?publish=true", json=make_issue(1), headers=editor)
    assert made.status_code == 201, made.text
    still = dict.fromkeys(("lab/a", "lab/b", "lab/c"), 100)
    for days, likes in {8: still, 7: still, 1: still | {"lab/a": 120, "lab/b": 90}}.items():
        await record_models(app.state.database, likes, at=clock.now - timedelta(days=days))
    likes = still | {"lab/a": 130, "lab/c": 180}
    await record_models(app.state.database, likes, at=clock.now)


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize(("address", "work"), READS.items())
async def test_long_work_leaves_the_event_loop(
    client: httpx.AsyncClient, threads_of: dict[str, set[int]], address: str, work: set[str]
) -> None:
    answer = await client.get(address)

    assert answer.status_code == 200, answer.text
    assert threads_of.keys() == work
    assert all(threading.get_ident() not in threads for threads in threads_of.values())


@pytest.mark.usefixtures("paper")
async def test_lists_are_counted_off_the_loop(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    reader = app.state.database.reader
    for name in ("rows", "slow_rows"):
        read = getattr(type(reader), name)

        async def noted(
            statement: Any, parameters: Any = None, *, name: str = name, read: Any = read
        ) -> Any:
            if "known_version" in (parameters or {}):
                asked.append(name)
            return await read(reader, statement, parameters)

        monkeypatch.setattr(reader, name, noted)

    pages = [await client.get(f"/v1/entries?kind=model&limit={n}") for n in (1, 2)]

    assert [orjson.loads(page.content)["page"]["total"] for page in pages] == [1, 1]
    # What is known already is only compared with the state of the paper.
    assert asked == ["slow_rows", "rows"]
    assert len(totals.totals_of(reader)) > 0
