"""Keys: made, listed, revoked; what each may give and do, and when it ends."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.config import Settings
from app.content.access import SCOPES
from app.main import create_app
from app.models.api_key import ApiKey
from tests.conftest import Clock
from tests.web.rest.conftest import Desk, faults, refusal

pytestmark = pytest.mark.databases_in_turn

KEYS = "/v1/keys"


async def make(desk: Desk, **wanted: Any) -> Any:
    answer = await desk.send("POST", KEYS, json={"name": "a script", **wanted})
    assert answer.status_code == 201, answer.text
    return answer.json()


def bearer(client: httpx.AsyncClient, key: str) -> Desk:
    return Desk(client, {"Authorization": f"Bearer {key}"})


async def test_a_key_is_shown_once_and_works(desk: Desk) -> None:
    answer = await desk.send(
        "POST",
        KEYS,
        json={
            "name": "a script",
            "scopes": ["sync:run"],
            "expires_at": "2026-06-01T02:00:00+02:00",
        },
    )

    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "private, no-store"
    assert list(made) == [
        "key",
        "prefix",
        "name",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
    ]
    assert made == {
        "key": made["key"],
        "prefix": made["key"].split("_")[1],
        "name": "a script",
        "scopes": ["sync:run"],
        "created_at": "2026-05-03T06:00:00Z",
        "expires_at": "2026-06-01T00:00:00Z",
        "last_used_at": None,
    }
    me = await bearer(desk.client, made["key"]).read("/v1/me")
    assert (me["prefix"], me["name"], me["scopes"]) == (made["prefix"], "a script", ["sync:run"])
    listed = (await desk.read(KEYS))["data"]
    assert {**listed[0], "last_used_at": None} == {k: v for k, v in made.items() if k != "key"}


async def test_keys_are_listed_newest_first_without_the_keys(desk: Desk) -> None:
    made = [await make(desk, name=name) for name in ("one", "two", "three")]

    listed = await desk.read(KEYS)
    paged = await desk.read(f"{KEYS}?limit=2")
    rest = await desk.read(f"{KEYS}?limit=2&cursor={paged['page']['next_cursor']}")

    assert [key["name"] for key in listed["data"]] == ["three", "two", "one", "editor"]
    assert listed["page"] == {"limit": 20, "next_cursor": None, "has_more": False, "total": 4}
    assert [key["name"] for key in paged["data"] + rest["data"]] == [
        "three",
        "two",
        "one",
        "editor",
    ]
    text = (await desk.get(KEYS)).text
    assert "amp_" not in text
    assert not any(key["key"].split("_")[2] in text for key in made)


async def test_a_revoked_key_ends_at_once(desk: Desk) -> None:
    made = await make(desk)
    script = bearer(desk.client, made["key"])
    before = await script.get("/v1/me")

    revoked = await desk.send("DELETE", f"{KEYS}/{made['prefix']}")

    assert (before.status_code, revoked.status_code, revoked.content) == (200, 204, b"")
    assert refusal(await script.get("/v1/me")) == (401, "invalid_key")
    assert refusal(await script.get("/v1/issues")) == (401, "invalid_key")
    again = await desk.send("DELETE", f"{KEYS}/{made['prefix']}")
    assert refusal(again) == (404, "key_not_found")
    assert [key["name"] for key in (await desk.read(KEYS))["data"]] == ["editor"]


async def test_a_key_may_revoke_itself(holder: Callable[..., Desk]) -> None:
    caller = holder("keys:manage")
    prefix = (await caller.read("/v1/me"))["prefix"]

    assert (await caller.send("DELETE", f"{KEYS}/{prefix}")).status_code == 204
    assert refusal(await caller.get("/v1/me")) == (401, "invalid_key")


@pytest.mark.parametrize("prefix", ["nobody", "x" * 200, "amp_x_y", "%F0%9F%9A%80"])
async def test_an_unknown_prefix_is_a_404(desk: Desk, prefix: str) -> None:
    assert refusal(await desk.send("DELETE", f"{KEYS}/{prefix}")) == (404, "key_not_found")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("held", "given", "lacking"),
    [
        (["keys:manage"], ["keys:manage"], []),
        (["keys:manage"], [], []),
        (["keys:manage"], ["sync:run"], ["sync:run"]),
        (["keys:manage"], ["drafts:read"], ["drafts:read"]),
        (["keys:manage", "issues:write"], ["drafts:read", "issues:write"], []),
        (["keys:manage", "issues:publish"], ["drafts:read"], []),
        (["keys:manage", "issues:publish"], ["issues:write"], ["issues:write"]),
        (
            ["keys:manage", "drafts:read"],
            list(SCOPES),
            ["issues:write", "issues:publish", "sync:run", "webhooks:manage"],
        ),
    ],
)
async def test_a_key_gives_no_scope_that_it_lacks(
    holder: Callable[..., Desk], held: list[str], given: list[str], lacking: list[str]
) -> None:
    caller = holder(*held)

    answer = await caller.send("POST", KEYS, json={"name": "a", "scopes": given})

    if not lacking:
        assert (answer.status_code, answer.json()["scopes"]) == (201, given)
        return
    assert refusal(answer) == (403, "scope_not_held")
    assert answer.json()["detail"] == f"A key cannot give what it lacks: {', '.join(lacking)}."
    assert (await caller.read(KEYS))["page"]["total"] == 1


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("seconds", "is_made"), [(59, True), (60, True), (61, False), (None, False)]
)
async def test_a_key_that_expires_makes_none_that_lasts_longer(
    client: httpx.AsyncClient,
    key: Callable[..., str],
    clock: Clock,
    seconds: int | None,
    is_made: bool,
) -> None:
    parent = bearer(client, key("keys:manage", expires_at=clock() + timedelta(seconds=60)))
    ends = None if seconds is None else (clock() + timedelta(seconds=seconds)).isoformat()

    answer = await parent.send("POST", KEYS, json={"name": "a", "expires_at": ends})

    if is_made:
        assert answer.status_code == 201
        return
    assert refusal(answer) == (403, "expiry_not_held")
    assert "2026-05-03T06:01:00Z" in answer.json()["detail"]
    assert (await parent.read(KEYS))["page"]["total"] == 1


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("held", "target", "lacking"),
    [
        (["keys:manage"], [], []),
        (["keys:manage"], ["keys:manage"], []),
        (["keys:manage"], ["sync:run"], ["sync:run"]),
        (["keys:manage"], list(SCOPES), [scope for scope in SCOPES if scope != "keys:manage"]),
        (["keys:manage", "issues:write"], ["drafts:read", "issues:write"], []),
        (["keys:manage", "issues:write"], ["issues:publish"], ["issues:publish"]),
    ],
)
async def test_a_key_revokes_no_key_that_has_more_scopes(
    desk: Desk, holder: Callable[..., Desk], held: list[str], target: list[str], lacking: list[str]
) -> None:
    caller = holder(*held)
    made = await make(desk, scopes=target)

    answer = await caller.send("DELETE", f"{KEYS}/{made['prefix']}")

    me = await bearer(desk.client, made["key"]).get("/v1/me")
    if not lacking:
        assert (answer.status_code, me.status_code) == (204, 401)
        return
    assert refusal(answer) == (403, "scope_not_held")
    assert answer.json()["detail"].endswith(f"it lacks {', '.join(lacking)}.")
    assert me.status_code == 200


async def test_keys_outlive_the_key_that_made_them(desk: Desk, holder: Callable[..., Desk]) -> None:
    parent = holder("keys:manage")
    child = await make(parent)
    prefix = (await parent.read("/v1/me"))["prefix"]

    assert (await desk.send("DELETE", f"{KEYS}/{prefix}")).status_code == 204

    assert (await bearer(desk.client, child["key"]).get("/v1/me")).status_code == 200


async def test_scopes_are_shown_in_one_order_and_once(desk: Desk) -> None:
    made = await make(desk, scopes=["keys:manage", "drafts:read", "keys:manage", "sync:run"])

    assert made["scopes"] == ["drafts:read", "sync:run", "keys:manage"]


@pytest.mark.parametrize("wanted", [{}, {"scopes": []}])
async def test_a_key_may_have_no_scope(desk: Desk, wanted: Any) -> None:
    made = await make(desk, **wanted)
    script = bearer(desk.client, made["key"])

    assert (await script.read("/v1/me"))["scopes"] == []
    assert (await script.get("/v1/issues")).status_code == 200
    assert refusal(await script.get(KEYS)) == (403, "missing_scope")
    assert refusal(await script.send("POST", "/v1/issues", json={})) == (403, "missing_scope")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ({}, ("/name", "required")),
        ({"name": ""}, ("/name", "too_short")),
        ({"name": "x" * 201}, ("/name", "too_long")),
        ({"name": "a\u0000"}, ("/name", "forbidden_character")),
        ({"name": 7}, ("/name", "wrong_type")),
        ({"name": "a", "scopes": ["issues:read"]}, ("/scopes/0", "not_one_of")),
        ({"name": "a", "scopes": "sync:run"}, ("/scopes", "wrong_type")),
        ({"name": "a", "scopes": ["sync:run"] * (len(SCOPES) + 1)}, ("/scopes", "too_long")),
        ({"name": "a", "expires_at": "tomorrow"}, ("/expires_at", "bad_format")),
        ({"name": "a", "expires_at": "2026-05-03T06:00:00Z"}, ("/expires_at", "not_in_future")),
        ({"name": "a", "expires_at": "2020-01-01T00:00:00Z"}, ("/expires_at", "not_in_future")),
        ({"name": "a", "expiry": None}, ("/expiry", "unknown_field")),
        ({"name": "a", "key": "amp_a_b"}, ("/key", "unknown_field")),
    ],
)
async def test_a_wrong_wish_is_refused(desk: Desk, wanted: Any, fault: tuple[str, str]) -> None:
    answer = await desk.send("POST", KEYS, json=wanted)

    assert refusal(answer) == (422, "validation_failed")
    assert faults(answer) == [fault]
    assert (await desk.read(KEYS))["page"]["total"] == 1


async def test_keys_need_keys_manage(public: Desk, holder: Callable[..., Desk]) -> None:
    others = holder("drafts:read", "issues:write", "issues:publish", "sync:run")
    requests = (("GET", KEYS, None), ("POST", KEYS, {"name": "a"}), ("DELETE", f"{KEYS}/a", None))

    for method, path, body in requests:
        assert refusal(await public.send(method, path, json=body)) == (401, "unauthenticated")
        assert refusal(await others.send(method, path, json=body)) == (403, "missing_scope")


async def test_a_key_ends_with_its_expiry(
    client: httpx.AsyncClient, key: Callable[..., str], clock: Clock
) -> None:
    script = bearer(client, key("sync:run", expires_at=clock() + timedelta(seconds=60)))

    clock.advance(seconds=59)
    assert (await script.read("/v1/me"))["expires_at"] == "2026-05-03T06:01:00Z"
    clock.advance(seconds=1)
    assert refusal(await script.get("/v1/me")) == (401, "expired_key")
    assert refusal(await script.get("/v1/issues")) == (401, "expired_key")


async def test_unknown_wrong_and_revoked_keys_are_told_apart_by_nothing(desk: Desk) -> None:
    made = await make(desk)
    await desk.send("DELETE", f"{KEYS}/{made['prefix']}")
    alive = await make(desk)
    presented = [
        made["key"],
        alive["key"][:-1] + ("0" if alive["key"][-1] != "0" else "1"),
        alive["key"] + "0",
        f"amp_{alive['prefix']}_" + "0" * 64,
        "amp_0123456789ab_" + "0" * 64,
        "amp_x",
        "",
    ]

    answers = [await bearer(desk.client, key).get("/v1/issues") for key in presented]

    varying = ("request_id",)
    bodies = [{k: v for k, v in a.json().items() if k not in varying} for a in answers]
    headers = [{k: v for k, v in a.headers.items() if k != "x-request-id"} for a in answers]
    assert [answer.status_code for answer in answers] == [401] * len(presented)
    assert all(body == bodies[0] for body in bodies)
    assert all(found == headers[0] for found in headers)
    assert headers[0]["www-authenticate"] == "Bearer"


@pytest.mark.one_database
@pytest.mark.parametrize("scheme", ["Basic dXNlcjpwYXNz", "Token x", "Digest a=b", "amp_a_b"])
async def test_another_scheme_is_a_401(client: httpx.AsyncClient, scheme: str) -> None:
    answer = await Desk(client, {"Authorization": scheme}).get("/v1/issues")

    assert refusal(answer) == (401, "unsupported_scheme")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.one_database
@pytest.mark.parametrize("query", ["key=x", "api_key=", "token=1", "access_token=x", "q=amp_a_b"])
async def test_a_key_in_the_url_is_refused(desk: Desk, query: str) -> None:
    for path in ("/v1/issues", "/v1/nothing", "/livez"):
        assert refusal(await desk.get(f"{path}?{query}")) == (400, "key_in_url")


# ---------------------------------------------------------------------------- the last use


def _last_used(engine: Engine) -> datetime | None:
    with Session(engine) as session:
        return (
            session.scalars(select(ApiKey).where(col(ApiKey.name) == "editor")).one().last_used_at
        )


async def test_the_last_use_is_written_once_a_minute(
    desk: Desk, engine: Engine, clock: Clock, settings: Settings
) -> None:
    seen = [_last_used(engine)]
    for seconds in (0.0, 59.0):
        clock.advance(seconds=seconds)
        await desk.get("/v1/issues")
        seen.append(_last_used(engine))

    # Another process has not written yet, and the minute is over.
    clock.advance(seconds=2)
    other = create_app(settings, clock=clock)
    async with (
        other.router.lifespan_context(other),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(other), base_url="http://paper.test"
        ) as client,
    ):
        await Desk(client, desk.headers).get("/v1/issues")
    seen.append(_last_used(engine))

    first = datetime(2026, 5, 3, 6, 0, tzinfo=UTC)
    assert seen == [None, first, first, first + timedelta(seconds=61)]


async def test_a_refused_key_was_not_used(
    desk: Desk, engine: Engine, client: httpx.AsyncClient
) -> None:
    prefix = desk.headers["Authorization"].split("_")[1]

    await bearer(client, f"amp_{prefix}_wrong").get("/v1/issues")

    assert _last_used(engine) is None
