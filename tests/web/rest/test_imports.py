"""NDJSON import over HTTP: a line, a transaction, an answer; whatever a line holds."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.config import Settings
from tests import factories

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


async def test_publish_publishes_new_and_old_and_saves_nothing_that_cannot_be_printed(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    whole, headless = factories.issue(date="2026-05-01"), {"date": "2026-05-02"}
    await post(client, editor, ndjson(whole))

    lines = await post(client, editor, ndjson(whole, headless), "?publish=true")

    assert [line["status"] for line in lines] == [200, 422]
    assert (await client.get("/v1/issues/1")).json()["status"] == "published"
    assert (await client.get("/v1/issues/2026-05-02", headers=editor)).status_code == 404


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
