"""Validation reads only: it waits for no writer, and saves nothing."""

from typing import NoReturn

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from app.errors import DatabaseAway
from tests.factories import issue
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.anyio

VALIDATE = "/v1/issues/validate"


async def test_an_issue_is_validated_while_another_writes(desk: Desk, engine: Engine) -> None:
    await desk.create(issue(number=95))

    with engine.begin() as writer:
        # On SQLite this holds the one write lock, on PostgreSQL those of the rows.
        writer.execute(text("UPDATE content_version SET number = number + 1"))
        writer.execute(text("UPDATE issue SET slug = 'other'"))
        good = await desk.send("POST", VALIDATE, json=issue(number=96, date="2026-05-04"))
        taken = await desk.send("POST", VALIDATE, json=issue(number=95))
        writer.rollback()

    assert (good.status_code, good.json()["valid"]) == (200, True)
    assert (taken.status_code, taken.json()["valid"]) == (200, False)
    assert {fault["code"] for fault in taken.json()["errors"]} >= {"number_taken"}


async def test_validation_never_reaches_the_writers(
    desk: Desk, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> NoReturn:
        raise DatabaseAway("database_away", "No room for changes.")

    monkeypatch.setattr(app.state.database, "write", refuse)

    answer = await desk.send("POST", VALIDATE, json=issue())

    assert (answer.status_code, answer.json()["valid"]) == (200, True)


async def test_a_key_that_was_revoked_meanwhile_validates_nothing(
    desk: Desk, app: FastAPI, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.send("POST", VALIDATE, json=issue())
    read_in_thread = app.state.database.read_in_thread

    async def revoke_first(work: object) -> object:
        with engine.begin() as connection:
            connection.execute(text("UPDATE api_key SET revoked_at = created_at"))
        return await read_in_thread(work)

    monkeypatch.setattr(app.state.database, "read_in_thread", revoke_first)

    assert refusal(await desk.send("POST", VALIDATE, json=issue())) == (401, "invalid_key")
