"""What surrounds every answer, and what is refused before any route is looked for."""

import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, strategies as st
from starlette.types import Message

from app.errors import BadRequest
from app.web.http.framing import check_framing
from app.web.observability.redaction import KeyRedaction, redact, redact_logs, shown_path
from tests.web.conftest import BODY, Keys, client_of

pytestmark = pytest.mark.anyio

EVERY_ANSWER = {
    "access-control-allow-origin": "*",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


@pytest.fixture(autouse=True)
def logs_are_seen(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def scope_of(
    *,
    path: bytes = b"/",
    query: bytes = b"",
    hosts: tuple[bytes, ...] = (b"post.example",),
) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": [(b"host", host) for host in hosts],
    }


def refusal_of(scope: dict[str, Any]) -> str | None:
    try:
        check_framing(scope)
    except BadRequest as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/livez", 200),
        ("/nowhere", 404),
        ("/errors/boom", 500),
        ("/livez?token=1", 400),
        ("/v1/issues?limit=0", 400),
        ("/problems/style.css", 200),
    ],
)
async def test_every_answer_bears_its_name_and_the_open_headers(
    bare: httpx.AsyncClient, path: str, status: int
) -> None:
    response = await bare.get(path, headers={"X-Request-Id": "mine"})

    assert response.status_code == status
    assert {name: response.headers[name] for name in EVERY_ANSWER} == EVERY_ANSWER
    assert response.headers["x-request-id"].startswith("req_")
    assert len(response.headers["x-request-id"]) == 28
    assert response.headers["ratelimit-policy"] == '"default";q=600;w=60'
    exposed = response.headers["access-control-expose-headers"].split(", ")
    assert {"ETag", "Link", "Location", "Retry-After", "RateLimit", "X-Request-Id"} <= set(exposed)
    assert "access-control-allow-credentials" not in response.headers


