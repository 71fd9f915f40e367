"""Hostile input on every writing route: a 400 or a 422, never a 5xx, never repeated at length."""

import string
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.factories import issue, whole_issue
from tests.sampling import examples, sampled
from tests.web.rest.conftest import Desk, refusal

ISSUE = "/v1/issues/95"
ROUTES: dict[str, tuple[str, str]] = {
    "create": ("POST", "/v1/issues"),
    "create and publish": ("POST", "/v1/issues?publish=true"),
    "create by PUT": ("PUT", "/v1/issues/96"),
    "validate": ("POST", "/v1/issues/validate"),
    "replace": ("PUT", ISSUE),
    "patch": ("PATCH", ISSUE),
    "patch a section": ("PATCH", f"{ISSUE}/sections/the-lead"),
    "schedule": ("POST", f"{ISSUE}/schedule"),
    "make a key": ("POST", "/v1/keys"),
}
LONG = string.ascii_letters * 200

MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "NaN": b'{"date": NaN}',
    "Infinity": b'{"date": Infinity}',
    "-Infinity": b'{"date": -Infinity}',
    "1e999": b'{"date": 1e999}',
    "-1e999": b'{"date": -1e999}',
    "5,000 digits": b'{"date": ' + b"9" * 5_000 + b"}",
    "-5,000 digits": b'{"date": -' + b"9" * 5_000 + b"}",
    "lone surrogate": rb'{"date": "\ud800"}',
    "lone surrogate in a name": rb'{"\udfff": 1}',
    "raw NUL": b'{"date": "\x00"}',
    "raw newline": b'{"date": "\n"}',
    "NUL byte": b"\x00",
    "not UTF-8": b'{"date": "\xff\xfe"}',
    "overlong UTF-8": b'{"date": "\xc0\x80"}',
    "surrogate as UTF-8": b'{"date": "\xed\xa0\x80"}',
    "UTF-16": '{"date": "2026-05-03"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"date": "2026-05-03"}',
    "100,000 arrays deep": b'{"date": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "100,000 objects deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "100,000 open arrays": b"[" * 100_000,
    "doubled name": b'{"date": "2026-05-03", "date": "2026-05-04"}',
    "trailing comma": b'{"date": "2026-05-03",}',
    "comment": b'{"date": "2026-05-03"} // x',
    "two documents": b"{}{}",
    "single quotes": b"{'date': '2026-05-03'}",
    "form": b"date=2026-05-03",
    "XML": b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    "long junk": LONG.encode(),
}
NO_OBJECT: dict[str, bytes] = {
    "null": b"null",
    "true": b"true",
    "a number": b"7",
    "a string": b'"' + LONG.encode() + b'"',
    "an array": b"[]",
    "an array of objects": b'[{"date": "2026-05-03"}]',
}


def _wrong(**members: Any) -> bytes:
    return orjson.dumps(members)


def _deep(depth: int) -> bytes:
    return b'{"dateline": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"


INVALID: dict[str, bytes] = {
    "long value": _wrong(date=LONG),
    "long name": _wrong(**{LONG: 1}),
    "many long names": _wrong(**{f"{n}{LONG}": 1 for n in range(60)}),
    "many names": _wrong(**{f"x{n}": n for n in range(20_000)}),
    "NUL in a name": b'{"date\\u0000": "2026-05-03"}',
    "prototype": b'{"__proto__": {"x": 1}, "constructor": 1, "__class__": 1}',
    "pointer characters": _wrong(**{"a/b~c/../": 1}),
    "64 bits": b'{"number": 18446744073709551615, "x": 1}',
    "a large double": b'{"number": 1e308, "x": 1}',
    "20 deep": _deep(20),
    "sections of every wrong kind": _wrong(
        sections=[None, 1, "x", [], {}, {"kind": LONG}, {"kind": None}, {"kind": ["lead"]}], x=1
    ),
    "kind is an object": _wrong(sections=[{"kind": {"kind": "lead"}}], x=1),
    "sections are an object": _wrong(sections={"0": {"kind": "lead"}}, x=1),
    "markup": _wrong(date="<script>alert(1)</script>"),
    "SQL": _wrong(date="'; DROP TABLE issue; --", x=1),
    "format strings": _wrong(date="%s%n{0.__class__}", **{"{x}": 1}),
    "ESC": b'{"\\u001b[31m": "\\u001b[31m"}',
}


@pytest.fixture(autouse=True)
async def paper(desk: Desk) -> Any:
    return await desk.create(whole_issue())


