"""The query parameters that choose a board and filter its entries."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from app.content.trends.board_filter import MAX_WORD, ONE_WORD, WORD, BoardFilter, Copies
from app.content.trends.boards import Asked
from app.errors import BadRequest, Fault
from app.models.source import missing_kind
from app.models.values import EntryKind, SourceName, Window
from app.web.rest.parameters import Day

SourceParameter = Annotated[SourceName, Query(description="The source of the numbers.")]
KindParameter = Annotated[EntryKind, Query(description="The kind of subjects that are compared.")]
AnySource = Annotated[SourceName | None, Query(description="Only of this source.")]
AnyKind = Annotated[EntryKind | None, Query(description="Only of this kind.")]
WindowParameter = Annotated[Window, Query(description="The period of the comparison.")]
DirectionParameter = Annotated[
    Literal["up", "down"], Query(description="Gains (`up`) or losses (`down`), largest first.")
]
DateParameter = Annotated[
    Day, Query(description="The board at the end of this UTC day; the current one by default.")
]


def check_kind(source: SourceName | None, kind: EntryKind | None) -> None:
    """Raises `BadRequest` if the source does not have the kind."""
    detail = missing_kind(source, kind)
    if detail is None:
        return
    fault = Fault("", "not_one_of", detail, "kind")
    raise BadRequest("invalid_parameter", detail, faults=[fault])


async def board_filter(
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


async def asked_board(
    source: SourceParameter,
    kind: KindParameter,
    window: WindowParameter = "week",
    date: DateParameter = None,
    *,
    filter: Filter,
) -> Asked:
    """Read which trending board is requested. Raises `BadRequest`."""
    check_kind(source, kind)
    return Asked("trending", window, source, kind, date, filter)


async def asked_movers(
    source: AnySource = None,
    kind: AnyKind = None,
    window: WindowParameter = "week",
    direction: DirectionParameter = "up",
    date: DateParameter = None,
    *,
    filter: Filter,
) -> Asked:
    """Read which mover list is requested. Raises `BadRequest`."""
    check_kind(source, kind)
    return Asked(direction, window, source, kind, date, filter)


AskedBoard = Annotated[Asked, Depends(asked_board)]
AskedMovers = Annotated[Asked, Depends(asked_movers)]
