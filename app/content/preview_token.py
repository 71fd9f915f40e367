"""The token of a preview: one issue until some time, signed; nothing in it is secret."""

import hashlib
import hmac
import struct
from datetime import UTC, datetime
from typing import NamedTuple

from app.content import base64url

PURPOSE = "preview"
"""What the signing secret of these tokens is kept under."""
_BODY = struct.Struct(">qI")
_SIGNATURE = 16
"""Bytes: nobody guesses one of 2^128 in the days that a token lives."""


class Preview(NamedTuple):
    """What a token lets somebody see."""

    issue_id: int
    """The id that the issue bears outside."""
    expires_at: datetime


def write_token(preview: Preview, secret: bytes) -> str:
    """Write a token; its end is kept to the second."""
    body = _BODY.pack(preview.issue_id, int(preview.expires_at.timestamp()))
    return base64url.encode(body + _signature(body, secret))


def read_token(token: str, secret: bytes) -> Preview | None:
    """Read a token, whether or not it has expired; `None` for one that was not signed here."""
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
