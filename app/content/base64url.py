"""Base64url as cursors, node ids and preview tokens use it: no padding, one spelling per value.

RFC 4648, section 5. Python's decoder skips foreign characters and ignores surplus bits, so that
many texts would stand for the same value, and each would be a cache key of its own.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error


def encode(raw: bytes) -> str:
    """Write bytes in their one spelling."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Read back what `encode` wrote. Raises `ValueError` for any other spelling."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (Base64Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
    if encode(raw) != text:
        raise ValueError("not the one spelling")
    return raw
