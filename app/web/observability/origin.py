"""Where a request comes from, for log lines: its client, its trace, its id in front of us."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.web.http.client_address import ClientAddresses
from app.web.http.representation import Field

TRACEPARENT = b"traceparent"
"""The field by which a caller says that it records this request in a trace."""
_FORWARDED_FOR, _REQUEST_ID = b"x-forwarded-for", b"x-request-id"
_READ = frozenset({_FORWARDED_FOR, _REQUEST_ID, TRACEPARENT})

# https://www.w3.org/TR/trace-context/#traceparent-header-field-values, read 2026-11. Versions after
# 00 may have more behind the flags.
_TRACE = re.compile(
    rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?"
)
_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,100}")


class Origin(NamedTuple):
    """What is known of the sender; `None` where it is not."""

    client: str | None = None
    """Address, as the rate limit counts it behind trusted proxies."""
    trace_id: str | None = None
    """Of the incoming `traceparent`."""
    client_request_id: str | None = None
    """The incoming `X-Request-Id`. Ours is another: callers cannot choose it."""


UNKNOWN = Origin()


def origin_of(
    fields: Sequence[Field], client: tuple[str, int] | None, addresses: ClientAddresses
) -> Origin:
    """Read the origin of a request with lower-case fields."""
    found: dict[bytes, bytes] = {}
    for name, value in fields:
        if name in _READ:
            found[name] = found[name] + b", " + value if name in found else value
    host = client[0] if client else None
    forwarded = found.get(_FORWARDED_FOR)
    if forwarded is not None:
        host = addresses.of(host, forwarded.decode("latin-1"))
    given = found.get(_REQUEST_ID)
    return Origin(
        host,
        trace_id_in(found.get(TRACEPARENT)),
        given.decode() if given is not None and _ID.fullmatch(given) else None,
    )


def trace_id_in(traceparent: bytes | None) -> str | None:
    """Read the trace id of a `traceparent`; `None` where it is missing or malformed."""
    found = _TRACE.fullmatch(traceparent) if traceparent is not None else None
    return None if found is None else found[1].decode()


def is_sampled(fields: Sequence[Field]) -> bool:
    """Whether the caller records this request in a trace."""
    for name, value in fields:
        if name == TRACEPARENT:
            found = _TRACE.fullmatch(value)
            return found is not None and bool(int(found[2], 16) & 1)
    return False
