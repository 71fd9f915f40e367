"""Writers that meet: each race has one winner, a refusal for the others, and no other effect."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from threading import Barrier
from typing import Any, TypeVar

import orjson
import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from app.content.access import COMMAND_LINE
from app.content.commands import issues, publishing
from app.content.commands.idempotency import IdempotentRequest, WriteAnswer, once
from app.content.commands.selection import no_guard
from app.content.commands.transaction import Transaction, perform
from app.content.issue_view import IssueAnswer
from app.content.ref import Ref
from app.errors import Conflict, MorningPostError, PreconditionFailed, Refused
from app.models.issue import Issue
from app.models.revision import IssueRevision
from tests.factories import issue

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 5, 3, 6, 0, tzinfo=UTC)
T = TypeVar("T")
RACERS = 6


def run(engine: Engine, work: Callable[[Transaction], T]) -> T:
    return perform(engine, work, principal=COMMAND_LINE, clock=lambda: NOW)


def race(engine: Engine, *works: Callable[[Transaction], T]) -> list[T | Refused]:
    """Let all begin at once, each in its transaction; refusals come back as values."""
    together = Barrier(len(works))

    def one(work: Callable[[Transaction], T]) -> T | Refused:
        together.wait(timeout=30)
        try:
            return run(engine, work)
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def create(tx: Transaction, **members: Any) -> IssueAnswer:
    document = issue(**members)
    return issues.create(tx, payload=lambda: document, publish=False, base_url="")


def count(engine: Engine, table: type) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_default_numbers_never_clash(engine: Engine) -> None:
    found = race(engine, *(partial(create, date=f"2026-05-0{n + 1}") for n in range(RACERS)))

    numbers = [answer.number for answer in found if isinstance(answer, IssueAnswer)]
    assert sorted(numbers) == list(range(1, RACERS + 1))


@pytest.mark.parametrize("name", ["number", "date", "slug"])
def test_one_of_many_gets_a_name(engine: Engine, name: str) -> None:
    def members(n: int) -> dict[str, Any]:
        free = {"number": n + 1, "date": f"2026-05-0{n + 1}", "slug": f"paper-{n}"}
        return {**free, name: {"number": 7, "date": "2026-05-09", "slug": "mine"}[name]}

    found = race(engine, *(partial(create, **members(n)) for n in range(RACERS)))

    codes = [refusal.code for refusal in found if isinstance(refusal, MorningPostError)]
    assert codes == [f"{name}_taken"] * (RACERS - 1)
    assert count(engine, Issue) == 1


def test_a_default_slug_is_never_lost_to_another_writer(engine: Engine) -> None:
    """Others choose the same slug by name and by default, in creates and in saves."""
    for n in range(1, 4):
        run(engine, partial(create, number=n, date=f"2026-05-0{n}", slug=f"paper-{n}"))

    def rename(n: int, slug: str | None) -> Callable[[Transaction], IssueAnswer]:
        return lambda tx: issues.patch(
            tx, Ref("number", n), payload=lambda: {"number": 9, "slug": slug} if n == 3 else
            {"slug": slug}, guard=no_guard, publish=False, base_url="",
        )  # fmt: skip

    found = race(
        engine,
        rename(1, "issue-9"),
        rename(2, "issue-9-2"),
        rename(3, None),
        *(partial(create, date=f"2026-05-1{n}") for n in range(3)),
    )

    codes = {getattr(answer, "code", "made") for answer in found[2:]}
    assert codes == {"made"}
    with engine.connect() as connection:
        slugs = connection.execute(select(col(Issue.slug))).scalars().all()
    assert len(set(slugs)) == 6


def test_drafts_that_move_to_one_name(engine: Engine) -> None:
    for n in range(1, 4):
        run(engine, partial(create, number=n, date=f"2026-05-0{n}"))

    def move(n: int) -> Callable[[Transaction], IssueAnswer]:
        return lambda tx: issues.patch(
            tx, Ref("number", n), payload=lambda: {"slug": "mine", "title": "x"}, guard=no_guard,
            publish=False, base_url="",
        )  # fmt: skip

    found = race(engine, *(move(n) for n in range(1, 4)))

    refusals = [refusal for refusal in found if isinstance(refusal, Conflict)]
    assert [refusal.code for refusal in refusals] == ["slug_taken"] * 2
    assert count(engine, IssueRevision) == 4


def test_one_of_many_saves_with_the_same_etag(engine: Engine) -> None:
    made = run(engine, partial(create, number=95))

    def guard(*, revision: int, issue_id: int, show: Callable[[], IssueAnswer]) -> None:
        if (revision, issue_id) != (made.revision, made.issue_id):
            raise PreconditionFailed("precondition_failed", "Too late.")

    def save(n: int) -> Callable[[Transaction], IssueAnswer]:
        return lambda tx: issues.patch(
            tx, Ref("number", 95), payload=lambda: {"title": f"Save {n}"}, guard=guard,
            publish=False, base_url="",
        )  # fmt: skip

    found = race(engine, *(save(n) for n in range(RACERS)))

    refusals = [refusal for refusal in found if isinstance(refusal, PreconditionFailed)]
    assert len(refusals) == RACERS - 1
    assert count(engine, IssueRevision) == 2


def test_unguarded_saves_all_count(engine: Engine) -> None:
    run(engine, partial(create, number=95))

    def save(n: int) -> Callable[[Transaction], IssueAnswer]:
        return lambda tx: issues.patch(
            tx, Ref("number", 95), payload=lambda: {"title": f"Save {n}"}, guard=no_guard,
            publish=False, base_url="",
        )  # fmt: skip

    found = race(engine, *(save(n) for n in range(RACERS)))

    revisions = [answer.revision for answer in found if isinstance(answer, IssueAnswer)]
    assert sorted(revisions) == list(range(2, RACERS + 2))


def test_publish_and_delete_cannot_both_win(engine: Engine) -> None:
    run(engine, partial(create, number=95))
    ref = Ref("number", 95)

    def publish(tx: Transaction) -> str:
        publishing.publish(tx, ref, guard=no_guard, base_url="")
        return "published"

    def delete(tx: Transaction) -> str:
        issues.delete(tx, ref, guard=no_guard, base_url="")
        return "deleted"

    published, deleted = race(engine, publish, delete)

    if published == "published":
        assert isinstance(deleted, Conflict)
        assert count(engine, Issue) == 1
    else:
        assert deleted == "deleted"
        assert isinstance(published, Refused)
        assert count(engine, Issue) == 0


def test_publishing_many_at_once_is_one_publication(engine: Engine) -> None:
    run(engine, partial(create, number=95))

    found = race(
        engine,
        *(
            lambda tx: publishing.publish(tx, Ref("number", 95), guard=no_guard, base_url="").body
            for _ in range(RACERS)
        ),
    )

    assert len({body for body in found if isinstance(body, bytes)}) == 1
    assert all(isinstance(body, bytes) for body in found)


def test_equal_requests_have_one_effect_and_one_answer(engine: Engine) -> None:
    request = IdempotentRequest.of(
        key="a", principal=COMMAND_LINE, method="POST", path="/v1/issues", query=b"", body=b"{}"
    )

    def ask(tx: Transaction) -> WriteAnswer:
        return once(tx, request, lambda: WriteAnswer(status=201, body=create(tx).body))

    found = race(engine, *(ask for _ in range(RACERS)))

    answers = [answer for answer in found if isinstance(answer, WriteAnswer)]
    assert len(answers) == RACERS
    assert len({answer.body for answer in answers}) == 1
    assert sorted(answer.is_replay for answer in answers) == [False] + [True] * (RACERS - 1)
    assert orjson.loads(answers[0].body)["number"] == 1
    assert count(engine, Issue) == 1
