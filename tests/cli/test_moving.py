"""A paper moved by export and import: what was in print is, and nothing comes into print early."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from app.content.access import COMMAND_LINE
from app.content.commands import issues, publishing
from app.content.commands.selection import no_guard
from app.content.commands.transaction import Transaction, perform
from app.content.documents import IssueImport, read_import
from app.content.markdown import Rendered
from app.content.ref import Ref
from app.models.content_version import ContentChange
from app.models.issue import Issue
from tests.cli.conftest import Ran, Run
from tests.conftest import DATABASES, Clock
from tests.factories import issue, lead, whole_issue
from tests.servers.databases import Databases

pytestmark = pytest.mark.databases_in_turn

NOT_CARRIED = ("revision", "published_revision", "created_at", "updated_at")
"""Revisions are counted anew, and an issue is made and saved when it is imported."""

LATER = "2031-01-01T06:00:00Z"


@pytest.fixture
def other_url(
    database_url: str, request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path
) -> Iterator[str]:
    """An empty paper on the other engine, where both are tested."""
    if database_url.startswith("sqlite") and "postgresql" in DATABASES:
        databases: Databases = request.getfixturevalue("postgres_databases")
        url = databases.take()
        yield url.render_as_string()
        databases.give_back(url)
    else:
        path = tmp_path / "other.db"
        shutil.copyfile(sqlite_template, path)
        yield f"sqlite:///{path}"


@pytest.fixture
def move(
    run: Run, other_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Ran]:
    """Export here and import there; commands act on the other paper afterwards."""

    def export_and_import(*words: str) -> Ran:
        path = tmp_path / "moved.ndjson"
        assert run("issues", "export", str(path)).code == 0
        monkeypatch.setenv("MORNINGPOST_DATABASE_URL", other_url)
        return run("issues", "import", *words, str(path))

    return export_and_import


@pytest.fixture
def paper(engine: Engine, clock: Clock) -> None:
    """An issue in each state that there is, each with its own story."""

    def do(work: Callable[[Transaction], object]) -> None:
        clock.advance(seconds=3600)
        perform(engine, work, principal=COMMAND_LINE, clock=clock)

    def make(number: int, **members: Any) -> None:
        document = issue(number=number, date=f"2026-04-{number:02}", **members)
        do(lambda tx: issues.add_issue(tx, document, publish=False))

    def act(number: int, name: str, **payload: Any) -> None:
        command = getattr(publishing, name)
        given = {"payload": lambda: payload} if payload else {}
        do(lambda tx: command(tx, Ref("number", number), guard=no_guard, base_url="", **given))

    def save(number: int, title: str) -> None:
        do(
            lambda tx: issues.patch(
                tx,
                Ref("number", number),
                payload=lambda: {"title": title, "sections": [lead(headline=title)]},
                guard=no_guard,
                publish=False,
                base_url="",
            )
        )

    clock.set(datetime(2026, 4, 20, tzinfo=UTC))
    make(1, title="Draft", slug="a-draft")
    make(2, title="In print")
    act(2, "publish")
    make(3, title="Printed, saved since")
    act(3, "publish")
    save(3, "second thoughts")
    make(4, title="Taken back")
    act(4, "publish")
    act(4, "unpublish")
    make(5, title="Scheduled")
    act(5, "schedule", publish_at=LATER)
    make(6, title="Scheduled, saved since")
    act(6, "schedule", publish_at=LATER)
    save(6, "not for print")
    make(7, title="Printed, taken back and scheduled")
    act(7, "publish")
    act(7, "unpublish")
    act(7, "schedule", publish_at=LATER)
    do(lambda tx: issues.add_issue(tx, whole_issue(), publish=True))
    make(8, title="Headless", sections=[])
    clock.set(datetime(2026, 5, 3, 6, tzinfo=UTC))


def lines(ran: Ran) -> list[Any]:
    return [json.loads(line) for line in ran.out.splitlines()]


def carried(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in NOT_CARRIED}


@pytest.mark.slow
@pytest.mark.usefixtures("paper")
def test_a_paper_is_the_same_after_it_moved_to_the_other_engine(
    run: Run, move: Callable[..., Ran]
) -> None:
    before = lines(run("issues", "export"))
    printed = lines(run("issues", "export", "--status", "published"))

    moved = move("--publish")

    assert moved.code == 0, moved.err
    assert "Left as drafts" not in moved.err
    after = lines(run("issues", "export"))
    assert [carried(document) for document in after] == [carried(document) for document in before]
    assert [carried(d) for d in lines(run("issues", "export", "--status", "published"))] == [
        carried(d) for d in printed
    ]


@pytest.mark.usefixtures("paper")
def test_an_export_says_what_is_in_print(run: Run) -> None:
    found = {document["number"]: document for document in lines(run("issues", "export"))}

    states = {
        number: (d["status"], d["revision"], d["published_revision"], "printed" in d)
        for number, d in found.items()
    }
    assert states == {
        1: ("draft", 1, None, False),
        2: ("published", 1, 1, False),
        3: ("published", 2, 1, True),
        4: ("draft", 1, None, False),
        5: ("scheduled", 1, 1, False),
        6: ("scheduled", 2, 1, True),
        7: ("scheduled", 1, 1, False),
        8: ("draft", 1, None, False),
        95: ("published", 1, 1, False),
    }
    assert (found[3]["title"], found[3]["printed"]["title"]) == (
        "second thoughts",
        "Printed, saved since",
    )


@pytest.mark.usefixtures("paper")
def test_an_export_of_what_is_published_holds_no_word_that_is_not_in_print(run: Run) -> None:
    exported = run("issues", "export", "--status", "published").out

    titles = [json.loads(line)["title"] for line in exported.splitlines()]
    assert titles == ["In print", "Printed, saved since", "The day of the weights"]
    assert "second thoughts" not in exported


@pytest.mark.usefixtures("paper")
def test_without_publish_all_are_drafts(run: Run, move: Callable[..., Ran]) -> None:
    assert move().code == 0

    after = lines(run("issues", "export"))

    assert {(d["status"], d["published_at"], d["revision"]) for d in after} == {("draft", None, 1)}
    assert [d["title"] for d in after if d["number"] == 3] == ["second thoughts"]


@pytest.mark.usefixtures("paper")
def test_the_same_file_again_changes_nothing(
    run: Run, move: Callable[..., Ran], other_url: str, clock: Clock, tmp_path: Path
) -> None:
    move("--publish")
    before = run("issues", "export").out
    clock.advance(seconds=3600)

    again = run("issues", "import", "--publish", str(tmp_path / "moved.ndjson"))

    assert "0 created, 9 unchanged, 0 refused" in again.err
    assert run("issues", "export").out == before


@pytest.mark.slow
@pytest.mark.usefixtures("paper")
def test_what_was_imported_as_drafts_can_be_printed_by_the_same_file(
    run: Run, move: Callable[..., Ran], tmp_path: Path
) -> None:
    before = [carried(document) for document in lines(run("issues", "export"))]
    move()

    run("issues", "import", "--publish", str(tmp_path / "moved.ndjson"))

    assert [carried(document) for document in lines(run("issues", "export"))] == before


@pytest.mark.usefixtures("paper")
def test_a_scheduled_issue_appears_at_its_time_and_not_before(
    run: Run, move: Callable[..., Ran], clock: Clock
) -> None:
    move("--publish")
    due = datetime(2031, 1, 1, 6, tzinfo=UTC)

    clock.set(due - timedelta(microseconds=1))
    before = [d["number"] for d in lines(run("issues", "export", "--status", "published"))]
    clock.set(due)
    after = {d["number"]: d for d in lines(run("issues", "export", "--status", "published"))}

    assert before == [2, 3, 95]
    assert [*after] == [2, 3, 5, 6, 7, 95]
    assert after[6]["title"] == "Scheduled, saved since"
    assert after[5]["published_at"] == LATER
    assert after[7]["published_at"] < LATER


@pytest.mark.slow
@pytest.mark.usefixtures("paper")
def test_a_schedule_that_is_over_when_it_is_imported_stays_a_draft(
    run: Run, move: Callable[..., Ran], clock: Clock, tmp_path: Path
) -> None:
    run("issues", "export", "--status", "scheduled", str(tmp_path / "scheduled.ndjson"))
    path = tmp_path / "scheduled.ndjson"
    path.write_text(run("issues", "export", "--status", "scheduled").out)
    clock.set(datetime(2031, 1, 2, tzinfo=UTC))
    for number in (5, 6, 7):
        run("issues", "publish", str(number))

    assert move().code == 0
    run("issues", "import", "--publish", str(path))

    assert run("issues", "export", "--status", "published").out == ""


def one(run: Run, line: dict[str, Any], *words: str) -> tuple[int, Any]:
    """Import one line; answers with its status, and its problem or the issue as it is then."""
    ran = run("issues", "import", "--json", *words, "-", stdin=json.dumps(line).encode())
    (answer,) = lines(ran)
    if answer["problem"] is not None:
        return answer["status"], answer["problem"]
    return answer["status"], lines(run("issues", "export"))[0]


def test_a_document_that_says_nothing_of_print_is_printed(run: Run) -> None:
    status, found = one(run, issue(), "--publish")

    assert (status, found["status"], found["published_at"]) == (
        201,
        "published",
        "2026-05-03T06:00:00Z",
    )


@pytest.mark.parametrize("status", ["published", None])
def test_the_first_time_in_print_is_kept(run: Run, status: str | None) -> None:
    line = issue(published_at="2019-03-04T05:06:07+01:00", status=status)

    _, found = one(run, line, "--publish")

    assert found["published_at"] == "2019-03-04T04:06:07Z"


def test_a_first_time_that_is_known_stays(run: Run, clock: Clock) -> None:
    one(run, issue(), "--publish")
    clock.advance(seconds=60)

    status, found = one(run, issue(published_at="2019-03-04T05:06:07Z"), "--publish")

    assert (status, found["published_at"]) == (200, "2026-05-03T06:00:00Z")


def test_a_first_time_in_the_future_is_passed_over(run: Run) -> None:
    _, found = one(run, issue(published_at=LATER), "--publish")

    assert (found["status"], found["published_at"]) == ("published", "2026-05-03T06:00:00Z")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("published_at", "yesterday"),
        ("published_at", 7),
        ("publish_at", "2026-05-03"),
        ("status", "Draft"),
        ("status", "archived"),
        ("published_revision", "1"),
    ],
)
def test_what_cannot_be_understood_of_print_is_refused(run: Run, member: str, value: Any) -> None:
    status, problem = one(run, issue(**{member: value}), "--publish")

    assert status == 422
    assert [fault["pointer"] for fault in problem["errors"]] == [f"/{member}"]
    assert one(run, issue(**{member: value}))[1]["status"] == "draft"


def test_a_head_that_was_not_in_print_is_not_printed(run: Run) -> None:
    """As it is read over REST with a key, a document does not hold what is in print."""
    line = issue(status="published", revision=3, published_revision=2)

    status, found = one(run, line, "--publish")
    again = run("issues", "import", "--publish", "-", stdin=json.dumps(line).encode())

    assert (status, found["status"]) == (201, "draft")
    said = " ".join(again.err.split())
    assert f"Left as drafts: {found['number']}. They were saved after they were" in said


def test_a_printed_document_has_the_names_of_its_issue(run: Run) -> None:
    other = {"sections": [lead()], "number": 4, "slug": "other", "date": "2026-05-04"}

    status, problem = one(run, issue(number=3, printed=other), "--publish")

    assert status == 422
    assert [(fault["pointer"], fault["code"]) for fault in problem["errors"]] == [
        (f"/printed/{name}", "not_as_issue") for name in ("number", "date", "slug")
    ]


def test_a_printed_document_without_a_lead_is_refused(run: Run) -> None:
    status, problem = one(run, issue(printed={"title": "x"}), "--publish")

    assert (status, problem["errors"][0]["pointer"]) == (422, "/printed/sections")


def test_an_unknown_member_of_a_printed_document_is_named(run: Run) -> None:
    status, problem = one(run, issue(printed={"sumary": "x", "sections": [lead()]}))

    fault = problem["errors"][0]
    assert (status, fault["pointer"], fault["code"]) == (422, "/printed/sumary", "unknown_field")
    assert fault["detail"].endswith("Did you mean 'summary'?")


def test_what_is_in_print_is_not_taken_out_of_it(run: Run) -> None:
    one(run, issue(), "--publish")

    for status in ("draft", "scheduled"):
        answered, found = one(run, issue(status=status, publish_at=LATER), "--publish")
        assert (answered, found["status"]) == (200, "published")


def test_a_line_is_checked_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[object] = []

    def judge(payload: Mapping[str, object], rendered: Rendered) -> IssueImport:
        judged.append(payload)
        return read_import(payload, rendered)

    monkeypatch.setattr("app.content.commands.imports.read_import", judge)
    monkeypatch.setattr("app.content.commands.filling.read_issue", judge)

    one(run, issue())

    assert judged == [issue()]


def test_schedules_are_announced_once(run: Run, engine: Engine) -> None:
    line = issue(status="scheduled", publish_at=LATER)
    one(run, line, "--publish")
    one(run, line, "--publish")

    with engine.connect() as connection:
        changes = connection.execute(select(col(ContentChange.action))).scalars().all()
        row = connection.execute(select(col(Issue.visible_from))).scalar_one()
    assert changes == ["scheduled"]
    assert row == datetime(2031, 1, 1, 6, tzinfo=UTC)
