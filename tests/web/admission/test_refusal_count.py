"""Requests that are refused before the gate count all the same, against the address or the key."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from tests.web.conftest import Keys, client_of

pytestmark = pytest.mark.anyio

MakeApp = Callable[..., FastAPI]
WRONG_KEY = {"Authorization": "Bearer amp_nobody_secret"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/wp-login.php", {}, 404),
        ("HEAD", "/v1/nothing", {}, 404),
        ("DELETE", "/v1/issues", {}, 405),
        ("GET", "/v1/issues", WRONG_KEY, 401),
        ("GET", "/v1/me", {}, 401),
        ("POST", "/v1/issues", {"Authorization": "Basic YTpi"}, 401),
        ("GET", "/v1/issues?token=x", {}, 400),
        ("GET", "/v1/issues", {"Host": "a b"}, 400),
    ],
)
async def test_a_refused_request_counts_against_its_address(
    make_bare_app: MakeApp, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    app = make_bare_app(rate_limit="2/60")
    async with client_of(app) as client, client_of(app, "192.0.2.2") as other:
        refused = [await client.request(method, path, headers=headers) for _ in range(3)]
        counted = await client.get("/v1/issues")
        elsewhere = await other.get("/v1/issues")

    assert [answer.status_code for answer in refused] == [status] * 3
    assert [answer.headers["ratelimit"] for answer in refused] == [
        '"default";r=1;t=60',
        '"default";r=0;t=60',
        '"default";r=0;t=60',
    ]
    assert [answer.headers.get("connection") for answer in refused] == [None, None, "close"]
    assert counted.status_code == 429
    assert elsewhere.status_code == 200


async def test_refusals_of_an_address_leave_the_window_of_a_key_alone(
    make_bare_app: MakeApp, fake_keys: Keys
) -> None:
    key = fake_keys.give()
    forged = {"Authorization": f"{key['Authorization'][:-1]}-"}
    async with client_of(make_bare_app(rate_limit="2/60")) as client:
        guesses = [await client.get("/v1/issues", headers=forged) for _ in range(5)]
        missing = [await client.get("/nothing", headers=key) for _ in range(5)]
        answer = await client.get("/v1/issues", headers=key)

    assert {guess.status_code for guess in guesses} == {401}
    assert {each.status_code for each in missing} == {404}
    assert (answer.status_code, answer.headers["ratelimit"]) == (200, '"default";r=1;t=60')


async def test_a_missing_scope_counts_against_the_key(
    make_bare_app: MakeApp, fake_keys: Keys
) -> None:
    key = fake_keys.give()
    async with client_of(make_bare_app(rate_limit="2/60")) as client:
        refused = [await client.post("/v1/issues", headers=key) for _ in range(2)]
        with_key = await client.get("/v1/issues", headers=key)
        without = await client.get("/v1/issues")

    assert [answer.status_code for answer in refused] == [403, 403]
    assert (with_key.status_code, without.status_code) == (429, 200)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/livez"), ("DELETE", "/v1/limits"), ("OPTIONS", "/v1/issues")]
)
async def test_what_is_never_counted_stays_so_when_it_is_refused(
    make_bare_app: MakeApp, method: str, path: str
) -> None:
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    async with client_of(make_bare_app(rate_limit="1/60")) as client:
        answers = [await client.request(method, path, headers=headers) for _ in range(3)]
        counted = await client.get("/v1/issues")

    assert not any("ratelimit" in answer.headers for answer in answers)
    assert not any("connection" in answer.headers for answer in answers)
    assert counted.status_code == 200


async def test_an_answer_is_counted_once(make_bare_app: MakeApp) -> None:
    async with client_of(make_bare_app(rate_limit="9/60")) as client:
        answers = [await client.get(path) for path in ("/v1/issues?limit=0", "/errors/taken", "/x")]

    assert [answer.status_code for answer in answers] == [400, 409, 404]
    assert [answer.headers["ratelimit"] for answer in answers] == [
        f'"default";r={left};t=60' for left in (8, 7, 6)
    ]


async def test_the_connection_of_a_trusted_proxy_stays_open(make_bare_app: MakeApp) -> None:
    app = make_bare_app(rate_limit="1/60", trusted_proxies="10.0.0.0/8")
    visitor = {"X-Forwarded-For": "198.51.100.7"}
    async with client_of(app, "10.0.0.1") as proxy:
        refused = [await proxy.get("/nothing", headers=visitor) for _ in range(3)]
        counted = await proxy.get("/v1/issues", headers=visitor)
        other = await proxy.get("/v1/issues", headers={"X-Forwarded-For": "198.51.100.8"})

    assert [answer.headers["ratelimit"] for answer in refused] == ['"default";r=0;t=60'] * 3
    assert not any("connection" in answer.headers for answer in refused)
    assert (counted.status_code, other.status_code) == (429, 200)


async def test_without_a_limit_nothing_is_counted_or_closed(make_bare_app: MakeApp) -> None:
    async with client_of(make_bare_app(rate_limit="0")) as client:
        answer = await client.get("/nothing")

    assert answer.status_code == 404
    assert not {"ratelimit", "ratelimit-policy", "connection"} & set(answer.headers)
