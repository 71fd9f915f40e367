"""The arguments that choose a board, and those that select its entries, read into one filter."""

import re
from datetime import date as CalendarDate
from typing import Annotated

from strawberry import UNSET

from app.content.trends.board_filter import MAX_WORD, ONE_WORD, WORD, BoardFilter
from app.errors import BadRequest
from app.web.graphql.resolving.arguments import text_argument, word
from app.web.graphql.types.argument_groups import ArgumentGroup
from app.web.graphql.types.enums import Copies, EntryKind, Source, Window
from app.web.graphql.types.fields import argument

SourceOf = Annotated[Source, argument("The source of the numbers.")]
Compared = Annotated[EntryKind, argument("The kind that is compared.")]
OnlySource = Annotated[Source | None, argument("Only of this source.")]
OnlyKind = Annotated[EntryKind | None, argument("Only of this kind.")]
OverWindow = Annotated[Window | None, argument("`WEEK` by default.")]
AtDate = Annotated[CalendarDate | None, argument("The board at the end of this day.")]
BriefDate = Annotated[
    CalendarDate | None, argument("The UTC day; by default the last one that is over.")
]


def board_filter(
    task: Annotated[str | None, argument("Only of this task.")] = UNSET,
    language: Annotated[str | None, argument("Only in this language.")] = UNSET,
    topic: Annotated[str | None, argument("Only with this topic or tag.")] = UNSET,
    licence: Annotated[str | None, argument("Only under this licence.")] = UNSET,
    owner: Annotated[str | None, argument("Only of this owner.")] = UNSET,
    copies: Annotated[
        Copies | None, argument("`FOLDED`: re-packed copies stand with their base model.")
    ] = UNSET,
) -> BoardFilter:
    """Return the filter of these arguments. Raises `BadRequest` for what no entry could have."""
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


BOARD_FILTER = ArgumentGroup("filter", board_filter)
"""`task`, `language`, `topic`, `licence`, `owner` and `copies`, as the parameter `filter`."""
