"""Texts for the snippets of a search page: short texts whole, long texts around a match."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.content.queries.in_parameters import numbered
from app.content.queries.search_statements import select_long_texts
from app.content.search.question import Question
from app.content.search.snippet import Excerpt, excerpt_of
from app.db import Reader

LONG_TEXTS_AT_ONCE = 8
"""Long texts per statement: at most about 6 MB."""

UNINTERRUPTED_CHARACTERS = 200_000
"""Characters of long texts that are cut, in 1 ms, before other requests have a turn."""


async def read_excerpts(
    reader: Reader, question: Question, rows: Sequence[Row[Any]], *, now: datetime
) -> dict[int, Excerpt]:
    """Read the text to cut each snippet from, by hit id; `rows` come from `select_hits`."""
    excerpts = {row.id: Excerpt(row.text) for row in rows if row.text is not None}
    characters = 0
    long_ids = [row.id for row in rows if row.text is None]
    for start in range(0, len(long_ids), LONG_TEXTS_AT_ONCE):
        ids = long_ids[start : start + LONG_TEXTS_AT_ONCE]
        given = {**numbered("id", ids), "now": now}
        for long in await reader.rows(select_long_texts(len(ids)), given):
            characters += len(long.text)
            if characters > UNINTERRUPTED_CHARACTERS:
                await asyncio.sleep(0)
                characters = 0
            words = f"{long.text_words} {long.more_words or ''}".rstrip()
            excerpts[long.id] = excerpt_of(
                question, text=long.text, words=words, places=long.text_places
            )
    return excerpts
