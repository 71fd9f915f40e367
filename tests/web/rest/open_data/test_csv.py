"""CSV files hold what the JSON holds, and readers of data read the declared types."""

import csv
from collections.abc import Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.content.open_data.csv_text import FORMULA_SIGNS
from tests.factories import make_issue
from tests.web.rest.open_data.conftest import HOSTILE, fetch

pytestmark = pytest.mark.databases_in_turn

BOARD = "source=huggingface&kind=model"
SUBJECT = "/v1/trending/huggingface/model/lab/sum"
DUCKDB = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
PANDAS = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean"}


def cells(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    return list(csv.DictReader(StringIO(answer.text, newline="")))


def as_cells(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of JSON as a reader of CSV sees it."""

    def cell(value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
            return f"'{value}"
        return str(value)

    return {name: cell(value) for name, value in row.items()}


def columns_of(metadata: Mapping[str, Any]) -> dict[str, str]:
    return {column["name"]: column["type"] for column in metadata["columns"]}


@pytest.mark.usefixtures("observed")
async def test_boards_have_the_rows_of_their_json(client: httpx.AsyncClient) -> None:
    for stem, query in (
        ("/v1/trending", BOARD),
        ("/v1/trending", f"{BOARD}&window=day&limit=3"),
        ("/v1/trending/movers", "direction=up"),
        ("/v1/trending/movers", f"{BOARD}&direction=down"),
    ):
        await check_board(client, stem, query)


async def check_board(client: httpx.AsyncClient, stem: str, query: str) -> None:
    page = "" if "limit=" in query else "&limit=100"
    asked = (await fetch(client, f"{stem}?{query}{page}")).json()

    file = await fetch(client, f"{stem}.csv?{query}")
    metadata = (await fetch(client, f"{stem}.metadata.json?{query}")).json()

    rows = cells(file)
    expected = [
        as_cells({**note, **entry})
        for entry, note in zip(asked["data"], asked["notes"], strict=True)
    ]
    assert [{name: row[name] for name in rows[0]} for row in expected] == rows
    assert list(rows[0] if rows else columns_of(metadata)) == list(columns_of(metadata))
    assert metadata["as_of"] == asked["board"]["observed_at"]
    assert metadata["method"]["name"] == asked["board"]["method"]
    by_accept = await fetch(client, f"{stem}?{query}", Accept="text/csv")
    assert by_accept.content == file.content


@pytest.mark.usefixtures("observed")
async def test_a_history_and_its_subject_agree(client: httpx.AsyncClient) -> None:
    subject = (await fetch(client, SUBJECT)).json()

    file = await fetch(client, f"{SUBJECT}/history.csv")

    assert cells(file) == [as_cells(each) for each in subject["history"]]
    assert (await fetch(client, SUBJECT, Accept="text/csv")).content == file.content
    metadata = (await fetch(client, f"{SUBJECT}/history.metadata.json")).json()
    assert list(cells(file)[0]) == list(columns_of(metadata))
    assert metadata["as_of"] == subject["latest"]["observed_at"]


async def test_entries_are_all_entries_in_print(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    for number in (1, 2, 3):
        query = "?publish=true" if number < 3 else ""
        document = make_issue(number)
        made = await client.post(f"/v1/issues{query}", json=document, headers=editor)
        assert made.status_code == 201
    listed = (await fetch(client, "/v1/entries?limit=100")).json()["data"]

    for headers in ({}, {"Accept-Encoding": "gzip"}, editor):
        file = await client.get("/v1/entries.csv", headers=headers)
        rows = cells(file)
        assert len(rows) == len(listed) > 0
        for row, entry in zip(rows, listed, strict=True):
            issue = {f"issue_{name}": value for name, value in entry["issue"].items()}
            flat = {name: value for name, value in entry.items() if name != "issue"}
            assert row == as_cells(flat | issue)
    narrowed = await fetch(client, "/v1/entries.csv?section=movers&limit=1")
    assert [row["section"] for row in cells(narrowed)] == ["biggest-movers-this-week"]


async def test_texts_that_a_spreadsheet_would_run_are_guarded(
    client: httpx.AsyncClient, observed: Mapping[int, str]
) -> None:
    files = [
        await fetch(client, f"/v1/trending.csv?{BOARD}"),
        await fetch(client, f"/v1/observations.csv?date={observed[9]}"),
    ]

    for file in files:
        found = {row["external_id"]: row["name"] for row in cells(file)}
        for name, text in HOSTILE.items():
            guarded = f"'{text}" if text.startswith(FORMULA_SIGNS) else text
            assert found[name] == guarded
        for row in cells(file):
            for value in row.values():
                assert not value.startswith(FORMULA_SIGNS) or float(value) < 0


@pytest.mark.slow
async def test_duckdb_and_pandas_read_the_declared_types(
    client: httpx.AsyncClient, observed: Mapping[int, str], tmp_path: Path
) -> None:
    for path in (
        f"/v1/trending%s?{BOARD}",
        "/v1/trending/movers%s?direction=up",
        f"{SUBJECT}/history%s",
        f"/v1/observations%s?date={observed[9]}",
    ):
        await check_types(client, path, tmp_path)


async def check_types(client: httpx.AsyncClient, path: str, tmp_path: Path) -> None:
    # To load them takes two seconds, which only the worker that needs them spends.
    import duckdb
    import pandas  # type: ignore[import-untyped]

    file = await fetch(client, path % ".csv")
    declared = columns_of((await fetch(client, path % ".metadata.json")).json())
    saved = tmp_path / "file.csv"
    saved.write_bytes(file.content)
    expected = cells(file)

    types = {name: DUCKDB[kind] for name, kind in declared.items()}
    found = duckdb.read_csv(str(saved), columns=types, header=True).fetchall()
    dtypes = {name: PANDAS[kind] for name, kind in declared.items() if kind in PANDAS}
    dates = [name for name, kind in declared.items() if kind == "datetime"]
    frame = pandas.read_csv(BytesIO(file.content), dtype=dtypes, parse_dates=dates)

    assert len(found) == len(frame) == len(expected) > 0
    assert list(frame.columns) == list(declared)
    for place, (name, kind) in enumerate(declared.items()):
        column = frame[name]
        if kind == "datetime":
            assert pandas.api.types.is_datetime64_any_dtype(column)
        for row, read, seen in zip(expected, found, column, strict=True):
            assert (row[name] == "") == (read[place] is None) == bool(pandas.isna(seen)), name
            if row[name] and kind in ("integer", "number"):
                assert float(row[name]) == read[place] == seen
            elif row[name] and kind == "string":
                assert row[name] == read[place] == seen
    inferred = duckdb.read_csv(str(saved), header=True)
    assert len(inferred.fetchall()) == len(expected)
