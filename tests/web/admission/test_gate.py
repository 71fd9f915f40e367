"""Who comes in: keys, scopes, the order of refusals, and the parameters of a query."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.content.access import Scope
from app.errors import MAX_HINTS
from app.web.admission.scopes import key_is_optional, needs, scopes_of
from tests.web.conftest import NOW, Clock, Keys, client_of

pytestmark = pytest.mark.anyio


async def test_the_public_needs_no_key_where_no_scope_is_declared(
    bare: httpx.AsyncClient, fake_keys: Keys
) -> None:
    response = await bare.get("/v1/issues")

    assert response.status_code == 200
    assert fake_keys.looked_up == []


@pytest.mark.parametrize("path", ["/v1/me", "/v1/issues", "/livez", "/search", "/metrics"])
@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("Basic YTpi", "unsupported_scheme"),
        ("amp_ab12_secret", "unsupported_scheme"),
        ("", "unsupported_scheme"),
        ("Bearer", "invalid_key"),
        ("Bearer nonsense", "invalid_key"),
        ("Bearer amp_nobody_secret", "invalid_key"),
        ("Bearer amp_ab12_secret amp_ab12_secret", "invalid_key"),
    ],
)
async def test_a_wrong_credential_is_refused_on_every_route(
    bare: httpx.AsyncClient, path: str, authorization: str, code: str
) -> None:
    response = await bare.get(path, headers={"Authorization": authorization})

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["code"] == code
    assert "secret" not in response.text


async def test_wrong_secret_unknown_and_revoked_look_alike(
    bare: httpx.AsyncClient, fake_keys: Keys
) -> None:
    right = fake_keys.give()["Authorization"]
    revoked = fake_keys.give(revoked_at=NOW)["Authorization"]

    answers = [
        await bare.get("/v1/me", headers={"Authorization": value})
        for value in (right[:-1] + "x", revoked, "Bearer amp_nobody_secret")
    ]

    documents = [answer.json() | {"request_id": ""} for answer in answers]
    assert documents[0]["code"] == "invalid_key"
    assert documents[0] == documents[1] == documents[2]


async def test_two_credentials_are_none(bare: httpx.AsyncClient, fake_keys: Keys) -> None:
    right = fake_keys.give()["Authorization"]

    response = await bare.get(
        "/v1/me", headers=[("Authorization", right), ("Authorization", right)]
    )

    assert (response.status_code, response.json()["code"]) == (401, "invalid_key")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
async def test_the_scheme_is_read_in_any_case(
    bare: httpx.AsyncClient, fake_keys: Keys, scheme: str
) -> None:
    key = fake_keys.give()["Authorization"].split()[1]

    response = await bare.get("/v1/me", headers={"Authorization": f"{scheme} {key}"})

    assert response.status_code == 200
    assert response.json() == {"prefix": key.split("_")[1]}


async def test_a_key_ends_with_its_expiry_and_says_so_to_its_holder_only(
    bare: httpx.AsyncClient, fake_keys: Keys, fake_clock: Clock
) -> None:
    key = fake_keys.give(expires_at=NOW + timedelta(hours=1))

    before = await bare.get("/v1/me", headers=key)
    fake_clock.now += timedelta(hours=1)
    after = await bare.get("/v1/me", headers=key)
    guessed = await bare.get("/v1/me", headers={"Authorization": key["Authorization"] + "x"})

    assert before.status_code == 200
    assert (after.status_code, after.json()["code"]) == (401, "expired_key")
    assert guessed.json()["code"] == "invalid_key"


@pytest.mark.parametrize(
    ("method", "path", "held", "status", "code"),
    [
        ("GET", "/v1/me", None, 401, "unauthenticated"),
        ("GET", "/v1/me", (), 200, None),
        ("PUT", "/v1/issues/95", None, 401, "unauthenticated"),
        ("PUT", "/v1/issues/95", (), 403, "missing_scope"),
        ("PUT", "/v1/issues/95", ("issues:publish",), 403, "missing_scope"),
        ("PUT", "/v1/issues/95", ("issues:write",), 200, None),
        ("POST", "/v1/issues", ("issues:write",), 200, None),
        ("POST", "/v1/issues?publish=false", ("issues:write",), 200, None),
        ("POST", "/v1/issues?publish=true", ("issues:write",), 403, "missing_scope"),
        ("POST", "/v1/issues?publish=YES", ("issues:write",), 403, "missing_scope"),
        ("POST", "/v1/issues?publish=true", ("issues:publish",), 403, "missing_scope"),
        ("POST", "/v1/issues?publish=true", ("issues:write", "issues:publish"), 200, None),
    ],
)
async def test_a_route_lets_in_the_scopes_that_it_declares(
    bare: httpx.AsyncClient,
    fake_keys: Keys,
    method: str,
    path: str,
    held: tuple[Scope, ...] | None,
    status: int,
    code: str | None,
) -> None:
    headers = {} if held is None else fake_keys.give(*held)

    content = b"{}" if method == "POST" else None
    response = await bare.request(method, path, headers=headers, content=content)

    assert response.status_code == status
    assert response.json().get("code") == code


async def test_a_missing_scope_is_named(bare: httpx.AsyncClient, fake_keys: Keys) -> None:
    response = await bare.put("/v1/issues/95", headers=fake_keys.give("sync:run"))

    assert response.json()["detail"] == "This key lacks the scope issues:write."


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/v1/issues/latest"), ("POST", "/v1/issues/latest/publish")]
)
async def test_a_write_to_the_latest_issue_is_refused_before_any_key_is_read(
    bare: httpx.AsyncClient, method: str, path: str
) -> None:
    response = await bare.request(method, path, headers={"Authorization": "Basic x"})

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


async def test_the_latest_issue_can_be_read(bare: httpx.AsyncClient) -> None:
    assert (await bare.get("/v1/issues/latest")).status_code == 200


async def test_the_first_thing_in_the_way_answers(
    make_bare_app: Callable[..., FastAPI], fake_keys: Keys
) -> None:
    reader = fake_keys.give()
    writer = fake_keys.give("issues:write")
    wrong = "/v1/issues?color=red&publish=maybe"
    async with client_of(make_bare_app(rate_limit="1/60")) as client:
        await client.post("/v1/issues", headers=writer, content=b"{}")
        answers = [
            await client.patch(wrong, headers={"Authorization": "Basic x"}),
            await client.post(wrong, headers={"Authorization": "Basic x"}),
            await client.post(wrong, headers=reader),
            await client.post(wrong, headers=writer, content=b"{"),
        ]
    async with client_of(make_bare_app()) as client:
        answers += [
            await client.post(wrong, headers=writer, content=b"{"),
            await client.post("/v1/issues?publish=maybe", headers=writer, content=b"{"),
            await client.post("/v1/issues", headers=writer, content=b"{"),
        ]

    assert [answer.json()["code"] for answer in answers] == [
        "method_not_allowed",
        "unsupported_scheme",
        "missing_scope",
        "rate_limited",
        "unknown_parameter",
        "invalid_parameter",
        "malformed_json",
    ]


@pytest.mark.parametrize(
    ("query", "parameter", "hint"),
    [
        ("limti=5", "limti", " Did you mean 'limit'?"),
        ("color=red", "color", " This path takes limit, kind, tag, from."),
        ("%6Cimt=5", "limt", " Did you mean 'limit'?"),
        ("start=2026", "start", " This path takes limit, kind, tag, from."),
        ("=5", "", " This path takes limit, kind, tag, from."),
    ],
)
async def test_an_unknown_parameter_is_named(
    bare: httpx.AsyncClient, query: str, parameter: str, hint: str
) -> None:
    response = await bare.get(f"/v1/issues?limit=5&{query}")

    detail = f"There is no parameter '{parameter}' here.{hint}"
    assert response.status_code == 400
    assert response.json()["code"] == "unknown_parameter"
    assert response.json()["detail"] == detail
    assert response.json()["errors"] == [
        {"parameter": parameter, "code": "unknown_parameter", "detail": detail}
    ]


async def test_an_endless_parameter_name_is_cut(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/v1/issues?" + "x" * 5000 + "=1")

    assert response.status_code == 400
    assert len(response.content) < 700


@pytest.mark.parametrize("query", ["limit=5&limit=5", "kind=lead&limit=1&kind=lead"])
async def test_a_doubled_parameter_is_refused(bare: httpx.AsyncClient, query: str) -> None:
    response = await bare.get(f"/v1/issues?{query}")

    assert response.status_code == 400
    assert response.json()["code"] == "invalid_parameter"
    assert response.json()["errors"][0]["code"] == "doubled"


async def test_a_list_parameter_may_be_repeated(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/v1/issues?tag=a&tag=b&from=2026")

    assert response.json() == {"limit": 20, "kind": None, "tag": ["a", "b"], "from": "2026"}


@pytest.mark.parametrize("path", ["/v1/issues?from=", "/search?q="])
@pytest.mark.parametrize("value", ["%00", "a%1Fb", "%7F", "%C2%85", "%FF", "%ED%A0%80"])
async def test_a_value_that_is_no_text_is_refused_everywhere(
    bare: httpx.AsyncClient, path: str, value: str
) -> None:
    response = await bare.get(path + value)

    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "invalid_text"


async def test_pages_ignore_what_they_do_not_know(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/search?q=tea&utm_source=mail&q=coffee")

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("last_used_at", "touched"),
    [(None, [1]), (NOW - timedelta(seconds=60), [1]), (NOW - timedelta(seconds=59), [])],
)
async def test_the_use_of_a_key_is_noted_once_a_minute(
    bare: httpx.AsyncClient, fake_keys: Keys, last_used_at: datetime | None, touched: list[int]
) -> None:
    key = fake_keys.give(last_used_at=last_used_at)

    for _ in range(3):
        await bare.get("/v1/me", headers=key)

    assert fake_keys.touched == touched


async def test_a_use_that_cannot_be_noted_spoils_no_answer(
    bare_app: FastAPI,
    bare: httpx.AsyncClient,
    fake_keys: Keys,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(key_id: int) -> None:
        raise RuntimeError("no database")

    bare_app.state.touch_key = fail

    response = await bare.get("/v1/me", headers=fake_keys.give())

    assert response.status_code == 200
    assert "key_not_touched" in caplog.text


def test_what_needs_declares_is_what_the_gate_reads() -> None:
    assert scopes_of(needs("issues:write", "keys:manage")) == ("issues:write", "keys:manage")
    assert scopes_of(needs()) == ()
    assert scopes_of(key_is_optional()) is None
    assert scopes_of({}) is None


async def test_many_unknown_parameters_are_compared_a_few_times(
    bare: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """8 kB of names used to be compared one by one, for 38 to 160 ms in the event loop."""
    compared: list[str] = []

    def compare(word: str, known: Sequence[str], **_: object) -> list[str]:
        compared.append(word)
        return list(known)[:1]

    monkeypatch.setattr("app.errors.get_close_matches", compare)

    answer = await bare.get("/v1/issues?" + "&".join(f"a{n:03}=" for n in range(1_300)))

    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown_parameter"
    assert compared == [f"a{n:03}" for n in range(MAX_HINTS)]
