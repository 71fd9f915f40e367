"""Visibility: the condition for being in print, and the freshness of public content."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Label,
    Row,
    ScalarSelect,
    and_,
    bindparam,
    exists,
    func,
    not_,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.models.base import UtcInstant
from app.models.content_version import PAPER, ContentVersion
from app.models.issue import Issue
from app.models.revision import IssueRevision

NOW = "now"
"""Name of the parameter for the current time, which all such statements take."""


def now_parameter() -> BindParameter[datetime]:
    return bindparam(NOW, type_=UtcInstant)


def in_print(table: Any) -> ColumnElement[bool]:
    """Condition for rows that the public may see at the parameter `now`.

    `table` is `Issue`, a print table, or an alias of one. A scheduled issue becomes visible when
    its time comes, without any update.
    """
    condition: ColumnElement[bool] = table.visible_from <= now_parameter()
    return condition


def is_printed_revision(revision: Any = IssueRevision) -> ColumnElement[bool]:
    """Join condition for the revision that `Issue` has in print; `revision` may be an alias."""
    return and_(
        col(revision.issue_id) == col(Issue.id),
        col(revision.number) == col(Issue.print_revision),
    )


def next_publication() -> ScalarSelect[datetime | None]:
    """Select when the next scheduled issue appears; null if none is scheduled."""
    # An alias, so that it is not correlated with the issues of the enclosing statement.
    waiting = col(aliased(Issue).visible_from)
    return (
        select(waiting)
        .where(waiting > now_parameter())
        .order_by(waiting)
        .limit(1)
        .scalar_subquery()
    )


def has_unannounced() -> ScalarSelect[bool]:
    """Select whether the event log lacks the publication of a scheduled issue."""
    due = aliased(Issue)
    return select(exists().where(in_print(due), not_(col(due.is_announced)))).scalar_subquery()


def freshness_columns() -> tuple[Label[Any], ...]:
    """Columns with the last and the next change of public content, for any statement.

    `last_public_change` combines the first two.
    """
    shown = aliased(Issue)
    changed = select(col(ContentVersion.public_changed_at)).where(col(ContentVersion.name) == PAPER)
    appeared = select(func.max(col(shown.visible_from))).where(in_print(shown))
    return (
        changed.scalar_subquery().label("changed_at"),
        appeared.scalar_subquery().label("appeared_at"),
        next_publication().label("next_change_at"),
    )


def last_public_change(row: Row[Any]) -> datetime | None:
    """Return the later of the last change by a command and the last scheduled appearance."""
    moments = [moment for moment in (row.changed_at, row.appeared_at) if moment is not None]
    return max(moments) if moments else None
