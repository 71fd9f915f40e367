"""The query type: each field calls the function of `content` that REST calls."""

from datetime import date as CalendarDate
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from app.content.publication import publication
from app.content.queries.board_history import (
    DEFAULT_DAYS,
    DEFAULT_SUBJECTS,
    MAX_DAYS,
    MAX_SUBJECTS,
)
from app.content.queries.catalogue import ENTRIES, READING, SECTIONS, TOOLS
from app.content.queries.corrections import list_corrections
from app.content.queries.issue_nodes import list_issue_nodes
from app.content.queries.issues import IssueFilter
from app.content.queries.paging import MAX_LIMIT, Part
from app.content.queries.search import search as search_print
from app.content.queries.search_matches import SearchFilter
from app.content.ref import LATEST
from app.content.trends.board_filter import BoardFilter
from app.errors import BadRequest
from app.models.surrogate_key import SEARCH
from app.web.graphql.documents.selection import is_whole, kinds_in, of_issue, of_items
from app.web.graphql.resolving.arguments import (
    DAYS,
    Days,
    search_argument,
    text_argument,
    word,
)
from app.web.graphql.resolving.connection import connection
from app.web.graphql.resolving.context import context_of, wanted_in
from app.web.graphql.resolving.resolvers import (
    issue_by,
    issue_of,
    link_appearances,
    link_items,
    nodes_by,
    printed_connection,
)
from app.web.graphql.resolving.sources import Members
from app.web.graphql.resolving.trends import (
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
    argument,
)
from app.web.graphql.types.argument_groups import ArgumentGroup
from app.web.graphql.types.connections import (
    BoardConnection,
    CorrectionConnection,
    IssueConnection,
    ReadingItemConnection,
    SearchHitConnection,
    SectionConnection,
    ToolConnection,
    TrendingEntryConnection,
)
from app.web.graphql.types.enums import (
    Direction,
    EntryKind,
    EntrySection,
    IssueStatusFilter,
    SearchSort,
    SearchType,
    SectionKind,
    Source,
)
from app.web.graphql.types.issue import Issue, Node
from app.web.graphql.types.page_arguments import PAGE
from app.web.graphql.types.shapes import BoardHistory, Brief, Publication
from app.web.graphql.types.subject import Subject
from app.web.http.representation import ON_PAPER, Freshness

Info = strawberry.Info


def _field(description: str, type_: Any, *groups: ArgumentGroup) -> Any:
    """Declare a field by its GraphQL type: its resolver returns the members of documents."""
    return strawberry.field(description=description, graphql_type=type_, extensions=list(groups))


