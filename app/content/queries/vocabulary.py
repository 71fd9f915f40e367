"""The vocabulary of what is in print, read once per state of what the public sees."""

import asyncio
from collections import Counter
from functools import cache, partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from app.content.print import in_print
from app.content.queries.issues import Viewer
from app.content.queries.totals import PrintState
from app.content.search.vocabulary import Vocabulary, count_words
from app.db import Reader
from app.models.base import columns
from app.models.search_entry import SearchEntry
from app.off_the_loop import off_the_loop

MAX_ENTRIES = 10_000
"""The newest entries whose words are known: about 500 issues."""
SLICE = 1_000
"""Entries read with one statement."""


class _Latest:
    """The last vocabulary of one database, and the state that it was read in."""

    def __init__(self) -> None:
        self.reading = asyncio.Lock()
        self.state: PrintState | None = None
        self.vocabulary = Vocabulary({})


_latest: WeakKeyDictionary[Reader, _Latest] = WeakKeyDictionary()


async def vocabulary_of(
    reader: Reader, *, viewer: Viewer, state: PrintState, newest: int
) -> Vocabulary:
    """Return the words of the newest entries in print; at most ten statements per state.

    `newest`: the id of the newest entry in print.
    """
    latest = _latest.setdefault(reader, _Latest())
    async with latest.reading:
        if latest.state != state:
            latest.vocabulary = await _read(reader, viewer, newest)
            latest.state = state
    return latest.vocabulary


async def _read(reader: Reader, viewer: Viewer, newest: int) -> Vocabulary:
    counts: Counter[str] = Counter()
    below = newest + 1
    for _ in range(MAX_ENTRIES // SLICE):
        given = {"below": below, "now": viewer.now, "limit": SLICE}
        rows = await reader.slow_rows(_select_words(), given)
        texts = [text for row in rows for text in (row.title_words, row.text_words)]
        counts.update(await off_the_loop(partial(count_words, texts)))
        if len(rows) < SLICE:
            break
        below = rows[-1].id
    return await off_the_loop(lambda: Vocabulary(counts))


@cache
def _select_words() -> Select[Any]:
    return (
        select(*columns(SearchEntry, "id", "title_words", "text_words"))
        .where(col(SearchEntry.id) < bindparam("below"), in_print(SearchEntry))
        .order_by(col(SearchEntry.id).desc())
        .limit(bindparam("limit"))
    )
