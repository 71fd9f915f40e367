"""Our own Python client against a real server, and against a network that fails."""

import base64
import inspect
import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import standardwebhooks
from morningpost_client import AsyncClient, Client, InvalidSignature, Problem, verify
from pydantic import SecretStr

from app.config import Settings
from tests.factories import day, issue, lead
from tests.servers.faulty_proxy import faulty_proxy
from tests.servers.uvicorn import serving

pytestmark = pytest.mark.end_to_end

ROOT = Path(__file__).resolve().parents[2]
KEY = "amp_clients_0123456789abcdef0123456789abcdef"


@pytest.fixture
def port(settings: Settings) -> Iterator[int]:
    with serving(settings.model_copy(update={"bootstrap_key": SecretStr(KEY)})) as port:
        yield port


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    with Client(f"http://127.0.0.1:{port}", key=KEY) as client:
        yield client


@pytest.fixture
async def asynchronous(port: int) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(f"http://127.0.0.1:{port}", key=KEY) as client:
        yield client


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def document(number: int, **members: Any) -> dict[str, Any]:
    return issue(
        number=number, date=day(number), sections=[lead(headline=f"No. {number}")], **members
    )


# ---------------------------------------------------------------------------- the document


def test_each_operation_has_a_method() -> None:
    described = json.loads((ROOT / "openapi" / "openapi.json").read_text())
    ids = {
        operation["operationId"]
        for item in described["paths"].values()
        for method, operation in item.items()
        if method in {"get", "post", "put", "patch", "delete"}
    }
    names = set(map(snake, ids))
    for kind in (Client, AsyncClient):
        methods = {name for name, _ in inspect.getmembers(kind, callable) if name[0] != "_"}
        assert names <= methods
        assert methods - names == {"close", "events", "iter"}


def test_the_methods_are_those_of_the_document() -> None:
    """After a change of the API: `make openapi`."""
    checked = subprocess.run(
        [sys.executable, "-m", "client_generator", "--check"], cwd=ROOT / "clients", check=False
    )
    assert checked.returncode == 0


# ---------------------------------------------------------------------------- a server


@pytest.mark.slow
def test_the_scenario(client: Client) -> None:
    """The same file drives the TypeScript client."""
    saved: dict[str, Any] = {}
    for step in json.loads((ROOT / "clients" / "scenario.json").read_text()):
        parameters = step.get("parameters", {})
        if "iterate" in step:
            rows = list(client.iter(getattr(client, snake(step["iterate"])), **parameters))
            for row, expected in zip(rows, step["rows"], strict=True):
                assert row | expected == row
            continue
        path = [saved.get(each, each) for each in step.get("path", [])]
        body = [step["body"]] if "body" in step else []
        method = getattr(client, snake(step["call"]))
        if "problem" in step:
            with pytest.raises(Problem) as caught:
                method(*path, *body, **parameters)
            assert caught.value.request_id
            problem = {"status": caught.value.status, "code": caught.value.code}
            assert problem == step["problem"]
            continue
        answer = method(*path, *body, **parameters)
        if "save" in step:
            saved[f"${step['save']}"] = answer
        if "expect" in step:
            assert answer | step["expect"] == answer


def test_an_issue_from_draft_to_print_and_away(client: Client) -> None:
    draft = client.create_issue(document(7))
    assert draft["status"] == "draft"
    assert draft.etag is not None

    changed = client.patch_issue(draft, {"summary": "New."})
    printed = client.publish_issue(changed)
    assert printed["status"] == "published"
    assert client.read_issue(7)["summary"] == "New."
    assert client.read_issue(7, fields="number,title") == {"number": 7, "title": "No. 7"}
    assert "### No. 7" in client.read_issue_as_markdown(7)
    client.unpublish_issue(printed)

    other = client.create_issue(document(8))
    client.delete_issue(other)
    with pytest.raises(Problem) as caught:
        client.read_issue(8)
    assert caught.value.status == 404
    assert caught.value.code == "issue_not_found"
    assert caught.value.request_id


