"""Bodies: forms, sizes, deadlines, strict JSON, and the idempotency key."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import anyio
import httpx
import orjson
import pytest
from fastapi import FastAPI
from hypothesis import given, strategies as st
from starlette.requests import Request
from starlette.types import Message, Receive

from app.errors import BadRequest, BodyTimeout, BodyTooLarge
from app.web.http import payload
from app.web.http.payload import idempotency_key, parse_json, read_body
from tests.web.conftest import Keys, client_of

pytestmark = pytest.mark.anyio

JSON = ["application/json"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture
async def script(bare: httpx.AsyncClient, fake_keys: Keys) -> httpx.AsyncClient:
    bare.headers.update(fake_keys.give("issues:write"))
    return bare


async def no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def request_with(
    *headers: tuple[str, str], app: FastAPI | None = None, receive: Receive = no_body
) -> Request:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw, "app": app}
    return Request(scope, receive)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; charset=UTF-8",
        'application/json; charset="utf-8"',
        "application/json;profile=x",
        None,
    ],
)
async def test_json_in_utf8_is_read(script: httpx.AsyncClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    response = await script.post("/v1/issues", content=b'{"title": "Tea"}', headers=headers)

    assert response.status_code == 200
    assert response.json()["title"] == "Tea"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "json"},
        {"Content-Type": ""},
        {"Content-Type": "\\;=;;\x7f"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Encoding": "identity, br"},
    ],
)
async def test_another_form_is_a_415_whatever_the_body(
    script: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await script.post("/v1/issues", content=b"{nonsense", headers=headers)

    assert response.status_code == 415
    assert response.json()["code"] == "unsupported_media_type"


async def test_two_content_types_are_a_415(script: httpx.AsyncClient) -> None:
    headers = [("Content-Type", "application/json"), ("Content-Type", "text/plain")]

    response = await script.post("/v1/issues", content=b"{}", headers=headers)

    assert response.status_code == 415


@pytest.mark.parametrize("length", ["2049", "9" * 5000])
async def test_what_is_announced_as_too_large_is_not_read(bare_app: FastAPI, length: str) -> None:
    async def receive() -> Message:
        pytest.fail("the body was read")

    request = request_with(("content-length", length), app=bare_app, receive=receive)

    with pytest.raises(BodyTooLarge):
        await read_body(request, media_types=JSON, max_bytes=2048)


async def test_a_body_that_grows_too_large_is_left_unread(script: httpx.AsyncClient) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b" " * 1024

    response = await script.post("/v1/issues", content=chunks())

    assert response.status_code == 413
    assert response.json()["code"] == "body_too_large"
    assert sent == 3


async def test_a_body_of_exactly_the_cap_is_read(script: httpx.AsyncClient) -> None:
    body = b'{"a": "' + b"x" * (2048 - 9) + b'"}'

    response = await script.post("/v1/issues", content=body)

    assert len(body) == 2048
    assert response.status_code == 200


async def test_a_body_that_never_ends_times_out(
    bare_app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def receive() -> Message:
        await anyio.sleep_forever()
        return {}

    monkeypatch.setattr(payload, "BODY_TIMEOUT_SECONDS", 0.0)
    request = request_with(("transfer-encoding", "chunked"), app=bare_app, receive=receive)

    with pytest.raises(BodyTimeout):
        await read_body(request, media_types=JSON, max_bytes=2048)


@pytest.mark.parametrize("headers", [[], [("content-length", "0")]])
async def test_an_optional_body_may_be_missing_whatever_its_form(
    bare_app: FastAPI, headers: list[tuple[str, str]]
) -> None:
    request = request_with(*headers, ("content-type", "text/plain"), app=bare_app)

    assert await read_body(request, media_types=JSON, max_bytes=2048, optional=True) == b""


async def test_a_caller_who_hangs_up_is_no_error(
    bare_app: FastAPI, fake_keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        pytest.fail("somebody was answered")

    key = fake_keys.give("issues:write")["Authorization"].encode()
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/issues",
        "raw_path": b"/v1/issues",
        "query_string": b"",
        "headers": [(b"host", b"a"), (b"authorization", key), (b"content-length", b"9")],
        "client": ("192.0.2.1", 1),
    }
    with caplog.at_level("INFO"):
        await bare_app(scope, receive, send)

    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "status=499" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"NaN",
        b'{"a": Infinity}',
        b"-Infinity",
        b"1e999",
        b"1" * 5000,
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b'{"a": "\x00"}',
        '{"a": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b"[" * 1000 + b"]" * 1000,
        b"[1,]",
        b"{} {}",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "\\u0062": 2}}',
    ],
)
def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest) as caught:
        parse_json(body)

    assert caught.value.code == "malformed_json"
    assert len(caught.value.detail) < 200


def test_a_refusal_names_the_place_and_not_what_stands_there() -> None:
    with pytest.raises(BadRequest) as caught:
        parse_json(b'{"a": 1,\n "b": hunter2}')

    assert "line 2 column 7" in caught.value.detail
    assert "hunter2" not in caught.value.detail


def test_a_doubled_name_is_quoted_in_part_only() -> None:
    name = "n" * 1000

    with pytest.raises(BadRequest) as caught:
        parse_json(orjson.dumps({name: 1})[:-1] + b"," + orjson.dumps({name: 2})[1:])

    assert len(caught.value.detail) < 200


@given(json_values)
def test_every_json_value_is_read_as_it_was_written(value: object) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_malformed(body: bytes) -> None:
    with suppress(BadRequest):
        parse_json(body)


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("abc", "abc"),
        ('"abc"', "abc"),
        ('"a b"', "a b"),
        (r'"a\"b\\c"', r'a"b\c'),
        ("x" * 255, "x" * 255),
        ('a"b', 'a"b'),
        ("  abc ", "abc"),
    ],
)
def test_an_idempotency_key_is_read_quoted_or_bare(sent: str, key: str) -> None:
    assert idempotency_key(request_with(("idempotency-key", sent))) == key


@pytest.mark.parametrize(
    "sent", ["", '""', "a b", '"abc', 'abc"x" y', "x" * 256, "caf\xe9", r'"a\b"', '"', "a\tb"]
)
def test_a_malformed_idempotency_key_is_refused(sent: str) -> None:
    with pytest.raises(BadRequest) as caught:
        idempotency_key(request_with(("idempotency-key", sent)))

    assert caught.value.code == "invalid_idempotency_key"


def test_two_idempotency_keys_are_refused_and_none_is_none() -> None:
    with pytest.raises(BadRequest):
        idempotency_key(request_with(("idempotency-key", "a"), ("idempotency-key", "a")))
    assert idempotency_key(request_with()) is None


@given(st.text(st.characters(max_codepoint=255), max_size=300))
def test_no_idempotency_key_breaks_the_reader(sent: str) -> None:
    try:
        key = idempotency_key(request_with(("idempotency-key", sent)))
    except BadRequest:
        return
    assert key is not None
    assert 1 <= len(key) <= 255


async def test_the_form_is_judged_before_the_size_and_the_size_before_the_json(
    make_bare_app: Callable[..., FastAPI], fake_keys: Keys
) -> None:
    key = fake_keys.give("issues:write")
    async with client_of(make_bare_app()) as client:
        form = await client.post(
            "/v1/issues", content=b"{" * 4096, headers=key | {"Content-Type": "text/plain"}
        )
        size = await client.post("/v1/issues", content=b"{" * 4096, headers=key)
        text = await client.post("/v1/issues", content=b"{" * 9, headers=key)

    assert [form.status_code, size.status_code, text.status_code] == [415, 413, 400]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "The body is empty; send JSON."),
        (b" \n", "The body is empty; send JSON."),
        (
            b'\xef\xbb\xbf{"a": 1}',
            "The body begins with a byte order mark (BOM); send UTF-8 without one.",
        ),
        ('{"a": 1}'.encode("utf-16"), "The body is in UTF-16 or UTF-32; send it in UTF-8."),
        ('{"a": 1}'.encode("utf-16-le"), "The body is in UTF-16 or UTF-32; send it in UTF-8."),
        ('{"a": 1}'.encode("utf-32-be"), "The body is in UTF-16 or UTF-32; send it in UTF-8."),
        (b'{"a":\n"\xe9"}', "The body is not UTF-8 at byte 8, in line 2; send UTF-8."),
        (
            b'{"a": 1,}',
            "The body is not valid JSON: there is a comma before the end of an array or object, "
            "at line 1 column 8.",
        ),
        (
            b"{a: 1}",
            "The body is not valid JSON: a member needs a name in double quotes, "
            "at line 1 column 2.",
        ),
        (b"[1", "The body is not valid JSON: it ends too early, at line 1 column 3."),
        (b"NaN", "The body is not valid JSON: a value is expected, at line 1 column 1."),
    ],
)
def test_what_is_no_json_is_told_what_would_be_right(body: bytes, said: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parse_json(body)

    assert caught.value.detail == said


@given(st.binary(max_size=60) | st.text('[]{}:,"\\u0019 aftn.-+eE\n', max_size=30).map(str.encode))
def test_no_word_of_the_parser_is_repeated(body: bytes) -> None:
    try:
        parse_json(body)
    except BadRequest as refused:
        own_words = refused.detail.partition("member '")[0]
        assert not re.search(r"\bstr\b|zero-length|[Ii]nput|surrogates not", own_words)
        assert re.match(r"The (body|member)\b", own_words)
