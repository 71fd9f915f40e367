"""Import: lines of an NDJSON file, each saved or refused alone. Sending a file again resumes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

from app.content.commands.filling import filled
from app.content.commands.issues import add_draft
from app.content.commands.print_check import publication_faults
from app.content.commands.publishing import print_head, schedule_head
from app.content.commands.saving import IDENTITY, lock_identity, save, taken
from app.content.commands.selection import find_issue, head_of, members_of, revision_of
from app.content.commands.transaction import Transaction
from app.content.documents import (
    Compiled,
    IssueImport,
    IssueInput,
    compile_issue,
    complete,
    read_import,
)
from app.content.issue_view import Status, published_at, status_of
from app.content.markdown import Rendered
from app.content.print_history import PrintHistory, read_history
from app.content.ref import Ref
from app.content.validation import invalid
from app.errors import Conflict, MorningPostError
from app.models.issue import Issue


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of a line: a new issue, or an existing one with the same content."""

    outcome: Literal["created", "present"]
    number: int
    date: Date
    was_left: bool = False
    """Whether it should have been published, and its document does not hold what was in print."""

    def line(self, number: int) -> dict[str, object]:
        """Make the answer line; `number` is that of the imported line."""
        return {
            "line": number,
            "status": 201 if self.outcome == "created" else 200,
            "number": self.number,
            "date": self.date,
            "problem": None,
        }


def refused_line(number: int, *, status: int, problem: object) -> dict[str, object]:
    """Make the answer line for an imported line that was refused."""
    return {"line": number, "status": status, "number": None, "date": None, "problem": problem}


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A line that was parsed, validated and rendered, which needs no database."""

    members: Mapping[str, object]
    document: IssueImport


def read_line(parse: Callable[[], object], rendered: Rendered) -> ImportLine | MorningPostError:
    """Parse and validate a line; return why it is refused, if it is.

    `rendered` collects the HTML of its bodies, for the transaction.
    """
    try:
        members = members_of(parse())
        return ImportLine(members, read_import(members, rendered))
    except MorningPostError as refusal:
        return refusal


def import_issue(
    tx: Transaction,
    line: ImportLine | MorningPostError,
    *,
    publish: bool,
    restores: bool = False,
) -> Imported:
    """Create an issue, unless the one with its number (else its date) has the same content.

    With `publish` the issue is published, or scheduled again if the document says so and its time
    is still to come. If `printed` is present, it is published instead of the newest revision.

    With `restores` too, an issue becomes what it was where it was exported: a draft stays a draft,
    and so does a schedule that is over, and a newer revision without the one in print. A document
    without such information is published.

    Raises:
        Unauthenticated, Forbidden: without `issues:write` (and `issues:publish`).
        MorningPostError: the line was refused when it was read.
        ContentInvalid: the document cannot be filled or published.
        Conflict: an issue with other content has the number, date or slug.
    """
    tx.principal.require("issues:write")
    if publish:
        tx.principal.require("issues:publish")
    if isinstance(line, MorningPostError):
        raise line
    document = line.document
    printed = None if document.printed is None else filled(tx, document.printed)
    document = filled(tx, document)
    history = PrintHistory("leave")
    if publish:
        history = read_history(
            line.members, now=tx.now, has_printed=printed is not None, restores=restores
        )
    if history.action == "leave":
        printed = None
    elif faults := publication_faults(tx, printed or document):
        below = "/printed" if printed else ""
        raise invalid([fault.below(below) for fault in faults])
    issue = _present(tx, document)
    outcome: Literal["created", "present"] = "created" if issue is None else "present"
    compiled: Compiled | None = None
    if issue is None:
        issue, compiled = add_draft(tx, _named(printed, document) if printed else document)
    else:
        _refuse_other(tx, issue, document)
    if publish:
        _print_as(tx, issue, history, document=document, printed=printed, compiled=compiled)
    was_left = publish and history.action == "leave" and history.is_unknown
    return Imported(outcome, issue.number, issue.date, was_left)


def _present(tx: Transaction, document: IssueImport) -> Issue | None:
    """Find the issue with the document's number, else with its date."""
    name: Literal["number", "date"] = "date" if document.number is None else "number"
    ref = Ref(name, getattr(document, name))
    # Lock the issue before the identity lock, in the same order as a save, to avoid a deadlock.
    found = find_issue(tx, ref)
    if found is None and lock_identity(tx):
        found = find_issue(tx, ref)
    return found


def _refuse_other(tx: Transaction, issue: Issue, document: IssueImport) -> None:
    """Raises `Conflict` if the head of an issue differs from the document."""
    kept = {name: getattr(issue, name) for name in IDENTITY if getattr(document, name) is None}
    same = complete(document.model_copy(update=kept), number=issue.number)
    if compile_issue(same, tx.rendered).document != head_of(tx, issue).document:
        name = "date" if document.number is None else "number"
        fault = taken(name, getattr(document, name), issue)
        raise Conflict(fault.code, fault.detail, faults=[fault])


def _print_as(
    tx: Transaction,
    issue: Issue,
    history: PrintHistory,
    *,
    document: IssueInput,
    printed: IssueInput | None,
    compiled: Compiled | None,
) -> None:
    """Publish or schedule an issue as its document says.

    `printed` is the document to publish, if it is not the newest revision. `compiled`: the head, if
    the issue is new.
    """
    is_done = _stands(tx, issue, history, printed)
    if history.action == "leave" or is_done:
        issue.first_published_at = published_at(issue, now=tx.now) or history.published_at
        return
    if printed is not None:
        compiled = save(tx, issue, _named(printed, issue))
    tx.session.flush()
    if history.publish_at is None:
        print_head(tx, issue, compiled, first_published_at=history.published_at)
    else:
        issue.first_published_at = published_at(issue, now=tx.now) or history.published_at
        schedule_head(tx, issue, publish_at=history.publish_at)
    if printed is not None:
        save(tx, issue, _named(document, issue))


def _stands(
    tx: Transaction, issue: Issue, history: PrintHistory, printed: IssueInput | None
) -> bool:
    """Whether an issue is already published or scheduled as its document says."""
    status = status_of(issue, now=tx.now)
    if status is Status.DRAFT:
        return False
    if history.action == "schedule" and status is Status.PUBLISHED:
        return True  # an issue in print is not withdrawn
    if history.action == "print" and status is Status.SCHEDULED:
        return False
    if history.action == "schedule" and issue.visible_from != history.publish_at:
        return False
    assert issue.print_revision is not None, "only a draft has none"
    if printed is None:
        return issue.print_revision == issue.head_revision
    pinned = revision_of(tx, issue, issue.print_revision)
    wanted = complete(_named(printed, issue), number=issue.number)
    return pinned is not None and pinned.document == compile_issue(wanted, tx.rendered).document


def _named(document: IssueInput, names: IssueInput | Issue) -> IssueInput:
    """Copy a document with the number, date and slug of another document or issue."""
    return document.model_copy(update={name: getattr(names, name) for name in IDENTITY})
