"""Giving a paper its identity, once."""

import secrets

from app.content.commands.transaction import Transaction
from app.content.paper_identity import BYTES, PURPOSE
from app.models.signing_secret import SigningSecret


def provision_identity(tx: Transaction) -> bytes:
    """Return the identity of the paper; created on first use."""
    tx.lock("paper identity")
    known = tx.session.get(SigningSecret, PURPOSE)
    if known is None:
        known = SigningSecret(purpose=PURPOSE, secret=secrets.token_bytes(BYTES), created_at=tx.now)
        tx.session.add(known)
    return known.secret