@strawberry.type(description="Everything that can be read.")
class Query:
    """One field for each query of `content`."""

    @_field("The masthead, the rubrics, and where to follow the paper.", Publication)
    async def publication(self, info: Info) -> Members:
        context = context_of(info)
        shown = publication(base_url=context.viewer.base_url, telegram_url=context.telegram_url)
        return shown.model_dump()

    @_field(
        "One issue by its number, its date, its slug, or any of them as `ref`; null where there is "
        "none.",
        Issue | None,
    )
    async def issue(
        self,
        info: Info,
        number: Annotated[int | None, argument("Its number.")] = UNSET,
        date: Annotated[CalendarDate | None, argument("Its day.")] = UNSET,
        slug: Annotated[str | None, argument("Its name in an address.")] = UNSET,
        ref: Annotated[
            str | None, argument("Its number, date or slug, or `latest`, as in addresses of REST.")
        ] = UNSET,
    ) -> Members | None:
        return await issue_of(info, {"number": number, "date": date, "slug": slug, "ref": ref})

    @_field("The newest issue in print by its date; null before the first.", Issue | None)
    async def latest_issue(self, info: Info) -> Members | None:
        context_of(info).note_latest()
        return await issue_by(info, "latest", LATEST)

    @_field("Issues, newest date first.", IssueConnection, DAYS, PAGE)
    async def issues(
        self,
        info: Info,
        *,
        days: Days,
        status: Annotated[
            IssueStatusFilter | None,
            argument("All but `PUBLISHED` need a key with `drafts:read`."),
        ] = UNSET,
        part: Part,
    ) -> Members:
        first_day, last_day = days
        context, wanted = context_of(info), wanted_in(info)
        below = of_issue(of_items(wanted))
        reads_parts = context.reads_once and not context.look_ahead.has_neighbours
        page = await list_issue_nodes(
            context.reader,
            viewer=context.viewer,
            where=IssueFilter(
                status=word(status) or "published",
                first_day=first_day,
                last_day=last_day,
            ),
            part=part,
            whole=is_whole(below),
            kinds=kinds_in(below) if reads_parts else None,
            counted="totalCount" in wanted,
        )
        # A list may lose an issue while the others stay as they are: it has no date of its own.
        context.note_freshness(Freshness(None, page.next_change_at, depends_on=ON_PAPER))
        items = [context.source_of(node) for node in page.items]  # type: ignore[arg-type]
        await context.read_beside(items, below)
        return connection(page, items, wanted)

    @_field("Sections in print, newest issue first.", SectionConnection, DAYS, PAGE)
    async def sections(
        self,
        info: Info,
        *,
        kind: Annotated[SectionKind | None, argument("Only this kind of section.")] = UNSET,
        days: Days,
        part: Part,
    ) -> Members:
        where = {"kind": word(kind)}
        return await printed_connection(info, SECTIONS, where, days=days, part=part)

    @_field("Tools in print, newest issue first.", ToolConnection, DAYS, PAGE)
    async def tools(
        self,
        info: Info,
        *,
        category: Annotated[str | None, argument("Only tools of this category.")] = UNSET,
        days: Days,
        part: Part,
    ) -> Members:
        where = {"category": text_argument("category", category)}
        return await printed_connection(info, TOOLS, where, days=days, part=part)

    @_field("Reading items in print, newest issue first.", ReadingItemConnection, DAYS, PAGE)
    async def reading(self, info: Info, *, days: Days, part: Part) -> Members:
        return await printed_connection(info, READING, {}, days=days, part=part)

    @_field(
        "Trending and mover entries in print, newest issue first.",
        TrendingEntryConnection,
        DAYS,
        PAGE,
    )
    async def entries(
        self,
        info: Info,
        *,
        section: Annotated[EntrySection | None, argument("Only of this kind of section.")] = UNSET,
        source: OnlySource = UNSET,
        kind: OnlyKind = UNSET,
        external_id: Annotated[str | None, argument("Only of this subject.")] = UNSET,
        days: Days,
        part: Part,
    ) -> Members:
        where = {
            "section": word(section),
            "source": word(source),
            "kind": word(kind),
            "external_id": text_argument("externalId", external_id),
        }
        return await printed_connection(info, ENTRIES, where, days=days, part=part)

    @_field("Corrections of issues in print, newest first.", CorrectionConnection, PAGE)
    async def corrections(self, info: Info, *, part: Part) -> Members:
        context, wanted = context_of(info), wanted_in(info)
        page = await list_corrections(
            context.reader, viewer=context.viewer, part=part, counted="totalCount" in wanted
        )
        context.note_freshness(
            Freshness(page.last_modified, page.next_change_at, depends_on=ON_PAPER)
        )
        items = [dict(item) for item in page.items]  # type: ignore[call-overload]
        await link_items(context, items, of_items(wanted))
        return connection(page, items, wanted)

    @_field("Full-text search over everything in print.", SearchHitConnection, DAYS, PAGE)
    async def search(
        self,
        info: Info,
        *,
        query: Annotated[
            str,
            argument(
                'Words, all of them; `"a phrase"`; `begin*`; `-without`. Accents and capitals '
                "make no difference."
            ),
        ],
        type: Annotated[SearchType | None, argument("Only hits of this type.")] = UNSET,
        sort: Annotated[
            SearchSort | None,
            argument(
                "`RELEVANCE` (the default): the best of the newest, 200 at most; its cursors hold "
                "until something is published. `NEWEST`: all, newest issue first."
            ),
        ] = UNSET,
        days: Days,
        part: Part,
    ) -> Members:
        first_day, last_day = days
        context, wanted = context_of(info), wanted_in(info)
        page = await search_print(
            context.reader,
            context.index,
            viewer=context.viewer,
            where=SearchFilter(
                search_argument(query),
                type=word(type),
                sort=word(sort) or "relevance",
                first_day=first_day,
                last_day=last_day,
            ),
            part=part,
            counted="totalCount" in wanted,
        )
        fresh = Freshness(page.last_modified, page.next_change_at, depends_on=ON_PAPER)
        context.note_freshness(fresh.marked(SEARCH))
        items = [dict(item) for item in page.items]  # type: ignore[call-overload]
        await link_items(context, items, of_items(wanted))
        return connection(page, items, wanted)

    @_field(
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
            date=None if date is UNSET else date,
            filter=filter,
            part=part,
        )

    @_field("A board over time: the ranks of its leaders, day by day.", BoardHistory)
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
            date=None if date is UNSET else date,
            days=DEFAULT_DAYS if days is None else days,
            limit=DEFAULT_SUBJECTS if limit is None else limit,
        )

    @_field("What happened on a day, each fact with its proof.", Brief)
    async def brief(self, info: Info, *, date: BriefDate = UNSET) -> Members:
        return await brief_of(context_of(info), None if date is UNSET else date)

    @_field(
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
            date=None if date is UNSET else date,
            filter=filter,
            part=part,
        )

    @_field(
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

    @_field("The object with this id; null if there is none.", Node | None)
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, argument("Its id.")]
    ) -> Members | None:
        return (await nodes_by(info, [id]))[0]

    @_field("Several nodes, in the order of their ids.", list[Node | None])
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], argument(f"Their ids, {MAX_LIMIT} at most.")],
    ) -> list[Members | None]:
        if len(ids) > MAX_LIMIT:
            raise BadRequest("invalid_argument", f"`ids` takes {MAX_LIMIT} at most.")
        return await nodes_by(info, ids)
