"""What resolvers of the root share: their arguments judged, and what is read linked together."""

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
from app.content.queries.subjects import SubjectParts
from app.content.ref import parse_ref
from app.content.search.question import MAX_CHARACTERS, read_question
from app.errors import BadRequest, NotFound
from app.models.values import NOT_TEXT
from app.web.endpoints.read import days_in_order
from app.web.graphql.documents.selection import (
    Wanted,
    is_more_than_reference,
    of_issue,
    of_items,
    of_its_issue,
)
from app.web.graphql.resolving.connection import connection
from app.web.graphql.resolving.context import Context, context_of, wanted_in
from app.web.graphql.resolving.sources import Members, link_section, section_id, section_in
from app.web.graphql.resolving.trends import told_of
from app.web.graphql.types import types
from app.web.graphql.types.enums import word_of
from app.web.graphql.types.node_id import parse_node_id, parse_subject_id
from app.web.http.representation import ON_PAPER, Freshness

MAX_TEXT = 200


Info = strawberry.Info


def context_at(info: Info) -> Context:
    return context_of(_raw(info))


def wanted_at(info: Info) -> Wanted:
    return wanted_in(_raw(info))


def _raw(info: Info) -> GraphQLResolveInfo[Any]:
    # Strawberry's own view of the selection is made anew, as objects, at each call.
    return info._raw_info


def word(member: Enum | None) -> Any:
    """REST's word for a member: one of those of its enum, which no type can tell."""
    return None if member is UNSET else word_of(member)


def text_argument(name: str, value: str | None, most: int = MAX_TEXT) -> str | None:
    """A text that the databases can be asked for. Raises `BadRequest`."""
    if value is None or value is UNSET:
        return None
    if len(value) > most:
        raise BadRequest("invalid_argument", f"`{name}` has at most {most} characters.")
    if NOT_TEXT.search(value):
        raise BadRequest("invalid_argument", f"`{name}` must have no control characters.")
    return value


def search_argument(query: str) -> str:
    """Words to look for. Raises `BadRequest`, in the words of this face."""
    text = text_argument("query", query, most=MAX_CHARACTERS) or ""
    try:
        read_question(text)
    except BadRequest as error:
        (fault,) = error.faults
        raise BadRequest(error.code, f"`query` {fault.detail}") from error
    return text


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
    fresh = Freshness(page.last_modified, page.next_change_at, depends_on=ON_PAPER)
    context.note_freshness(fresh)
    items: list[Members] = [dict(item) for item in page.items]  # type: ignore[call-overload]
    below = of_items(wanted)
    await link_items(context, items, below, as_sections=shelf is SECTIONS)
    return connection(page, items, wanted)


async def link_items(
    context: Context, items: Sequence[Members], wanted: Wanted, *, as_sections: bool = False
) -> None:
    """Show what stands in print the way to its issue: to all of it, where that is wanted.

    To the issue in print, whoever asks: its head need not hold what is shown here.
    """
    of_issues = of_its_issue(wanted)
    needs_id = as_sections and "id" in wanted
    if needs_id:
        of_issues["id"] = {}  # their own ids name the issue
    if is_more_than_reference(of_issues):
        numbers = [item["issue"]["number"] for item in items]
        found = await context.in_print.find_issues("number", numbers)
        issues = [issue for issue in found if issue is not None]
        await context.in_print.read_neighbours(issues, of_issues)
        for item, issue in zip(items, found, strict=True):
            item["issue"] = issue
    else:
        for item in items:
            item["issue"][types.TYPENAME] = "Issue"
    if as_sections:
        for item in items:
            link_section(item, item["issue"])
            if needs_id and item["issue"] is not None:
                item["id"] = section_id(item["issue"], item["slug"])


def told_at(info: Info) -> SubjectParts:
    return told_of(_raw(info))


async def link_appearances(info: Info, subjects: Sequence[Members]) -> None:
    """Show the appearances of subjects the way to their issues."""
    below = wanted_at(info).get("appearances", {})
    items = [item for subject in subjects for item in subject.get("appearances", ())]
    await link_items(context_at(info), items, below)


async def nodes_by(info: Info, ids: Sequence[str]) -> list[types.Node | None]:
    """Whatever has these ids, in their order: issues in one statement, subjects in two and more."""
    context = context_at(info)
    names = {id_: parse_node_id(id_) for id_ in ids}
    rows = {id_: parse_subject_id(id_) for id_, name in names.items() if name is None}
    issues = await _issues_of(info, [name.public_id for name in names.values() if name])
    row_ids = [row_id for row_id in rows.values() if row_id is not None]
    seen = await context.find_subjects(row_ids, told_at(info)) if row_ids else []
    subjects = {row_id: subject for row_id, subject in zip(row_ids, seen, strict=True) if subject}
    await link_appearances(info, list(subjects.values()))
    nodes: list[types.Node | None] = []
    for id_ in ids:
        name, row_id = names[id_], rows.get(id_)
        if name is None:
            node = None if row_id is None else subjects.get(row_id)
        else:
            node = issues.get(name.public_id)
            if node is not None and name.section is not None:
                node = section_in(node, name.section)
        if node is None:
            context.note_miss()
        nodes.append(node)
    return nodes


async def _issues_of(info: Info, public_ids: Sequence[int]) -> dict[int, Members]:
    context = context_at(info)
    found = await context.find_issues("public_id", public_ids)
    issues = {public_id: issue for public_id, issue in zip(public_ids, found, strict=True) if issue}
    await context.read_neighbours(
        list({id(issue): issue for issue in issues.values()}.values()), of_issue(wanted_at(info))
    )
    return issues
