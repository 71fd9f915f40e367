"""Recompiling older revisions after the sanitiser or a read form has improved."""

from sqlalchemy import select
from sqlmodel import col

from app.content.commands.events import record_rebuilt
from app.content.commands.publishing import print_rows_again
from app.content.commands.transaction import Transaction
from app.content.documents import COMPILER_VERSION, compile_issue, stored_issue
from app.content.issue_view import Status, status_of
from app.models.issue import Issue
from app.models.revision import IssueRevision

BATCH = 100


def recompile(tx: Transaction) -> int:
    """Compile a batch of revisions of an older compiler; return 0 if none is left.

    The content of documents does not change; members that are new get their default. If the public
    bytes change, the content version and `Last-Modified` of the issue do too. Its publication dates
    and its place in feeds stay.
    """
    tx.principal.require("issues:write", "issues:publish")
    older = (
        select(IssueRevision)
        .where(col(IssueRevision.compiler_version) < COMPILER_VERSION)
        .limit(BATCH)
    )
    revisions = tx.session.scalars(older).all()
    shows_change = False
    for revision in revisions:
        compiled = compile_issue(stored_issue(revision.document), tx.rendered)
        is_new = (revision.compiled_summary, revision.compiled_sections) != (
            compiled.summary,
            compiled.sections,
        )
        # A save compares documents: with the new members an equal one makes no revision.
        revision.document = compiled.document
        revision.compiled_summary = compiled.summary
        revision.compiled_sections = compiled.sections
        revision.compiler_version = COMPILER_VERSION
        issue = tx.session.get_one(Issue, revision.issue_id)
        if issue.print_revision == revision.number:
            print_rows_again(tx, issue, compiled)
            if is_new and status_of(issue, now=tx.now) is Status.PUBLISHED:
                issue.neighbours_changed_at = tx.now
                shows_change = True
    if shows_change:
        record_rebuilt(tx, "compiled")
    return len(revisions)
