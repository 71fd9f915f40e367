"""Selecting the issue of a command: find it, lock it, and check the precondition."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Select, bindparam, select

from app.content.commands.transaction import Transaction
from app.content.documents import COMPILER_VERSION, stored_bodies
from app.content.issue_view import IssueAnswer, View, answer_of, select_issue
from app.content.ref import LATEST, Ref, no_such_issue
from app.database.prepared_writes import read
from app.errors import ContentInvalid
from app.models.issue import Issue
from app.models.revision import IssueRevision

Payload = Callable[[], object]
"""Parses the request body when it is needed; raises `BadRequest` if it is not JSON."""


class Guard(Protocol):
    """Checks the precondition of a write against the current head; raises if it fails."""

    def __call__(
        self, *, revision: int, issue_id: int, show: Callable[[], IssueAnswer]
    ) -> None: ...


def no_guard(*, revision: int, issue_id: int, show: Callable[[], IssueAnswer]) -> None:
    """Accept any state, as the command line does."""


def find_issue(tx: Transaction, ref: Ref) -> Issue | None:
    """Find an issue, drafts included, and lock its row until the commit."""
    if ref.kind == LATEST:
        return None
    return tx.session.scalars(_lock_issue(ref.kind), {"ref": ref.value}).one_or_none()


@cache
def _lock_issue(kind: str) -> Select[Any]:
    return select(Issue).where(getattr(Issue, kind) == bindparam("ref")).with_for_update()


def get_issue(tx: Transaction, ref: Ref, *, guard: Guard, base_url: str) -> Issue:
    """Find an issue and check the precondition against its head.

    Raises:
        NotFound: there is no such issue.
        PreconditionRequired, PreconditionFailed: from the guard.
    """
    issue = find_issue(tx, ref)
    if issue is None:
        raise no_such_issue(str(ref.value))
    guard(
        revision=issue.head_revision,
        issue_id=issue.public_id,
        show=lambda: show(tx, issue, base_url=base_url),
    )
    return issue


def issue_id_of(issue: Issue) -> int:
    """Return the row id of a stored issue."""
    assert issue.id is not None, "the issue was flushed"
    return issue.id


def revision_of(tx: Transaction, issue: Issue, number: int) -> IssueRevision | None:
    """Find a revision; its HTML is offered for reuse by unchanged bodies."""
    revision = tx.session.get(IssueRevision, (issue_id_of(issue), number))
    if revision is not None and revision.compiler_version == COMPILER_VERSION:
        compiled = revision.compiled_sections
        tx.rendered.offer((revision.issue_id, number), lambda: stored_bodies(compiled))
    return revision


def head_of(tx: Transaction, issue: Issue) -> IssueRevision:
    """Return the newest revision of an issue."""
    head = revision_of(tx, issue, issue.head_revision)
    assert head is not None, "every issue has a head revision"
    return head


def show(tx: Transaction, issue: Issue, *, base_url: str) -> IssueAnswer:
    """Return the document of an issue's head inside this transaction."""
    tx.session.flush()
    statement = select_issue(View.HEAD, "id")
    (row,) = read(tx.connection, statement, {"ref": issue_id_of(issue), "now": tx.now})
    shown = answer_of(row, view=View.HEAD, now=tx.now, base_url=base_url)
    shown.warnings = tx.number_warnings
    return shown


def members_of(value: object) -> Mapping[str, object]:
    """Check that parsed JSON is an object. Raises `ContentInvalid`."""
    if not isinstance(value, dict):
        raise ContentInvalid("body_not_an_object", "The body must be a JSON object.")
    return value