def _quoted_at_length(answer: httpx.Response, body: bytes) -> bool:
    sent = body.decode("utf-8", "replace")
    said = answer.text + answer.json().get("detail", "")
    return any(sent[start : start + 201] in said for start in range(0, len(sent) - 200, 13))


async def _found(desk: Desk, route: str, bodies: dict[str, bytes]) -> dict[str, Any]:
    method, path = ROUTES[route]
    condition = {"If-None-Match": "*"} if route == "create by PUT" else {"If-Match": "*"}
    found: dict[str, Any] = {}
    for name, body in bodies.items():
        answer = await desk.send(
            method, path, content=body, headers={"Content-Type": "application/json", **condition}
        )
        assert not _quoted_at_length(answer, body), name
        assert "Traceback" not in answer.text
        is_verdict = route == "validate" and answer.status_code == 200
        found[name] = "invalid" if is_verdict and not answer.json()["valid"] else refusal(answer)
    return found


async def test_malformed_json_is_a_400(desk: Desk, paper: Any) -> None:
    for route in ROUTES:
        found = await _found(desk, route, MALFORMED)

        assert found == dict.fromkeys(MALFORMED, (400, "malformed_json")), route
        assert await desk.find(95) == paper


async def test_what_is_no_object_is_a_422(desk: Desk, paper: Any) -> None:
    for route in ROUTES:
        found = await _found(desk, route, NO_OBJECT)

        assert found == dict.fromkeys(NO_OBJECT, (422, "body_not_an_object")), route
        assert await desk.find(95) == paper


async def test_a_hostile_object_is_a_422(desk: Desk, paper: Any) -> None:
    for route in ROUTES:
        found = await _found(desk, route, INVALID)

        expected: Any = "invalid" if route == "validate" else (422, "validation_failed")
        assert found == dict.fromkeys(INVALID, expected), route
        assert await desk.find(95) == paper


@pytest.mark.parametrize("depth", [33, 300, 900, 1_020])
async def test_a_deep_object_is_one_or_the_other(desk: Desk, paper: Any, depth: int) -> None:
    """How deep the parser goes depends on the Python beneath."""
    for method, path in ROUTES.values():
        answer = await desk.send(
            method, path, content=_deep(depth), headers={"If-Match": "*", "If-None-Match": "x"}
        )
        assert answer.status_code in {200, 400, 404, 422}, answer.text
    assert await desk.find(95) == paper


BODILESS = ("publish", "unpublish", "revisions/1/restore")


@pytest.mark.parametrize("action", BODILESS)
async def test_a_body_where_none_is_read_does_no_harm(desk: Desk, action: str) -> None:
    if action == "unpublish":
        await desk.act(95, "publish")
    for name, body in {**MALFORMED, **NO_OBJECT}.items():
        answer = await desk.send(
            "POST", f"{ISSUE}/{action}", content=body, headers={"If-Match": "*"}
        )
        assert answer.status_code in {200, 400, 409, 422}, name


async def test_a_coded_body_is_a_415(desk: Desk) -> None:
    for coding in ("gzip", "br", "identity, gzip", "x"):
        for method, path in ROUTES.values():
            answer = await desk.write(method, path, issue(), content_encoding=coding)

            assert refusal(answer) == (415, "unsupported_media_type"), (method, path, coding)


HOSTILE_HEADERS = (
    "", " ", '"', '""', "*", ",", ",,,,", "\\", '"\\"', "é", "\x7f", "x" * 8_000, '"' * 8_000,
    "," * 8_000, 'W/"' * 2_000, '"x",' * 2_000, "q=" * 3_000, ";" * 8_000, "0" * 5_000,
    "-1", "NaN", "text/html;q=1e999", "text/*;q=" + "9" * 4_000, "bytes=0-", "\t",
)  # fmt: skip


