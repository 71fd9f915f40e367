"""NDJSON import over HTTP: each line is saved or refused alone, whatever it holds."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.content.commands import batches
from app.web.rest import answer_spool, imports
from tests import factories
from tests.conftest import Clock
from tests.counted import counted

pytestmark = pytest.mark.databases_in_turn

Headers = dict[str, str]

NDJSON = {"Content-Type": "application/x-ndjson"}


def ndjson(*documents: object) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


async def post(
    client: httpx.AsyncClient, editor: Headers, body: Any, query: str = ""
) -> list[dict[str, Any]]:
    answer = await client.post(
        f"/v1/issues/import{query}", content=body, headers={**editor, **NDJSON}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_each_line_is_answered_and_the_same_file_resumes(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    days = [factories.issue(date=f"2026-05-0{day}") for day in (1, 2, 3)]

    first = await post(client, editor, ndjson(*days[:2]))
    again = await post(client, editor, ndjson(*days))

    assert first == [
        {"line": n, "status": 201, "number": n, "date": f"2026-05-0{n}", "problem": None}
        for n in (1, 2)
    ]
    assert [(line["status"], line["number"]) for line in again] == [(200, 1), (200, 2), (201, 3)]


async def test_a_bad_line_stops_no_other(client: httpx.AsyncClient, editor: Headers) -> None:
    body = b"\n".join(
        [
            b'{"date": "2026-05-01"}',
            b"",
            b"null",
            b"{",
            b'{"date": "2026-05-01", "title": "other"}',
            b'{"number": 1, "date": "2026-05-09"}',
            b'\xff{"date": "2026-05-04"}',
            b'{"date": "2026-05-05", "title": "\\ud800"}',
            b"[" * 100_000,
            b'{"date": "2026-05-02"}',
        ]
    )

    lines = await post(client, editor, body)

    assert [(line["line"], line["status"]) for line in lines] == [
        (1, 201),
        *((n, 422) for n in (3, 4)),
        *((n, 409) for n in (5, 6)),
        *((n, 422) for n in (7, 8, 9)),
        (10, 201),
    ]
    codes = [line["problem"]["code"] for line in lines if line["problem"]]
    assert codes == [
        "body_not_an_object",
        "malformed_json",
        "date_taken",
        "number_taken",
        *["malformed_json"] * 3,
    ]


async def test_lines_that_arrive_together_share_a_transaction(
    client: httpx.AsyncClient, editor: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a commit writes is written once; a refused line between them leaves nothing."""
    monkeypatch.setattr(batches, "BATCH_SECONDS", 60)
    days = [factories.issue(date=f"2026-05-0{day}") for day in (1, 2, 2, 3)]
    days[2]["title"] = "The second of a day"

    with counted() as seen:
        lines = await post(client, editor, ndjson(*days), "?publish=true")

    assert [line["status"] for line in lines] == [201, 201, 409, 201]
    assert sum("UPDATE content_version" in statement for statement in seen) == 3
    assert sum("INSERT INTO search_entry" in statement for statement in seen) == 1
    events = (await client.get("/v1/events?types=issue.published", headers=editor)).json()["data"]
    assert [event["data"]["issue"]["number"] for event in events] == [1, 2, 3]
    sections = (await client.get("/v1/sections?kind=lead")).json()["data"]
    assert [section["issue"]["number"] for section in sections] == [3, 2, 1]


