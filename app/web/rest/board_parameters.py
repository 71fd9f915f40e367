"""The query parameters that filter the entries of a board."""

from typing import Annotated

from fastapi import Depends, Query

from app.content.trends.board_filter import MAX_WORD, ONE_WORD, WORD, BoardFilter, Copies


def board_filter(
    task: Annotated[
        str | None,
        Query(max_length=MAX_WORD, pattern=WORD, description="Only entries with this task."),
    ] = None,
    language: Annotated[
        str | None,
        Query(max_length=MAX_WORD, pattern=WORD, description="Only entries in this language."),
    ] = None,
    topic: Annotated[
        str | None,
        Query(
            max_length=MAX_WORD,
            pattern=ONE_WORD,
            description="Only entries with this topic or tag.",
        ),
    ] = None,
    licence: Annotated[
        str | None,
        Query(max_length=MAX_WORD, pattern=WORD, description="Only entries with this licence."),
    ] = None,
    owner: Annotated[
        str | None,
        Query(max_length=MAX_WORD, pattern=ONE_WORD, description="Only entries of this owner."),
    ] = None,
    copies: Annotated[
        Copies, Query(description="`folded`: re-packed copies are listed under their base model.")
    ] = "shown",
) -> BoardFilter:
    """Read the filter of a board. A value that no entry has matches nothing; case is ignored."""
    return BoardFilter(task, language, topic, licence, owner, copies)


Filter = Annotated[BoardFilter, Depends(board_filter)]
