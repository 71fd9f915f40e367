"""Decompressing and parsing upstream bodies within limits, in a worker thread."""

import json
import zlib
from typing import Any

MAX_BODY_BYTES = 8 * 1024 * 1024
"""After decompression: four times the largest requested page."""
MAX_CONTAINERS = 50_000
"""Arrays and objects per body. A page of 1,000 models has 3,000, one of 100 repositories 500. Each
takes about 100 bytes of memory but only two bytes to send."""
MAX_VALUES = 500_000
"""Commas per body, an upper bound of values: a page of 1,000 models has about 60,000."""
_SLICE = 256 * 1024
"""Bytes decompressed at a time, so that a decompression bomb is detected early."""


class BadBody(Exception):
    """An unusable body; `reason` is a code of `UpstreamError`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def unpack(raw: bytes, encoding: str) -> bytes:
    """Decode a content coding.

    Raises:
        BadBody: `bad_encoding`, `truncated`, or `too_large` beyond `MAX_BODY_BYTES`.
    """
    if encoding in {"", "identity"}:
        if len(raw) > MAX_BODY_BYTES:
            raise BadBody("too_large")
        return raw
    if encoding != "gzip":
        raise BadBody("bad_encoding")
    unpacker, body = zlib.decompressobj(31), bytearray()
    try:
        while raw and not unpacker.eof:
            body += unpacker.decompress(raw, _SLICE)
            raw = unpacker.unconsumed_tail
            if len(body) > MAX_BODY_BYTES:
                raise BadBody("too_large")
    except zlib.error as error:
        raise BadBody("bad_encoding") from error
    if body and not unpacker.eof:
        raise BadBody("truncated")
    return bytes(body)


def parse(body: bytes) -> Any:
    """Parse JSON, unless it would take too much memory.

    Raises:
        BadBody: `not_json`, or `too_large` beyond `MAX_CONTAINERS` or `MAX_VALUES`.
    """
    if body.count(b"[") + body.count(b"{") > MAX_CONTAINERS or body.count(b",") > MAX_VALUES:
        # Also counts brackets and commas in strings; the limits allow for that.
        raise BadBody("too_large")
    try:
        # The hook is Python code, so other threads can run between two objects.
        return json.loads(body, parse_constant=_refuse_constant, object_pairs_hook=dict)
    except (ValueError, RecursionError) as error:
        raise BadBody("not_json") from error


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")
