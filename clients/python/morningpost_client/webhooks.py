"""Verification of webhooks (Standard Webhooks 1.0.0)."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

_PREFIX = "whsec_"


class InvalidSignature(Exception):
    """A webhook was not sent by the paper, was changed on its way, or is too old."""


def verify(
    body: bytes | str,
    headers: Mapping[str, str],
    secrets: str | Iterable[str],
    *,
    tolerance: float = 300,
) -> dict[str, Any]:
    """Return the event of a webhook whose signature is valid.

    Args:
        body: the body exactly as it was received.
        headers: the header fields, in any letter case.
        secrets: the secret of the endpoint (`whsec_…`), or several while it is rotated.
        tolerance: seconds that the clocks may differ.

    Raises:
        InvalidSignature: no signature was made with one of the secrets, or the time is outside of
            the tolerance.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, sent_at = given["webhook-id"], given["webhook-timestamp"]
        signatures = given["webhook-signature"].split()
        seconds = int(sent_at)
    except (KeyError, ValueError) as error:
        raise InvalidSignature("a header field of the webhook is missing or malformed") from error
    if abs(time.time() - seconds) > tolerance:
        raise InvalidSignature("the webhook is too old, or a clock is wrong")
    content = body.encode() if isinstance(body, str) else body
    signed = f"{message_id}.{sent_at}.".encode() + content
    for secret in [secrets] if isinstance(secrets, str) else secrets:
        expected = _signature(secret, signed)
        if any(hmac.compare_digest(expected.encode(), each.encode()) for each in signatures):
            event: dict[str, Any] = json.loads(content)
            return event
    raise InvalidSignature("no signature fits")


def _signature(secret: str, signed: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret begins with whsec_, and base64 follows") from error
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
