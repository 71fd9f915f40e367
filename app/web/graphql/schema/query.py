"""The query type: each field calls the function of `content` that REST calls."""

from dataclasses import replace
from datetime import date as CalendarDate
from typing import Annotated

import strawberry
from strawberry import UNSET

from app.content.publication import publication
from app.content.queries.catalogue import ENTRIES, READING, SECTIONS, TOOLS
from app.content.queries.corrections import list_corrections
from app.content.queries.issue_nodes import list_issue_nodes
from app.content.queries.issues import IssueFilter
from app.content.queries.paging import MAX_LIMIT, Part
from app.content.queries.printed_names import BYLINES, CATEGORIES
from app.content.queries.search import search as search_print
from app.content.queries.search_matches import SearchFilter
from app.content.ref import LATEST
from app.errors import BadRequest
from app.models.surrogate_key import SEARCH
from app.web.graphql.documents.selection import of_items
from app.web.graphql.resolving.arguments import DAYS, Days, text_argument, word
from app.web.graphql.resolving.connection import connection
from app.web.graphql.resolving.context import context_of, parts_in, wanted_in
from app.web.graphql.resolving.resolvers import (
    issue_by,
    issue_of,
    link_hits,
    link_items,
    names_connection,
    nodes_by,
    printed_connection,
)
from app.web.graphql.resolving.sources import Members
from app.web.graphql.schema.board_arguments import OnlyKind, OnlySource
from app.web.graphql.schema.search_arguments import SEARCH_FILTER
from app.web.graphql.schema.trend_query import TrendQuery
from app.web.graphql.types.argument_groups import field_of
from app.web.graphql.types.connections import (
    CorrectionConnection,
    IssueConnection,
    ReadingItemConnection,
    SearchHitConnection,
    SectionConnection,
    ToolConnection,
    TrendingEntryConnection,
)
from app.web.graphql.types.enums import EntrySection, IssueStatusFilter, SectionKind
from app.web.graphql.types.fields import argument
from app.web.graphql.types.issue import Issue, Node
from app.web.graphql.types.page_arguments import PAGE
from app.web.graphql.types.printed_names import BylineConnection, ToolCategoryConnection
from app.web.graphql.types.shapes import Publication
from app.web.http.representation import ON_PAPER, Freshness

Info = strawberry.Info


@strawberry.type
class PaperQuery:
    """One field for each query of what is in print, and the nodes."""

    @field_of("The masthead, the rubrics, and where to follow the paper.", Publication)
    async def publication(self, info: Info) -> Members:
        context = context_of(info)
        shown = publication(base_url=context.viewer.base_url, telegram_url=context.telegram_url)
        return shown.model_dump()

    @field_of(
        "One issue by its number, its date, its slug, or any of them as `ref`; null where there is "
        "none.",
        Issue | None,
        reads_at_once=True,
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

    @field_of(
        "The newest issue in print by its date; null before the first.",
        Issue | None,
        reads_at_once=True,
    )
    async def latest_issue(self, info: Info) -> Members | None:
        context_of(info).note_latest()
        return await issue_by(info, "latest", LATEST)

    @field_of("Issues, newest date first.", IssueConnection, DAYS, PAGE, reads_at_once=True)
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
        page = await list_issue_nodes(
            context.reader,
            viewer=context.viewer,
            where=IssueFilter(
                status=word(status) or "published",
                first_day=first_day,
                last_day=last_day,
            ),
            part=part,
            parts=parts_in(info, is_list=True),
            counted="totalCount" in wanted,
        )
        # A list may lose an issue while the others stay as they are: it has no date of its own.
        context.note_freshness(Freshness(None, page.next_change_at, depends_on=ON_PAPER))
        items = [context.source_of(node) for node in page.items]
        await context.read_beside(items, of_items(wanted))
        return connection(page, items, wanted)

    @field_of("Sections in print, newest issue first.", SectionConnection, DAYS, PAGE)
    async def sections(
        self,
        info: Info,
        *,
        kind: Annotated[SectionKind | None, argument("Only this kind of section.")] = UNSET,
        byline: Annotated[str | None, argument("Only stories with this byline.")] = UNSET,
        days: Days,
        part: Part,
    ) -> Members:
        where = {"kind": word(kind), "byline": text_argument("byline", byline)}
        return await printed_connection(info, SECTIONS, where, days=days, part=part)

    @field_of("The bylines of all stories in print, by name.", BylineConnection, PAGE)
    async def bylines(self, info: Info, *, part: Part) -> Members:
        return await names_connection(info, BYLINES, part=part)

    @field_of("Tools in print, newest issue first.", ToolConnection, DAYS, PAGE)
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

    @field_of("The categories of all tools in print, by name.", ToolCategoryConnection, PAGE)
    async def tool_categories(self, info: Info, *, part: Part) -> Members:
        return await names_connection(info, CATEGORIES, part=part)

    @field_of("Reading items in print, newest issue first.", ReadingItemConnection, DAYS, PAGE)
    async def reading(self, info: Info, *, days: Days, part: Part) -> Members:
        return await printed_connection(info, READING, {}, days=days, part=part)

    @field_of(
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

    @field_of("Corrections of issues in print, newest first.", CorrectionConnection, PAGE)
    async def corrections(self, info: Info, *, part: Part) -> Members:
        context, wanted = context_of(info), wanted_in(info)
        page = await list_corrections(
            context.reader, viewer=context.viewer, part=part, counted="totalCount" in wanted
        )
        context.note_freshness(Freshness.of_print(page))
        items = [dict(item) for item in page.items]
        await link_items(context, items, of_items(wanted))
        return connection(page, items, wanted)

    @field_of(
        "Full-text search over everything in print.", SearchHitConnection, DAYS, PAGE, SEARCH_FILTER
    )
    async def search(
        self,
        info: Info,
        *,
        where: SearchFilter,
        days: Days,
        part: Part,
    ) -> Members:
        context, wanted = context_of(info), wanted_in(info)
        page = await search_print(
            context.reader,
            context.index,
            viewer=context.viewer,
            where=replace(where, first_day=days[0], last_day=days[1]),
            part=part,
            counted="totalCount" in wanted,
            searched=context.searched,
        )
        context.note_freshness(Freshness.of_print(page).marked(SEARCH))
        items = [dict(item) for item in page.items]
        await link_hits(context, items, of_items(wanted))
        return connection(page, items, wanted)

    @field_of("The object with this id; null if there is none.", Node | None)
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, argument("Its id.")]
    ) -> Members | None:
        return (await nodes_by(info, [id]))[0]

    @field_of("Several nodes, in the order of their ids.", list[Node | None])
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], argument(f"Their ids, {MAX_LIMIT} at most.")],
    ) -> list[Members | None]:
        if len(ids) > MAX_LIMIT:
            raise BadRequest("invalid_argument", f"`ids` takes {MAX_LIMIT} at most.")
        return await nodes_by(info, ids)


@strawberry.type(description="Everything that can be read.")
class Query(TrendQuery, PaperQuery):
    """The fields of the paper, then those of trends."""
