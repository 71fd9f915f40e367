"""Canonical base64url for cursors, node ids and preview tokens: unpadded, one spelling per value.

RFC 4648, section 5. Python's decoder skips foreign characters and ignores surplus bits, so that
many strings would decode to the same value and each would be a separate cache key.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error


def encode(raw: bytes) -> str:
    """Encode bytes in their canonical spelling."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Decode the output of `encode`. Raises `ValueError` for any other spelling."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (Base64Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
    if encode(raw) != text:
        raise ValueError("not the canonical spelling")
    return raw
