"""Webhooks over REST: their documents, who sees which, secrets shown once, and every refusal."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, update

from app.models.webhook_endpoint import WebhookEndpoint
from tests.web.rest.conftest import Desk, faults, refusal

pytestmark = pytest.mark.databases_in_turn

HOOKS = "/v1/webhooks"
URL = "https://hooks.example.org/paper"
MEMBERS = [
    *("id", "url", "types", "description", "status", "disabled_reason", "failing_since"),
    *("last_success_at", "position", "lag", "created_at"),
]


async def make(desk: Desk, **members: Any) -> Any:
    answer = await desk.send("POST", HOOKS, json={"url": URL, **members})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_webhook_is_created_pending_and_its_secret_is_shown_once(desk: Desk) -> None:
    answer = await desk.send("POST", HOOKS, json={"url": URL})

    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"http://paper.test{HOOKS}/{made['id']}"
    assert answer.headers["cache-control"] == "private, no-store"
    assert list(made) == [*MEMBERS, "secret"]
    assert made["secret"].startswith("whsec_")
    shown = {name: made[name] for name in MEMBERS}
    assert shown == {
        "id": made["id"],
        "url": URL,
        "types": ["issue.published", "issue.updated", "issue.corrected", "issue.unpublished"],
        "description": None,
        "status": "pending",
        "disabled_reason": None,
        "failing_since": None,
        "last_success_at": None,
        "position": made["position"],
        "lag": 0,
        "created_at": "2026-05-03T06:00:00Z",
    }
    assert await desk.read(f"{HOOKS}/{made['id']}") == shown
    assert (await desk.read(HOOKS))["data"] == [shown]
    deliveries = (await desk.read(f"{HOOKS}/{made['id']}/deliveries"))["data"]
    assert deliveries == [
        {
            "event": deliveries[0]["event"],
            "type": "webhook.ping",
            "attempt": 1,
            "status": "pending",
            "attempted_at": None,
            "duration_ms": None,
            "response_status": None,
            "response_body": None,
            "error": None,
            "next_attempt_at": "2026-05-03T06:00:00Z",
        }
    ]


async def test_a_repeated_request_creates_nothing_and_shows_no_secret(desk: Desk) -> None:
    once = {"Idempotency-Key": "one"}
    first = await desk.send("POST", HOOKS, json={"url": URL}, headers=once)
    again = await desk.send("POST", HOOKS, json={"url": URL}, headers=once)
    rotate = f"{HOOKS}/{first.json()['id']}/rotate"
    rotated = await desk.send("POST", rotate, headers=once)
    repeated = await desk.send("POST", rotate, headers=once)

    assert again.json() == {**first.json(), "secret": None}
    assert again.headers["idempotent-replayed"] == "true"
    assert rotated.status_code == 200
    assert rotated.json()["secret"] not in {None, first.json()["secret"]}
    assert repeated.json() == {**rotated.json(), "secret": None}
    assert (await desk.read(HOOKS))["page"]["total"] == 1


async def test_a_webhook_is_changed_and_a_new_url_must_answer_a_ping(desk: Desk) -> None:
    made = await make(desk, description="first")
    path = f"{HOOKS}/{made['id']}"

    changed = await desk.send(
        "PATCH", path, json={"types": ["issue.*", "issue.*"], "description": None}
    )
    moved = await desk.send("PATCH", path, json={"url": "https://other.example.org/"})

    assert changed.status_code == moved.status_code == 200
    assert changed.json() == {
        **{name: made[name] for name in MEMBERS},
        "types": ["issue.*"],
        "description": None,
    }
    assert (moved.json()["url"], moved.json()["status"]) == (
        "https://other.example.org/",
        "pending",
    )


async def test_a_deleted_webhook_is_gone_with_its_deliveries(desk: Desk) -> None:
    made = await make(desk)
    path = f"{HOOKS}/{made['id']}"

    answer = await desk.send("DELETE", path)

    assert (answer.status_code, answer.content) == (204, b"")
    for method, further in (
        *(("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/deliveries")),
        *(("POST", f"/{action}") for action in ("ping", "enable", "rotate", "replay")),
    ):
        gone = await desk.send(method, path + further, json={"x": 1} if method == "PATCH" else None)
        assert refusal(gone) == (404, "webhook_not_found")


async def test_ping_enable_and_replay_answer_with_the_webhook(desk: Desk) -> None:
    made = await make(desk)
    path = f"{HOOKS}/{made['id']}"
    cursor = (await desk.read("/v1/events?after=latest"))["page"]["next_cursor"]

    ping = await desk.send("POST", f"{path}/ping")
    enable = await desk.send("POST", f"{path}/enable")
    replay = await desk.send("POST", f"{path}/replay", json={"after": cursor})

    assert [ping.status_code, enable.status_code, replay.status_code] == [202, 200, 202]
    assert list(ping.json()) == list(enable.json()) == list(replay.json()) == MEMBERS
    # A ping that waits already is not queued twice.
    assert (await desk.read(f"{path}/deliveries"))["page"]["total"] == 1


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/url", "required"),
        ({"url": None}, "/url", "wrong_type"),
        ({"url": "hooks"}, "/url", "bad_format"),
        ({"url": "http://hooks.example.org/"}, "/url", "url_not_public"),
        ({"url": "https://127.0.0.1/"}, "/url", "url_not_public"),
        ({"url": "https://" + "a" * 2000}, "/url", "too_long"),
        ({"url": URL, "types": []}, "/types", "too_short"),
        ({"url": URL, "types": ["issue.burnt"]}, "/types/0", "not_one_of"),
        ({"url": URL, "types": "issue.*"}, "/types", "wrong_type"),
        ({"url": URL, "types": ["issue.*"] * 21}, "/types", "too_long"),
        ({"url": URL, "description": "x" * 201}, "/description", "too_long"),
        ({"url": URL, "secret": "whsec_mine"}, "/secret", "unknown_field"),
    ],
)
async def test_what_is_wrong_with_a_webhook_is_said(
    desk: Desk, body: Any, pointer: str, code: str
) -> None:
    answer = await desk.send("POST", HOOKS, json=body)

    assert faults(answer) == [(pointer, code)]
    assert (await desk.read(HOOKS))["page"]["total"] == 0


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "validation_failed"),
        ({"after": "x", "event": "y"}, 422, "validation_failed"),
        ({"after": 7}, 422, "validation_failed"),
        ({"after": "nonsense"}, 400, "invalid_cursor"),
        ({"event": "evt_none"}, 404, "event_not_found"),
        ([], 422, "body_not_an_object"),
    ],
)
async def test_a_replay_of_what_there_is_not_is_refused(
    desk: Desk, body: Any, status: int, code: str
) -> None:
    made = await make(desk)

    answer = await desk.send("POST", f"{HOOKS}/{made['id']}/replay", json=body)

    assert refusal(answer) == (status, code)


async def test_nothing_is_sent_to_a_disabled_webhook_until_it_is_enabled(
    desk: Desk, engine: Engine
) -> None:
    path = f"{HOOKS}/{(await make(desk))['id']}"
    await desk.create()
    event = (await desk.read("/v1/events"))["data"][0]["id"]
    with engine.begin() as connection:
        connection.execute(
            update(WebhookEndpoint).values(status="disabled", disabled_reason="gone")
        )
    sent = {"ping": None, "replay": {"event": event}}

    refused = [await desk.send("POST", f"{path}/{each}", json=sent[each]) for each in sent]
    await desk.send("POST", f"{path}/enable")
    done = [await desk.send("POST", f"{path}/{each}", json=sent[each]) for each in sent]

    assert [refusal(answer) for answer in refused] == [(409, "webhook_disabled")] * 2
    assert [answer.status_code for answer in done] == [202] * 2


async def test_webhooks_are_limited_in_number(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.content.commands.webhooks.MAX_ENDPOINTS", 2)
    first, _ = [await make(desk) for _ in range(2)]

    refused = await desk.send("POST", HOOKS, json={"url": URL})
    await desk.send("DELETE", f"{HOOKS}/{first['id']}")
    await make(desk)

    assert refusal(refused) == (409, "webhook_limit_reached")
    assert (await desk.read(HOOKS))["page"]["total"] == 2


async def test_drafts_stay_hidden_from_keys_that_cannot_read_them(
    desk: Desk, holder: Callable[..., Desk]
) -> None:
    """Neither by listing, changing or replaying a webhook that is sent them, nor by a type."""
    hidden = await make(desk, types=["issue.created"])
    other = holder("webhooks:manage")
    await desk.create()
    page = await desk.read("/v1/events")
    path = f"{HOOKS}/{hidden['id']}"
    own = await make(other)

    assert [each["id"] for each in (await other.read(HOOKS))["data"]] == [own["id"]]
    assert (await other.read(HOOKS))["page"]["total"] == 1
    assert (own["position"], own["lag"]) == (0, 0)
    for method, further, body in (
        ("GET", "", None),
        ("PATCH", "", {"url": "https://thief.example/"}),
        ("POST", "/rotate", None),
        ("GET", "/deliveries", None),
        ("POST", "/replay", {"event": page["data"][0]["id"]}),
    ):
        answer = await other.send(method, path + further, json=body)
        assert refusal(answer) == (404, "webhook_not_found")
    created = await other.send("POST", HOOKS, json={"url": URL, "types": ["issue.created"]})
    assert refusal(created) == (403, "missing_scope")
    changed = await other.send("PATCH", f"{HOOKS}/{own['id']}", json={"types": ["sync.*"]})
    assert refusal(changed) == (403, "missing_scope")
    by_owner = await desk.send("PATCH", f"{HOOKS}/{own['id']}", json={"types": ["issue.created"]})
    assert faults(by_owner) == [("/types", "type_not_shown")]
    replayed = await other.send(
        "POST", f"{HOOKS}/{own['id']}/replay", json={"event": page["data"][0]["id"]}
    )
    assert refusal(replayed) == (404, "event_not_found")


async def test_lists_have_pages(desk: Desk) -> None:
    made = [(await make(desk))["id"] for _ in range(3)]

    first = await desk.read(f"{HOOKS}?limit=2")
    second = await desk.read(f"{HOOKS}?limit=2&cursor={first['page']['next_cursor']}")

    assert [each["id"] for each in (*first["data"], *second["data"])] == made[::-1]
    assert second["page"] == {"limit": 2, "next_cursor": None, "has_more": False, "total": 3}
    deliveries = f"{HOOKS}/{made[0]}/deliveries"
    for query in ("?cursor=x", f"?cursor={first['page']['next_cursor']}", "?status=lost"):
        assert (await desk.send("GET", deliveries + query)).status_code == 400
    assert (await desk.read(f"{deliveries}?status=failed"))["data"] == []
