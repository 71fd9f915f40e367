"""How a command finds the issue it works on: by reference, held until the commit, and guarded."""

from collections.abc import Callable, Mapping
from typing import Protocol

from sqlalchemy import select
from sqlmodel import col

from app.content.commands.transaction import Transaction
from app.content.documents import COMPILER_VERSION, stored_bodies
from app.content.issue_view import IssueAnswer, View, answer_of, select_issue
from app.content.ref import LATEST, Ref, no_such_issue
from app.errors import ContentInvalid
from app.models.issue import Issue
from app.models.revision import IssueRevision

Payload = Callable[[], object]
"""Reads what was sent as JSON when its turn comes; raises `BadRequest` when it is none."""


class Guard(Protocol):
    """Judges the precondition of a write against what stands now; raises when it fails."""

    def __call__(
        self, *, revision: int, issue_id: int, show: Callable[[], IssueAnswer]
    ) -> None: ...


def no_guard(*, revision: int, issue_id: int, show: Callable[[], IssueAnswer]) -> None:
    """Let everything pass: the command line works on what stands there now."""


def find_issue(tx: Transaction, ref: Ref) -> Issue | None:
    """Find an issue, drafts included, and hold its row until the commit."""
    if ref.kind == LATEST:
        return None
    found = select(Issue).where(getattr(Issue, ref.kind) == ref.value).with_for_update()
    return tx.session.scalars(found).one_or_none()


def get_issue(tx: Transaction, ref: Ref, *, guard: Guard, base_url: str) -> Issue:
    """Find an issue and judge the precondition against its head.

    Raises:
        NotFound: there is none.
        PreconditionRequired, PreconditionFailed: as the guard says.
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
    """The row of an issue that is stored."""
    assert issue.id is not None, "the issue was flushed"
    return issue.id


def revision_of(tx: Transaction, issue: Issue, number: int) -> IssueRevision | None:
    """Find a revision. Its HTML is used again for bodies that stay as they are."""
    revision = tx.session.get(IssueRevision, (issue_id_of(issue), number))
    if revision is not None and revision.compiler_version == COMPILER_VERSION:
        compiled = revision.compiled_sections
        tx.rendered.offer((revision.issue_id, number), lambda: stored_bodies(compiled))
    return revision


def head_of(tx: Transaction, issue: Issue) -> IssueRevision:
    """The newest revision of an issue; there is always one."""
    head = revision_of(tx, issue, issue.head_revision)
    assert head is not None, "every issue has its head"
    return head


def show(tx: Transaction, issue: Issue, *, base_url: str) -> IssueAnswer:
    """The document of an issue's head as it stands inside this transaction."""
    tx.session.flush()
    statement = select_issue(View.HEAD, "id")
    row = tx.session.execute(statement, {"ref": issue_id_of(issue), "now": tx.now}).one()
    return answer_of(row, view=View.HEAD, now=tx.now, base_url=base_url)


def other_issue(tx: Transaction, issue: Issue | None, column: str, value: object) -> Issue | None:
    """Another issue than this one that has a value in a column."""
    statement = select(Issue).where(getattr(Issue, column) == value)
    if issue is not None:
        statement = statement.where(col(Issue.id) != issue.id)
    return tx.session.scalars(statement).one_or_none()


def members_of(value: object) -> Mapping[str, object]:
    """Take parsed JSON as an object. Raises `ContentInvalid`."""
    if not isinstance(value, dict):
        raise ContentInvalid("body_not_an_object", "The body must be a JSON object.")
    return value
