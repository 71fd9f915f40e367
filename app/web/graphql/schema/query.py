"""The root of reading: what can be asked for, each by the function that REST calls for it."""

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
from app.content.queries.issue_nodes import list_issue_nodes
from app.content.queries.issues import IssueFilter
from app.content.queries.paging import MAX_LIMIT
from app.content.queries.search import SearchFilter, search as search_print
from app.content.ref import LATEST
from app.errors import BadRequest
from app.web.graphql.documents.selection import is_whole, of_issue, of_items
from app.web.graphql.resolving.connection import connection
from app.web.graphql.resolving.resolvers import (
    context_at,
    days_between,
    is_slug,
    issue_by,
    link_appearances,
    link_items,
    nodes_by,
    printed_connection,
    search_argument,
    text_argument,
    told_at,
    wanted_at,
    word,
)
from app.web.graphql.resolving.trends import board_connection, board_history, subject_named
from app.web.graphql.schema.board_arguments import (
    CopiesArgument,
    Language,
    Licence,
    Owner,
    Task,
    Topic,
    board_filter,
)
from app.web.graphql.types import types
from app.web.graphql.types.enums import (
    Direction,
    EntryKind,
    EntrySection,
    IssueStatusFilter,
    SearchSort,
    SearchType,
    SectionKind,
    Source,
    Window,
)
from app.web.graphql.types.page_arguments import After, Before, First, Last, part_of
from app.web.graphql.types.pure_fields import FromDay, ToDay
from app.web.http.representation import ON_PAPER, Freshness

Info = strawberry.Info


