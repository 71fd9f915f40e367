"""Importing: one line of an NDJSON file, one transaction; a file sent again resumes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

from app.content.commands.filling import read_filled
from app.content.commands.issues import add_issue
from app.content.commands.publishing import print_head
from app.content.commands.saving import IDENTITY, taken
from app.content.commands.selection import find_issue, head_of
from app.content.commands.transaction import Transaction
from app.content.documents import compile_issue, complete, print_faults
from app.content.ref import Ref
from app.content.validation import invalid
from app.errors import Conflict
from app.models.issue import Issue


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a line: a new issue, or one that said the same already."""

    outcome: Literal["created", "present"]
    number: int
    date: Date


def import_issue(tx: Transaction, members: Mapping[str, object], *, publish: bool) -> Imported:
    """Make an issue of a document unless one of its number (else of its date) says just that.

    Raises:
        Unauthenticated, Forbidden: without `issues:write` (and `issues:publish`).
        ContentInvalid: the document is not valid.
        Conflict: number, date or slug belongs to an issue that says something else.
    """
    tx.principal.require("issues:write")
    if publish:
        tx.principal.require("issues:publish")
    document = read_filled(tx, members)
    if publish and (faults := print_faults(document)):
        raise invalid(faults)
    tx.lock("issue identity")
    name: Literal["number", "date"] = "date" if document.number is None else "number"
    value = getattr(document, name)
    present = find_issue(tx, Ref(name, value))
    if present is None:
        return _imported("created", add_issue(tx, members, publish=publish))
    head = head_of(tx, present)
    kept = {name: getattr(present, name) for name in IDENTITY if getattr(document, name) is None}
    same = complete(document.model_copy(update=kept), number=present.number)
    if compile_issue(same, tx.rendered).document != head.document:
        fault = taken(name, value, present)
        raise Conflict(fault.code, fault.detail, faults=[fault])
    if publish:
        print_head(tx, present)
    return _imported("present", present)


def _imported(outcome: Literal["created", "present"], issue: Issue) -> Imported:
    return Imported(outcome, issue.number, issue.date)
