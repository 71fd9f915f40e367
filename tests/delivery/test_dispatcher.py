"""Delivery of webhooks: what is sent, in which order, how often, and what a receiver can do."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import httpx
import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands.transaction import Transaction, transaction
from app.content.commands.webhook_outcomes import Leased, Outcome, lease_due, record_outcome
from app.content.commands.webhook_queue import fan_out, queue_again
from app.content.commands.webhooks import WebhookInput, create_endpoint
from app.content.webhook_signature import signed_headers
from app.db import open_database
from app.delivery.dispatcher import LEASE_SECONDS, PER_ENDPOINT, Dispatcher, dispatching
from app.models.event import Event
from app.models.webhook_delivery import WebhookDelivery
from app.models.webhook_endpoint import WebhookEndpoint
from tests.conftest import Clock
from tests.counted import counted
from tests.delivery.conftest import HOOKS, WAITS, Headers, Paper, Receiver
from tests.factories import issue

pytestmark = pytest.mark.databases_in_turn


def came(receiver: Receiver, count: int) -> bool:
    return len(receiver.events) == count


async def test_events_after_its_creation_come_as_the_log_shows_them(
    paper: Paper, receiver: Receiver
) -> None:
    await paper.publish(1)
    webhook = await paper.webhook()

    await paper.publish(2)
    await paper.until(lambda: receiver.events)

    log = await paper.client.get("/v1/events", headers=paper.editor)
    request = receiver.requests[-1]
    assert request.content in log.content
    assert receiver.ids == [log.json()["data"][-1]["id"]]
    assert request.headers["webhook-id"] == receiver.ids[0]
    await paper.until_idle()
    shown = await paper.read(webhook)
    assert (shown["position"], shown["lag"]) == (log.json()["data"][-1]["sequence"], 0)


async def test_the_first_request_is_a_ping_and_nothing_else_is_sent_before_it_is_answered(
    paper: Paper, receiver: Receiver, clock: Clock
) -> None:
    receiver.answers(500)
    made = await paper.send("POST", "/v1/webhooks", {"url": HOOKS})
    await paper.publish(1)
    await paper.until(lambda: receiver.requests)
    await paper.until_idle()

    assert [json.loads(request.content)["type"] for request in receiver.requests] == [
        "webhook.ping"
    ]
    assert await paper.has_status(made["id"], "pending")

    receiver.answers(200)
    clock.advance(seconds=WAITS[0])
    await paper.until(lambda: receiver.events)
    assert await paper.has_status(made["id"], "active")


async def test_requests_are_signed_with_both_secrets_for_a_day_after_rotation(
    paper: Paper, receiver: Receiver, clock: Clock, engine: Engine
) -> None:
    webhook = await paper.webhook()
    await paper.send("POST", f"/v1/webhooks/{webhook}/rotate")
    with Session(engine) as session:
        stored = session.scalars(select(WebhookEndpoint)).one()
        newer, older = stored.secret, stored.previous_secret
    assert older is not None

    for number, secrets in ((1, (newer, older)), (2, (newer,))):
        await paper.publish(number)
        await paper.until(partial(came, receiver, number))
        request = receiver.requests[-1]
        expected = signed_headers(
            request.content, event_id=receiver.ids[-1], at=clock(), secrets=secrets
        )
        assert {name: request.headers[name] for name in expected} == expected
        clock.advance(seconds=86_400)


async def test_a_failed_attempt_is_repeated_after_the_waits_with_the_same_id(
    paper: Paper, receiver: Receiver, clock: Clock
) -> None:
    webhook = await paper.webhook()
    receiver.answers(500, stream=httpx.ByteStream(b"no\0t now"))
    await paper.publish(1)
    await paper.until(lambda: len(receiver.events) == 1)
    await paper.until_idle()

    for count, wait in enumerate((*WAITS, WAITS[-1]), 1):
        clock.advance(seconds=wait - 0.001)
        await paper.until_idle()
        assert len(receiver.events) == count
        clock.advance(seconds=0.001)
        await paper.until(partial(came, receiver, count + 1))
        await paper.until_idle()

    assert len(set(receiver.ids)) == 1
    assert len({request.content for request in receiver.requests[1:]}) == 1
    pending, last, *_ = await paper.attempts(webhook)
    assert (pending["status"], pending["attempt"]) == ("pending", len(receiver.events) + 1)
    assert pending["next_attempt_at"] == last["next_attempt_at"] is not None
    assert (last["status"], last["response_status"]) == ("failed", 500)
    assert last["response_body"] == "no\ufffdt now"
    assert last["error"] == "The receiver answered 500."


@pytest.mark.both_databases
async def test_the_events_of_an_issue_wait_for_each_other_and_no_other_issue_does(
    paper: Paper, receiver: Receiver, clock: Clock
) -> None:
    await paper.webhook()
    refused = 2

    async def answer(request: httpx.Request) -> httpx.Response:
        number = json.loads(request.content)["data"]["issue"]["number"]
        return httpx.Response(503 if number == refused else 200)

    receiver.answer = answer
    for number in (1, 2, 3):
        await paper.publish(number)
    for number in (1, 2, 3):
        await paper.reprint(number, "Another title")
    await paper.until(lambda: len(receiver.events) >= 5)
    await paper.until_idle()

    came = [(e["data"]["issue"]["number"], e["type"]) for e in receiver.events]
    assert came.count((2, "issue.published")) == 1
    assert (2, "issue.updated") not in came
    refused = 0
    clock.advance(seconds=WAITS[0])
    await paper.until(lambda: len(receiver.events) == 7)
    for number in (1, 2, 3):
        of_issue = [e for e in receiver.events if e["data"]["issue"]["number"] == number]
        assert [e["type"] for e in of_issue][-2:] == ["issue.published", "issue.updated"]
        assert [e["sequence"] for e in of_issue] == sorted(e["sequence"] for e in of_issue)


async def test_retry_after_is_honoured_where_it_is_longer(
    paper: Paper, receiver: Receiver, clock: Clock
) -> None:
    webhook = await paper.webhook()
    receiver.answers(429, headers={"Retry-After": "120"})
    await paper.publish(1)
    await paper.until(lambda: receiver.events)
    await paper.until_idle()

    pending = (await paper.attempts(webhook, "?status=pending"))[0]

    expected = clock() + timedelta(seconds=120)
    assert pending["next_attempt_at"] == expected.isoformat().replace("+00:00", "Z")


async def test_a_410_disables_and_enabling_goes_on_where_it_stopped(
    paper: Paper, receiver: Receiver
) -> None:
    webhook = await paper.webhook()
    receiver.answers(410)
    await paper.publish(1)
    await paper.until(lambda: paper.has_status(webhook, "disabled"))
    await paper.publish(2)
    await paper.until_idle()

    shown = await paper.read(webhook)
    log = await paper.client.get("/v1/events?types=webhook.disabled", headers=paper.editor)
    assert shown["disabled_reason"] == "gone"
    assert len(receiver.events) == 1
    told = log.json()["data"][0]["data"]
    assert (told["id"], told["status"], told["disabled_reason"]) == (webhook, "disabled", "gone")

    receiver.answers(200)
    enabled = await paper.send("POST", f"/v1/webhooks/{webhook}/enable")
    await paper.until(lambda: len(receiver.events) == 3)
    assert (enabled["status"], enabled["disabled_reason"]) == ("active", None)
    assert [e["data"]["issue"]["number"] for e in receiver.events] == [1, 1, 2]


async def test_five_days_of_nothing_but_failures_disable(
    paper: Paper, receiver: Receiver, clock: Clock
) -> None:
    webhook = await paper.webhook()
    receiver.answers(500)
    await paper.publish(1)
    await paper.until(lambda: receiver.events)
    await paper.until_idle()
    failing_since = (await paper.read(webhook))["failing_since"]
    assert failing_since is not None

    clock.advance(seconds=5 * 86_400 - 1)
    await paper.until(lambda: len(receiver.events) == 2)
    await paper.until_idle()
    assert await paper.has_status(webhook, "active")

    clock.advance(seconds=WAITS[1])
    await paper.until(lambda: paper.has_status(webhook, "disabled"))
    shown = await paper.read(webhook)
    assert (shown["disabled_reason"], shown["failing_since"]) == ("failing", failing_since)


async def test_one_event_that_always_fails_is_given_up_after_five_days(
    paper: Paper, receiver: Receiver, clock: Clock
) -> None:
    webhook = await paper.webhook()

    async def answer(request: httpx.Request) -> httpx.Response:
        event = json.loads(request.content)
        return httpx.Response(500 if event["type"] == "issue.published" else 200)

    receiver.answer = answer
    await paper.publish(1)
    await paper.until(lambda: len(receiver.events) == 1)
    await paper.until_idle()
    await paper.reprint(1, "Another title")
    clock.advance(seconds=4 * 86_400)
    await paper.until(partial(came, receiver, 2))
    await paper.until_idle()
    # The ping succeeds, so that there is not nothing but failures.
    await paper.send("POST", f"/v1/webhooks/{webhook}/ping")
    await paper.until(lambda: len(receiver.requests) == 4)
    await paper.until_idle()
    clock.advance(seconds=86_400)
    await paper.until(lambda: receiver.events[-1]["type"] == "issue.updated")

    assert [e["type"] for e in receiver.events] == ["issue.published"] * 3 + ["issue.updated"]
    assert await paper.has_status(webhook, "active")


async def test_replay_sends_what_was_delivered_before(paper: Paper, receiver: Receiver) -> None:
    webhook = await paper.webhook()
    start = await paper.send("GET", "/v1/events?after=latest")
    for number in (1, 2):
        await paper.publish(number)
    await paper.until(lambda: len(receiver.events) == 2)
    await paper.until_idle()
    first, second = receiver.ids

    await paper.send("POST", f"/v1/webhooks/{webhook}/replay", {"event": second})
    await paper.until(lambda: len(receiver.events) == 3)
    await paper.until_idle()
    cursor = start["page"]["next_cursor"]
    await paper.send("POST", f"/v1/webhooks/{webhook}/replay", {"after": cursor})
    await paper.until(lambda: len(receiver.events) == 5)
    await paper.until_idle()

    assert receiver.ids[2] == second
    assert sorted(receiver.ids[3:]) == sorted([first, second])
    attempts = await paper.attempts(webhook, "?status=succeeded")
    assert [a["attempt"] for a in attempts if a["event"] == second] == [3, 2, 1]


async def test_types_choose_what_is_sent(paper: Paper, receiver: Receiver) -> None:
    webhook = await paper.webhook(types=["issue.unpublished"])

    await paper.publish(1)
    await paper.send("POST", "/v1/issues/1/unpublish")
    await paper.until(lambda: receiver.events)
    await paper.until_idle()

    assert [event["type"] for event in receiver.events] == ["issue.unpublished"]
    assert (await paper.read(webhook))["lag"] == 0


async def test_an_owner_without_drafts_is_sent_the_public_log(
    paper: Paper, receiver: Receiver, key: Callable[..., str]
) -> None:
    paper.editor, editor = bearer(key("webhooks:manage")), paper.editor
    await paper.webhook(types=["issue.*"])
    paper.editor = editor
    await paper.send("POST", "/v1/issues", issue(number=7, date="2026-04-07"))

    await paper.publish(1)
    await paper.until(lambda: receiver.events)
    await paper.until_idle()

    assert [e["type"] for e in receiver.events] == ["issue.published"]
    assert receiver.requests[-1].content in (await paper.client.get("/v1/events")).content


async def test_drafts_are_no_longer_sent_once_their_owner_is_revoked(
    paper: Paper, receiver: Receiver, key: Callable[..., str]
) -> None:
    own = key("webhooks:manage", "issues:write")
    paper.editor, editor = bearer(own), paper.editor
    webhook = await paper.webhook(types=["issue.*"])
    paper.editor = editor

    await paper.send("DELETE", f"/v1/keys/{own.split('_')[1]}")
    await paper.send("POST", "/v1/issues", issue(number=7, date="2026-04-07"))
    await paper.until(lambda: paper.has_status(webhook, "disabled"))

    assert receiver.events == []
    assert (await paper.read(webhook))["disabled_reason"] == "owner_gone"
    await paper.send("POST", f"/v1/webhooks/{webhook}/enable")
    await paper.until(lambda: receiver.events)


@pytest.mark.both_databases
async def test_two_dispatchers_share_the_work(
    paper: Paper, receiver: Receiver, settings: Settings, clock: Clock
) -> None:
    webhook = await paper.webhook()
    async with open_database(settings.database) as database:
        other = Dispatcher(database, settings, clock=clock, transport=httpx.MockTransport(receiver))
        async with dispatching(other):
            for number in range(1, 13):
                await paper.publish(number)
                other.wake()
            await paper.until(lambda: len(receiver.events) >= 12)
            await paper.until_idle()

    assert len(receiver.ids) == len(set(receiver.ids)) == 12
    attempts = await paper.attempts(webhook, "?status=succeeded&limit=100")
    assert len(attempts) == 13


@pytest.mark.both_databases
async def test_what_a_killed_process_had_leased_is_sent_when_the_lease_ends(
    paper: Paper, receiver: Receiver, clock: Clock, engine: Engine
) -> None:
    webhook = await paper.webhook()
    receiver.answers(500)
    await paper.publish(1)
    await paper.until(lambda: receiver.events)
    await paper.until_idle()
    receiver.answers(200)
    later = clock() + timedelta(seconds=WAITS[0])
    with transaction(engine, principal=COMMAND_LINE, now=later) as tx:
        endpoint_id = tx.session.scalars(select(col(WebhookEndpoint.id))).one()
        assert endpoint_id is not None
        leased = lease_due(tx, {endpoint_id: 9}, lease="killed", lease_seconds=LEASE_SECONDS)
    assert len(leased) == 1

    clock.advance(seconds=WAITS[0] + LEASE_SECONDS - 0.001)
    await paper.until_idle()
    assert len(receiver.events) == 1
    clock.advance(seconds=0.001)
    await paper.until(lambda: len(receiver.events) == 2)
    await paper.until_idle()

    assert len(set(receiver.ids)) == 1
    newest = (await paper.attempts(webhook))[0]
    assert (newest["status"], newest["attempt"]) == ("succeeded", 2)


@pytest.mark.both_databases
async def test_publishing_costs_the_same_with_a_hundred_webhooks(
    client: httpx.AsyncClient, editor: Headers, engine: Engine, clock: Clock
) -> None:
    async def statements(number: int) -> int:
        document = issue(number=number, date=f"2026-04-{number:02}")
        with counted() as seen:
            answer = await client.post("/v1/issues?publish=true", json=document, headers=editor)
        assert answer.status_code == 201
        return len(seen)

    await statements(1)
    without = await statements(2)
    with transaction(engine, principal=COMMAND_LINE, now=clock()) as tx:
        for _ in range(100):
            create_endpoint(tx, WebhookInput(url=HOOKS), allow_private=False)

    assert await statements(3) == without


async def test_each_outcome_frees_the_next_event_of_its_endpoint_and_issue(
    client: httpx.AsyncClient, editor: Headers, engine: Engine, clock: Clock
) -> None:
    def begin() -> AbstractContextManager[Transaction]:
        return transaction(engine, principal=COMMAND_LINE, now=clock())

    def endpoints(tx: Transaction) -> list[WebhookEndpoint]:
        return [*tx.session.scalars(select(WebhookEndpoint).order_by(col(WebhookEndpoint.id)))]

    def lease(name: str) -> dict[tuple[int, str], Leased]:
        with begin() as tx:
            capacity = {each.id: 9 for each in endpoints(tx) if each.id is not None}
            leased = lease_due(tx, capacity, lease=name, lease_seconds=LEASE_SECONDS)
            ids = {each.delivery_id: each for each in leased}
            rows = tx.session.scalars(
                select(WebhookDelivery).where(col(WebhookDelivery.id).in_(ids))
            )
            return {(row.endpoint_id, row.ordering_key): ids[row.id] for row in rows if row.id}

    def record(*ended: tuple[Leased, int]) -> None:
        with begin() as tx:
            for each, status in ended:
                outcome = Outcome(clock(), 5, status=status)
                record_outcome(tx, each, outcome, wait_seconds=60.0)

    with begin() as tx:
        for _ in range(2):
            create_endpoint(tx, WebhookInput(url=HOOKS), allow_private=False)
    record(*((each, 204) for each in lease("pings").values()))
    for number in (1, 2):
        document = issue(number=number, date=f"2026-04-{number:02}")
        await client.post("/v1/issues?publish=true", json=document, headers=editor)
    with begin() as tx:
        fan_out(tx)
    heads = lease("first")
    a1, a2, b1, b2 = sorted(heads)  # two endpoints with the same two issues
    for number in (1, 2):
        path, exact = f"/v1/issues/{number}", {**editor, "If-Match": "*"}
        await client.patch(path, json={"title": "Anew"}, headers=exact)
        await client.post(f"{path}/publish", headers=exact)
    with begin() as tx:
        fan_out(tx)
    assert lease("nothing is due behind a head") == {}

    record((heads[a1], 204), (heads[b2], 204), (replace(heads[a2], lease="lost"), 204))

    reprints = lease("second")
    assert reprints.keys() == {a1, b2}
    with begin() as tx:
        queue_again(tx, endpoints(tx)[0], tx.session.get_one(Event, heads[a1].event_number))
    # The replay is older than the reprint in flight and waits for it, whatever else ends.
    record((heads[a2], 204), (heads[b1], 204))
    assert lease("third").keys() == {a2, b1}
    record((reprints[a1], 204))
    assert [each.event_number for each in lease("fourth").values()] == [heads[a1].event_number]


@pytest.mark.slow
async def test_a_slow_receiver_holds_up_no_other(paper: Paper, receiver: Receiver) -> None:
    slow = "https://slow.example/"
    await paper.webhook()
    await paper.webhook(slow)
    released = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "slow.example":
            await released.wait()
        return httpx.Response(200)

    receiver.answer = answer
    for number in range(1, 11):
        await paper.publish(number)

    def came_to(host: str) -> int:
        return sum(request.url.host == host for request in receiver.requests) - 1

    await paper.until(lambda: came_to("hooks.example") == 10)
    assert 0 < came_to("slow.example") <= PER_ENDPOINT
    released.set()
    await paper.until(lambda: came_to("slow.example") == 10)


def bearer(key: str) -> Headers:
    return {"Authorization": f"Bearer {key}"}
