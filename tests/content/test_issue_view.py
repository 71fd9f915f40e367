"""The bytes of an answer, spliced by hand, are those of the document that they show."""

from collections.abc import Callable
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import Engine

from app.content.access import COMMAND_LINE
from app.content.commands import issues, publishing
from app.content.commands.selection import no_guard
from app.content.commands.transaction import Transaction, transaction
from app.content.issue_view import View, answer_of, document_of, select_issues
from app.content.ref import parse_ref
from tests import factories
from tests.conftest import Clock

pytestmark = pytest.mark.both_databases

URL = "http://paper.test"


@pytest.fixture
def paper(engine: Engine, clock: Clock) -> None:
    """Two issues in print, one of them saved again since; one scheduled, one draft."""

    def do(work: Callable[[Transaction], object]) -> None:
        with transaction(engine, principal=COMMAND_LINE, now=clock()) as tx:
            work(tx)
        clock.advance(seconds=1.5)

    def make(document: factories.Document, *, publish: bool) -> None:
        do(lambda tx: issues.create(tx, payload=lambda: document, publish=publish, base_url=URL))

    make(factories.whole_issue(number=1), publish=True)
    make(factories.issue(number=2, date="2026-05-04", title='Quotes " and \\ ü'), publish=True)
    make(factories.issue(number=3, date="2026-05-05"), publish=False)
    make(factories.issue(number=4, date="2026-05-06", sections=[]), publish=False)
    due = {"publish_at": (clock.now + timedelta(days=1)).isoformat()}
    three = parse_ref("3")
    do(lambda tx: publishing.schedule(tx, three, payload=lambda: due, guard=no_guard, base_url=URL))
    again = factories.issue(title="Not yet printed", summary=None)
    do(
        lambda tx: issues.replace(
            tx,
            parse_ref("2"),
            payload=lambda: {**again, "date": "2026-05-04"},
            guard=no_guard,
            publish=False,
            base_url=URL,
        )
    )


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("days", [0, 2])
@pytest.mark.parametrize("base_url", [URL, 'https://x.example/"\\é/{}%s'])
def test_spliced_bytes_are_the_document(
    engine: Engine, clock: Clock, view: View, days: int, base_url: str
) -> None:
    now = clock.now + timedelta(days=days)  # the scheduled one has appeared after two
    with engine.connect() as connection:
        rows = connection.execute(select_issues(view, whole=True), {"now": now}).fetchall()

    numbers = sorted(row.number for row in rows)
    assert numbers == ([1, 2, 3, 4] if view is View.HEAD else [1, 2, 3][: 3 if days else 2])
    for row in rows:
        shown = {"view": view, "now": now, "base_url": base_url}
        spliced = answer_of(row, **shown).body  # type: ignore[arg-type]
        assert spliced == orjson.dumps(document_of(row, **shown))  # type: ignore[arg-type]
        assert orjson.loads(spliced)["links"]["self"].startswith(base_url)
