"""Listing, showing, patching, scheduling, unpublishing, deleting and previewing issues."""

import json
import os
import pty
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from app.config import Settings
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.factories import lead, make_issue


@pytest.fixture
def posted(run: Run, tmp_path: Path) -> str:
    """Issue 7, a draft."""
    file = tmp_path / "issue.json"
    file.write_text(json.dumps({**make_issue(7), "sections": [lead(slug="lead")]}))
    assert run("issues", "post", str(file)).code == 0
    return "7"


@pytest.fixture
def change(tmp_path: Path) -> Path:
    file = tmp_path / "patch.json"
    file.write_text('{"title": "Another Title"}')
    return file


def test_list_has_drafts_and_narrows_by_status(run: Run, posted: str) -> None:
    listed = run("issues", "list")
    as_json = run("issues", "list", "--json", "--status", "draft")
    published = run("issues", "list", "--json", "--status", "published")

    assert listed.code == 0
    assert listed.out.splitlines()[1].split()[:4] == ["7", "2026-04-07", "draft", "1"]
    assert [issue["number"] for issue in json.loads(as_json.out)["data"]] == [7]
    assert json.loads(published.out)["data"] == []
    refused = run("issues", "list", "--status", "drafts")
    assert refused.code == 2
    assert "Choose from: published, draft, scheduled, all." in " ".join(refused.err.split())


def test_show_prints_markdown_or_the_document(run: Run, posted: str) -> None:
    written, as_json = run("issues", "show", "7"), run("issues", "show", "7", "--json")

    assert "# The AI Morning Post" in written.out
    assert json.loads(as_json.out)["number"] == 7
    assert run("issues", "show", "8").code == 1
    assert json.loads(run("issues", "show", "8", "--json").out)["code"] == "issue_not_found"


def test_patch_changes_an_issue_or_one_section(
    run: Run, posted: str, change: Path, tmp_path: Path
) -> None:
    section = tmp_path / "section.json"
    section.write_text('{"headline": "A Better Headline"}')

    whole = run("issues", "patch", "7", str(change), "--json")
    one = run("issues", "patch", "7", str(section), "--section", "lead", "--json")
    typed = run("issues", "patch", "7", "-", stdin=b'{"titel": "x"}')

    assert json.loads(whole.out)["title"] == "Another Title"
    assert json.loads(one.out)["sections"][0]["headline"] == "A Better Headline"
    assert json.loads(one.out)["revision"] == 3
    assert typed.code == 1
    assert "Did you mean 'title'?" in typed.err


def test_schedule_and_unpublish(run: Run, posted: str, clock: Clock) -> None:
    later = (clock() + timedelta(days=1)).isoformat()

    scheduled = run("issues", "schedule", "7", later, "--json")
    past = run("issues", "schedule", "7", "2020-01-01T00:00:00Z")
    cancelled = run("issues", "unpublish", "7")
    twice = run("issues", "unpublish", "7", "--json")

    assert json.loads(scheduled.out)["status"] == "scheduled"
    assert past.code == 1
    assert "Give a time in the future" in past.err
    assert "Unpublished issue 7 of 2026-04-07: revision 1, draft" in cancelled.out
    assert json.loads(twice.out)["code"] == "not_in_print"


def test_delete_removes_a_draft_and_refuses_what_was_published(run: Run, posted: str) -> None:
    deleted, again = run("issues", "delete", "7"), run("issues", "delete", "7", "latest")

    assert (deleted.code, deleted.out) == (0, "Deleted issue 7.\n")
    assert again.code == 1
    assert "7: There is no issue '7'." in again.err
    assert "name the issue by its number, date or slug" in again.err


async def test_preview_prints_a_url_that_shows_the_draft(
    run: Run, posted: str, client: httpx.AsyncClient, settings: Settings
) -> None:
    made = run("issues", "preview", "7")
    url = made.out.strip()

    assert url.startswith(f"{settings.public_url}/preview/")
    assert "Expires at " in made.err
    assert json.loads(run("issues", "preview", "7", "--json").out)["url"].startswith(url[:20])
    page = await client.get(url.removeprefix(settings.public_url))
    assert page.status_code == 200


def in_a_terminal(*words: str, database_url: str, out: Path) -> tuple[int, str]:
    """Run a command with stderr on a terminal and stdout in a file."""
    controller, terminal = pty.openpty()
    environment = {**os.environ, "MORNINGPOST_DATABASE_URL": database_url, "TERM": "xterm"}
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", *words], stdout=file, stderr=terminal, env=environment
        )
        os.close(terminal)
        shown = b""
        while True:
            try:
                part = os.read(controller, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(controller)
    return process.wait(), shown.decode()


@pytest.mark.trial
@pytest.mark.end_to_end
def test_no_bar_is_printed_through_an_error_and_results_reach_their_file(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    good, bad, out = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "out"
    good.write_text(json.dumps(make_issue(7)))
    bad.write_text('{"date": "2026-05-08", "sections": [{"kind": "lead"}]}')

    code, shown = in_a_terminal(
        *("issues", "post", "--json", str(good)), database_url=settings.database_url, out=out
    )
    assert (code, shown) == (0, "")
    assert json.loads(out.read_bytes())["number"] == 7

    code, shown = in_a_terminal(
        *("issues", "post", str(bad), str(bad)), database_url=settings.database_url, out=out
    )
    assert code == 1
    assert "2/2" not in shown.splitlines()[-1]
    told = [line for line in shown.splitlines() if "is required." in line]
    assert len(told) == 2
    assert not any("━" in line.split("/sections/0/headline")[1] for line in told)
