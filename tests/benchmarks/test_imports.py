"""The program that measures imports: what it writes, and how it counts bytes."""

import sqlite3
from pathlib import Path

import orjson
import pytest

from app.content.documents import read_import
from benchmarks.imports import bytes_by_table, write_issues


def test_what_is_imported_is_valid_and_of_days_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "issues.ndjson"

    posted = write_issues(path, 3)
    documents = [orjson.loads(line) for line in path.read_bytes().splitlines()]

    assert posted == sum(len(orjson.dumps(document)) for document in documents)
    assert len({read_import(document).date for document in documents}) == 3


@pytest.mark.integration
def test_an_index_counts_for_its_table(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE issue (number INTEGER UNIQUE); VACUUM;")
    connection.close()

    sizes = dict(bytes_by_table(path))

    if sizes:  # `dbstat` is an option of SQLite's build
        assert sum(sizes.values()) == path.stat().st_size
        assert sizes["issue"] == 2 * 4096
