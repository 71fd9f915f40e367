"""Limits on the size of a request head, and on bytes of a body that are not content."""

from collections.abc import Sequence

from app.web.http.representation import Field

MAX_TARGET_BYTES = 8192
MAX_FIELDS = 100
MAX_HEAD_BYTES = 65_536
"""Of a head, after its first packet; and in a row, of the parts of a chunked body that are not
content: chunk extensions and trailers. One packet is bounded by its own size."""

_TRANSFER_ENCODING = b"transfer-encoding"


class MessageLimits:
    """Counts what one request has sent beside content.

    The protocol class sets what is public. A request that is complete in its first packet, as
    nearly all are, is never counted.
    """

    def __init__(self) -> None:
        self.in_head = False
        """Whether the head is not complete yet."""
        self.in_body = False
        """Whether the bytes after the head belong to the current request."""
        self.got_content = False
        """Whether the present packet held content of the body."""
        self.head_began_in_packet = False
        """Whether the present packet held the first byte of the current head."""
        self._head_bytes = 0
        self._overhead_bytes = 0

    def head_is_too_large(self, size: int) -> bool:
        """Count a packet that did not complete the head; whether the limit is exceeded."""
        if self.head_began_in_packet:
            self._head_bytes = 0  # the first packet is not counted
        else:
            self._head_bytes += size
        return self._head_bytes > MAX_HEAD_BYTES

    def begin_body(self) -> None:
        """Count what follows the head."""
        self.in_body = True
        self._overhead_bytes = 0

    def overhead_is_too_large(self, size: int) -> bool:
        """Count a packet of a body, after it was parsed; whether too much is not content."""
        if self.got_content:
            self._overhead_bytes = 0
            return False
        self._overhead_bytes += size
        return self._overhead_bytes > MAX_HEAD_BYTES


def is_too_large(target: bytes, fields: Sequence[Field]) -> bool:
    """Whether a head has too long a target, or too many fields."""
    return len(target) > MAX_TARGET_BYTES or len(fields) > MAX_FIELDS


def has_unknown_framing(fields: Sequence[Field]) -> bool:
    """Whether the end of the body cannot be determined (RFC 9112, section 6.3)."""
    return any(
        name == _TRANSFER_ENCODING and value.strip().lower() != b"chunked" for name, value in fields
    )
