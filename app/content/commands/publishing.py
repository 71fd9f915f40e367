"""Publishing: publish the head of an issue, schedule it, or withdraw it."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import SQLModel, col

from app.content.access import Scope
from app.content.blocks.registry import block_of
from app.content.checked_heads import Head
from app.content.commands.announcing import announce_if_due
from app.content.commands.corrections import correct, document_of, read_note
from app.content.commands.events import (
    printed_title,
    record_draft_event,
    record_published,
    record_unpublished,
    record_updated,
)
from app.content.commands.indexing import search_rows
from app.content.commands.number_checks import check_numbers
from app.content.commands.print_check import publication_faults
from app.content.commands.printings import begin_printing, end_printing
from app.content.commands.selection import (
    Guard,
    Payload,
    get_issue,
    head_of,
    issue_id_of,
    members_of,
    revision_of,
    show,
)
from app.content.commands.transaction import ChangeAction, Transaction
from app.content.documents import (
    Compiled,
    compile_issue,
    stored_issue,
)
from app.content.issue_view import IssueAnswer, Status, published_at, status_of
from app.content.print import in_print
from app.content.ref import Ref
from app.content.search.entries import Printed
from app.content.validation import invalid, validate
from app.errors import Conflict, Fault
from app.models import PRINT_TABLES
from app.models.base import table_of
from app.models.issue import Issue
from app.models.printed import Place, PrintRow
from app.models.search_entry import SearchEntry
from app.models.section import Section
from app.models.values import Instant, Shape, format_instant

_SCOPE: Scope = "issues:publish"


class ScheduleInput(Shape):
    """When an issue is to appear."""

    publish_at: Instant


def publish(
    tx: Transaction, ref: Ref, *, guard: Guard, base_url: str, payload: Payload | None = None
) -> IssueAnswer:
    """Publish the head now; does nothing if it is already in print.

    `payload` is a `PublishInput`; with a `correction` the change in print is explained to readers.

    Raises:
        Unauthenticated, Forbidden: without `issues:publish`.
        BadRequest: the payload is not JSON.
        Conflict: there is a correction and nothing to correct.
        ContentInvalid: the head may not be published, or the payload is not valid.
            So is a head with a figure that is contradicted, where the settings refuse that.
    """
    tx.principal.require(_SCOPE)
    issue = get_issue(tx, ref, guard=guard, base_url=base_url)
    print_head(tx, issue, note=read_note(tx, issue, payload))
    return show(tx, issue, base_url=base_url)


def print_head(
    tx: Transaction,
    issue: Issue,
    compiled: Compiled | None = None,
    *,
    first_published_at: datetime | None = None,
    note: str | None = None,
) -> None:
    """Publish the head now; the caller has checked scopes and precondition.

    `compiled` is the compiled head if the caller has it. `first_published_at` is the time of first
    publication elsewhere, for an issue that was never in print here. `note` makes the change a
    correction; without one it is quiet.

    Raises:
        Conflict: there is a note, and no other revision is in print.
        ContentInvalid: the head may not be published.
    """
    was = status_of(issue, now=tx.now)
    if was is Status.PUBLISHED and issue.print_revision == issue.head_revision:
        return
    announce_if_due(tx, issue)
    before = _printed_document(tx, issue) if was is Status.PUBLISHED else None
    appears = issue.visible_from if was is Status.PUBLISHED else tx.now
    assert appears is not None, "a published issue has visible_from"
    known = published_at(issue, now=tx.now)
    issue.first_published_at = known or first_published_at or tx.now
    # Publication elsewhere is not news: a feed reader must not show the issue as updated today.
    printed_at = tx.now if known else issue.first_published_at
    correction = None if note is None else correct(tx, issue, note=note)
    pinned = _pin_head(tx, issue, visible_from=appears, printed_at=printed_at, compiled=compiled)
    issue.is_announced = True
    if before is None:
        record_published(tx, issue, is_first=known is None and first_published_at is None)
    else:
        record_updated(
            tx,
            issue,
            before=before,
            after=pinned.document,
            correction=None if correction is None else document_of(correction),
        )
    tx.note_change("published" if before is None else "updated", issue_id=issue_id_of(issue))


def schedule(
    tx: Transaction, ref: Ref, *, payload: Payload, guard: Guard, base_url: str
) -> IssueAnswer:
    """Schedule the head to appear at a future time.

    Raises:
        Unauthenticated, Forbidden: without `issues:publish`.
        Conflict: the issue is in print already.
        ContentInvalid: there is no time, it is in the past, or there is not exactly one lead.
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
            [
                Fault(
                    "/publish_at",
                    "not_in_future",
                    "Give a time in the future; to publish now, call publish instead.",
                )
            ]
        )
    schedule_head(tx, issue, publish_at=publish_at)
    return show(tx, issue, base_url=base_url)


