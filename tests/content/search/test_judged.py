"""The judged set: how well search answers 300 questions, by their kind, on both databases."""

import httpx
import pytest
from sqlalchemy import Engine

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands.issues import add_issue
from app.content.commands.transaction import Transaction, perform
from tests.conftest import Clock
from tests.content.search import judged
from tests.content.search.judged import KINDS, Figures

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

LEAST = {"name": 1.0, "spelling": 1.0, "topic": 1.0, "typo": 0.97, "script": 1.0}
"""Recall@10 and nDCG@10 of each kind, just below what is reached."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": "0"})


@pytest.mark.trial
async def test_search_answers_the_judged_questions(
    client: httpx.AsyncClient, engine: Engine, clock: Clock
) -> None:
    known = judged.subjects()
    documents = judged.issues(judged.stories(known))

    def fill(tx: Transaction) -> None:
        for document in documents:
            add_issue(tx, document, publish=True)

    perform(engine, fill, principal=COMMAND_LINE, clock=clock)
    asked = judged.questions(known)
    figures = judged.judge(await judged.ask(client, asked))

    assert {kind: sum(each.kind == kind for each in asked) for kind in KINDS} == dict(KINDS)
    below = {
        kind: figures[kind]
        for kind, least in LEAST.items()
        if min(figures[kind].recall, figures[kind].ndcg) < least
    }
    assert below == {}


def test_figures_are_worked_out_by_the_book() -> None:
    """By hand: one of two found, in the second place of two."""
    question = judged.Question("q", "name", {"a": 3, "b": 1})

    found = judged.judge([(question, ["x", "a"])])["name"]

    best = 7 + 1 / 1.584962500721156
    assert found.recall == 0.5
    assert found.ndcg == pytest.approx(7 / 1.584962500721156 / best)
    assert judged.judge([(question, ["a", "b"])])["all"] == Figures(1.0, 1.0)