HEADER_NAMES = (
    "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Accept",
    "Accept-Encoding", "Accept-Language", "Range", "Idempotency-Key", "Content-Type",
    "X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Request-Id", "Origin",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.databases_in_turn
@pytest.mark.parametrize("name", HEADER_NAMES)
async def test_no_header_breaks_a_read_or_a_write(desk: Desk, name: str) -> None:
    # Outside CI each header has other values than the one before it.
    for value in sampled(HOSTILE_HEADERS, first=HEADER_NAMES.index(name)):
        headers = [
            *((key.encode(), text.encode()) for key, text in desk.headers.items()),
            (name.encode(), value.encode("utf-8")),
        ]
        for method, path, body in (
            ("GET", ISSUE, b""),
            ("GET", "/v1/issues", b""),
            ("PATCH", ISSUE, b"{}"),
            ("POST", f"{ISSUE}/publish", b""),
        ):
            answer = await desk.client.request(method, path, content=body, headers=headers)
            assert answer.status_code < 500, (method, value[:20])
            assert len(value) < 201 or value not in answer.text


@pytest.mark.databases_in_turn
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/issues/%00", 400),
        ("/v1/issues/a%00b/sections/x", 400),
        ("/v1/issues/%0d%0aX-Evil:1", 400),
        ("/v1/issues/%ff", 400),
        ("/v1/issues/%ed%a0%80", 400),
        ("/v1/issues/95/sections/%00", 400),
        ("/v1/issues/%7f", 400),
        ("/v1/issues/%c2%85", 400),
        ("/v1/issues/..%2f..%2fetc", 404),
        ("/v1/issues/%2e%2e", 404),
        ("/v1/issues/' OR 1=1 --", 404),
        ("/v1/issues/" + "9" * 5_000, 404),
        ("/v1/issues/" + "a" * 5_000, 404),
        ("/v1/issues/\U0001f680", 404),
        ("/v1/issues/95/revisions/" + "9" * 5_000, 404),
        ("/v1/issues//", 404),
        ("/v1//issues", 404),
        ("//v1/issues", 404),
        ("/v1/issues/95/", 404),
        ("/v1/keys/" + "a" * 5_000, 404),
    ],
)
async def test_a_hostile_path_is_a_400_or_a_404(desk: Desk, path: str, status: int) -> None:
    for method in ("GET", "PUT", "DELETE"):
        if method == "GET" and path.startswith("/v1/keys/"):
            continue
        request = desk.client.build_request(
            method, "http://paper.test/", headers={**desk.headers, "If-Match": "*"}, json={}
        )
        request.url = httpx.URL("http://paper.test").copy_with(raw_path=_encoded(path))
        answer = await desk.client.send(request)
        expected = {status, 405} if method != "GET" and status == 404 else {status}
        assert answer.status_code in expected, answer.text
        assert path[:201] not in answer.text or len(path) < 201


def _encoded(path: str) -> bytes:
    return "".join(c if c.isascii() and c != " " else _percent(c) for c in path).encode()


def _percent(character: str) -> str:
    return "".join(f"%{byte:02x}" for byte in character.encode())


@pytest.mark.parametrize(
    "hosts", [[], ["a", "b"], ["paper.test", "paper.test"], ["a b"], ["é"], [""]]
)
async def test_a_request_has_one_good_host(desk: Desk, hosts: list[str]) -> None:
    request = desk.client.build_request("PATCH", ISSUE, json={}, headers={"If-Match": "*"})
    others = [pair for pair in request.headers.raw if pair[0].lower() != b"host"]
    request.headers = httpx.Headers([*others, *((b"host", host.encode()) for host in hosts)])

    assert refusal(await desk.client.send(request)) == (400, "bad_host")


# ---------------------------------------------------------------------------- anything at all

NAMES = st.sampled_from(
    ["number", "date", "slug", "title", "dateline", "weather", "temperature_c", "sections", "kind",
     "headline", "metrics", "items", "label", "value", "tools", "entries", "source", "external_id",
     "rank", "change", "body_html", "status", "publish_at", "x"]
)  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(["lead", "tools", "trending", "movers", "reading", "github", "repository",
                     "2026-05-03", "2026-05-03T06:00:00Z", "acme/orca"]),
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=6),
    max_leaves=12,
)


@pytest.mark.slow
@pytest.mark.databases_in_turn
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=st.dictionaries(NAMES, ANYTHING, max_size=6))
async def test_no_document_breaks_the_server(desk: Desk, document: Any) -> None:
    if await desk.find(95) is None:
        pytest.fail("the issue is never moved: its number is put back below")
    answers = [
        await desk.send("POST", "/v1/issues/validate", json=document),
        await desk.write("PATCH", f"{ISSUE}/sections/the-lead", document),
        await desk.write("PATCH", ISSUE, {**document, "number": 95}),
        await desk.write("PUT", ISSUE, {**whole_issue(), **document, "number": 95}),
    ]
    restored = await desk.write("PUT", ISSUE, whole_issue())

    assert {answer.status_code for answer in answers} <= {200, 404, 409, 422}
    assert restored.status_code == 200
