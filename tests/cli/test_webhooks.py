"""Webhooks on the command line."""

import json
import re

import httpx
import orjson
import pytest

from app.content.webhook_signature import parse_secret
from app.delivery.forwarding import Forwarder, LogRefused
from tests.cli.conftest import Run
from tests.conftest import Clock

URL = "https://hooks.example.org/paper"


def test_a_webhook_is_created_listed_rotated_and_deleted(run: Run) -> None:
    created = run("webhooks", "create", URL, "--type", "issue.*", "--description", "newsletter")
    (webhook,) = json.loads(run("webhooks", "list", "--json").out)["data"]
    table = run("webhooks", "list")
    rotated = run("webhooks", "rotate", webhook["id"])
    deleted = run("webhooks", "delete", webhook["id"])

    assert (created.code, table.code, rotated.code, deleted.code) == (0, 0, 0, 0)
    assert (webhook["url"], webhook["types"], webhook["status"]) == (URL, ["issue.*"], "pending")
    assert len(parse_secret(created.out.strip())) == 32
    assert parse_secret(rotated.out.strip()) != parse_secret(created.out.strip())
    assert "secret" not in webhook
    assert re.search(rf"{webhook['id']}\s+pending\s+0\b", table.out)
    assert json.loads(run("webhooks", "list", "--json").out)["data"] == []


def test_a_webhook_is_pinged_enabled_and_replayed(run: Run) -> None:
    created = json.loads(run("webhooks", "create", URL, "--json").out)
    id_ = created["id"]

    ran = [
        run("webhooks", "ping", id_, "--json"),
        run("webhooks", "enable", id_, "--json"),
        run("webhooks", "replay", id_, "--event", "evt_none"),
        run("webhooks", "replay", id_, "--after", "nonsense"),
        run("webhooks", "replay", id_),
        run("webhooks", "ping", "wh_none"),
    ]

    assert created["secret"].startswith("whsec_")
    assert [each.code for each in ran] == [0, 0, 1, 1, 2, 1]
    assert json.loads(ran[0].out)["status"] == json.loads(ran[1].out)["status"] == "pending"
    assert "no event 'evt_none'" in ran[2].err
    assert "no webhook 'wh_none'" in ran[5].err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("create", "https://127.0.0.1/"), 1, "public internet"),
        (("create", URL, "--type", "issue.burnt"), 1, "/types/0"),
        (("listen", "--forward-to", "http://localhost/", "--secret", "mine"), 2, "whsec_"),
    ],
)
def test_what_is_wrong_is_said(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    ran = run("webhooks", *words)

    assert (ran.code, said in ran.err) == (code, True), ran.err


async def test_listening_forwards_the_events_of_a_server_signed(clock: Clock) -> None:
    first, second = ({"id": f"evt_{n}", "sequence": n, "type": "issue.saved"} for n in (1, 2))
    pages = {"latest": ([], "c0"), "c0": ([first], "c1"), "c1": ([second], "c2")}
    came: list[httpx.Request] = []
    asked: list[httpx.URL] = []
    failures = iter([503])

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "localhost":
            came.append(request)
            return httpx.Response(200)
        asked.append(request.url)
        assert request.headers["authorization"] == "Bearer amp_key"
        if status := next(failures, None):
            return httpx.Response(status)
        data, cursor = pages[request.url.params["after"]]
        return httpx.Response(200, json={"data": data, "page": {"next_cursor": cursor}})

    troubles: list[str] = []
    listener = Forwarder(
        server="https://paper.example/",
        forward_to="http://localhost:3000/",
        secret=b"s" * 32,
        clock=clock,
        key="amp_key",
        types="issue.*",
        transport=httpx.MockTransport(answer),
        on_trouble=troubles.append,
        pause_seconds=0.0,
    )
    events = listener.events()

    forwarded = [await anext(events), await anext(events)]
    await events.aclose()

    assert [(each.event_id, each.status) for each in forwarded] == [("evt_1", 200), ("evt_2", 200)]
    assert [request.content for request in came] == [orjson.dumps(first), orjson.dumps(second)]
    assert [request.headers["webhook-id"] for request in came] == ["evt_1", "evt_2"]
    assert troubles == ["https://paper.example/ answers 503."]
    assert {url.params["types"] for url in asked} == {"issue.*"}


async def test_listening_ends_where_the_server_refuses(clock: Clock) -> None:
    async def refuse(_: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"detail": "This key is unknown, damaged or revoked."})

    listener = Forwarder(
        server="https://paper.example",
        forward_to="http://localhost:3000/",
        secret=b"s" * 32,
        clock=clock,
        transport=httpx.MockTransport(refuse),
    )

    with pytest.raises(LogRefused, match="damaged or revoked"):
        await anext(listener.events())
