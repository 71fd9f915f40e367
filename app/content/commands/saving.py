"""Saving: store a document as the next revision, and check its number, date and slug."""

import secrets
from collections.abc import Mapping
from datetime import date as Date, datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import (
    BindParameter,
    Insert,
    Row,
    Select,
    bindparam,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from app.content.commands.events import record_draft_event
from app.content.commands.selection import head_of, issue_id_of
from app.content.commands.transaction import Transaction
from app.content.documents import (
    COMPILER_VERSION,
    Compiled,
    IssueInput,
    compile_issue,
    complete,
    default_slugs,
)
from app.content.issue_view import status_of
from app.content.validation import invalid
from app.database.prepared_writes import insert_rows, read
from app.errors import Conflict, ContentInvalid, Fault
from app.models.base import columns, table_of
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.values import MAX_INTEGER, format_instant, parse_instant

IDENTITY = ("number", "date", "slug")

_SLUGS_AT_ONCE = 20
"""Default slugs per lookup; the first is nearly always free."""

_ACTIONS = {
    "status": "Use publish, unpublish or schedule.",
    "revision": "Every save makes the next one; restore an old one with …/restore.",
    "published_revision": "Use publish.",
    "publish_at": "Use schedule.",
}


def new_public_id() -> int:
    """Return a random public id of 63 bits, which fits a BIGINT."""
    return secrets.randbits(63)


def next_number(tx: Transaction) -> int:
    """One above the highest number, drafts included. Raises `ContentInvalid` if none is left."""
    tx.session.flush()
    highest: int = tx.connection.execute(_select_highest()).scalar_one() or 0
    if highest >= MAX_INTEGER:
        raise invalid(
            [Fault("/number", "out_of_range", "No higher number is left; give a free one.")]
        )
    return highest + 1


@cache
def _select_highest() -> Select[Any]:
    return select(func.max(col(Issue.number)))


def lock_identity(tx: Transaction) -> bool:
    """Serialise the choice of numbers, dates and slugs until the commit.

    Otherwise two transactions could choose the same default. Returns whether another transaction
    may have committed one since the last statement.
    """
    return tx.lock("issue identity")


def completed(
    tx: Transaction, issue: Issue | None, document: IssueInput, *, number: int
) -> IssueInput:
    """Fill in all defaults; a default slug is one that no other issue has.

    Under `lock_identity` it stays free until the commit.
    """
    if document.slug is not None:
        return complete(document, number=number)
    return complete(document, number=number, slug=_free_slug(tx, issue, f"issue-{number}"))


def _free_slug(tx: Transaction, issue: Issue | None, base: str) -> str:
    slugs = default_slugs(base)
    own_id = None if issue is None else issue.id
    tx.session.flush()
    while True:
        wanted = list(islice(slugs, _SLUGS_AT_ONCE))
        others = tx.connection.execute(_select_slugs(), {"slugs": wanted})
        taken = {slug for id_, slug in others if id_ != own_id}
        free = next((slug for slug in wanted if slug not in taken), None)
        if free is not None:
            return free


@cache
def _select_slugs() -> Select[Any]:
    slugs: BindParameter[str] = bindparam("slugs", expanding=True)
    return select(*columns(Issue, "id", "slug")).where(col(Issue.slug).in_(slugs))


def refuse_taken(tx: Transaction, issue: Issue | None, document: IssueInput) -> None:
    """Raises `Conflict` if another issue has the number, date or slug; names all that are taken.

    One statement.
    """
    wanted = {name: getattr(document, name) for name in IDENTITY}
    tx.session.flush()
    others = [
        other
        for other in read(tx.connection, _select_named(), wanted)
        if issue is None or other.id != issue.id
    ]
    faults = [
        taken(name, value, other)
        for name, value in wanted.items()
        for other in others
        if getattr(other, name) == value
    ]
    if faults:
        raise Conflict(faults[0].code, faults[0].detail, faults=faults)


@cache
def _select_named() -> Select[Any]:
    named = [getattr(Issue, name) == bindparam(name) for name in IDENTITY]
    return select(*columns(Issue, "id", *IDENTITY)).where(or_(*named))


def taken(name: str, value: object, other: Issue | Row[Any] | None) -> Fault:
    """Make the fault for a number, date or slug that another issue has."""
    whose = f"issue {other.number} of {other.date}" if other else "another issue"
    return Fault(
        f"/{name}",
        f"{name}_taken",
        f"The {name} {value} is taken by {whose}; choose another or update that one.",
    )


def flush_identity(tx: Transaction, document: IssueInput) -> None:
    """Insert or update the issue row; raises `Conflict` if a concurrent transaction was faster."""
    try:
        tx.session.flush()
    except IntegrityError as error:
        name = next((name for name in IDENTITY if _is_about(error, name)), None)
        if name is None:
            raise
        fault = taken(name, getattr(document, name), None)
        raise Conflict(fault.code, fault.detail, faults=[fault]) from error


def _is_about(error: IntegrityError, name: str) -> bool:
    # SQLite names the column, PostgreSQL the constraint.
    said = str(error.orig)
    return f"issue.{name}" in said or f"uq_issue_{name}" in said


def add_revision(tx: Transaction, issue: Issue, compiled: Compiled) -> None:
    """Store a compiled document as the revision `head_revision` of an issue, which is flushed."""
    tx.drafts.add(issue.number)
    revision = {
        "issue_id": issue_id_of(issue),
        "number": issue.head_revision,
        "created_at": tx.now,
        "created_by": tx.principal.prefix or "",
        "title": compiled.issue.title,
        "compiler_version": COMPILER_VERSION,
        "compiled_summary": compiled.summary,
        "compiled_sections": compiled.sections,
        "document": compiled.document,
    }
    insert_rows(tx.connection, _insert_revision(), [revision])
    record_draft_event(
        tx,
        "issue.created" if issue.head_revision == 1 else "issue.saved",
        issue,
        title=compiled.issue.title,
        revision=issue.head_revision,
    )


@cache
def _insert_revision() -> Insert:
    return insert(table_of(IssueRevision))


def save(tx: Transaction, issue: Issue, document: IssueInput) -> Compiled:
    """Save a document as the new head; a document equal to the head makes no revision.

    Returns the compiled head.

    Raises:
        Conflict: `identity_in_print`, or number, date or slug is taken.
    """
    if _renames(issue, document):
        lock_identity(tx)
    document = completed(tx, issue, document, number=document.number or issue.number)
    refuse_moved_identity(tx, issue, document.model_dump(include=set(IDENTITY)))
    head = head_of(tx, issue)
    compiled = compile_issue(document, tx.rendered)
    if compiled.document == head.document:
        return compiled
    refuse_taken(tx, issue, document)
    issue.head_revision += 1
    for name in IDENTITY:
        setattr(issue, name, getattr(document, name))
    flush_identity(tx, document)
    add_revision(tx, issue, compiled)
    return compiled


def _renames(issue: Issue, document: IssueInput) -> bool:
    """Whether a save could change the number, date or slug of an issue."""
    return document.slug is None or any(
        getattr(document, name) not in (None, getattr(issue, name)) for name in IDENTITY
    )


def refuse_moved_identity(tx: Transaction, issue: Issue, wanted: Mapping[str, object]) -> None:
    """Raises `Conflict` if the identity of an issue in print or scheduled would change.

    Values of a wrong type are left to the validation of the document.
    """
    if issue.print_revision is None:
        return
    faults = [
        Fault(
            f"/{name}",
            "identity_in_print",
            f"The {name} of a {status_of(issue, now=tx.now)} issue stays {getattr(issue, name)}.",
        )
        for name in IDENTITY
        if _differs(wanted.get(name), getattr(issue, name))
    ]
    if faults:
        raise Conflict(
            "identity_in_print",
            "Number, date and slug cannot change while an issue is scheduled or published; "
            "unpublish it first.",
            faults=faults,
        )


def _differs(wanted: object, present: object) -> bool:
    if isinstance(wanted, Date):
        wanted = wanted.isoformat()
    if isinstance(present, Date):
        present = present.isoformat()
    if isinstance(present, int):
        return (
            isinstance(wanted, int | float) and not isinstance(wanted, bool) and wanted != present
        )
    return isinstance(wanted, str) and wanted != present


def refuse_moved_read_fields(tx: Transaction, issue: Issue, sent: Mapping[str, object]) -> None:
    """Raises `ContentInvalid` if a read-only field was sent with another than its current value."""
    waits = status_of(issue, now=tx.now) == "scheduled"
    present: dict[str, object] = {
        "status": status_of(issue, now=tx.now).value,
        "revision": issue.head_revision,
        "published_revision": issue.print_revision,
        "publish_at": issue.visible_from if waits else None,
    }
    faults = [
        Fault(f"/{name}", "read_only", f"It is {_shown(value)} and cannot be set. {_ACTIONS[name]}")
        for name, value in present.items()
        if name in sent and not _same(sent[name], value)
    ]
    if faults:
        raise ContentInvalid("read_only", "A field that is only read was changed.", faults=faults)


def _same(sent: object, present: object) -> bool:
    if isinstance(sent, bool):
        return False
    if isinstance(sent, str) and not isinstance(present, str):
        try:
            return parse_instant(sent) == present
        except ValueError:
            return False
    return sent == present


def _shown(value: object) -> str:
    if value is None:
        return "null"
    return format_instant(value) if isinstance(value, datetime) else str(value)
