"""The corrected question of a search with few hits."""

from dataclasses import replace

from app.content.queries.search_matches import Matches
from app.content.queries.totals import PrintState
from app.content.queries.vocabulary import vocabulary_of
from app.content.search.question import MAX_CHARACTERS, read_question
from app.content.search.spelling import corrected
from app.off_the_loop import off_the_loop

FEW_HITS = 5
"""Searches with fewer hits are suggested a corrected question."""


async def suggest_question(asked: Matches, state: PrintState, *, total: int) -> str | None:
    """Return a corrected question that finds more than the `total` hits of this one.

    Words are corrected to words in print. `None` if no word is misspelt, or if the corrected
    question does not find more.
    """
    where = asked.where
    vocabulary = await vocabulary_of(
        asked.reader, viewer=asked.viewer, state=state, newest=asked.newest
    )
    # The last word is not a prefix for this: it may be misspelt as well.
    question = read_question(where.text)
    text = await off_the_loop(lambda: corrected(where.text, question, vocabulary))
    if text is None or len(text) > MAX_CHARACTERS:
        return None
    better = replace(asked, question=read_question(text, is_unfinished=where.is_unfinished))
    return text if len(await better.ids(limit=total + 1)) > total else None
