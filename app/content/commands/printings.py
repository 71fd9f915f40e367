"""Printings: note when a revision comes into print, and when it leaves it."""

from datetime import datetime

from sqlalchemy import delete, func, insert, literal, select, update
from sqlmodel import col

from app.content.commands.selection import issue_id_of
from app.content.commands.transaction import Transaction
from app.models.base import UtcInstant
from app.models.issue import Issue
from app.models.printing import Printing


def begin_printing(tx: Transaction, issue: Issue, *, at: datetime) -> None:
    """Note that `issue.print_revision` is in print from an instant on, which may be in the future.

    The one before it must have ended. One statement.
    """
    number = func.coalesce(func.max(col(Printing.number)), 0) + 1
    row = select(
        literal(issue_id_of(issue)),
        number,
        literal(issue.print_revision),
        literal(at, type_=UtcInstant),
    ).where(col(Printing.issue_id) == issue.id)
    names = ["issue_id", "number", "revision", "printed_from"]
    tx.session.execute(insert(Printing).from_select(names, row))


def end_printing(tx: Transaction, issue: Issue) -> None:
    """Note that the revision in print leaves it now; a printing that has not begun is dropped."""
    of_issue = col(Printing.issue_id) == issue.id
    tx.session.execute(delete(Printing).where(of_issue, col(Printing.printed_from) > tx.now))
    tx.session.execute(
        update(Printing)
        .where(of_issue, col(Printing.printed_until).is_(None))
        .values(printed_until=tx.now)
    )
