"""Writing issues: create, replace, patch, patch a section, restore, delete, validate.

Errors follow the order of the contract: missing issue, precondition, malformed JSON, state,
content, taken identity.
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime

import orjson

from app.content.access import Scope
from app.content.commands.events import record_draft_event
from app.content.commands.filling import read_filled
from app.content.commands.number_checks import warnings_about
from app.content.commands.overturned import overturned_warnings
from app.content.commands.print_check import publication_faults, setting_faults
from app.content.commands.publishing import print_head
from app.content.commands.saving import (
    IDENTITY,
    add_revision,
    completed,
    flush_identity,
    lock_identity,
    new_public_id,
    next_number,
    refuse_moved_identity,
    refuse_moved_read_fields,
    refuse_taken,
    save,
)
from app.content.commands.selection import (
    Guard,
    Payload,
    find_issue,
    get_issue,
    head_of,
    members_of,
    revision_of,
    show,
)
from app.content.commands.transaction import Transaction
from app.content.documents import (
    Compiled,
    IssueInput,
    compile_issue,
    stored_issue,
    warnings_of,
)
from app.content.facts.warnings import NumberWarning
from app.content.issue_view import IssueAnswer, Status, published_at, status_of
from app.content.ref import Ref
from app.content.validation import invalid
from app.errors import Conflict, ContentInvalid, Fault, NotFound, PreconditionFailed, quoted
from app.models.issue import READ_FIELDS, Issue


def create(tx: Transaction, *, payload: Payload, publish: bool, base_url: str) -> IssueAnswer:
    """Create an issue: a draft, or published at once with `publish`.

    Raises:
        Unauthenticated, Forbidden: without `issues:write` (and `issues:publish`).
        BadRequest, ContentInvalid: the payload is not a valid document.
        Conflict: number, date or slug is taken.
    """
    tx.principal.require(*_scopes(publish))
    return show(tx, add_issue(tx, members_of(payload()), publish=publish), base_url=base_url)


def add_issue(
    tx: Transaction,
    members: Mapping[str, object],
    *,
    publish: bool,
    first_published_at: datetime | None = None,
) -> Issue:
    """Create an issue from a document; the caller has checked the scopes.

    `first_published_at`: when it was first in print elsewhere.
    """
    posted = read_filled(tx, members)
    if publish and (faults := publication_faults(tx, posted)):
        raise invalid(faults)
    issue, compiled = add_draft(tx, posted)
    if publish:
        print_head(tx, issue, compiled, first_published_at=first_published_at)
    return issue


def add_draft(tx: Transaction, posted: IssueInput) -> tuple[Issue, Compiled]:
    """Create a draft from a valid, filled document; return it with its compiled head.

    Raises:
        Conflict: number, date or slug is taken.
    """
    assert posted.date is not None, "a new issue has a date"
    lock_identity(tx)
    number = posted.number or next_number(tx)
    document = completed(tx, None, posted, number=number)
    refuse_taken(tx, None, document)
    issue = Issue(
        public_id=new_public_id(),
        number=number,
        date=posted.date,
        slug=document.slug or "",
        head_revision=1,
        created_at=tx.now,
    )
    tx.session.add(issue)
    flush_identity(tx, document)
    compiled = compile_issue(document, tx.rendered)
    add_revision(tx, issue, compiled)
    return issue, compiled


def create_at(
    tx: Transaction,
    ref: Ref,
    *,
    payload: Payload,
    refuse: Callable[[IssueAnswer], PreconditionFailed],
    publish: bool,
    base_url: str,
) -> IssueAnswer:
    """Create an issue under the number or date of a reference if there is none yet.

    Raises:
        PreconditionFailed: the issue exists; `refuse` makes the error that shows it.
        NotFound: the reference is neither a number nor a date.
        ContentInvalid: the document has another number or date.
        And everything that `create` raises.
    """
    tx.principal.require(*_scopes(publish))
    # Before the look, so that of equal requests at once all but the first find what it made.
    lock_identity(tx)
    found = find_issue(tx, ref)
    if found is not None:
        raise refuse(show(tx, found, base_url=base_url))
    if ref.kind not in ("number", "date"):
        raise NotFound(
            "issue_not_found",
            f"There is no issue {quoted(str(ref.value))}; create it by number or date.",
        )
    members = dict(members_of(payload()))
    named = ref.value if isinstance(ref.value, int) else str(ref.value)
    if members.get(ref.kind) is None:
        members[ref.kind] = named
    elif members[ref.kind] != named:
        raise invalid([Fault(f"/{ref.kind}", "not_as_addressed", f"The address says {named}.")])
    return show(tx, add_issue(tx, members, publish=publish), base_url=base_url)


def replace(
    tx: Transaction, ref: Ref, *, payload: Payload, guard: Guard, publish: bool, base_url: str
) -> IssueAnswer:
    """Replace the head with a whole document; number, date and slug default to the current ones.

    Raises:
        Unauthenticated, Forbidden, NotFound, PreconditionRequired, PreconditionFailed,
        BadRequest, ContentInvalid, Conflict.
    """
    tx.principal.require(*_scopes(publish))
    issue = get_issue(tx, ref, guard=guard, base_url=base_url)
    value = payload()
    members = dict(value) if isinstance(value, dict) else {}
    refuse_moved_identity(tx, issue, members)
    members_of(value)
    refuse_moved_read_fields(tx, issue, members)
    for name in IDENTITY:
        if members.get(name) is None:
            present = getattr(issue, name)
            members[name] = present if isinstance(present, int) else str(present)
    head_of(tx, issue)  # loads its rendered HTML, so that unchanged bodies are not rendered again
    return _saved(tx, issue, read_filled(tx, members), publish=publish, base_url=base_url)


def patch(
    tx: Transaction, ref: Ref, *, payload: Payload, guard: Guard, publish: bool, base_url: str
) -> IssueAnswer:
    """Change the head by a JSON Merge Patch (RFC 7396); null restores a default.

    Raises as `replace` does.
    """
    tx.principal.require(*_scopes(publish))
    issue = get_issue(tx, ref, guard=guard, base_url=base_url)
    value = payload()
    if isinstance(value, dict):
        refuse_moved_identity(tx, issue, value)
    changes = members_of(value)
    refuse_moved_read_fields(tx, issue, changes)
    document = merge(
        orjson.loads(head_of(tx, issue).document),
        {name: member for name, member in changes.items() if name not in READ_FIELDS},
    )
    return _saved(tx, issue, read_filled(tx, document), publish=publish, base_url=base_url)


def patch_section(
    tx: Transaction,
    ref: Ref,
    slug: str,
    *,
    payload: Payload,
    guard: Guard,
    publish: bool,
    base_url: str,
) -> IssueAnswer:
    """Change one section of the head by a JSON Merge Patch; the answer shows that section.

    Raises:
        NotFound: there is no such issue or section.
        And everything that `patch` raises.
    """
    tx.principal.require(*_scopes(publish))
    issue = find_issue(tx, ref)
    document = orjson.loads(head_of(tx, issue).document) if issue else {"sections": []}
    places = [n for n, section in enumerate(document["sections"]) if section["slug"] == slug]
    if issue is not None and not places:
        raise no_such_section(slug)
    issue = get_issue(tx, ref, guard=guard, base_url=base_url)
    changes = members_of(payload())
    place = places[0]
    section = document["sections"][place]
    if changes.get("from_snapshot") is not None:
        # It replaces the entries of the section.
        section.pop("entries", None)
    document["sections"][place] = merge(section, changes)
    try:
        read = read_filled(tx, document)
    except ContentInvalid as error:
        raise _seen_from_section(error, place) from None
    answer = _saved(tx, issue, read, publish=publish, base_url=base_url)
    section = orjson.loads(head_of(tx, issue).compiled_sections)[place]
    return dataclasses.replace(answer, body=orjson.dumps(section), warnings=())


def _seen_from_section(error: ContentInvalid, place: int) -> ContentInvalid:
    """Make the pointers of faults relative to the patched section."""
    start = f"/sections/{place}/"
    faults = [
        dataclasses.replace(
            fault,
            pointer=fault.pointer[len(start) - 1 :]
            if fault.pointer.startswith(start)
            else "/" + fault.pointer.rpartition("/")[2],
        )
        for fault in error.faults
    ]
    return ContentInvalid(error.code, error.detail, faults=faults)


def restore(tx: Transaction, ref: Ref, number: int, *, guard: Guard, base_url: str) -> IssueAnswer:
    """Make the content of an old revision the head again, as a new revision.

    Raises:
        NotFound: there is no such issue or revision.
        Conflict: its identity differs from the one in print, or is taken.
        And everything that a guarded write raises.
    """
    tx.principal.require("issues:write")
    issue = find_issue(tx, ref)
    old = revision_of(tx, issue, number) if issue else None
    if issue is not None and old is None:
        raise no_such_revision(number)
    issue = get_issue(tx, ref, guard=guard, base_url=base_url)
    assert old is not None, "a missing issue was refused above"
    save(tx, issue, stored_issue(old.document))
    return show(tx, issue, base_url=base_url)


def delete(tx: Transaction, ref: Ref, *, guard: Guard, base_url: str) -> None:
    """Delete a draft that was never published, with all its revisions.

    Raises:
        Conflict: it is scheduled or in print (`in_print`), or was published (`was_published`).
        And everything that a guarded write raises.
    """
    tx.principal.require("issues:write")
    issue = get_issue(tx, ref, guard=guard, base_url=base_url)
    status = status_of(issue, now=tx.now)
    was_published = published_at(issue, now=tx.now) is not None
    if status is Status.SCHEDULED and not was_published:
        raise Conflict("in_print", "Unpublish the scheduled issue first, then delete it.")
    if status is not Status.DRAFT:
        raise Conflict("in_print", f"{_NEVER_DELETED} To take it out of print, unpublish it.")
    if was_published:
        raise Conflict("was_published", f"{_NEVER_DELETED} It stays as a draft.")
    title = head_of(tx, issue).title
    record_draft_event(tx, "issue.deleted", issue, title=title, revision=issue.head_revision)
    tx.session.delete(issue)


_NEVER_DELETED = "An issue that has been published can never be deleted."


def validate_only(tx: Transaction, *, payload: Payload) -> dict[str, object]:
    """Validate a document as `create` would, with warnings; nothing is saved."""
    tx.principal.require("issues:write")
    members = members_of(payload())
    errors: list[Fault] = []
    warnings: list[Fault] = []
    numbers: list[NumberWarning] = []
    try:
        document = read_filled(tx, members)
        warnings = warnings_of(document) + setting_faults(tx, document)
        warnings += overturned_warnings(tx, document)
        numbers = warnings_about(tx, document)
        number = document.number or next_number(tx)
        refuse_taken(tx, None, completed(tx, None, document, number=number))
    except (ContentInvalid, Conflict) as refusal:
        errors = list(refusal.faults)
    return {
        "valid": not errors,
        "errors": [_finding(fault) for fault in errors],
        "warnings": [
            *(_finding(fault) for fault in warnings),
            *(warning.document() for warning in numbers),
        ],
    }


def _finding(fault: Fault) -> dict[str, str]:
    return {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}


MAX_MERGED_DEPTH = 32
"""Maximum depth of a merge patch, four times that of any document."""


def merge(
    target: Mapping[str, object], changes: Mapping[str, object], *, depth: int = MAX_MERGED_DEPTH
) -> dict[str, object]:
    """Apply a JSON Merge Patch (RFC 7396, section 2) to an object.

    One difference: null for a member that the target does not have stays null, where the RFC drops
    it. In a document null means absent, and validation can then report unknown names.

    Values deeper than `depth` are not merged but taken as they are, so that a patch cannot exhaust
    the stack; validation refuses them.
    """
    merged = dict(target)
    for name, value in changes.items():
        if value is None and name in merged:
            del merged[name]
        elif isinstance(value, dict) and depth > 1:
            below = merged.get(name)
            merged[name] = merge(below if isinstance(below, dict) else {}, value, depth=depth - 1)
        else:
            merged[name] = value
    return merged


def no_such_section(slug: str) -> NotFound:
    return NotFound("section_not_found", f"The issue has no section {quoted(slug)}.")


def no_such_revision(number: int) -> NotFound:
    return NotFound("revision_not_found", f"The issue has no revision {number}.")


def _saved(
    tx: Transaction, issue: Issue, document: IssueInput, *, publish: bool, base_url: str
) -> IssueAnswer:
    if publish and (faults := publication_faults(tx, document)):
        raise invalid(faults)
    compiled = save(tx, issue, document)
    if publish:
        tx.session.flush()
        print_head(tx, issue, compiled)
    return show(tx, issue, base_url=base_url)


def _scopes(publish: bool) -> tuple[Scope, ...]:
    return ("issues:write", "issues:publish") if publish else ("issues:write",)
