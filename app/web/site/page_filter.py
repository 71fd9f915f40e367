"""The filter of a board as the form on its page sends it: empty fields ask for nothing."""

from typing import Annotated

from fastapi import Depends, Query

from app.content.trends.board_filter import MAX_WORD, BoardFilter

FIELDS = ("task", "language", "topic", "licence", "owner")
Word = Annotated[str | None, Query(max_length=MAX_WORD)]


def page_filter(
    task: Word = None,
    language: Word = None,
    topic: Word = None,
    licence: Word = None,
    owner: Word = None,
) -> BoardFilter:
    """Read the filter of a page, whose re-packed copies stand with their base model."""
    return BoardFilter(
        task=_given(task),
        language=_given(language),
        topic=_given(topic),
        licence=_given(licence),
        owner=_given(owner),
        copies="folded",
    )


def _given(value: str | None) -> str | None:
    return (value or "").strip() or None


PageFilter = Annotated[BoardFilter, Depends(page_filter)]


def chosen_words(wanted: BoardFilter) -> dict[str, str | None]:
    """The parameters of an address that ask for a filter."""
    return {name: getattr(wanted, name) for name in FIELDS}
