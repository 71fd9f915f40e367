"""Compiling older revisions again, after the sanitiser or a read form has improved."""

from sqlalchemy import select
from sqlmodel import col

from app.content.commands.publishing import print_rows_again
from app.content.commands.transaction import Transaction
from app.content.documents import COMPILER_VERSION, compile_issue, stored_issue
from app.models.issue import Issue
from app.models.revision import IssueRevision

BATCH = 100


def recompile(tx: Transaction) -> int:
    """Compile a batch of revisions that an older compiler made; 0 when none is left.

    What they say does not change; where the public sees one of them, its bytes may, so the
    content version moves.
    """
    tx.principal.require("issues:write", "issues:publish")
    older = (
        select(IssueRevision)
        .where(col(IssueRevision.compiler_version) < COMPILER_VERSION)
        .limit(BATCH)
    )
    revisions = tx.session.scalars(older).all()
    for revision in revisions:
        compiled = compile_issue(stored_issue(revision.document))
        revision.compiled_summary = compiled.summary
        revision.compiled_sections = compiled.sections
        revision.compiler_version = COMPILER_VERSION
        issue = tx.session.get_one(Issue, revision.issue_id)
        if issue.print_revision == revision.number:
            print_rows_again(tx, issue)
    return len(revisions)
