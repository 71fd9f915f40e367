"""Parsing the rate limit headers of both APIs, leniently and in linear time.

Hugging Face, rate limits (`RateLimit`, IETF draft-ietf-httpapi-ratelimit-headers); GitHub, rate
limits for the REST API (`x-ratelimit-*`, `retry-after`); both read 2026-11.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_FIELD = 2_000
"""Characters parsed of a header field: the longest known one has 60."""

_PARAMETER = re.compile(r"[;,\s]*(\w+)\s*=\s*(\d{1,12})\b")
_SECONDARY = (b"secondary rate limit", b"abuse detection", b"abuse-rate-limits")


@dataclass(frozen=True, slots=True)
class Quota:
    """The quota of an answer: remaining requests, and seconds until the window ends."""

    remaining: int | None = None
    reset_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A rate limit response, or a request to wait."""

    reason: str
    """`rate_limited`, or `unavailable` for a 5xx that names a time."""
    seconds: float | None
    """How long to wait; `None` if not stated."""
    is_secondary: bool = False
    """GitHub's secondary limit: ignoring it may get the account banned, so the run stops."""


def quota_of(headers: Mapping[str, str], *, now: float) -> Quota:
    """Parse the quota of an answer; `now` is the Unix time in seconds.

    Of several policies, the smallest remainder counts, and the longest wait among those with it.
    """
    remaining = integer(headers.get("x-ratelimit-remaining"))
    if remaining is not None:
        reset = integer(headers.get("x-ratelimit-reset"))
        return Quota(remaining, None if reset is None else max(0.0, reset - now))
    policies = _policies(headers.get("ratelimit", ""))
    if not policies:
        return Quota()
    least = min(left for left, _ in policies)
    waits = [wait for left, wait in policies if left == least and wait is not None]
    return Quota(least, max(waits, default=None))


def limit_of(status: int, headers: Mapping[str, str], start: bytes, *, now: float) -> Limit | None:
    """Parse the limit of a 403, 429 or 5xx; `None` if it is another error.

    `start` holds the first bytes of the body.
    """
    after = _seconds_until(headers.get("retry-after"), now=now)
    if status >= 500:
        return None if after is None else Limit("unavailable", after + 1)
    text = start[:MAX_FIELD].lower()
    is_secondary = any(words in text for words in _SECONDARY)
    quota = quota_of(headers, now=now)
    waits = [] if after is None else [after]
    if quota.remaining == 0 and quota.reset_seconds is not None:
        waits.append(quota.reset_seconds)
    if waits:
        return Limit("rate_limited", max(waits) + 1, is_secondary)
    if status == 429:
        # Without a time it comes from a CDN in front of the API and not from a quota.
        return Limit("rate_limited", None, is_secondary)
    if is_secondary or b"rate limit" in text:
        return Limit("rate_limited", 60.0, is_secondary)
    return None


def integer(text: str | None) -> int | None:
    """Parse a non-negative integer of at most twelve digits; otherwise `None`."""
    return int(text) if text is not None and re.fullmatch(r"\d{1,12}", text.strip()) else None


def _policies(field: str) -> list[tuple[int, float | None]]:
    """Return remaining requests and seconds until the reset for each policy of `RateLimit`.

    Parameters may have any order. The older form, `limit=500, remaining=0`, is a single policy.
    """
    field = field[:MAX_FIELD]
    if "remaining" in field:
        parts, left, wait = [field], "remaining", "reset"
    else:
        parts, left, wait = field.split(","), "r", "t"
    found = [dict[str, str](_PARAMETER.findall(part)) for part in parts]
    return [
        (int(each[left]), float(each[wait]) if wait in each else None)
        for each in found
        if left in each
    ]


def _seconds_until(value: str | None, *, now: float) -> float | None:
    """Return the seconds of a `Retry-After`, which is a number or an HTTP date."""
    if value is None:
        return None
    if (seconds := integer(value)) is not None:
        return float(seconds)
    try:
        when = parsedate_to_datetime(value[:100])
    except (TypeError, ValueError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.fromtimestamp(now, UTC)).total_seconds())
