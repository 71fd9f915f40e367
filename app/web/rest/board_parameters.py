"""The parameters by which entries of a board are chosen, read into one filter."""

from typing import Annotated

from fastapi import Depends, Query

from app.content.trends.board_filter import MAX_WORD, ONE_WORD, WORD, BoardFilter, Copies


def board_filter(
    task: Annotated[
        str | None,
        Query(max_length=MAX_WORD, pattern=WORD, description="Only of this task."),
    ] = None,
    language: Annotated[
        str | None,
        Query(max_length=MAX_WORD, pattern=WORD, description="Only in this language."),
    ] = None,
    topic: Annotated[
        str | None,
        Query(max_length=MAX_WORD, pattern=ONE_WORD, description="Only with this topic or tag."),
    ] = None,
    licence: Annotated[
        str | None,
        Query(max_length=MAX_WORD, pattern=WORD, description="Only under this licence."),
    ] = None,
    owner: Annotated[
        str | None,
        Query(max_length=MAX_WORD, pattern=ONE_WORD, description="Only of this owner."),
    ] = None,
    copies: Annotated[
        Copies, Query(description="`folded`: re-packed copies stand with their base model.")
    ] = "shown",
) -> BoardFilter:
    """Read the filter of a board. Unknown values keep nothing; letter case makes no difference."""
    return BoardFilter(task, language, topic, licence, owner, copies)


Filter = Annotated[BoardFilter, Depends(board_filter)]