def test_a_change_of_somebody_else_is_not_overwritten(client: Client) -> None:
    mine = client.create_issue(document(7))
    client.patch_issue(mine, {"summary": "Theirs."})

    with pytest.raises(Problem) as caught:
        client.patch_issue(mine, {"summary": "Mine."})
    assert caught.value.status == 412
    assert client.patch_issue(7, {"summary": "Mine."}, if_match="*")["summary"] == "Mine."


def test_refused_fields_are_named(client: Client) -> None:
    with pytest.raises(Problem) as caught:
        client.create_issue({"date": "someday", "sections": []})
    assert caught.value.status == 422
    assert [error["pointer"] for error in caught.value.errors] == ["/date"]


def test_rows_of_all_pages(client: Client) -> None:
    for number in range(1, 6):
        client.create_issue(document(number), publish=True)

    numbers = [row["number"] for row in client.iter(client.list_issues, limit=2)]
    assert numbers == [5, 4, 3, 2, 1]
    assert [row["kind"] for row in client.iter(client.list_sections, kind="lead")] == ["lead"] * 5
    types = [event["type"] for event in client.iter(client.list_events, types="issue.published")]
    assert types == ["issue.published"] * 5


def test_lines_are_imported(client: Client) -> None:
    rows = client.import_issues([document(1), document(2), {"date": "someday"}], publish=True)
    assert [row["status"] for row in rows] == [201, 201, 422]


def test_events_go_on_where_they_ended(client: Client) -> None:
    for number in (1, 2, 3):
        client.create_issue(document(number), publish=True)

    first = client.events(types="issue.published")
    assert next(first)["data"]["issue"]["number"] == 1
    first.close()
    second = client.events(after=first.cursor, types=["issue.published", "issue.corrected"])
    assert [next(second)["data"]["issue"]["number"] for _ in range(2)] == [2, 3]
    second.close()


async def test_the_asynchronous_client_does_the_same(asynchronous: AsyncClient) -> None:
    draft = await asynchronous.create_issue(document(7), publish=True)
    rows = [row["number"] async for row in asynchronous.iter(asynchronous.list_issues)]
    assert rows == [7]
    events = asynchronous.events(types="issue.*")
    assert (await anext(events))["type"] == "issue.created"
    await events.close()
    await asynchronous.unpublish_issue(draft)
    with pytest.raises(Problem):
        await asynchronous.delete_issue(draft)


