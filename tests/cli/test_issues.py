"""Posting, putting, validating and publishing from files."""

import json
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.cli.conftest import Run

DOCUMENT = {
    "number": 7,
    "date": "2026-05-07",
    "sections": [{"kind": "lead", "headline": "A Quiet Day", "body": "Nothing – at all. 🙂\r\n"}],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "issue.json"
    path.write_text(json.dumps(DOCUMENT, ensure_ascii=False), encoding="utf-8", newline="")
    return path


async def test_post_with_publish_is_read_by_the_public(
    run: Run, file: Path, client: httpx.AsyncClient
) -> None:
    ran = run("issues", "post", "--publish", str(file))

    assert ran.code == 0
    assert "issue 7 of 2026-05-07: revision 1, published" in ran.out
    for ref in ("7", "2026-05-07", "issue-7", "latest"):
        read = (await client.get(f"/v1/issues/{ref}")).json()
        assert read["sections"][0]["body"] == "Nothing – at all. 🙂\r\n"


def test_post_makes_a_draft_and_prints_the_document_as_json(run: Run, file: Path) -> None:
    ran = run("issues", "post", "--json", str(file))

    assert ran.code == 0
    assert json.loads(ran.out)["status"] == "draft"


def test_post_reads_stdin(run: Run) -> None:
    ran = run("issues", "post", "-", stdin=json.dumps(DOCUMENT).encode())

    assert ran.code == 0


def test_post_goes_on_after_a_refusal_and_ends_with_one(run: Run, file: Path) -> None:
    ran = run("issues", "post", "nowhere.json", str(file), str(file))

    assert ran.code == 1
    assert "Posted issue 7" in ran.out
    assert "nowhere.json" in ran.err
    assert "number 7 is taken" in ran.err


def test_a_refusal_as_json_is_a_problem(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"date": "2026-05-07", "titel": "x"}')

    ran = run("issues", "post", "--json", str(path))

    problem = json.loads(ran.out)
    assert ran.code == 1
    assert problem["code"] == "validation_failed"
    assert problem["errors"][0]["pointer"] == "/titel"
    assert "Did you mean 'title'?" in problem["errors"][0]["detail"]


def test_put_makes_and_then_replaces(run: Run, file: Path) -> None:
    made = run("issues", "put", "--json", str(file))
    file.write_text(json.dumps({**DOCUMENT, "title": "Another"}))
    replaced = run("issues", "put", "--json", "--publish", str(file))
    again = run("issues", "put", "--json", str(file))

    assert [json.loads(ran.out)["revision"] for ran in (made, replaced, again)] == [1, 2, 2]
    assert json.loads(replaced.out)["status"] == "published"


def test_put_finds_the_issue_by_its_date_when_there_is_no_number(run: Run, file: Path) -> None:
    run("issues", "post", str(file))
    ran = run("issues", "put", "-", stdin=b'{"date": "2026-05-07", "title": "By date"}')

    assert ran.code == 0
    assert "issue 7 of 2026-05-07: revision 2" in ran.out


@pytest.mark.parametrize("ref", ["7", "2026-05-07", "issue-7"])
def test_publish_takes_a_reference(run: Run, file: Path, ref: str) -> None:
    run("issues", "post", str(file))

    ran = run("issues", "publish", ref)

    assert ran.code == 0
    assert "published" in ran.out


def test_publish_takes_the_file_that_was_posted(run: Run, file: Path) -> None:
    run("issues", "post", str(file))

    assert run("issues", "publish", str(file)).code == 0


@pytest.mark.parametrize("ref", ["8", "No Such", "2026-13-45"])
def test_publish_of_what_is_not_there_is_refused(run: Run, ref: str) -> None:
    ran = run("issues", "publish", ref)

    assert ran.code == 1
    assert "There is no issue" in ran.err


def test_publish_refuses_latest_since_it_may_be_another_issue_by_then(run: Run) -> None:
    ran = run("issues", "publish", "latest")

    assert ran.code == 1
    assert "`latest` can only be read; name the issue by its number, date or slug." in ran.err


def test_validate_says_what_is_wrong_and_saves_nothing(run: Run, file: Path) -> None:
    bad = file.with_name("bad.json")
    bad.write_text('{"sections": [{"kind": "toolz"}]}')

    ran = run("issues", "validate", str(file), str(bad))
    listed = run("issues", "export")

    assert ran.code == 1
    assert f"{file}: valid" in ran.out
    assert "/date" in ran.err
    assert "Did you mean 'tools'?" in ran.err
    assert listed.out == ""


def test_validate_as_json_has_the_shape_of_the_api(run: Run, file: Path) -> None:
    ran = run("issues", "validate", "--json", str(file))

    judged = json.loads(ran.out)
    assert ran.code == 0
    assert judged["valid"] is True
    assert judged["errors"] == []
    assert {"pointer", "code", "detail"} == set(judged["warnings"][0])


@pytest.mark.parametrize(
    "words", [("issues", "post"), ("issues", "nonsense"), ("nonsense",), ("issues", "post", "--x")]
)
def test_wrong_usage_ends_with_two(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).code == 2


def test_validate_waits_for_no_writer(run: Run, file: Path, engine: Engine) -> None:
    with engine.begin() as writer:
        writer.execute(text("UPDATE content_version SET number = number + 1"))

        ran = run("issues", "validate", str(file))

        writer.rollback()
    assert (ran.code, ran.out) == (0, f"{file}: valid\n")
