"""The header fields that every answer bears, whoever gives it: a route, the edge, or the wire."""

import random
from collections.abc import Mapping, Sequence

from app.web.representation import Field

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
"""For what is no page of ours and may be opened as one: feeds, lists of addresses, plain texts."""

REQUEST_ID = b"x-request-id"
"""Stands last, so that all before it can be kept ready."""

_draw = random.SystemRandom().getrandbits(256)
_names = random.Random(_draw)


def with_common_headers(fields: Sequence[Field], rate: Mapping[str, str]) -> list[Field]:
    """Add what every answer bears to the fields of one (in lower case), all but `X-Request-Id`.

    `rate`: the fields that tell of the rate limit.
    """
    whole = [*fields, *_ALWAYS]
    if not any(name == _REFERRER_POLICY[0] for name, _ in fields):
        whole.append(_REFERRER_POLICY)
    for name, text in rate.items():
        whole.append((name.lower().encode(), text.encode()))
    return whole


def new_request_id() -> str:
    """Make a name for a request; never taken from the caller, who could forge our log.

    Unlikely to meet another, which is all that it has to be: drawn from a generator that the
    system seeded, since asking the system each time costs a microsecond.
    """
    return f"req_{_names.getrandbits(96):024x}"
