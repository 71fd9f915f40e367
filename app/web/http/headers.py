"""The header fields of every response, of a route, the middleware or the protocol class."""

import os
import sys
from collections.abc import Mapping, Sequence

from app.web.http.representation import Field

_EXPOSED = (
    "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, "
    "Idempotent-Replayed, Deprecation, Sunset"
)
_ALWAYS: tuple[Field, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED.encode()),
    (b"x-content-type-options", b"nosniff"),
)
_REFERRER_POLICY: Field = (b"referrer-policy", b"no-referrer")

DATA_POLICY = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
"""For responses that browsers may open as a page: feeds, lists of addresses, plain texts."""

REQUEST_ID = b"x-request-id"
"""The last field, so that all before it can be cached."""

_ID_BYTES = 12
_DRAWN_AT_ONCE = 512
"""Request ids that are drawn from the system at once; one call for each costs a microsecond."""

_drawn: list[str] = []
if sys.platform != "win32":
    # A forked process must not go on with the ids of its parent.
    os.register_at_fork(after_in_child=_drawn.clear)


def with_common_headers(fields: Sequence[Field], rate: Mapping[str, str]) -> list[Field]:
    """Add the fields that every response has, in lower case; `X-Request-Id` is added last.

    `rate`: the fields that tell of the rate limit.
    """
    whole = [*fields, *_ALWAYS]
    if not any(name == _REFERRER_POLICY[0] for name, _ in fields):
        whole.append(_REFERRER_POLICY)
    for name, text in rate.items():
        whole.append((name.lower().encode(), text.encode()))
    return whole


def lines_of(fields: Sequence[Field]) -> bytes:
    """Write header fields as the lines of a response head."""
    return b"".join([b"%b: %b\r\n" % field for field in fields])


def new_request_id() -> str:
    """Return a new request id: 96 random bits of the system.

    Never taken from the client, who could forge log lines. With a predictable generator a client
    could count the requests of others by the distance between two of its own ids.
    """
    try:
        return _drawn.pop()
    except IndexError:
        drawn = os.urandom(_ID_BYTES * _DRAWN_AT_ONCE).hex()
        size = 2 * _ID_BYTES
        ids = [f"req_{drawn[at : at + size]}" for at in range(0, len(drawn), size)]
        first = ids.pop()
        _drawn.extend(ids)
        return first
