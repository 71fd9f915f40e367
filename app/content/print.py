"""What is in print: the one condition that every read of it passes through."""

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
    func,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.models.base import UtcInstant
from app.models.content_version import PAPER, ContentVersion
from app.models.issue import Issue
from app.models.revision import IssueRevision

NOW = "now"
"""Name of the parameter that every statement of print takes: the present instant."""


def now_parameter() -> BindParameter[datetime]:
    return bindparam(NOW, type_=UtcInstant)


def in_print(table: Any) -> ColumnElement[bool]:
    """Rows of `table` that the public may see at the parameter `now`.

    `table` is `Issue`, a print table, or an alias of one. A scheduled issue passes as soon as its
    time has come, with nobody to move it.
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
    """When the next scheduled issue appears; null when none is scheduled."""
    # Under a name of its own, so that it never joins the issues of the statement around it.
    waiting = col(aliased(Issue).visible_from)
    return (
        select(waiting)
        .where(waiting > now_parameter())
        .order_by(waiting)
        .limit(1)
        .scalar_subquery()
    )


def freshness_columns() -> tuple[Label[Any], ...]:
    """When content changed last for the public, and when it will next, for a statement to carry.

    `last_public_change` reads the first two.
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
    """The later of the last change by a command and the last appearance by schedule."""
    moments = [moment for moment in (row.changed_at, row.appeared_at) if moment is not None]
    return max(moments) if moments else None
