"""No key stands in a log line or in the database, whatever was done with it."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from tests.factories import issue
from tests.web.rest.conftest import Desk

pytestmark = pytest.mark.both_databases

KEYS = "/v1/keys"


async def play(desk: Desk) -> list[str]:
    """Do about everything with keys, rightly and wrongly, and answer with those in play."""
    client = desk.client
    wanted = {"name": "a script", "scopes": ["issues:write"]}
    once = {"Idempotency-Key": "a"}
    made = (await desk.send("POST", KEYS, json=wanted, headers=once)).json()
    await desk.send("POST", KEYS, json=wanted, headers=once)
    key = made["key"]
    script = Desk(client, {"Authorization": f"Bearer {key}"})
    wrong = "amp_wrong_" + "5ec2e7" * 8

    await script.create(issue(number=95))
    await script.get("/v1/me")
    await script.get(f"/v1/issues?{key}")
    await script.get(f"/v1/issues?q={key}")
    await script.get(f"/v1/issues?api_key={wrong}")
    await script.get(f"/v1/issues/{key}")
    await script.get(f"/{key}")
    await script.send("DELETE", f"{KEYS}/{key}")
    await script.send("POST", "/v1/issues", json={key: key})
    await script.send("POST", "/v1/issues", json=issue(date="2026-05-09"),
                      headers={"Idempotency-Key": key})  # fmt: skip
    await script.send("GET", "/v1/issues", headers={"X-Api-Key": key, "User-Agent": key})
    await Desk(client, {"Authorization": f"Bearer {wrong}"}).get("/v1/issues")
    await Desk(client, {"Authorization": key}).get("/v1/issues")
    await Desk(client, {"Authorization": f"Basic {key}"}).get("/v1/issues")
    await desk.send("DELETE", f"{KEYS}/{made['prefix']}")
    return [key, wrong, desk.headers["Authorization"].removeprefix("Bearer ")]


def _rows(engine: Engine) -> Iterator[tuple[str, Any]]:
    """Every value of every column of every table."""
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                yield from ((f"{table}.{name}", value) for name, value in row.items())


async def test_no_secret_is_stored(engine: Engine, desk: Desk) -> None:
    secrets = await play(desk)

    stored = list(_rows(engine))

    assert {"api_key.digest", "idempotency_record.body"} <= {name for name, _ in stored}
    for name, value in stored:
        is_binary = isinstance(value, bytes | memoryview)
        shown = bytes(value).decode(errors="replace") if is_binary else str(value)
        for secret in secrets:
            assert secret not in shown, name
            assert secret.split("_", 2)[2] not in shown, name


async def test_no_secret_is_logged(caplog: pytest.LogCaptureFixture, desk: Desk) -> None:
    caplog.set_level(logging.DEBUG)

    secrets = await play(desk)

    assert "request_finished" in caplog.text
    for record in caplog.records:
        if record.name.startswith(("httpx", "httpcore")):
            continue  # the client of this very test
        for secret in secrets:
            assert secret.split("_", 2)[2] not in record.getMessage(), record.name
