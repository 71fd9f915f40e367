"""Keys from the command line: the first key of a paper is made here."""

import json

import httpx
import pytest

from app.config import KEY_PATTERN
from tests.cli.conftest import Run

pytestmark = pytest.mark.databases_in_turn


async def test_the_key_alone_stands_on_stdout_and_works(
    run: Run, client: httpx.AsyncClient
) -> None:
    ran = run("keys", "create", "--scope", "issues:write", "--scope", "drafts:read")

    key = ran.out.removesuffix("\n")
    me = await client.get("/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert ran.code == 0
    assert KEY_PATTERN.fullmatch(key)
    assert me.json()["scopes"] == ["drafts:read", "issues:write"]


def test_a_key_may_have_no_scopes_and_an_end(run: Run) -> None:
    ran = run("keys", "create", "--json", "--name", "reader", "--days", "30")

    key = json.loads(ran.out)
    assert key["scopes"] == []
    assert key["name"] == "reader"
    assert key["expires_at"] is not None


@pytest.mark.one_database
@pytest.mark.parametrize(
    "words",
    [
        ("--scope", "issues:own"),
        ("--expires-at", "tomorrow"),
        ("--days", "3", "--expires-at", "2030-01-01T00:00:00Z"),
    ],
)
def test_wrong_words_are_a_fault_of_usage(run: Run, words: tuple[str, ...]) -> None:
    ran = run("keys", "create", *words)

    assert ran.code == 2
    assert ran.out == ""


def test_a_key_that_would_have_ended_is_refused(run: Run) -> None:
    assert run("keys", "create", "--expires-at", "2020-01-01T00:00:00Z").code == 1


async def test_revoke_ends_a_key(run: Run, client: httpx.AsyncClient) -> None:
    key = run("keys", "create", "--scope", "drafts:read").out.strip()
    prefix = key.split("_")[1]

    assert run("keys", "revoke", prefix).code == 0
    assert run("keys", "revoke", prefix).code == 1
    assert (
        await client.get("/v1/me", headers={"Authorization": f"Bearer {key}"})
    ).status_code == 401


def test_list_shows_prefixes_and_never_a_key(run: Run) -> None:
    key = run("keys", "create", "--scope", "drafts:read", "--name", "desk").out.strip()

    table = run("keys", "list").out
    listed = json.loads(run("keys", "list", "--json").out)["data"]

    secret = key.rsplit("_", 1)[1]
    assert "desk" in table
    assert [item["prefix"] for item in listed] == [key.split("_")[1]]
    assert secret not in table + json.dumps(listed)
