"""Previews: signed addresses that show one draft until they expire."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from app.content.commands.selection import find_issue
from app.content.commands.transaction import Transaction
from app.content.preview_token import PURPOSE, Preview, write_token
from app.content.ref import Ref, no_such_issue
from app.models.signing_secret import SigningSecret
from app.models.values import format_instant, parse_instant

LIVES_FOR = timedelta(days=7)


class Made(NamedTuple):
    """A preview; it contains no secret."""

    issue_id: int
    """The `public_id` of the issue."""
    expires_at: str
    """An instant, formatted as in answers."""


def preview(tx: Transaction, ref: Ref) -> Made:
    """Create a preview of an issue's head.

    Raises:
        Unauthenticated, Forbidden: without `drafts:read`.
        NotFound: there is no such issue.
    """
    tx.principal.require("drafts:read")
    issue = find_issue(tx, ref)
    if issue is None:
        raise no_such_issue(str(ref.value))
    return Made(issue.public_id, format_instant(_whole_second(tx.now + LIVES_FOR)))


def address_of(tx: Transaction, made: Made, *, base_url: str) -> str:
    """Return the address of a preview with its token; the same for the same preview."""
    token = write_token(Preview(made.issue_id, parse_instant(made.expires_at)), _secret(tx))
    return f"{base_url}/preview/{token}"


def _secret(tx: Transaction) -> bytes:
    """Return the signing secret of this database; created on first use."""
    tx.lock("signing secret")
    known = tx.session.get(SigningSecret, PURPOSE)
    if known is None:
        known = SigningSecret(purpose=PURPOSE, secret=secrets.token_bytes(32), created_at=tx.now)
        tx.session.add(known)
    return known.secret


def _whole_second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)