def _argument(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="What can be read.")
class Query:
    """The fields below; each says what it is."""

    @strawberry.field(description="The masthead, the rubrics, and where to follow the paper.")
    async def publication(self, info: Info) -> types.Publication:
        context = context_at(info)
        shown = publication(base_url=context.viewer.base_url, telegram_url=context.telegram_url)
        return shown.model_dump()

    @strawberry.field(
        description="One issue by its number, its date or its slug; null where there is none."
    )
    async def issue(
        self,
        info: Info,
        number: Annotated[int | None, _argument("Its number.")] = UNSET,
        date: Annotated[CalendarDate | None, _argument("Its day.")] = UNSET,
        slug: Annotated[str | None, _argument("Its name in an address.")] = UNSET,
    ) -> types.Issue | None:
        given = {"number": number, "date": date, "slug": slug}
        # Generated clients send null for what they leave out.
        names: dict[str, Any] = {k: v for k, v in given.items() if v is not UNSET and v is not None}
        if len(names) != 1:
            raise BadRequest("invalid_argument", "Give one of `number`, `date` and `slug`.")
        ((kind, value),) = names.items()
        if kind == "slug" and not is_slug(value):
            context_at(info).note_miss()
            return None
        return await issue_by(info, kind, value)  # type: ignore[arg-type]

    @strawberry.field(description="The newest issue in print by its date; null before the first.")
    async def latest_issue(self, info: Info) -> types.Issue | None:
        return await issue_by(info, "latest", LATEST)

    @strawberry.field(description="Issues, newest date first.")
    async def issues(
        self,
        info: Info,
        from_: FromDay = UNSET,
        to: ToDay = UNSET,
        status: Annotated[
            IssueStatusFilter | None,
            _argument("Others than those in print need a key with `drafts:read`."),
        ] = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> types.IssueConnection:
        first_day, last_day = days_between(from_, to)
        context, wanted = context_at(info), wanted_at(info)
        below = of_issue(of_items(wanted))
        page = await list_issue_nodes(
            context.reader,
            viewer=context.viewer,
            where=IssueFilter(
                status=word(status) or "published",
                first_day=first_day,
                last_day=last_day,
            ),
            part=part_of(first, after, last, before),
            whole=is_whole(below),
            counted="totalCount" in wanted,
        )
        # A list may lose an issue without any that is left having changed.
        context.note_freshness(Freshness(None, page.next_change_at, depends_on=ON_PAPER))
        items = [context.source_of(node) for node in page.items]  # type: ignore[arg-type]
        await context.read_neighbours(items, below)
        return connection(page, items, wanted)

    @strawberry.field(description="Sections in print, newest issue first.")
    async def sections(
        self,
        info: Info,
        kind: Annotated[SectionKind | None, _argument("Only this kind of section.")] = UNSET,
        from_: FromDay = UNSET,
        to: ToDay = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> types.SectionConnection:
        part = part_of(first, after, last, before)
        return await printed_connection(info, SECTIONS, {"kind": word(kind)}, (from_, to), part)

    @strawberry.field(description="Tools in print, newest issue first.")
    async def tools(
        self,
        info: Info,
        category: Annotated[str | None, _argument("Only tools of this category.")] = UNSET,
        from_: FromDay = UNSET,
        to: ToDay = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> types.ToolConnection:
        part = part_of(first, after, last, before)
        where = {"category": text_argument("category", category)}
        return await printed_connection(info, TOOLS, where, (from_, to), part)

    @strawberry.field(description="Reading items in print, newest issue first.")
    async def reading(
        self,
        info: Info,
        from_: FromDay = UNSET,
        to: ToDay = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> types.ReadingItemConnection:
        part = part_of(first, after, last, before)
        return await printed_connection(info, READING, {}, (from_, to), part)

    @strawberry.field(description="Trending and mover entries in print, newest issue first.")
    async def entries(
        self,
        info: Info,
        section: Annotated[EntrySection | None, _argument("Only of this kind of section.")] = UNSET,
        source: Annotated[Source | None, _argument("Only of this source.")] = UNSET,
        kind: Annotated[EntryKind | None, _argument("Only of this kind.")] = UNSET,
        external_id: Annotated[
            str | None, _argument("Only of this subject: each time it stood.")
        ] = UNSET,
        from_: FromDay = UNSET,
        to: ToDay = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> types.TrendingEntryConnection:
        part = part_of(first, after, last, before)
        where = {
            "section": word(section),
            "source": word(source),
            "kind": word(kind),
            "external_id": text_argument("externalId", external_id),
        }
        return await printed_connection(info, ENTRIES, where, (from_, to), part)

    @strawberry.field(description="Full text over all that is in print.")
    async def search(
        self,
        info: Info,
        query: Annotated[
            str,
            _argument(
                'Words, all of them; `"a phrase"`; `begin*`; `-without`. Accents and capitals '
                "make no difference."
            ),
        ],
        type: Annotated[SearchType | None, _argument("Only hits of this type.")] = UNSET,
        sort: Annotated[
            SearchSort | None,
            _argument(
                "`RELEVANCE` (the default): the best of the newest, 200 at most; its cursors hold "
                "until something is published. `NEWEST`: all, newest issue first."
            ),
        ] = UNSET,
        from_: FromDay = UNSET,
        to: ToDay = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> types.SearchHitConnection:
        first_day, last_day = days_between(from_, to)
        context, wanted = context_at(info), wanted_at(info)
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
            part=part_of(first, after, last, before),
            counted="totalCount" in wanted,
        )
        context.note_freshness(
            Freshness(page.last_modified, page.next_change_at, depends_on=ON_PAPER)
        )
        items = [dict(item) for item in page.items]  # type: ignore[call-overload]
        await link_items(context, items, of_items(wanted))
        return connection(page, items, wanted)

    @strawberry.field(description="A trending board: what rises against its own size and past.")
    async def trending(
        self,
        info: Info,
        source: Annotated[Source, _argument("Whose numbers.")],
        kind: Annotated[EntryKind, _argument("What is compared.")],
        window: Annotated[Window | None, _argument("`WEEK` by default.")] = UNSET,
        date: Annotated[CalendarDate | None, _argument("As it stood at its end.")] = UNSET,
        task: Task = UNSET,
        language: Language = UNSET,
        topic: Topic = UNSET,
        licence: Licence = UNSET,
        owner: Owner = UNSET,
        copies: CopiesArgument = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> types.BoardConnection:
        return await board_connection(
            context_at(info),
            wanted_at(info),
            listed="trending",
            window=word(window) or "week",
            source=word(source),
            kind=word(kind),
            date=None if date is UNSET else date,
            filter=board_filter(task, language, topic, licence, owner, copies),
            part=part_of(first, after, last, before),
        )

    @strawberry.field(description="A board over time: where its leaders stood, day by day.")
    async def trending_history(
        self,
        info: Info,
        source: Annotated[Source, _argument("Whose numbers.")],
        kind: Annotated[EntryKind, _argument("What is compared.")],
        window: Annotated[Window | None, _argument("`WEEK` by default.")] = UNSET,
        date: Annotated[CalendarDate | None, _argument("The last day.")] = UNSET,
        days: Annotated[int | None, _argument(f"1 to {MAX_DAYS}.")] = DEFAULT_DAYS,
        limit: Annotated[int | None, _argument(f"1 to {MAX_SUBJECTS}.")] = DEFAULT_SUBJECTS,
    ) -> types.BoardHistory:
        return await board_history(
            context_at(info),
            window=word(window) or "week",
            source=word(source),
            kind=word(kind),
            date=None if date is UNSET else date,
            days=DEFAULT_DAYS if days is None else days,
            limit=DEFAULT_SUBJECTS if limit is None else limit,
        )

    @strawberry.field(description="The biggest movers by the net change of their own counter.")
    async def movers(
        self,
        info: Info,
        source: Annotated[Source | None, _argument("Only of this source.")] = UNSET,
        kind: Annotated[EntryKind | None, _argument("Only of this kind.")] = UNSET,
        window: Annotated[Window | None, _argument("`WEEK` by default.")] = UNSET,
        direction: Annotated[Direction | None, _argument("`UP` by default.")] = UNSET,
        date: Annotated[CalendarDate | None, _argument("As it stood at its end.")] = UNSET,
        task: Task = UNSET,
        language: Language = UNSET,
        topic: Topic = UNSET,
        licence: Licence = UNSET,
        owner: Owner = UNSET,
        copies: CopiesArgument = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> types.BoardConnection:
        return await board_connection(
            context_at(info),
            wanted_at(info),
            listed=word(direction) or "up",
            window=word(window) or "week",
            source=word(source),
            kind=word(kind),
            date=None if date is UNSET else date,
            filter=board_filter(task, language, topic, licence, owner, copies),
            part=part_of(first, after, last, before),
        )

    @strawberry.field(
        description="One subject by its present or former name; null where it was never seen."
    )
    async def subject(
        self,
        info: Info,
        source: Annotated[Source, _argument("Where it lives.")],
        kind: Annotated[EntryKind, _argument("What it is.")],
        external_id: Annotated[str, _argument("Its name, capitals as upstream has them.")],
    ) -> types.Subject | None:
        found = await subject_named(
            context_at(info),
            word(source),
            word(kind),
            text_argument("externalId", external_id) or "",
            told_at(info),
        )
        await link_appearances(info, [] if found is None else [found])
        return found

    @strawberry.field(description="Whatever has an id; null where nothing has it.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, _argument("Its id.")]
    ) -> types.Node | None:
        return (await nodes_by(info, [id]))[0]

    @strawberry.field(description="Many nodes at once, in the order of their ids.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], _argument(f"Their ids, {MAX_LIMIT} at most.")],
    ) -> list[types.Node | None]:
        if len(ids) > MAX_LIMIT:
            raise BadRequest("invalid_argument", f"`ids` takes {MAX_LIMIT} at most.")
        return await nodes_by(info, ids)
