"""`/preview/{token}`: one draft, for who was given its address, for a while, and nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select, update
from sqlmodel import col

from app.models.idempotency import IdempotencyRecord
from tests.conftest import Clock
from tests.factories import make_issue

Headers = dict[str, str]


@pytest.fixture
async def address(client: httpx.AsyncClient, editor: Headers) -> str:
    """Of a preview of a draft."""
    await client.post("/v1/issues", json=make_issue(7, "Hidden"), headers=editor)
    made = await client.post("/v1/issues/7/preview", headers=editor)
    assert made.status_code == 200, made.text
    url: str = made.json()["url"]
    return url


async def test_a_preview_shows_the_draft_and_is_kept_nowhere(
    client: httpx.AsyncClient, app: FastAPI, address: str
) -> None:
    page = await client.get(address)

    assert page.status_code == 200
    assert "Hidden" in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert '<meta name="robots" content="noindex' in page.text
    assert "etag" not in page.headers
    assert len(app.state.response_cache) == 0


async def test_it_shows_the_newest_revision(
    client: httpx.AsyncClient, editor: Headers, address: str
) -> None:
    changed = {"title": "Anew", "sections": [{"kind": "lead", "headline": "Written anew"}]}
    await client.patch("/v1/issues/7", json=changed, headers={**editor, "If-Match": "*"})

    assert "Written anew" in (await client.get(address)).text


async def test_it_ends(
    client: httpx.AsyncClient, editor: Headers, clock: Clock, address: str
) -> None:
    told = (await client.post("/v1/issues/7/preview", headers=editor)).json()
    assert datetime.fromisoformat(told["expires_at"]) - clock.now <= timedelta(days=7)
    clock.now += timedelta(days=6, hours=23)
    assert (await client.get(address)).status_code == 200
    clock.now += timedelta(hours=2)
    ended = await client.get(address)
    assert (ended.status_code, ended.json()["code"]) == (404, "preview_not_found")


async def test_nothing_but_the_very_token_will_do(client: httpx.AsyncClient, address: str) -> None:
    start, _, token = address.rpartition("/")
    changed = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in (0, 9, 30)]
    for other in (*changed, token[:-1], token + "A", token + "=", "x" * 3000, "never", "%00"):
        answer = await client.get(f"{start}/{other}")
        assert answer.status_code in (400, 404), other
        assert "Hidden" not in answer.text


async def test_a_deleted_draft_has_no_preview(
    client: httpx.AsyncClient, editor: Headers, address: str
) -> None:
    await client.delete("/v1/issues/7", headers={**editor, "If-Match": "*"})

    assert (await client.get(address)).status_code == 404


async def test_who_may_not_see_drafts_may_make_none(
    client: httpx.AsyncClient, key: Callable[..., str], address: str
) -> None:
    other = {"Authorization": f"Bearer {key('sync:run')}"}
    reader = {"Authorization": f"Bearer {key('drafts:read')}"}

    answers = [
        await client.post("/v1/issues/7/preview", headers=headers)
        for headers in ({}, other, reader)
    ]
    assert [answer.status_code for answer in answers] == [401, 403, 200]
    missing = await client.post("/v1/issues/99/preview", headers=reader)
    assert missing.status_code == 404


async def test_it_says_whether_it_is_in_print(
    client: httpx.AsyncClient, editor: Headers, address: str
) -> None:
    link = '<a href="http://paper.test/issues/7">its page</a>'
    every = {**editor, "If-Match": "*"}

    draft = (await client.get(address)).text
    await client.post("/v1/issues/7/publish", headers=every)
    printed = (await client.get(address)).text
    await client.patch("/v1/issues/7", json={"title": "Anew"}, headers=every)
    newer = (await client.get(address)).text

    assert "not in print" in draft
    assert link not in draft
    assert "not in print" not in printed
    assert f"which is in print: {link}" in printed
    assert "A preview of revision 2: not in print" in newer
    assert f"Revision 1 is in print: {link}" in newer


async def test_a_replay_gives_the_same_address_and_the_database_holds_no_token(
    client: httpx.AsyncClient, editor: Headers, engine: Engine, clock: Clock, address: str
) -> None:
    once = {**editor, "Idempotency-Key": "a"}

    first = await client.post("/v1/issues/7/preview", headers=once)
    clock.advance(seconds=3600)
    again = await client.post("/v1/issues/7/preview", headers=once)

    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.content) == (200, first.content)
    assert (await client.get(again.json()["url"])).status_code == 200
    token = first.json()["url"].rpartition("/")[2]
    with engine.connect() as connection:
        kept = connection.execute(select(col(IdempotencyRecord.body))).scalars().all()
    assert len(kept) == 1
    assert token.encode() not in bytes(kept[0])
    assert b"preview" not in bytes(kept[0])


async def test_a_record_of_the_first_edition_is_replayed_as_it_is(
    client: httpx.AsyncClient, editor: Headers, engine: Engine, address: str
) -> None:
    once = {**editor, "Idempotency-Key": "a"}
    first = await client.post("/v1/issues/7/preview", headers=once)
    with engine.begin() as connection:
        connection.execute(update(IdempotencyRecord).values(body=first.content))

    again = await client.post("/v1/issues/7/preview", headers=once)

    assert again.content == first.content
