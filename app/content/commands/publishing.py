"""Publishing: what puts the head of an issue into print, pins it for later, or takes it out."""

from collections import defaultdict
from datetime import datetime
from functools import cache

from sqlalchemy import Insert, delete, insert, inspect, select
from sqlmodel import SQLModel, col

from app.content.access import Scope
from app.content.blocks.registry import block_of
from app.content.commands.indexing import search_rows
from app.content.commands.selection import (
    Guard,
    Payload,
    get_issue,
    head_of,
    issue_id_of,
    members_of,
    show,
)
from app.content.commands.transaction import ChangeAction, Transaction
from app.content.documents import (
    Compiled,
    compile_issue,
    print_faults,
    stored_issue,
)
from app.content.issue_view import IssueAnswer, Status, published_at, status_of
from app.content.print import in_print
from app.content.ref import Ref
from app.content.search.entries import Printed
from app.content.validation import invalid, validate
from app.errors import Conflict, Fault
from app.models import PRINT_TABLES
from app.models.issue import Issue
from app.models.printed import Place, PrintRow
from app.models.search_entry import SearchEntry
from app.models.section import Section
from app.models.values import Instant, Shape

_SCOPE: Scope = "issues:publish"


class ScheduleInput(Shape):
    """When an issue is to appear."""

    publish_at: Instant


def publish(tx: Transaction, ref: Ref, *, guard: Guard, base_url: str) -> IssueAnswer:
    """Put the head into print now; where it is there already, nothing changes.

    Raises:
        Unauthenticated, Forbidden: without `issues:publish`.
        ContentInvalid: the head has not exactly one lead.
    """
    tx.principal.require(_SCOPE)
    issue = get_issue(tx, ref, guard=guard, base_url=base_url)
    print_head(tx, issue)
    return show(tx, issue, base_url=base_url)


def print_head(
    tx: Transaction,
    issue: Issue,
    compiled: Compiled | None = None,
    *,
    first_published_at: datetime | None = None,
) -> None:
    """Put the head into print now, for commands that have found and judged the issue.

    `compiled`: the head, where the command has just compiled it.
    `first_published_at`: when it first came into print elsewhere, for one that never was here.
    """
    was = status_of(issue, now=tx.now)
    if was is Status.PUBLISHED and issue.print_revision == issue.head_revision:
        return
    appears = issue.visible_from if was is Status.PUBLISHED else tx.now
    assert appears is not None, "what is published is visible from a time on"
    known = published_at(issue, now=tx.now)
    issue.first_published_at = known or first_published_at or tx.now
    # What was printed elsewhere is not news here: a feed reader must not show it as updated today.
    printed_at = tx.now if known else issue.first_published_at
    _pin_head(tx, issue, visible_from=appears, printed_at=printed_at, compiled=compiled)
    tx.note_change(
        "updated" if was is Status.PUBLISHED else "published", issue_id=issue_id_of(issue)
    )


def schedule(
    tx: Transaction, ref: Ref, *, payload: Payload, guard: Guard, base_url: str
) -> IssueAnswer:
    """Pin the head to appear at a time to come.

    Raises:
        Unauthenticated, Forbidden: without `issues:publish`.
        Conflict: the issue is in print already.
        ContentInvalid: no time, a time gone by, or not exactly one lead.
    """
    tx.principal.require(_SCOPE)
    issue = get_issue(tx, ref, guard=guard, base_url=base_url)
    sent = payload()
    if status_of(issue, now=tx.now) is Status.PUBLISHED:
        raise Conflict(
            "already_published", "The issue is in print already; unpublish it to schedule it."
        )
    publish_at = validate(ScheduleInput, members_of(sent)).publish_at
    if publish_at <= tx.now:
        raise invalid(
            [Fault("/publish_at", "not_in_future", "Give a time to come, or use publish.")]
        )
    schedule_head(tx, issue, publish_at=publish_at)
    return show(tx, issue, base_url=base_url)


def schedule_head(tx: Transaction, issue: Issue, *, publish_at: datetime) -> None:
    """Pin the head to appear at a time to come, for commands that have judged the issue."""
    _pin_head(tx, issue, visible_from=publish_at, printed_at=publish_at)
    tx.note_change("scheduled", issue_id=issue_id_of(issue))


