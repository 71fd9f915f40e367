"""The check before publication: the rules of the document, and those of the settings."""

from app.content.commands.transaction import Transaction
from app.content.documents import IssueInput, print_faults
from app.content.provenance import provenance_faults
from app.errors import Fault


def publication_faults(tx: Transaction, issue: IssueInput) -> list[Fault]:
    """Return what prevents the publication of an issue."""
    return print_faults(issue) + setting_faults(tx, issue)


def setting_faults(tx: Transaction, issue: IssueInput) -> list[Fault]:
    """Return what the settings require of a published issue and it lacks."""
    return list(provenance_faults(issue)) if tx.rules.requires_provenance else []