def schedule_head(tx: Transaction, issue: Issue, *, publish_at: datetime) -> None:
    """Schedule the head; the caller has checked scopes and precondition."""
    pinned = _pin_head(tx, issue, visible_from=publish_at, printed_at=publish_at)
    issue.is_announced = False
    record_draft_event(
        tx,
        "issue.scheduled",
        issue,
        title=pinned.issue.title,
        revision=issue.head_revision,
        publish_at=format_instant(publish_at),
    )
    tx.note_change("scheduled", issue_id=issue_id_of(issue))


def unpublish(tx: Transaction, ref: Ref, *, guard: Guard, base_url: str) -> IssueAnswer:
    """Withdraw an issue from print or cancel its schedule: it becomes a draft.

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
    announce_if_due(tx, issue)
    issue.first_published_at = published_at(issue, now=tx.now)
    title = printed_title(tx, issue)
    if was is Status.PUBLISHED:
        _mark_neighbours(tx, issue)
        record_unpublished(tx, issue, title=title)
    else:
        assert issue.print_revision is not None, "a scheduled issue has a pinned revision"
        record_draft_event(
            tx, "issue.unscheduled", issue, title=title, revision=issue.print_revision
        )
    issue.print_revision = issue.visible_from = issue.printed_at = None
    issue.is_announced = True
    end_printing(tx, issue)
    _delete_rows(tx, issue)
    action: ChangeAction = "unpublished" if was is Status.PUBLISHED else "unscheduled"
    tx.note_change(action, issue_id=issue_id_of(issue))
    return show(tx, issue, base_url=base_url)


def print_rows_again(tx: Transaction, issue: Issue, compiled: Compiled) -> None:
    """Rewrite the print rows of an issue in print or scheduled, from its compiled revision."""
    assert issue.visible_from is not None, "a printed issue has visible_from"
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
) -> Compiled:
    if compiled is None:
        head = head_of(tx, issue)
        compiled = compile_issue(stored_issue(head.document), tx.rendered)
    faults = publication_faults(tx, compiled.issue)
    if faults:
        raise invalid(faults)
    check_numbers(
        tx,
        compiled,
        head=Head(issue.public_id, issue.head_revision),
        printed_at=min(issue.first_published_at or tx.now, tx.now),
    )
    if issue.print_revision is not None:
        _delete_rows(tx, issue)
        end_printing(tx, issue)
    issue.print_revision = issue.head_revision
    tx.drafts.discard(issue.number)
    issue.visible_from = visible_from
    issue.printed_at = printed_at
    begin_printing(tx, issue, at=printed_at)
    _insert_rows(tx, issue, compiled, visible_from=visible_from)
    return compiled


def _printed_document(tx: Transaction, issue: Issue) -> str:
    assert issue.print_revision is not None, "an issue in print has a revision"
    printed = revision_of(tx, issue, issue.print_revision)
    assert printed is not None, "what is printed was saved"
    return printed.document


def _insert_rows(
    tx: Transaction, issue: Issue, compiled: Compiled, *, visible_from: datetime
) -> None:
    """Have the print rows of an issue inserted when the transaction settles."""
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
        block = block_of(section.kind)
        items = block.print_rows(section, where)
        sections.append((section, items))
        says = {"kind": section.kind, "byline": block.byline(section), "compiled": written}
        row: PrintRow = (Section, {**where, **says})
        for printed, columns in (row, *items):
            rows[printed].append(columns)
    rows[SearchEntry] = search_rows(tx, issue, compiled, sections, visible_from=visible_from)
    # Without the ORM, which would take five times as long and whose objects are not needed.
    for table, members in rows.items():
        tx.insert_later(table_of(table), members)


def _delete_rows(tx: Transaction, issue: Issue) -> None:
    tx.insert_rows()
    for table in PRINT_TABLES:
        tx.session.execute(delete(table).where(col(table.issue_id) == issue.id))


def _mark_neighbours(tx: Transaction, issue: Issue) -> None:
    """Record on the two neighbouring issues that their `links` change."""
    for beyond, order in (
        (col(Issue.date) < issue.date, col(Issue.date).desc()),
        (col(Issue.date) > issue.date, col(Issue.date)),
    ):
        nearest = select(Issue).where(in_print(Issue), beyond).order_by(order).limit(1)
        neighbour = tx.session.scalars(nearest, {"now": tx.now}).one_or_none()
        if neighbour is not None:
            neighbour.neighbours_changed_at = tx.now
