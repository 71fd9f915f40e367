"""Preview tokens: a signed issue id and expiry time. They contain no secret."""

import hashlib
import hmac
import struct
from datetime import UTC, datetime
from typing import NamedTuple

from app.content import base64url

PURPOSE = "preview"
"""The purpose under which the signing secret is stored."""
_BODY = struct.Struct(">qI")
_SIGNATURE = 16
"""Bytes; 2^128 values cannot be guessed within the lifetime of a token."""


class Preview(NamedTuple):
    """The content of a token."""

    issue_id: int
    """The `public_id` of the issue."""
    expires_at: datetime


def write_token(preview: Preview, secret: bytes) -> str:
    """Make a token; the expiry time is truncated to seconds."""
    body = _BODY.pack(preview.issue_id, int(preview.expires_at.timestamp()))
    return base64url.encode(body + _signature(body, secret))


def read_token(token: str, secret: bytes) -> Preview | None:
    """Verify and parse a token, expired or not; `None` if the signature is wrong."""
    try:
        raw = base64url.decode(token)
    except ValueError:
        return None
    body, signature = raw[: _BODY.size], raw[_BODY.size :]
    if len(raw) != _BODY.size + _SIGNATURE:
        return None
    if not hmac.compare_digest(signature, _signature(body, secret)):
        return None
    issue_id, expires = _BODY.unpack(body)
    return Preview(issue_id, datetime.fromtimestamp(expires, UTC))


def _signature(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"preview\0" + body, hashlib.sha256).digest()[:_SIGNATURE]
