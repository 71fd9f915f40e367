"""The file of a day: every observation, under the names of that day, for good."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, update

from app.content.access import COMMAND_LINE
from app.content.commands.sync_runs import KEEP_EVERY_DAYS, prune_observations
from app.content.commands.transaction import perform
from app.content.open_data import parquet
from app.models.sighting import Look
from app.models.snapshot import Snapshot
from tests.conftest import Clock
from tests.counted import counted
from tests.snapshots import record
from tests.web.rest.open_data.conftest import fetch, models_of, repositories_of, sighting
from tests.web.rest.open_data.test_csv import DUCKDB, cells, columns_of

pytestmark = [pytest.mark.databases_in_turn]


@pytest.mark.slow
async def test_parquet_has_the_rows_and_types_of_the_csv(
    client: httpx.AsyncClient, observed: Mapping[int, str], tmp_path: Path
) -> None:
    # To load them takes two seconds, which only the worker that needs them spends.
    import duckdb
    import pandas  # type: ignore[import-untyped]
    import pyarrow.parquet  # type: ignore[import-untyped]

    day = observed[9]
    rows = cells(await fetch(client, f"/v1/observations.csv?date={day}"))
    metadata = (await fetch(client, f"/v1/observations.metadata.json?date={day}")).json()

    answer = await fetch(client, f"/v1/observations.parquet?date={day}")

    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert "content-encoding" not in answer.headers
    table = pyarrow.parquet.read_table(BytesIO(answer.content))
    assert table.column_names == list(columns_of(metadata))
    types = {"string": "string", "integer": "int64", "number": "double"}
    for name, kind in columns_of(metadata).items():
        expected = "timestamp[us, tz=UTC]" if kind == "datetime" else types[kind]
        assert str(table.schema.field(name).type) == expected
    assert len(rows) == table.num_rows == 57
    for row, found in zip(rows, table.to_pylist(), strict=True):
        assert row["external_id"] == found["external_id"]
        assert row["stars"] == ("" if found["stars"] is None else str(found["stars"]))
        assert datetime.fromisoformat(row["observed_at"]) == found["observed_at"]
    by_accept = await fetch(
        client, f"/v1/observations?date={day}", Accept="application/vnd.apache.parquet"
    )
    assert by_accept.content == answer.content
    assert pandas.read_parquet(BytesIO(answer.content)).shape == (57, 16)
    saved = tmp_path / "day.parquet"
    saved.write_bytes(answer.content)
    read = duckdb.read_parquet(str(saved))
    declared = {**DUCKDB, "datetime": "TIMESTAMP WITH TIME ZONE"}
    assert list(map(str, read.types)) == [declared[each] for each in columns_of(metadata).values()]
    assert len(read.fetchall()) == 57


@pytest.mark.slow
async def test_the_file_of_a_past_day_stays_the_same(
    app: FastAPI, client: httpx.AsyncClient, observed: Mapping[int, str], clock: Clock
) -> None:
    """Names change, subjects go, observations are pruned; the bytes do not."""
    clock.now += timedelta(days=1)
    past = [f"/v1/observations.csv?date={observed[day]}" for day in range(10)]
    past += [f"/v1/observations.parquet?date={observed[day]}" for day in range(10)]
    past += [f"/v1/trending.csv?source=github&kind=repository&date={observed[9]}"]
    before = [(await fetch(client, path)).content for path in past]
    etags = [(await fetch(client, path)).headers["etag"] for path in past]

    for day in range(10, 90, 8):
        moved = [replace(seen, external_id=f"new/{seen.name}") for seen in repositories_of(day)]
        clock.now += timedelta(days=8)
        for look in (
            Look("github", "repository", clock.now, "complete", sightings=moved[3:]),
            Look("huggingface", "model", clock.now, "complete", sightings=models_of(day)),
        ):
            await record(app.state.database, look)
    assert (clock.now - timedelta(days=KEEP_EVERY_DAYS)).date().isoformat() > observed[9]
    deleted = 0
    while found := await app.state.database.write(
        lambda bind: perform(bind, prune_observations, principal=COMMAND_LINE, clock=clock)
    ):
        deleted += found

    assert deleted > 400
    assert [(await fetch(client, path)).content for path in past] == before
    assert [(await fetch(client, path)).headers["etag"] for path in past] == etags
    metadata = await fetch(client, f"/v1/observations.metadata.json?date={observed[0]}")
    assert metadata.json()["is_final"] is True
    assert [each["observations"] for each in metadata.json()["snapshot"]] == [27, 30]


@pytest.mark.slow
async def test_a_day_is_read_in_slices_and_only_when_it_is_wanted(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock
) -> None:
    many = [sighting(f"lab/model-{n}", 10 + n) for n in range(2_500)]
    look = Look("huggingface", "model", clock.now, "complete", sightings=many)
    await record(app.state.database, look)
    path = f"/v1/observations.csv?date={clock.now.date()}"

    whole = await fetch(client, path, **{"Accept-Encoding": "identity"})

    assert len(cells(whole)) == 2_500
    for coding in ("gzip", "br", "zstd"):
        packed = await fetch(client, path, **{"Accept-Encoding": coding})
        assert packed.headers["content-encoding"] == coding
        assert packed.text == whole.text
        assert packed.headers["etag"] != whole.headers["etag"]
    with counted() as statements:
        head = await client.head(path)
        unchanged = await client.get(
            path, headers={"If-None-Match": whole.headers["etag"], "Accept-Encoding": "identity"}
        )
    assert (head.status_code, head.content) == (200, b"")
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert not [statement for statement in statements if "observation." in statement]


async def test_a_day_without_observations_has_a_header_alone(client: httpx.AsyncClient) -> None:
    answer = await fetch(client, "/v1/observations.csv?date=2031-01-01")
    metadata = (await fetch(client, "/v1/observations.metadata.json?date=2031-01-01")).json()

    assert answer.text.count("\n") == 1
    assert (metadata["as_of"], metadata["snapshot"], metadata["is_final"]) == (None, [], False)


@pytest.mark.slow
async def test_a_day_that_was_pruned_before_there_was_an_archive_is_refused(
    client: httpx.AsyncClient, engine: Engine, observed: Mapping[int, str]
) -> None:
    with engine.begin() as connection:
        connection.execute(update(Snapshot).values(thinned_at=datetime(2026, 1, 1, tzinfo=UTC)))

    answer = await client.get(f"/v1/observations.csv?date={observed[0]}")

    assert answer.status_code == 404
    assert answer.json()["code"] == "observations_not_kept"


@pytest.mark.slow
async def test_without_pyarrow_parquet_is_refused_and_csv_is_not(
    client: httpx.AsyncClient, observed: Mapping[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "find_spec", lambda name: None)

    refused = await client.get(f"/v1/observations.parquet?date={observed[9]}")

    assert (refused.status_code, refused.json()["code"]) == (404, "parquet_not_installed")
    metadata = await fetch(client, f"/v1/observations.metadata.json?date={observed[9]}")
    assert list(metadata.json()["formats"]) == ["text/csv"]
    await fetch(client, f"/v1/observations.csv?date={observed[9]}")
