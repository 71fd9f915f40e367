"""The example responses of open data: small files made by the code that makes real ones."""

from collections.abc import Mapping
from typing import Any

from app.content.open_data import csv_text
from app.content.open_data.columns import BOARD, ENTRIES, HISTORY, OBSERVATIONS, Columns
from app.content.open_data.metadata import file_metadata
from app.content.queries.printed_entries import flat_entry
from app.web.charts.standalone import Bar, Caption, bar_chart
from app.web.documentation.problems import PUBLIC_URL
from app.web.endpoints.read import JSON
from app.web.rest.open_data.forms import CSV, PARQUET, SVG

Example = Mapping[str, Any]

_BINARY = "PAR1…"


def file_examples(
    *, board: Example, movers: Example, subject: Example, entry: Example
) -> dict[str, dict[str, Any]]:
    """Return the examples by operation id and media type, from those of the same data as JSON."""
    board_csv, movers_csv = _board(board), _board(movers)
    history = _csv(HISTORY, *subject["history"])
    entries = _csv(ENTRIES, flat_entry(entry))
    observations = _csv(OBSERVATIONS, {**subject, **subject["latest"]})
    return {
        "readBoard": {JSON: board, CSV: board_csv},
        "readBoardAsCsv": {CSV: board_csv},
        "readBoardChart": {SVG: _chart()},
        "readBoardMetadata": {JSON: _metadata("Trending GitHub repositories, week", BOARD)},
        "listMovers": {JSON: movers, CSV: movers_csv},
        "listMoversAsCsv": {CSV: movers_csv},
        "drawMovers": {SVG: _chart()},
        "readMoversMetadata": {JSON: _metadata("Biggest gains of subjects, week", BOARD)},
        "readSubject": {JSON: subject, CSV: history},
        "readSubjectHistoryAsCsv": {CSV: history},
        "readSubjectHistoryChart": {SVG: _chart()},
        "readSubjectHistoryMetadata": {JSON: _metadata("History of a subject", HISTORY)},
        "listEntriesAsCsv": {CSV: entries},
        "readEntriesMetadata": {JSON: _metadata("Printed trending entries", ENTRIES)},
        "readObservations": {CSV: observations, PARQUET: _BINARY},
        "readObservationsAsCsv": {CSV: observations},
        "readObservationsAsParquet": {PARQUET: _BINARY},
        "readObservationsMetadata": {JSON: _metadata("Observations of 3 May 2026", OBSERVATIONS)},
    }


def _board(page: Example) -> str:
    pairs = zip(page["data"], page["notes"], strict=True)
    return _csv(BOARD, *({**note, **entry} for entry, note in pairs))


def _csv(columns: Columns, *rows: Example) -> str:
    return (csv_text.header(columns) + csv_text.lines(columns, rows)).decode()


def _chart() -> str:
    bars = [Bar("demo-robotics/gripper", 8.74, "+200 to 1,100 stars")]
    caption = Caption("Trending GitHub repositories", "Score: gain against size.", "Source: GitHub")
    return bar_chart(bars, caption).decode()


def _metadata(title: str, columns: Columns) -> dict[str, Any]:
    return file_metadata(
        title=title,
        description="One row for each of them.",
        columns=columns,
        formats={CSV: f"{PUBLIC_URL}/v1/observations.csv?date=2026-05-03"},
        base_url=PUBLIC_URL,
        as_of="2026-05-03T04:00:00Z",
        is_final=True,
    )
