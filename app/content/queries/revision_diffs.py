"""What differs between two revisions of an issue."""

from functools import cache
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from app.content.diff import changes_between
from app.content.issue_view import IssueAnswer
from app.content.queries.issues import Viewer, identified
from app.content.ref import Ref
from app.db import Reader
from app.errors import NotFound
from app.models.base import columns
from app.models.revision import IssueRevision
from app.off_the_loop import off_the_loop


async def get_diff(
    reader: Reader, ref: Ref, number: int, other: int, *, viewer: Viewer
) -> IssueAnswer:
    """Compare two revisions; `number` counts as the earlier one. Two statements.

    Raises:
        Unauthenticated, Forbidden: without `drafts:read`.
        NotFound: there is no such issue or revision.
    """
    viewer.principal.require("drafts:read")
    issue = await identified(reader, ref, viewer)
    parameters = {"issue_id": issue.id, "one": number, "other": other}
    documents = {row.number: row.document for row in await reader.rows(_both(), parameters)}
    for wanted in (number, other):
        if wanted not in documents:
            raise NotFound("revision_not_found", f"The issue has no revision {wanted}.")

    def compare() -> bytes:
        before, after = orjson.loads(documents[number]), orjson.loads(documents[other])
        changes = [change._asdict() for change in changes_between(before, after)]
        return orjson.dumps({"from": number, "to": other, "changes": changes})

    return IssueAnswer(
        body=await off_the_loop(compare),
        issue_id=issue.public_id,
        number=issue.number,
        revision=other,
        last_modified=None,
        next_change_at=None,
    )


@cache
def _both() -> Select[Any]:
    statement: Select[Any] = select(*columns(IssueRevision, "number", "document"))
    return statement.where(
        col(IssueRevision.issue_id) == bindparam("issue_id"),
        col(IssueRevision.number).in_([bindparam("one"), bindparam("other")]),
    )
