"""Previews: an address that shows one draft, for whoever is given it, until it expires."""

import secrets
from datetime import datetime, timedelta

from app.content.commands.selection import find_issue
from app.content.commands.transaction import Transaction
from app.content.preview_token import PURPOSE, Preview, write_token
from app.content.ref import Ref, no_such_issue
from app.models.signing_secret import SigningSecret
from app.models.values import format_instant

LIVES_FOR = timedelta(days=7)


def preview(tx: Transaction, ref: Ref, *, base_url: str) -> dict[str, str]:
    """Make the address of a preview of an issue's head.

    Raises:
        Unauthenticated, Forbidden: without `drafts:read`.
        NotFound: there is no such issue.
    """
    tx.principal.require("drafts:read")
    issue = find_issue(tx, ref)
    if issue is None:
        raise no_such_issue(str(ref.value))
    expires_at = _whole_second(tx.now + LIVES_FOR)
    token = write_token(Preview(issue.public_id, expires_at), _secret(tx))
    return {
        "url": f"{base_url}/preview/{token}",
        "expires_at": format_instant(expires_at),
    }


def _secret(tx: Transaction) -> bytes:
    """The secret of this database, drawn when it is first needed."""
    tx.lock("signing secret")
    known = tx.session.get(SigningSecret, PURPOSE)
    if known is None:
        known = SigningSecret(purpose=PURPOSE, secret=secrets.token_bytes(32), created_at=tx.now)
        tx.session.add(known)
    return known.secret


def _whole_second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)