async def test_each_request_is_noted_in_one_line(
    bare: httpx.AsyncClient, fake_keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    key = fake_keys.give()

    response = await bare.get("/v1/issues/95%20status=200?x=1", headers=key)

    (line,) = (m for m in caplog.messages if m.startswith("request_finished"))
    fields = dict(word.split("=", 1) for word in line.split()[1:])
    assert float(fields.pop("duration_ms")) >= 0
    assert fields == {
        "method": "GET",
        "path": "/v1/issues/95%20status=200",
        "status": str(response.status_code),
        "request_id": response.headers["x-request-id"],
        "key": key["Authorization"].split("_")[1],
        "client": "192.0.2.1",
        "trace_id": "-",
        "client_request_id": "-",
    }


async def test_half_an_answer_breaks_off_and_is_logged(
    bare_app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    transport = httpx.ASGITransport(app=bare_app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://post.example") as client:
        with pytest.raises(RuntimeError, match="other half"):
            await client.get("/half")

    assert caplog.text.count("request_failed") == 1


@pytest.mark.parametrize(
    "path", ["/v1/issues/95", "/livez", "/problems", "/nowhere", "/v1/issues/95/publish"]
)
async def test_head_answers_as_get_does_without_a_body(bare: httpx.AsyncClient, path: str) -> None:
    get = await bare.get(path)
    head = await bare.head(path)

    assert head.status_code == get.status_code
    assert head.content == b""
    for name in ("content-length", "content-type", "etag", "cache-control", "vary", "allow"):
        assert head.headers.get(name) == get.headers.get(name)


async def test_head_is_noted_and_counted_as_head(
    bare: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    await bare.head("/v1/issues/95")
    metrics = await bare.get("/metrics")

    assert "method=HEAD path=/v1/issues/95 status=200" in caplog.text
    labels = '{method="HEAD",route="/v1/issues/{ref}",status="200"}'
    assert f"morningpost_requests_total{labels} 1.0" in metrics.text


async def test_metrics_know_templates_and_no_paths(bare: httpx.AsyncClient) -> None:
    await bare.get("/v1/issues/secret-draft")
    await bare.get("/secret-draft")
    await bare.request("SECRETDRAFT", "/livez")

    response = await bare.get("/metrics")

    assert response.headers["content-type"].startswith("text/plain; version=")
    assert 'route="/v1/issues/{ref}"' in response.text
    assert 'method="GET",route="none",status="404"' in response.text
    assert 'method="other",route="none",status="405"' in response.text
    assert "secret" not in response.text.lower()


@pytest.mark.parametrize(
    ("path", "methods"), [("/v1/issues", "GET, HEAD"), ("/graphql", "GET, HEAD, POST")]
)
async def test_a_preflight_is_answered_anywhere(
    bare: httpx.AsyncClient, path: str, methods: str
) -> None:
    response = await bare.options(
        path, headers={"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
    )

    assert response.status_code == 204
    assert response.content == b""
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-allow-methods"] == methods
    assert response.headers["access-control-allow-headers"] == "*, Authorization"
    assert response.headers["access-control-max-age"] == "86400"
    assert response.headers["ratelimit-policy"] == '"default";q=600;w=60'
    assert "ratelimit" not in response.headers


async def test_options_without_a_preflight_is_a_405(bare: httpx.AsyncClient) -> None:
    assert (await bare.options("/livez")).status_code == 405


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        (b"a.example", b"b.example"),
        (b"a.example", b"a.example"),
        (b"",),
        (b"a b",),
        (b"a.example/path",),
        (b"user@a.example",),
        (b"a.example:port",),
        (b"a.example:99999",),
        (b"a.example:",),
        (b"[::1",),
        (b"[::zz]",),
        (b"[:::::]",),
        (b"a,b",),
        (b"caf\xe9",),
        (b"a" * 300,),
    ],
)
def test_a_request_needs_exactly_one_host(hosts: tuple[bytes, ...]) -> None:
    assert refusal_of(scope_of(hosts=hosts)) == "bad_host"


@pytest.mark.parametrize(
    "host",
    [
        b"localhost",
        b"127.0.0.1:8000",
        b"[::1]:8000",
        b"[2001:db8::1]",
        b"my_app",
        b"a.example.",
        b"x",
    ],
)
def test_a_usual_host_is_let_in(host: bytes) -> None:
    assert refusal_of(scope_of(hosts=(host,))) is None


@pytest.mark.parametrize(
    "path",
    [
        b"http://evil.example/",
        b"*",
        b"",
        b"/a%00",
        b"/%0A",
        b"/%7f",
        b"/%C2%85",
        b"/%FF",
        b"/%ED%A0%80",
    ],
)
def test_a_path_that_is_no_text_is_refused(path: bytes) -> None:
    assert refusal_of(scope_of(path=path)) == "bad_path"


@pytest.mark.parametrize("path", [b"/caf%C3%A9", b"/a%2Fb", b"/%", b"/%zz", b"/a%20b"])
def test_any_other_path_goes_to_the_routes(path: bytes) -> None:
    assert refusal_of(scope_of(path=path)) is None


@pytest.mark.parametrize(
    "query",
    [
        b"api_key=1",
        b"key=",
        b"token",
        b"a=b&access_token=x",
        b"API_KEY=1",
        b"%6Bey=1",
        b"q=amp_ab12_secret",
        b"q=%61mp%5Fab12",
        b"q=+amp_ab12_secret",
        b"amp_ab12_secret",
        b"q=amp_",
    ],
)
async def test_a_key_in_the_url_is_refused_and_repeated_nowhere(
    bare: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, query: bytes
) -> None:
    for path in ("/v1/issues", "/nowhere", "/livez"):
        response = await bare.get(f"{path}?{query.decode()}")

        assert response.status_code == 400
        assert response.json()["code"] == "key_in_url"
        assert "secret" not in response.text
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("app.")]
    assert len(ours) == 3
    assert not any("secret" in line for line in ours)


@pytest.mark.parametrize("query", [b"q=lamp_post", b"keys=1", b"q=amplifier", b"monkey=1"])
def test_a_harmless_query_is_let_in(query: bytes) -> None:
    assert refusal_of(scope_of(query=query)) is None


@given(st.binary(max_size=60), st.binary(max_size=60), st.lists(st.binary(max_size=30), max_size=3))
def test_no_request_breaks_the_framing(path: bytes, query: bytes, hosts: list[bytes]) -> None:
    refusal = refusal_of(scope_of(path=path, query=query, hosts=tuple(hosts)))

    assert refusal in {None, "bad_host", "bad_path", "key_in_url"}


async def test_a_socket_with_a_key_in_its_url_is_not_opened(bare_app: FastAPI) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = scope_of(path=b"/graphql", query=b"token=1") | {"type": "websocket"}
    await bare_app(dict(scope), receive, send)
    answered = scope | {"extensions": {"websocket.http.response": {}}}
    await bare_app(answered, receive, send)

    assert sent[0] == {"type": "websocket.close", "code": 1008, "reason": "key_in_url"}
    assert sent[1]["type"] == "websocket.http.response.start"
    assert sent[1]["status"] == 400


async def test_a_scope_that_is_neither_request_nor_socket_passes(bare_app: FastAPI) -> None:
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[str] = []

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message["type"])

    await bare_app({"type": "lifespan"}, receive, send)

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


@pytest.mark.parametrize(
    "text",
    [
        "GET /?q=amp_ab12_verysecret HTTP/1.1",
        "/?q=%61mp%5Fab12%5Fverysecret",
        "/?token=verysecret&x=1",
        "Bearer amp_ab12_verysecret",
    ],
)
def test_whatever_looks_like_a_key_is_redacted(text: str) -> None:
    assert "verysecret" not in redact(text)
    assert redact("/v1/issues?limit=5&kind=lead") == "/v1/issues?limit=5&kind=lead"


@given(st.text(max_size=400))
def test_a_shown_path_is_one_short_printable_word(path: str) -> None:
    shown = shown_path(path.encode("utf-8", "replace").decode())

    assert len(shown) <= 200
    assert shown.isascii()
    assert not any(c.isspace() for c in shown)
    assert "amp_" not in shown or "amp_REDACTED" in shown or path.count("amp_")


@pytest.fixture
def some_logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger("uvicorn.access")
    before = list(logger.filters)
    yield logger
    logger.filters[:] = before


def test_no_key_stands_in_a_log_line_of_the_server(
    some_logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    redact_logs(["uvicorn.access"])
    redact_logs(["uvicorn.access"])

    some_logger.info('%s - "%s" %d', "192.0.2.1", "GET /?key=amp_ab12_verysecret", 400)
    some_logger.info("%(path)s", {"path": "/amp_ab12_verysecret"})
    try:
        raise RuntimeError("amp_ab12_verysecret")
    except RuntimeError:
        some_logger.exception("failed")

    assert "verysecret" not in caplog.text
    assert caplog.text.count("amp_REDACTED") >= 3
    assert [type(f) for f in some_logger.filters].count(KeyRedaction) == 1


async def test_a_long_answer_is_sent_whole_through_all_layers(bare_app: FastAPI) -> None:
    async with client_of(bare_app) as client:
        response = await client.get("/v1/issues/95", headers={"Accept-Encoding": "br, gzip"})

    assert response.content == BODY
