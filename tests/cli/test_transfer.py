"""Export and import: the same paper in another database, and the same file twice."""

import json
from pathlib import Path

import pytest

from app.cli import transfer
from tests.cli.conftest import Run

pytestmark = pytest.mark.databases_in_turn


@pytest.mark.usefixtures("twelve_issues")
def test_an_export_is_imported_again_without_a_change(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.ndjson"

    exported = run("issues", "export", str(path))
    imported = run("issues", "import", str(path))

    assert exported.code == imported.code == 0
    assert "Wrote 12 issues." in exported.err
    assert "0 created, 12 unchanged, 0 refused" in imported.err
    assert [json.loads(line)["number"] for line in path.read_text().splitlines()] == [*range(1, 13)]


def test_an_export_longer_than_a_step_is_whole_and_in_order(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(transfer, "_STEP", 5)
    drafts = [b'{"date": "2025-12-%d"}' % day for day in range(21, 32)]
    run("issues", "import", "-", stdin=b"\n".join(drafts))
    path = tmp_path / "all.ndjson"

    run("issues", "export", str(path))
    imported = run("issues", "import", str(path))

    days = [json.loads(line)["date"] for line in path.read_text().splitlines()]
    assert days == [f"2025-12-{day}" for day in range(21, 32)]
    assert "0 created, 11 unchanged, 0 refused" in imported.err


def test_the_first_day_of_all_is_exported_too(run: Run) -> None:
    run("issues", "post", "-", stdin=b'{"date": "0001-01-01"}')

    assert json.loads(run("issues", "export").out)["date"] == "0001-01-01"


def test_export_narrows_by_status(run: Run) -> None:
    run("issues", "post", "-", stdin=b'{"date": "2026-05-07"}')

    assert json.loads(run("issues", "export", "--status", "draft").out)["number"] == 1
    assert run("issues", "export", "--status", "published").out == ""
    assert run("issues", "export", "--status", "lost").code == 2


def test_import_answers_each_line_and_ends_with_one_when_a_line_is_refused(run: Run) -> None:
    plain = b'{"date": "2026-05-07"}'
    lines = b"\n".join([plain, b"", plain, b'{"date": "2026-05-07", "title": "x"}', b"{"])

    ran = run("issues", "import", "--json", "-", stdin=lines)

    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 1
    assert [(a["line"], a["status"]) for a in answers] == [(1, 201), (3, 200), (4, 409), (5, 422)]
    assert answers[2]["problem"]["code"] == "date_taken"
    assert answers[3]["problem"]["code"] == "malformed_json"


def test_import_with_publish_publishes_what_was_imported_before(run: Run) -> None:
    line = b'{"date": "2026-05-07", "sections": [{"kind": "lead", "headline": "h"}]}\n'
    run("issues", "import", "-", stdin=line)

    ran = run("issues", "import", "--publish", "-", stdin=line)

    assert ran.code == 0
    assert json.loads(run("issues", "export").out)["status"] == "published"
