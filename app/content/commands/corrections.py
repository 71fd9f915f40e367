"""Corrections: store what changed in print, with the note of the editor."""

import secrets

import orjson
from pydantic import Field

from app.content.commands.selection import Payload, head_of, issue_id_of, members_of, revision_of
from app.content.commands.transaction import Transaction
from app.content.diff import changes_between
from app.content.issue_view import Status, status_of
from app.content.validation import validate
from app.errors import Conflict
from app.models.correction import Correction
from app.models.issue import Issue
from app.models.values import Note, Shape, format_instant


class CorrectionInput(Shape):
    """A correction of the issue in print."""

    note: Note = Field(
        description='What was wrong, for readers: 1 to 1,000 characters, such as "The lead named '
        'the wrong model."'
    )


class PublishInput(Shape):
    """How an issue is published."""

    correction: CorrectionInput | None = Field(
        default=None,
        description="Publish the change as a correction, with a note to readers. Without one it is "
        "a quiet change. Only where another revision is in print.",
    )


def read_note(tx: Transaction, issue: Issue, payload: Payload | None) -> str | None:
    """Read the note of a correction from the body of `publish`; `None` for a quiet change.

    Raises:
        BadRequest: the body is not JSON.
        Conflict: there is a note and nothing to correct.
        ContentInvalid: the body is not valid.
    """
    if payload is None:
        return None
    members = members_of(payload())
    if members.get("correction") is not None:
        refuse_idle(tx, issue)
    sent = validate(PublishInput, members)
    return sent.correction.note if sent.correction else None


def refuse_idle(tx: Transaction, issue: Issue) -> None:
    """Raises `Conflict` unless another revision than the head is in print."""
    if status_of(issue, now=tx.now) is not Status.PUBLISHED:
        raise _nothing(
            "The issue is not in print, so there is nothing to correct. Publish it without a "
            "`correction`."
        )
    if issue.print_revision == issue.head_revision:
        raise _nothing(
            f"Revision {issue.head_revision} is in print already, so there is nothing to correct. "
            "Save the change first, then publish it with the `correction`."
        )


def correct(tx: Transaction, issue: Issue, *, note: str) -> Correction:
    """Store the correction that comes with putting the head in print.

    To be called while the earlier revision is still in print. Returns the stored correction.

    Raises:
        Conflict: no other revision is in print, or it does not differ.
    """
    refuse_idle(tx, issue)
    assert issue.print_revision is not None, "an issue in print has a revision"
    printed = revision_of(tx, issue, issue.print_revision)
    assert printed is not None, "the revision in print is stored"
    head = head_of(tx, issue)
    changes = changes_between(orjson.loads(printed.document), orjson.loads(head.document))
    if not changes:
        raise _nothing(
            f"Revision {head.number} says the same as revision {printed.number}, which is in "
            "print, so there is nothing to correct. Publish it without a `correction`."
        )
    correction = Correction(
        public_id=f"cor_{secrets.token_hex(10)}",
        issue_id=issue_id_of(issue),
        corrected_at=tx.now,
        note=note,
        from_revision=printed.number,
        to_revision=head.number,
        changes=orjson.dumps([change._asdict() for change in changes]).decode(),
    )
    tx.session.add(correction)
    written, earlier = orjson.dumps(document_of(correction)), issue.compiled_corrections
    issue.compiled_corrections = (
        b"[%b,%b" % (written, earlier[1:]) if earlier else b"[%b]" % written
    )
    return correction


def document_of(correction: Correction) -> dict[str, object]:
    """Make the document of a correction."""
    return {
        "id": correction.public_id,
        "at": format_instant(correction.corrected_at),
        "note": correction.note,
        "from_revision": correction.from_revision,
        "to_revision": correction.to_revision,
        "changes": orjson.loads(correction.changes),
    }


def _nothing(detail: str) -> Conflict:
    return Conflict("nothing_to_correct", detail)
