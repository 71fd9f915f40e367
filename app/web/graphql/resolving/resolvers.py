"""What several root fields read, linked to what is selected below it."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from graphql import GraphQLResolveInfo
from strawberry import UNSET

from app.content.queries.catalogue import SECTIONS, Shelf, list_printed
from app.content.queries.issue_nodes import IdentityKind
from app.content.queries.paging import Part
from app.content.queries.printed_names import NameList, list_names
from app.content.ref import parse_ref
from app.errors import BadRequest, NotFound
from app.web.graphql.documents.selection import (
    Wanted,
    is_more_than_reference,
    of_issue,
    of_items,
    of_its_issue,
)
from app.web.graphql.resolving.arguments import Days
from app.web.graphql.resolving.connection import connection
from app.web.graphql.resolving.context import Context, context_of, parts_in, wanted_in
from app.web.graphql.resolving.sources import Members, link_section, section_id, section_in
from app.web.graphql.resolving.trends import told_of
from app.web.graphql.types.fields import TYPENAME
from app.web.graphql.types.node_id import parse_node_id, parse_subject_id
from app.web.http.representation import ON_PAPER, Freshness

Info = strawberry.Info


async def issue_by(info: Info, kind: IdentityKind, value: object) -> Members | None:
    context = context_of(info)
    found = await context.find_issue(kind, value, parts_in(info))
    if found is not None:
        await context.read_beside([found], wanted_in(info))
    return found


async def issue_of(info: Info, given: Mapping[str, Any]) -> Members | None:
    """Return the issue of one name: `number`, `date`, `slug`, or `ref` as REST writes it.

    Raises:
        BadRequest: there is no name, or more than one.
    """
    # Generated clients send null for what they leave out.
    names = {k: v for k, v in given.items() if v is not UNSET and v is not None}
    if len(names) != 1:
        raise BadRequest("invalid_argument", "Give one of `number`, `date`, `slug` and `ref`.")
    ((kind, value),) = names.items()
    if kind in ("slug", "ref"):
        try:
            ref = parse_ref(value)
        except NotFound:
            ref = None
        if ref is None or (kind == "slug" and ref.kind != "slug"):
            context_of(info).note_miss()
            return None
        if ref.kind == "latest":
            context_of(info).note_latest()
        return await issue_by(info, ref.kind, ref.value)
    return await issue_by(info, kind, value)  # type: ignore[arg-type]


async def printed_connection(
    info: Info,
    shelf: Shelf,
    where: Mapping[str, str | None],
    *,
    days: Days,
    part: Part,
) -> Members:
    """Return a connection of sections or printed items."""
    first_day, last_day = days
    context, wanted = context_of(info), wanted_in(info)
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
    items: list[Members] = [dict(item) for item in page.items]
    below = of_items(wanted)
    await link_items(context, items, below, as_sections=shelf is SECTIONS)
    return connection(page, items, wanted)


async def names_connection(info: Info, names: NameList, *, part: Part) -> Members:
    """Return a connection of names in print."""
    context, wanted = context_of(info), wanted_in(info)
    page = await list_names(
        context.reader, names, viewer=context.viewer, part=part, counted="totalCount" in wanted
    )
    context.note_freshness(Freshness(page.last_modified, page.next_change_at, depends_on=ON_PAPER))
    return connection(page, page.items, wanted)


async def link_items(
    context: Context, items: Sequence[Members], wanted: Wanted, *, as_sections: bool = False
) -> None:
    """Link printed items to their issue, which is read where more than a reference is selected.

    The issue is always the one in print: the head of a draft may lack the item.
    """
    of_issues = of_its_issue(wanted)
    needs_id = as_sections and "id" in wanted
    if needs_id:
        of_issues["id"] = {}  # the id of a section holds the id of its issue
    if is_more_than_reference(of_issues):
        numbers = [item["issue"]["number"] for item in items]
        found = await context.in_print.find_issues("number", numbers)
        issues = [issue for issue in found if issue is not None]
        await context.in_print.read_beside(issues, of_issues)
        for item, issue in zip(items, found, strict=True):
            item["issue"] = issue
    else:
        for item in items:
            item["issue"][TYPENAME] = "Issue"
    if as_sections:
        for item in items:
            link_section(item, item["issue"])
            if needs_id and item["issue"] is not None:
                item["id"] = section_id(item["issue"], item["slug"])


async def link_hits(context: Context, hits: Sequence[Members], wanted: Wanted) -> None:
    """Link hits to their issue, and to the issues that print their subject."""
    await link_items(context, hits, wanted)
    grouped = [hit["printings"] for hit in hits if hit["printings"] is not None]
    below = wanted.get("printings", {}).get("issues", {})
    links = [[{"issue": issue} for issue in printings["issues"]] for printings in grouped]
    await link_items(context, [link for each in links for link in each], {"issue": below})
    for printings, each in zip(grouped, links, strict=True):
        printings["issues"] = [link["issue"] for link in each if link["issue"] is not None]


async def link_appearances(info: Info, subjects: Sequence[Members]) -> None:
    """Link the appearances of subjects to their issues."""
    below = wanted_in(info).get("appearances", {})
    items = [item for subject in subjects for item in subject.get("appearances", ())]
    await link_items(context_of(info), items, below)


async def subject_of_entry(entry: Members, raw: GraphQLResolveInfo[Any]) -> Members | None:
    """Return the subject of a trending entry; those of one answer are read together."""
    context: Context = raw.context
    name = (entry["source"], entry["kind"], entry["external_id"])
    found = await context.find_subject(name, told_of(raw))
    if found is None or "appearances" not in found:
        return found
    # A copy: another entry of the answer may have the same subject.
    appearances = [dict(item) for item in found["appearances"]]
    below = context.look_ahead.below(raw.field_nodes).get("appearances", {})
    await link_items(context, appearances, below)
    return {**found, "appearances": appearances}


async def nodes_by(info: Info, ids: Sequence[str]) -> list[Members | None]:
    """Return the nodes of some ids, in order: issues by one statement, subjects by two or more."""
    context = context_of(info)
    names = {id_: parse_node_id(id_) for id_ in ids}
    rows = {id_: parse_subject_id(id_) for id_, name in names.items() if name is None}
    issues = await _issues_of(info, [name.public_id for name in names.values() if name])
    row_ids = [row_id for row_id in rows.values() if row_id is not None]
    seen = await context.find_subjects(row_ids, told_of(info._raw_info)) if row_ids else []
    subjects = {row_id: subject for row_id, subject in zip(row_ids, seen, strict=True) if subject}
    await link_appearances(info, list(subjects.values()))
    nodes: list[Members | None] = []
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
    context = context_of(info)
    found = await context.find_issues("public_id", public_ids)
    issues = {public_id: issue for public_id, issue in zip(public_ids, found, strict=True) if issue}
    await context.read_beside(
        list({id(issue): issue for issue in issues.values()}.values()), of_issue(wanted_in(info))
    )
    return issues
