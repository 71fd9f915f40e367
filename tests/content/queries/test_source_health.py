"""What the health of the sources costs the event loop."""

import threading
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

COUNTED = (" FROM subject", " FROM sync_run_source")


@pytest.fixture
def threads_of_counts() -> Iterator[list[str]]:
    """The names of the threads in which the growing tables were counted."""
    names: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if any(table in " ".join(statement.split()) for table in COUNTED):
            names.append(threading.current_thread().name)

    event.listen(Engine, "before_cursor_execute", note)
    yield names
    event.remove(Engine, "before_cursor_execute", note)


async def test_growing_tables_are_not_counted_in_the_event_loop(
    client: httpx.AsyncClient, app: FastAPI, threads_of_counts: list[str]
) -> None:
    if app.state.database.url.get_backend_name() != "sqlite":
        pytest.skip("PostgreSQL works in a process of its own")

    answer = await client.get("/v1/sync/sources")

    assert answer.status_code == 200
    assert len(threads_of_counts) == 2
    assert all(name.startswith("slow-read") for name in threads_of_counts)
