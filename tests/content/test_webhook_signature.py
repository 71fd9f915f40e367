"""Signatures, judged by the reference library of Standard Webhooks."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.content.webhook_signature import (
    SECRET_BYTES,
    format_secret,
    new_secret,
    parse_secret,
    signed_headers,
)

BODY = '{"id":"evt_1","type":"issue.published","data":{"title":"Grüße"}}'.encode()


def headers(*secrets: bytes, at: datetime | None = None) -> dict[str, str]:
    return signed_headers(BODY, event_id="evt_1", at=at or datetime.now(UTC), secrets=secrets)


def verify(secret: bytes, body: bytes, given: dict[str, str]) -> object:
    return Webhook(format_secret(secret)).verify(body, given)


def test_the_reference_library_verifies_a_signature() -> None:
    secret = new_secret()

    assert verify(secret, BODY, headers(secret)) == {
        "id": "evt_1",
        "type": "issue.published",
        "data": {"title": "Grüße"},
    }


def test_while_rotating_both_secrets_verify() -> None:
    newer, older = new_secret(), new_secret()

    signed = headers(newer, older)

    assert verify(newer, BODY, signed) == verify(older, BODY, signed)
    with pytest.raises(WebhookVerificationError):
        verify(new_secret(), BODY, signed)


def test_a_changed_body_id_or_time_does_not_verify() -> None:
    secret = new_secret()
    signed = headers(secret)

    for body, changed in (
        (BODY + b" ", signed),
        (BODY, {**signed, "webhook-id": "evt_2"}),
        (BODY, {**signed, "webhook-timestamp": str(int(signed["webhook-timestamp"]) + 1)}),
        (BODY, headers(secret, at=datetime.now(UTC) - timedelta(minutes=6))),
    ):
        with pytest.raises(WebhookVerificationError):
            verify(secret, body, changed)


def test_a_secret_is_long_random_and_read_back() -> None:
    secret = new_secret()

    assert len(secret) == SECRET_BYTES
    assert secret != new_secret()
    assert format_secret(secret) == "whsec_" + base64.b64encode(secret).decode()
    assert parse_secret(format_secret(secret)) == secret


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_!", "whsec_c2hvcnQ=", "c2hvcnQ=" * 9])
def test_other_text_is_no_secret(text: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        parse_secret(text)
