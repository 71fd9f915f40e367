"""Signatures of webhooks: Standard Webhooks 1.0.0, scheme v1 (HMAC-SHA256).

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, read
2026-11.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32
"""Of a new secret. The specification demands 24 to 64."""
_MIN_BYTES, _MAX_BYTES = 24, 64


def new_secret() -> bytes:
    """Generate a secret of 256 random bits."""
    return secrets.token_bytes(SECRET_BYTES)


def format_secret(secret: bytes) -> str:
    """Write a secret as receivers configure it: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secret).decode()


def parse_secret(text: str) -> bytes:
    """Read a secret of the form `whsec_…`. Raises `ValueError`."""
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        secret = b""
    if not text.startswith(PREFIX) or not _MIN_BYTES <= len(secret) <= _MAX_BYTES:
        raise ValueError(
            f"a secret is {PREFIX} and the base64 of {_MIN_BYTES} to {_MAX_BYTES} bytes"
        )
    return secret


def signed_headers(
    body: bytes, *, event_id: str, at: datetime, secrets: Sequence[bytes]
) -> dict[str, str]:
    """Return the three headers of an attempt made at `at`; each secret adds a signature.

    Receivers refuse a timestamp that is more than five minutes off, so it is that of the attempt
    and not that of the event.
    """
    timestamp = str(int(at.timestamp()))
    signed = b".".join((event_id.encode(), timestamp.encode(), body))
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(signed, secret) for secret in secrets),
    }


def _signature(signed: bytes, secret: bytes) -> str:
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
