"""The trends in the query type: boards, movers and subjects."""

from datetime import date as CalendarDate
from typing import Annotated

import strawberry
from strawberry import UNSET

from app.content.queries.board_history import (
    DEFAULT_DAYS,
    DEFAULT_SUBJECTS,
    MAX_DAYS,
    MAX_SUBJECTS,
)
from app.content.queries.paging import DEFAULT_LIMIT, MAX_LIMIT, Part
from app.content.trends.board_filter import BoardFilter
from app.web.graphql.resolving.arguments import text_argument, word
from app.web.graphql.resolving.context import context_of, wanted_in
from app.web.graphql.resolving.resolvers import link_appearances
from app.web.graphql.resolving.sources import Members
from app.web.graphql.resolving.trends import (
    all_boards,
    board_connection,
    board_history,
    brief_of,
    subject_named,
    told_of,
)
from app.web.graphql.schema.board_arguments import (
    BOARD_FILTER,
    AtDate,
    BriefDate,
    Compared,
    OnlyKind,
    OnlySource,
    OverWindow,
    SourceOf,
)
from app.web.graphql.types.argument_groups import field_of
from app.web.graphql.types.boards import BoardWithEntries
from app.web.graphql.types.connections import BoardConnection
from app.web.graphql.types.enums import Direction, EntryKind, Source
from app.web.graphql.types.fields import argument
from app.web.graphql.types.page_arguments import PAGE
from app.web.graphql.types.shapes import BoardHistory, Brief
from app.web.graphql.types.subject import Subject

Info = strawberry.Info


@strawberry.type
class TrendQuery:
    """One field for each query of trends."""

    @field_of(
        "A trending board: what rises most for its size and past.",
        BoardConnection,
        BOARD_FILTER,
        PAGE,
    )
    async def trending(
        self,
        info: Info,
        *,
        source: SourceOf,
        kind: Compared,
        window: OverWindow = UNSET,
        date: AtDate = UNSET,
        filter: BoardFilter,
        part: Part,
    ) -> Members:
        return await board_connection(
            context_of(info),
            wanted_in(info),
            listed="trending",
            window=word(window) or "week",
            source=word(source),
            kind=word(kind),
            date=date or None,
            filter=filter,
            part=part,
        )

    @field_of(
        "Every trending board with its first entries, by source and kind: one field for a front "
        "page.",
        list[BoardWithEntries],
    )
    async def boards(
        self,
        info: Info,
        *,
        window: OverWindow = UNSET,
        date: AtDate = UNSET,
        limit: Annotated[
            int | None, argument(f"Entries of each board: 1 to {MAX_LIMIT}.")
        ] = DEFAULT_LIMIT,
    ) -> list[Members]:
        return await all_boards(
            context_of(info),
            window=word(window) or "week",
            date=date or None,
            limit=DEFAULT_LIMIT if limit is None else limit,
        )

    @field_of("A board over time: the ranks of its leaders, day by day.", BoardHistory)
    async def trending_history(
        self,
        info: Info,
        *,
        source: SourceOf,
        kind: Compared,
        window: OverWindow = UNSET,
        date: Annotated[CalendarDate | None, argument("The last day.")] = UNSET,
        days: Annotated[int | None, argument(f"1 to {MAX_DAYS}.")] = DEFAULT_DAYS,
        limit: Annotated[int | None, argument(f"1 to {MAX_SUBJECTS}.")] = DEFAULT_SUBJECTS,
    ) -> Members:
        return await board_history(
            context_of(info),
            window=word(window) or "week",
            source=word(source),
            kind=word(kind),
            date=date or None,
            days=DEFAULT_DAYS if days is None else days,
            limit=DEFAULT_SUBJECTS if limit is None else limit,
        )

    @field_of("What happened on a day, each fact with its proof.", Brief)
    async def brief(self, info: Info, *, date: BriefDate = UNSET) -> Members:
        return await brief_of(context_of(info), date or None)

    @field_of(
        "The biggest movers by the net change of their own counter.",
        BoardConnection,
        BOARD_FILTER,
        PAGE,
    )
    async def movers(
        self,
        info: Info,
        *,
        source: OnlySource = UNSET,
        kind: OnlyKind = UNSET,
        window: OverWindow = UNSET,
        direction: Annotated[Direction | None, argument("`UP` by default.")] = UNSET,
        date: AtDate = UNSET,
        filter: BoardFilter,
        part: Part,
    ) -> Members:
        return await board_connection(
            context_of(info),
            wanted_in(info),
            listed=word(direction) or "up",
            window=word(window) or "week",
            source=word(source),
            kind=word(kind),
            date=date or None,
            filter=filter,
            part=part,
        )

    @field_of(
        "One subject by its present or former name; null if it was never observed.", Subject | None
    )
    async def subject(
        self,
        info: Info,
        source: Annotated[Source, argument("Its source.")],
        kind: Annotated[EntryKind, argument("Its kind.")],
        external_id: Annotated[str, argument("Its name; upper and lower case as upstream.")],
    ) -> Members | None:
        found = await subject_named(
            context_of(info),
            word(source),
            word(kind),
            external_id=text_argument("externalId", external_id) or "",
            told=told_of(info._raw_info),
        )
        await link_appearances(info, [] if found is None else [found])
        return found