def unpublish(tx: Transaction, ref: Ref, *, guard: Guard, base_url: str) -> IssueAnswer:
    """Take an issue out of print, or its schedule back: it is a draft again.

    Raises:
        Unauthenticated, Forbidden: without `issues:publish`.
        Conflict: it is a draft.
    """
    tx.principal.require(_SCOPE)
    issue = get_issue(tx, ref, guard=guard, base_url=base_url)
    was = status_of(issue, now=tx.now)
    if was is Status.DRAFT:
        raise Conflict(
            "not_in_print", "The issue is a draft: it is neither in print nor scheduled."
        )
    issue.first_published_at = published_at(issue, now=tx.now)
    if was is Status.PUBLISHED:
        _mark_neighbours(tx, issue)
    issue.print_revision = issue.visible_from = issue.printed_at = None
    _delete_rows(tx, issue)
    action: ChangeAction = "unpublished" if was is Status.PUBLISHED else "unscheduled"
    tx.note_change(action, issue_id=issue_id_of(issue))
    return show(tx, issue, base_url=base_url)


def print_rows_again(tx: Transaction, issue: Issue, compiled: Compiled) -> None:
    """Write the rows of an issue in print, or pinned for it, anew from its compiled revision."""
    assert issue.visible_from is not None, "what is printed has a time"
    _delete_rows(tx, issue)
    _insert_rows(tx, issue, compiled, visible_from=issue.visible_from)
    tx.note_change("updated", issue_id=issue_id_of(issue))


def _pin_head(
    tx: Transaction,
    issue: Issue,
    *,
    visible_from: datetime,
    printed_at: datetime,
    compiled: Compiled | None = None,
) -> None:
    if compiled is None:
        head = head_of(tx, issue)
        compiled = compile_issue(stored_issue(head.document), tx.rendered)
    faults = print_faults(compiled.issue)
    if faults:
        raise invalid(faults)
    if issue.print_revision is not None:
        _delete_rows(tx, issue)
    issue.print_revision = issue.head_revision
    issue.visible_from = visible_from
    issue.printed_at = printed_at
    _insert_rows(tx, issue, compiled, visible_from=visible_from)


def _insert_rows(
    tx: Transaction, issue: Issue, compiled: Compiled, *, visible_from: datetime
) -> None:
    """Fill the print tables, each by one statement however many rows it gets."""
    rows: defaultdict[type[SQLModel], list[dict[str, object]]] = defaultdict(list)
    sections: list[Printed] = []
    for place, (section, written) in enumerate(zip(compiled.read, compiled.each, strict=True)):
        where = Place(
            issue_id=issue_id_of(issue),
            issue_date=issue.date,
            visible_from=visible_from,
            section_slug=section.slug,
            section_position=place,
        )
        items = block_of(section.kind).print_rows(section, where)
        sections.append((section, items))
        row: PrintRow = (Section, {**where, "kind": section.kind, "compiled": written})
        for printed, columns in (row, *items):
            rows[printed].append(columns)
    rows[SearchEntry] = search_rows(tx, issue, compiled, sections, visible_from=visible_from)
    tx.session.flush()
    # Past the ORM, whose rows would be forgotten at once: it takes five times as long.
    connection = tx.session.connection()
    for table, members in rows.items():
        connection.execute(_inserts(table), members)


@cache
def _inserts(table: type[SQLModel]) -> Insert:
    return insert(inspect(table).local_table)


def _delete_rows(tx: Transaction, issue: Issue) -> None:
    for table in PRINT_TABLES:
        tx.session.execute(delete(table).where(col(table.issue_id) == issue.id))


def _mark_neighbours(tx: Transaction, issue: Issue) -> None:
    """Note at the issues on either side that their `links` are going to change."""
    for beyond, order in (
        (col(Issue.date) < issue.date, col(Issue.date).desc()),
        (col(Issue.date) > issue.date, col(Issue.date)),
    ):
        nearest = select(Issue).where(in_print(Issue), beyond).order_by(order).limit(1)
        neighbour = tx.session.scalars(nearest, {"now": tx.now}).one_or_none()
        if neighbour is not None:
            neighbour.neighbours_changed_at = tx.now
