"""The arguments by which entries of a board are chosen, read into one filter."""

import re
from typing import Annotated, Any

import strawberry

from app.content.trends.board_filter import MAX_WORD, ONE_WORD, WORD, BoardFilter
from app.errors import BadRequest
from app.web.graphql.resolving.resolvers import text_argument, word
from app.web.graphql.types.enums import Copies


def _argument(description: str) -> Any:
    return strawberry.argument(description=description)


Task = Annotated[str | None, _argument("Only of this task.")]
Language = Annotated[str | None, _argument("Only in this language.")]
Topic = Annotated[str | None, _argument("Only with this topic or tag.")]
Licence = Annotated[str | None, _argument("Only under this licence.")]
Owner = Annotated[str | None, _argument("Only of this owner.")]
CopiesArgument = Annotated[
    Copies | None, _argument("`FOLDED`: re-packed copies stand with their base model.")
]


def board_filter(
    task: str | None,
    language: str | None,
    topic: str | None,
    licence: str | None,
    owner: str | None,
    copies: Any,
) -> BoardFilter:
    """Read the filter of a board. Raises `BadRequest` for what no entry could have."""
    return BoardFilter(
        task=_word("task", task, WORD),
        language=_word("language", language, WORD),
        topic=_word("topic", topic, ONE_WORD),
        licence=_word("licence", licence, WORD),
        owner=_word("owner", owner, ONE_WORD),
        copies=word(copies) or "shown",
    )


def _word(name: str, value: str | None, form: str) -> str | None:
    text = text_argument(name, value, most=MAX_WORD)
    if text is not None and not re.fullmatch(form, text):
        raise BadRequest("invalid_argument", f"`{name}` is blank, or has a space or a slash.")
    return text
