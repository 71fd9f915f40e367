"""Warnings about entries that a later observation contradicts, before they are published."""

from app.content.blocks.trending import EntriesInput
from app.content.commands.transaction import Transaction
from app.content.documents import IssueInput
from app.content.trends.overturned import claim_of, judged, parameters_of, select_bearers
from app.errors import Fault


def overturned_warnings(tx: Transaction, issue: IssueInput) -> list[Fault]:
    """Find the entries of a document that are no longer correct. One statement."""
    entries = [
        (f"/sections/{number}/entries/{place}", entry)
        for number, section in enumerate(issue.sections or ())
        if isinstance(section, EntriesInput)
        for place, entry in enumerate(section.entries or ())
    ]
    if not entries:
        return []
    claims = [claim_of(entry) for _, entry in entries]
    rows = tx.session.execute(select_bearers(), parameters_of(claims)).all()
    return [
        Fault(f"{entries[place][0]}/{found.field}", f"overturned_{found.what}", found.detail)
        for place, found in judged(claims, rows)
    ]
