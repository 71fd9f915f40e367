"""The sitemap of a large paper is read in slices and written outside of the event loop."""

import threading
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as Xml

import httpx
import pytest

from app.content.queries import sitemap
from app.web.application import Application
from app.web.site import discovery
from tests import factories
from tests.conftest import Clock
from tests.snapshots import record_models

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


async def test_it_is_read_in_slices_and_written_in_a_thread(
    app: Application,
    client: httpx.AsyncClient,
    editor: dict[str, str],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for day in range(1, 6):
        document = factories.issue(date=f"2026-04-0{day}")
        await client.post("/v1/issues?publish=true", json=document, headers=editor)
    for days, names in ((2, ("a/1", "a/2", "a/3")), (1, ("a/1", "a/2"))):
        likes = dict.fromkeys(names, 100 - days)
        await record_models(app.state.database, likes, at=clock() - timedelta(days=days))
    monkeypatch.setattr(sitemap, "SLICE_ROWS", 2)
    read, threads = _watch(app, monkeypatch)

    answer = await client.get("/sitemap.xml")

    found = [element.text or "" for element in Xml.fromstring(answer.content).iter(LOC)]
    issues = [address for address in found if "/issues/" in address]
    subjects = [address for address in found if "/model/" in address]
    assert [address.rpartition("/")[2] for address in issues] == ["5", "4", "3", "2", "1"]
    assert sorted(address.rpartition("/")[2] for address in subjects) == ["1", "2", "3"]
    assert len(set(found)) == len(found)
    assert max(read) <= 2
    assert threads[0] is not threading.main_thread()


async def test_of_too_many_subjects_those_seen_last_are_listed(
    app: Application, clock: Clock
) -> None:
    for days, names in ((3, ("a/1", "a/2", "a/3", "a/4")), (2, ("a/3",)), (1, ("a/1",))):
        likes = dict.fromkeys(names, 100 - days)
        await record_models(app.state.database, likes, at=clock() - timedelta(days=days))
    reader = app.state.database.reader

    found = {
        most: [row.external_id for row in (await sitemap.subjects_seen(reader, most=most)).subjects]
        for most in (0, 1, 2, 3, 9)
    }

    # Of those of one look, the ones that were first seen last.
    assert found == {
        0: [],
        1: ["a/1"],
        2: ["a/3", "a/1"],
        3: ["a/4", "a/3", "a/1"],
        9: ["a/4", "a/3", "a/2", "a/1"],
    }


def _watch(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[int], list[threading.Thread]]:
    """How many rows each statement reads, and in which threads sitemaps are written."""
    read: list[int] = []
    threads: list[threading.Thread] = []
    rows, write = app.state.database.reader.rows, discovery._written

    async def counting(*arguments: Any) -> Any:
        found = await rows(*arguments)
        if "content_version.name, content_version.number" not in str(arguments[0]):
            read.append(len(found))
        return found

    def noting(*arguments: Any) -> bytes:
        threads.append(threading.current_thread())
        return write(*arguments)

    monkeypatch.setattr(app.state.database.reader, "rows", counting)
    monkeypatch.setattr(discovery, "_written", noting)
    return read, threads
