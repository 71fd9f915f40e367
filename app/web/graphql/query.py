"""The root of reading: what can be asked for, each by the function that REST calls for it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date as CalendarDate
from enum import Enum
from typing import Annotated, Any

import strawberry
from graphql import GraphQLResolveInfo
from strawberry import UNSET

from app.content.publication import publication
from app.content.queries.catalogue import ENTRIES, READING, SECTIONS, TOOLS, Shelf, list_printed
from app.content.queries.issue_nodes import IdentityKind, list_issue_nodes
from app.content.queries.issues import IssueFilter
from app.content.queries.paging import MAX_LIMIT, Part
from app.content.queries.search import SearchFilter, search as search_print
from app.content.ref import LATEST, parse_ref
from app.content.search.question import MAX_CHARACTERS
from app.errors import BadRequest, NotFound
from app.web.graphql import types
from app.web.graphql.connection import After, Before, First, Last, connection, part_of
from app.web.graphql.context import Context, context_of, wanted_in
from app.web.graphql.enums import (
    EntryKind,
    EntrySection,
    IssueStatusFilter,
    SearchSort,
    SearchType,
    SectionKind,
    Source,
    word_of,
)
from app.web.graphql.node_id import parse_node_id
from app.web.graphql.selection import (
    Wanted,
    is_more_than_reference,
    is_whole,
    of_issue,
    of_items,
    of_its_issue,
)
from app.web.graphql.sources import Members, link_section, section_in
from app.web.reading import days_in_order

MAX_TEXT = 200
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

Info = strawberry.Info
FromDay = Annotated[
    CalendarDate | None, strawberry.argument(name="from", description="Not before this day.")
]
ToDay = Annotated[
    CalendarDate | None, strawberry.argument(name="to", description="Not after this day.")
]


def _argument(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="What can be read.")
class Query:
    """The fields below; each says what it is."""

    @strawberry.field(description="The masthead, the rubrics, and where to follow the paper.")
    async def publication(self, info: Info) -> types.Publication:
        context = _context(info)
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
        names: dict[str, Any] = {k: value for k, value in given.items() if value is not UNSET}
        if len(names) != 1 or None in names.values():
            raise BadRequest("invalid_argument", "Give one of `number`, `date` and `slug`.")
        ((kind, value),) = names.items()
        if kind == "slug" and not _is_slug(value):
            return None
        return await _issue(info, kind, value)  # type: ignore[arg-type]

    @strawberry.field(description="The newest issue in print by its date; null before the first.")
    async def latest_issue(self, info: Info) -> types.Issue | None:
        return await _issue(info, "latest", LATEST)

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
        first_day, last_day = _days(from_, to)
        context, wanted = _context(info), _wanted(info)
        below = of_issue(of_items(wanted))
        page = await list_issue_nodes(
            context.reader,
            viewer=context.viewer,
            where=IssueFilter(
                status=_word(status) or "published",  # type: ignore[arg-type]
                first_day=first_day,
                last_day=last_day,
            ),
            part=part_of(first, after, last, before),
            whole=is_whole(below),
            counted="totalCount" in wanted,
        )
        # A list may lose an issue without any that is left having changed.
        context.note_freshness(None, page.next_change_at)
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
        return await _printed(info, SECTIONS, {"kind": _word(kind)}, (from_, to), part)

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
        where = {"category": _text("category", category)}
        return await _printed(info, TOOLS, where, (from_, to), part)

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
        return await _printed(info, READING, {}, (from_, to), part)

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
            "section": _word(section),
            "source": _word(source),
            "kind": _word(kind),
            "external_id": _text("externalId", external_id),
        }
        return await _printed(info, ENTRIES, where, (from_, to), part)

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
        first_day, last_day = _days(from_, to)
        context, wanted = _context(info), _wanted(info)
        page = await search_print(
            context.reader,
            context.index,
            viewer=context.viewer,
            where=SearchFilter(
                _text("query", query, most=MAX_CHARACTERS) or "",
                type=_word(type),  # type: ignore[arg-type]
                sort=_word(sort) or "relevance",  # type: ignore[arg-type]
                first_day=first_day,
                last_day=last_day,
            ),
            part=part_of(first, after, last, before),
            counted="totalCount" in wanted,
        )
        context.note_freshness(page.last_modified, page.next_change_at)
        items = [dict(item) for item in page.items]  # type: ignore[call-overload]
        await _link(context, items, of_items(wanted))
        return connection(page, items, wanted)

    @strawberry.field(description="Whatever has an id; null where nothing has it.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, _argument("Its id.")]
    ) -> types.Node | None:
        return (await _nodes(info, [id]))[0]

    @strawberry.field(description="Many nodes at once, in the order of their ids.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], _argument(f"Their ids, {MAX_LIMIT} at most.")],
    ) -> list[types.Node | None]:
        if len(ids) > MAX_LIMIT:
            raise BadRequest("invalid_argument", f"`ids` takes {MAX_LIMIT} at most.")
        return await _nodes(info, ids)


def _context(info: Info) -> Context:
    return context_of(_raw(info))


def _wanted(info: Info) -> Wanted:
    return wanted_in(_raw(info))


def _raw(info: Info) -> GraphQLResolveInfo[Any]:
    # Strawberry's own view of the selection is made anew, as objects, at each call.
    return info._raw_info


def _word(member: Enum | None) -> str | None:
    return None if member is UNSET else word_of(member)


def _text(name: str, value: str | None, most: int = MAX_TEXT) -> str | None:
    """A text that the databases can be asked for. Raises `BadRequest`."""
    if value is None or value is UNSET:
        return None
    if len(value) > most:
        raise BadRequest("invalid_argument", f"`{name}` has at most {most} characters.")
    if _NOT_TEXT.search(value):
        raise BadRequest("invalid_argument", f"`{name}` must have no control characters.")
    return value


def _is_slug(text: str) -> bool:
    try:
        return parse_ref(text).kind == "slug"
    except NotFound:
        return False


def _days(
    first: CalendarDate | None, last: CalendarDate | None
) -> tuple[CalendarDate | None, CalendarDate | None]:
    days = tuple(None if day is UNSET else day for day in (first, last))
    days_in_order(*days)
    return days[0], days[1]


async def _issue(info: Info, kind: IdentityKind, value: object) -> Members | None:
    context = _context(info)
    found = await context.find_issue(kind, value)
    if found is not None:
        await context.read_neighbours([found], _wanted(info))
    return found


async def _printed(
    info: Info,
    shelf: Shelf,
    where: Mapping[str, str | None],
    days: tuple[CalendarDate | None, CalendarDate | None],
    part: Part,
) -> Members:
    """A connection of what stands on a shelf."""
    first_day, last_day = _days(*days)
    context, wanted = _context(info), _wanted(info)
    page = await list_printed(
        context.reader,
        shelf,
        viewer=context.viewer,
        where={name: value for name, value in where.items() if value is not None},
        first_day=first_day,
        last_day=last_day,
        part=part,
        counted="totalCount" in wanted,
    )
    context.note_freshness(page.last_modified, page.next_change_at)
    items: list[Members] = [dict(item) for item in page.items]  # type: ignore[call-overload]
    below = of_items(wanted)
    await _link(context, items, below, as_sections=shelf is SECTIONS)
    return connection(page, items, wanted)


async def _link(
    context: Context, items: Sequence[Members], wanted: Wanted, *, as_sections: bool = False
) -> None:
    """Show what stands in print the way to its issue: to all of it, where that is wanted."""
    of_issues = of_its_issue(wanted)
    if as_sections and "id" in wanted:
        of_issues["id"] = {}  # its own id names the issue
    if is_more_than_reference(of_issues):
        found = await context.find_issues("number", [item["issue"]["number"] for item in items])
        issues = [issue for issue in found if issue is not None]
        await context.read_neighbours(issues, of_issues)
        for item, issue in zip(items, found, strict=True):
            item["issue"] = issue
    else:
        for item in items:
            item["issue"][types.TYPENAME] = "Issue"
    if as_sections:
        for item in items:
            link_section(item, item["issue"])
            own = section_in(item["issue"], item["slug"]) if "id" in wanted else None
            if own is not None:
                item["id"] = own["id"]


async def _nodes(info: Info, ids: Sequence[str]) -> list[types.Node | None]:
    context = _context(info)
    named = [parse_node_id(id_) for id_ in ids]
    known = [name for name in named if name is not None]
    found = dict(
        zip(
            known,
            await context.find_issues("public_id", [name.public_id for name in known]),
            strict=True,
        )
    )
    issues = list({id(issue): issue for issue in found.values() if issue is not None}.values())
    wanted = _wanted(info)
    await context.read_neighbours(issues, {**of_issue(wanted)})
    nodes: list[types.Node | None] = []
    for name in named:
        issue = None if name is None else found[name]
        if issue is None or name is None or name.section is None:
            nodes.append(issue)
        else:
            nodes.append(section_in(issue, name.section))
    return nodes