def test_the_second_read_of_an_unchanged_issue_is_a_304(port: int) -> None:
    statuses: list[int] = []

    class Noting(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = super().handle_request(request)
            statuses.append(response.status_code)
            return response

    with Client(f"http://127.0.0.1:{port}", key=KEY, transport=Noting()) as client:
        client.create_issue(document(7), publish=True)
        first = client.read_issue(7)
        first["title"] = "changed by the caller"
        second = client.read_issue(7)

    assert statuses == [201, 200, 304]
    assert second["title"] != first["title"]
    assert second.etag == first.etag


# ---------------------------------------------------------------------------- a bad network


@pytest.mark.slow
def test_a_bad_network_loses_and_doubles_nothing(port: int) -> None:
    with (
        faulty_proxy(port, share=0.4) as (faulty, proxy),
        Client(f"http://127.0.0.1:{faulty}", key=KEY, retries=30, timeout=5) as client,
    ):
        for number in range(1, 41):
            client.create_issue({"date": day(number), "sections": [lead()]})
        rows = list(client.iter(client.list_issues, status="draft", limit=7))

    assert [row["number"] for row in rows] == list(range(40, 0, -1))
    assert all(proxy.faults[fault] for fault in ("lost_before", "lost_after", "truncated", "busy"))


class Script(httpx.BaseTransport):
    """Answers with what was prepared, and keeps the requests."""

    def __init__(self, *answers: httpx.Response | httpx.TransportError) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def test_a_repeated_post_has_the_same_key_and_bytes(waits: list[float]) -> None:
    script = Script(
        httpx.ReadError("gone"),
        httpx.Response(503, headers={"Retry-After": "7"}),
        httpx.Response(409, json={"code": "still_in_flight"}),
        httpx.Response(201, json={"number": 1}, headers={"ETag": '"r1.2.x"'}),
    )
    client = Client("http://paper.test", key="amp_a_b", transport=script)

    assert client.create_issue({"date": "2026-05-03"}).etag == '"r1.2.x"'

    sent = {(r.headers["idempotency-key"], r.content) for r in script.requests}
    assert len(script.requests) == 4
    assert len(sent) == 1
    assert waits[1] == 7


def test_what_could_be_done_twice_is_not_repeated(waits: list[float]) -> None:
    script = Script(httpx.ReadError("gone"))
    client = Client("http://paper.test", transport=script)
    with pytest.raises(httpx.ReadError):
        client.validate_issue({"date": "2026-05-03"})
    assert waits == []


def test_a_long_wait_is_left_to_the_caller(waits: list[float]) -> None:
    script = Script(httpx.Response(429, headers={"Retry-After": "3600"}))
    with pytest.raises(Problem) as caught:
        Client("http://paper.test", transport=script).read_limits()
    assert caught.value.status == 429
    assert waits == []


def test_a_deletion_whose_answer_was_lost_is_done(waits: list[float]) -> None:
    script = Script(httpx.ReadError("gone"), httpx.Response(404, json={"code": "issue_not_found"}))
    Client("http://paper.test", transport=script).delete_issue(7, if_match="*")
    assert len(waits) == 1


def test_unknown_members_and_kinds_are_passed_through() -> None:
    body = {"number": 1, "sections": [{"kind": "crossword", "grid": [1]}], "later": True}
    script = Script(httpx.Response(200, json=body))
    assert Client("http://paper.test", transport=script).read_issue(1) == body


def test_a_page_of_a_proxy_is_a_problem_too() -> None:
    script = Script(httpx.Response(403, html="<h1>Forbidden</h1>"))
    with pytest.raises(Problem) as caught:
        Client("http://paper.test", transport=script).read_issue(1)
    assert (caught.value.status, caught.value.code) == (403, "http_error")


# ---------------------------------------------------------------------------- webhooks


SECRETS = [f"whsec_{base64.b64encode(bytes([n]) * 24).decode()}" for n in (1, 2)]
BODY = b'{"id":"evt_1","type":"issue.published"}'


def signed(*secrets: str, at: float | None = None) -> dict[str, str]:
    when = datetime.fromtimestamp(time.time() if at is None else at, UTC)
    signatures = [standardwebhooks.Webhook(s).sign("evt_1", when, BODY.decode()) for s in secrets]
    return {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(int(when.timestamp())),
        "Webhook-Signature": " ".join(signatures),
    }


def test_a_webhook_is_verified() -> None:
    assert verify(BODY, signed(SECRETS[0]), SECRETS[0])["id"] == "evt_1"
    assert verify(BODY, signed(*SECRETS), SECRETS[1])["id"] == "evt_1"
    assert verify(BODY.decode(), signed(SECRETS[1]), SECRETS)["id"] == "evt_1"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY + b" ", signed(SECRETS[0])),
        (BODY, signed(SECRETS[1])),
        (BODY, signed(SECRETS[0], at=time.time() - 4_000)),
        (BODY, signed(SECRETS[0], at=time.time() + 4_000)),
        (BODY, {}),
        (BODY, signed(SECRETS[0]) | {"Webhook-Timestamp": "soon"}),
        (BODY, signed(SECRETS[0]) | {"Webhook-Signature": "v1,é v2,x"}),
    ],
)
def test_a_false_webhook_is_refused(body: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidSignature):
        verify(body, headers, SECRETS[0])