async def test_publish_publishes_new_and_old_and_saves_nothing_that_cannot_be_printed(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    whole, headless = factories.issue(date="2026-05-01"), {"date": "2026-05-02"}
    await post(client, editor, ndjson(whole))

    lines = await post(client, editor, ndjson(whole, headless), "?publish=true")

    assert [line["status"] for line in lines] == [200, 422]
    assert (await client.get("/v1/issues/1")).json()["status"] == "published"
    assert (await client.get("/v1/issues/2026-05-02", headers=editor)).status_code == 404


async def test_publish_prints_what_was_printed_at_its_time(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    """Whatever it was elsewhere, except what is scheduled: that waits for its time."""
    first = "2019-03-04T05:06:07Z"
    states: list[dict[str, Any]] = [
        {"status": "published", "published_at": first},
        {"published_at": first},
        {"status": "draft", "published_at": first},
        {"status": "scheduled", "publish_at": "2031-01-01T06:00:00Z"},
        {"status": "scheduled", "publish_at": "2019-01-01T06:00:00Z"},
        {"status": "published", "revision": 3, "published_revision": 2},
    ]
    documents = [
        factories.issue(date=f"2026-05-0{day}", **state) for day, state in enumerate(states, 1)
    ]

    lines = await post(client, editor, ndjson(*documents), "?publish=true")

    assert [line["status"] for line in lines] == [201] * 6
    answers = [await client.get(f"/v1/issues/{n}", headers=editor) for n in range(1, 7)]
    assert [(a.json()["status"], a.json()["published_at"]) for a in answers] == [
        *([("published", first)] * 3),
        ("scheduled", None),
        *([("published", "2026-05-03T06:00:00Z")] * 2),
    ]


async def test_publish_prints_a_draft_that_is_there_already(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    """As it was read, with its `status`; sent again it changes nothing."""
    await client.post("/v1/issues", json=factories.issue(number=5), headers=editor)
    read = (await client.get("/v1/issues/5", headers=editor)).json()

    for _ in range(2):
        (line,) = await post(client, editor, ndjson(read), "?publish=true")
        assert line["status"] == 200
        found = (await client.get("/v1/issues/5")).json()
        assert (found["status"], found["revision"]) == ("published", 1)


async def test_what_was_printed_elsewhere_is_no_update_of_today(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    first = "2019-03-04T05:06:07Z"
    await post(client, editor, ndjson(factories.issue(published_at=first)), "?publish=true")

    feed = (await client.get("/feeds/issues.json")).json()
    shown = await client.get("/v1/issues/1")

    assert (feed["items"][0]["date_published"], feed["items"][0]["date_modified"]) == (first, first)
    # It is seen here since now, and a copy from before cannot be current.
    assert "last-modified" not in shown.headers


async def test_publish_needs_its_scope(client: httpx.AsyncClient, key: Any) -> None:
    writer = {"Authorization": f"Bearer {key('issues:write')}"}

    refused = await client.post(
        "/v1/issues/import?publish=true", content=b"", headers={**writer, **NDJSON}
    )

    assert refused.status_code == 403
    assert "issues:publish" in refused.json()["detail"]


async def test_another_form_is_415(client: httpx.AsyncClient, editor: Headers) -> None:
    for headers in ({"Content-Type": "application/json"}, {**NDJSON, "Content-Encoding": "gzip"}):
        refused = await client.post(
            "/v1/issues/import", content=b"{}", headers={**editor, **headers}
        )
        assert refused.status_code == 415


class TestKeysThatEnd:
    """The key is judged for each line, not for the request alone."""

    async def test_a_revoked_key_writes_no_further_line(
        self, client: httpx.AsyncClient, editor: Headers, key: Any
    ) -> None:
        writer = key("issues:write")

        async def body() -> AsyncIterator[bytes]:
            yield ndjson({"date": "2026-05-01"})
            while (await client.get("/v1/issues/1", headers=editor)).status_code == 404:
                await asyncio.sleep(0.01)
            prefix = writer.split("_")[1]
            gone = await client.delete(f"/v1/keys/{prefix}", headers=editor)
            assert gone.status_code == 204
            yield ndjson({"date": "2026-05-02"}, {"date": "2026-05-03"})

        lines = await post(client, {"Authorization": f"Bearer {writer}"}, body())

        assert [(line["line"], line["status"]) for line in lines] == [(1, 201), (2, 401)]
        assert lines[1]["problem"]["code"] == "invalid_key"
        assert lines[1]["problem"]["status"] == 401
        assert (await client.get("/v1/issues/2026-05-02", headers=editor)).status_code == 404
        assert (await client.get("/v1/issues/2026-05-03", headers=editor)).status_code == 404

    @pytest.mark.parametrize("idle", [b"\n", b"{\n"], ids=["blank", "broken"])
    async def test_an_expired_key_ends_an_import_that_writes_nothing(
        self,
        client: httpx.AsyncClient,
        key: Any,
        clock: Clock,
        monkeypatch: pytest.MonkeyPatch,
        idle: bytes,
    ) -> None:
        monkeypatch.setattr(imports, "_KEY_ASKED_EVERY_SECONDS", 0.0)
        writer = key("issues:write", expires_at=clock() + timedelta(seconds=30))

        async def body() -> AsyncIterator[bytes]:
            yield idle
            await asyncio.sleep(0.05)
            clock.advance(seconds=60)
            yield idle * 3

        lines = await post(client, {"Authorization": f"Bearer {writer}"}, body())

        assert (lines[-1]["line"], lines[-1]["status"]) == (2, 401)
        assert lines[-1]["problem"]["code"] == "expired_key"


async def test_an_import_whose_answers_nobody_reads_ends_and_resumes(
    client: httpx.AsyncClient, editor: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client of the test reads nothing before it has sent all."""
    monkeypatch.setattr(answer_spool, "MAX_UNREAD_BYTES", 3_000)
    monkeypatch.setattr(answer_spool, "_PART_BYTES", 1_000)
    documents = [{"date": f"2026-05-0{day}"} for day in (1, 2)]
    body = ndjson(documents[0]) + b"1\n" * 200 + ndjson(documents[1])

    spool = answer_spool.AnswerSpool
    with monkeypatch.context() as patch:
        patch.setattr(spool, "take", _take_when_ended)
        lines = await post(client, editor, body)
    again = await post(client, editor, ndjson(*documents))

    assert [line["line"] for line in lines] == list(range(1, len(lines) + 1))
    assert (lines[0]["status"], lines[-1]["problem"]["code"]) == (201, "answers_unread")
    assert lines[-1]["status"] == 422
    assert 4 < len(lines) < 20
    assert [line["status"] for line in again] == [200, 201]


_take = answer_spool.AnswerSpool.take


async def _take_when_ended(spool: answer_spool.AnswerSpool) -> bytes | None:
    while not spool._is_ended:
        await asyncio.sleep(0.01)
    return await _take(spool)


async def test_what_was_read_of_the_answers_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_spool, "_PART_BYTES", 100)
    spool = answer_spool.AnswerSpool()
    read = b""
    most = 0

    for number in range(200):
        spool.put(b"%09d\n" % number)
        if number >= 15:  # a client that stays behind, and never catches up
            read += await spool.take() or b""
        most = max(most, len(spool._parts))
    spool.end()
    while (part := await spool.take()) is not None:
        read += part

    assert read == b"".join(b"%09d\n" % number for number in range(200))
    assert most <= 3
    assert len(spool._parts) == 0


class TestLongBodies:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"max_body_bytes": 2_000})

    async def test_the_cap_holds_for_a_line_and_not_for_the_whole(
        self, client: httpx.AsyncClient, editor: Headers
    ) -> None:
        padding = " " * 1_000
        small = [
            ndjson({"date": f"2026-06-{n:02}"}).strip() + padding.encode() for n in range(1, 9)
        ]
        long = b'{"date": "2026-07-01", "title": "' + b"x" * 5_000 + b'"}'

        lines = await post(client, editor, b"\n".join([*small[:4], long, *small[4:]]))

        assert [line["status"] for line in lines] == [*[201] * 4, 422, *[201] * 4]
        assert lines[4]["problem"]["code"] == "body_too_large"

    async def test_a_line_may_arrive_in_pieces(
        self, client: httpx.AsyncClient, editor: Headers
    ) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            for byte in b'{"date": "2026-06-01"}\r\n{"date": "2026-06-02"}':
                yield bytes([byte])
                await asyncio.sleep(0)

        lines = await post(client, editor, pieces())

        assert [line["status"] for line in lines] == [201, 201]


async def test_an_empty_body_imports_nothing(client: httpx.AsyncClient, editor: Headers) -> None:
    assert await post(client, editor, b"") == []
    assert await post(client, editor, b"\n\n") == []
