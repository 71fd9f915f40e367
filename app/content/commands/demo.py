"""The demo: invented issues for an empty database, so that a fresh machine shows a living paper."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import col

from app.content.commands.issues import add_issue
from app.content.commands.transaction import Transaction
from app.models.issue import Issue


def seed(tx: Transaction, documents: Sequence[Mapping[str, object]]) -> int:
    """Publish the documents where there is no issue at all, drafts included.

    Answers with how many were made: all of them or none.

    Raises:
        Unauthenticated, Forbidden: without `issues:write` and `issues:publish`.
    """
    tx.principal.require("issues:write", "issues:publish")
    # Several processes may start on one empty database: one of them seeds it.
    tx.lock("issue identity")
    if tx.session.scalar(select(col(Issue.id)).limit(1)) is not None:
        return 0
    for document in documents:
        add_issue(tx, document, publish=True)
    return len(documents)
