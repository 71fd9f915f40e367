"""Printings: note when a revision comes into print, and when it leaves it."""

from datetime import datetime
from functools import cache

from sqlalchemy import Insert, Integer, bindparam, delete, func, insert, select, update
from sqlmodel import col

from app.content.commands.selection import issue_id_of
from app.content.commands.transaction import Transaction
from app.database.prepared_writes import change
from app.models.base import UtcInstant, table_of
from app.models.issue import Issue
from app.models.printing import Printing


def begin_printing(tx: Transaction, issue: Issue, *, at: datetime) -> None:
    """Note that `issue.print_revision` is in print from an instant on, which may be in the future.

    The one before it must have ended. One statement.
    """
    given = {"issue": issue_id_of(issue), "revision": issue.print_revision, "at": at}
    change(tx.connection, _insert_next(), given)


@cache
def _insert_next() -> Insert:
    row = select(
        bindparam("issue", type_=Integer),
        func.coalesce(func.max(col(Printing.number)), 0) + 1,
        bindparam("revision", type_=Integer),
        bindparam("at", type_=UtcInstant),
    ).where(col(Printing.issue_id) == bindparam("issue"))
    names = ["issue_id", "number", "revision", "printed_from"]
    return insert(table_of(Printing)).from_select(names, row)


def end_printing(tx: Transaction, issue: Issue) -> None:
    """Note that the revision in print leaves it now; a printing that has not begun is dropped."""
    of_issue = col(Printing.issue_id) == issue.id
    tx.session.execute(delete(Printing).where(of_issue, col(Printing.printed_from) > tx.now))
    tx.session.execute(
        update(Printing)
        .where(of_issue, col(Printing.printed_until).is_(None))
        .values(printed_until=tx.now)
    )
