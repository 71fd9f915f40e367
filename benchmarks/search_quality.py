"""How well search answers the judged set, beside plain bm25 over the same stories.

    python -m benchmarks.search_quality

The questions are those of `tests/content/search/judged.py`; the test beside them holds the figures
on both databases. `rank-bm25` is fetched when this first runs.
"""

import asyncio
import importlib
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import httpx

from app.cli.session import writing
from app.config import Settings
from app.content.commands.issues import add_issue
from app.content.commands.transaction import Transaction
from app.main import create_app
from app.migrations import upgrade
from benchmarks.graphql.borrowed import rank_bm25
from benchmarks.output import say
from tests.content.search import judged
from tests.content.search.judged import Figures, Question, Story

ROOT = Path(__file__).resolve().parents[1]
_WORD = re.compile(r"\w+")


def main() -> None:
    """Print a table: recall@10 and nDCG@10 by kind of question."""
    known = judged.subjects()
    stories = judged.stories(known)
    asked = judged.questions(known)
    ours = asyncio.run(_ours(stories, asked))
    plain = judged.judge(_by_bm25(stories, asked))
    say("| questions | | ours: recall@10, nDCG@10 | bm25 |\n|---|---:|---|---|")
    for kind, figures in ours.items():
        count = sum(kind in ("all", each.kind) for each in asked)
        say(f"| {kind} | {count} | {_shown(figures)} | {_shown(plain[kind])} |")


def _shown(figures: Figures) -> str:
    return f"{figures.recall:.3f}, {figures.ndcg:.3f}"


async def _ours(stories: Sequence[Story], asked: Sequence[Question]) -> dict[str, Figures]:
    with tempfile.TemporaryDirectory(prefix="search-") as folder:
        url = f"sqlite:///{folder}/paper.db"
        settings = Settings(database_url=url, rate_limit="0", access_log=False)
        await asyncio.to_thread(_fill, settings, stories)
        app = create_app(settings)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://paper.test") as one:
                return judged.judge(await judged.ask(one, asked))


def _fill(settings: Settings, stories: Sequence[Story]) -> None:
    upgrade(settings.database)

    def add(tx: Transaction) -> None:
        for document in judged.issues(stories):
            add_issue(tx, document, publish=True)

    with writing(settings) as perform:
        perform(add)


def _by_bm25(
    stories: Sequence[Story], asked: Sequence[Question]
) -> list[tuple[Question, list[str]]]:
    sys.path.insert(0, str(rank_bm25(ROOT / "build/benchmarks/borrowed")))
    index = importlib.import_module("rank_bm25").BM25Okapi(
        [_words(f"{story.headline} {story.body}") for story in stories]
    )
    answers = []
    for question in asked:
        scores = index.get_scores(_words(question.text))
        order = sorted(range(len(stories)), key=lambda place: -scores[place])
        hits = [stories[place].slug for place in order[: judged.DEPTH] if scores[place] > 0]
        answers.append((question, hits))
    return answers


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


if __name__ == "__main__":
    main()
