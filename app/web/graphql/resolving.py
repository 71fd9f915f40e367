"""What resolvers of the root share: their arguments judged, and what is read linked together."""

import re
from collections.abc import Mapping, Sequence
from datetime import date as CalendarDate
from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLResolveInfo
from strawberry import UNSET

from app.content.queries.catalogue import SECTIONS, Shelf, list_printed
from app.content.queries.issue_nodes import IdentityKind
from app.content.queries.paging import Part
from app.content.ref import parse_ref
from app.errors import BadRequest, NotFound
from app.web.graphql import types
from app.web.graphql.connection import connection
from app.web.graphql.context import Context, context_of, wanted_in
from app.web.graphql.enums import (
    word_of,
)
from app.web.graphql.node_id import parse_node_id, parse_subject_id
from app.web.graphql.selection import (
    Wanted,
    is_more_than_reference,
    of_issue,
    of_items,
    of_its_issue,
)
from app.web.graphql.sources import Members, link_section, section_in
from app.web.graphql.trends import subject_of
from app.web.reading import days_in_order

MAX_TEXT = 200
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


Info = strawberry.Info


def context_at(info: Info) -> Context:
    return context_of(_raw(info))


def wanted_at(info: Info) -> Wanted:
    return wanted_in(_raw(info))


def _raw(info: Info) -> GraphQLResolveInfo[Any]:
    # Strawberry's own view of the selection is made anew, as objects, at each call.
    return info._raw_info


def word(member: Enum | None) -> str | None:
    return None if member is UNSET else word_of(member)


def text_argument(name: str, value: str | None, most: int = MAX_TEXT) -> str | None:
    """A text that the databases can be asked for. Raises `BadRequest`."""
    if value is None or value is UNSET:
        return None
    if len(value) > most:
        raise BadRequest("invalid_argument", f"`{name}` has at most {most} characters.")
    if _NOT_TEXT.search(value):
        raise BadRequest("invalid_argument", f"`{name}` must have no control characters.")
    return value


def is_slug(text: str) -> bool:
    try:
        return parse_ref(text).kind == "slug"
    except NotFound:
        return False


def days_between(
    first: CalendarDate | None, last: CalendarDate | None
) -> tuple[CalendarDate | None, CalendarDate | None]:
    days = tuple(None if day is UNSET else day for day in (first, last))
    days_in_order(*days)
    return days[0], days[1]


async def issue_by(info: Info, kind: IdentityKind, value: object) -> Members | None:
    context = context_at(info)
    found = await context.find_issue(kind, value)
    if found is not None:
        await context.read_neighbours([found], wanted_at(info))
    return found


async def printed_connection(
    info: Info,
    shelf: Shelf,
    where: Mapping[str, str | None],
    days: tuple[CalendarDate | None, CalendarDate | None],
    part: Part,
) -> Members:
    """A connection of what stands on a shelf."""
    first_day, last_day = days_between(*days)
    context, wanted = context_at(info), wanted_at(info)
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
    await link_items(context, items, below, as_sections=shelf is SECTIONS)
    return connection(page, items, wanted)


async def link_items(
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


async def with_appearances(info: Info, subject: Members | None) -> Members | None:
    """Show the appearances of a subject the way to their issues."""
    if subject is not None:
        below = wanted_at(info).get("appearances", {})
        await link_items(context_at(info), subject["appearances"], below)
    return subject


async def nodes_by(info: Info, ids: Sequence[str]) -> list[types.Node | None]:
    context = context_at(info)
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
    wanted = wanted_at(info)
    await context.read_neighbours(issues, {**of_issue(wanted)})
    nodes: list[types.Node | None] = []
    for id_, name in zip(ids, named, strict=True):
        row_id = parse_subject_id(id_) if name is None else None
        if row_id is not None:
            nodes.append(await with_appearances(info, await subject_of(context, row_id)))
            continue
        issue = None if name is None else found[name]
        if issue is None or name is None or name.section is None:
            nodes.append(issue)
        else:
            nodes.append(section_in(issue, name.section))
    return nodes
