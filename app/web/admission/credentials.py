"""Who calls: reads `Authorization` and finds the key behind it. RFC 6750, RFC 9110 section 11."""

from datetime import timedelta

from starlette.requests import Request

from app.config import KEY_PATTERN
from app.content.access import (
    PUBLIC,
    Principal,
    digest_matches,
    digest_of,
    invalid_key,
    require_valid,
)
from app.content.queries.api_keys import find_key
from app.errors import Unauthenticated
from app.web.state import app_state, request_state

TOUCH_INTERVAL = timedelta(seconds=60)
"""The last use of a key is written at most this often, so that reading stays reading."""

_NOBODY = digest_of("amp_nobody_")
"""Compared with where no key has the prefix, so that both cases cost the same."""


async def authenticate(request: Request) -> Principal:
    """Find who calls: the public where no credential is presented, on public paths too.

    Raises:
        Unauthenticated: another scheme, or a key that is malformed, unknown, revoked or expired.
    """
    values = request.headers.getlist("authorization")
    if not values:
        return PUBLIC
    scheme, _, credential = values[0].strip(" \t").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated(
            "unsupported_scheme", "Send the key as Authorization: Bearer <key>; no other is read."
        )
    match = KEY_PATTERN.fullmatch(credential.strip(" \t"))
    if len(values) > 1 or match is None:
        raise invalid_key()
    stored = await find_key(app_state(request).database.primary, match["prefix"])
    is_right = digest_matches(match[0], _NOBODY if stored is None else stored.digest)
    if stored is None or not is_right:
        raise invalid_key()
    principal = stored.principal
    now = app_state(request).clock()
    require_valid(revoked_at=stored.revoked_at, expires_at=principal.expires_at, now=now)
    used = principal.last_used_at
    if used is None or now - used >= TOUCH_INTERVAL:
        # The middleware has it written after the answer.
        request_state(request).key_to_touch = principal.key_id
    return principal
