"""The wire over real sockets: the same answers with the switch on and off, and no more patience
than is due.
"""

import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import httpx
import orjson
import pytest
from pydantic import SecretStr

from app.config import Settings
from app.web.http import payload
from app.web.server import deadlines
from app.web.server.protocol import BODY_SLICE_BYTES
from tests import factories
from tests.servers.uvicorn import Connection, exchange, serving

pytestmark = pytest.mark.end_to_end

KEY = "amp_wire_0123456789abcdef"
CLOSE = b"Connection: close\r\n"
KEEP_ALIVE = 2
"""Seconds that a connection may be idle."""
_NAMES_AND_TIMES = re.compile(rb"(?im)^(date|x-request-id): .*$|req_[0-9a-f]{24}")


@pytest.fixture(scope="module")
def two(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[tuple[int, int]]:
    """Ports of two servers on one paper: the wire on, and off."""
    path = tmp_path_factory.mktemp("wire") / "paper.db"
    path.write_bytes(sqlite_template.read_bytes())
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{path}",
        public_url="http://paper.test",
        rate_limit="0",
        bootstrap_key=SecretStr(KEY),
    )
    with ExitStack() as stack:
        ports = [
            stack.enter_context(
                serving(settings.model_copy(update={"wire": wire}), keep_alive=KEEP_ALIVE)
            )
            for wire in (True, False)
        ]
        post(ports[0], factories.whole_issue())
        post(ports[0], factories.issue(date="2026-05-02", number=94))
        time.sleep(1.1)  # until the second of Last-Modified is over, and both have seen the change
        yield ports[0], ports[1]


def post(port: int, document: factories.Document) -> None:
    answer = httpx.post(
        f"http://127.0.0.1:{port}/v1/issues?publish=true",
        json=document,
        headers={"Authorization": f"Bearer {KEY}"},
    )
    assert answer.status_code == 201, answer.text


def get(target: bytes, *lines: bytes, method: bytes = b"GET", version: bytes = b"1.1") -> bytes:
    fields = b"".join(line + b"\r\n" for line in lines)
    return (
        method
        + b" "
        + target
        + b" HTTP/"
        + version
        + b"\r\nHost: paper.test\r\n"
        + fields
        + b"\r\n"
    )


def plain(answer: bytes) -> bytes:
    """Without what differs between two equal answers."""
    return _NAMES_AND_TIMES.sub(b"", answer)


TARGETS = (
    *(b"/v1/issues/95", b"/v1/issues/94", b"/v1/issues/latest", b"/v1/issues/open-weights"),
    *(b"/v1/issues", b"/v1/issues?limit=1", b"/v1/issues?", b"/v1/issues/95.md", b"/v1/tools"),
    *(b"/v1/issues/404", b"/v1/issues/%39%35", b"/v1/issues/95?x=1", b"/v1/issues/95?token=1"),
    *(b"/v1/issues/95/sections/the-lead", b"/v1/search?q=weights", b"/nowhere", b"/v1/limits"),
    *(b"/%00", b"//v1/issues", b"/v1/issues/../issues/95", b"http://paper.test/v1/issues/95"),
    *(b"/livez", b"/openapi.json", b"/docs", b"/v1/issues/95#part"),
)


def fields_of(chance: random.Random, etag: bytes) -> list[bytes]:
    """Some header fields, right and wrong, in any order and case."""
    kinds = (
        (
            b"Accept: */*",
            b"accept: application/json",
            b"ACCEPT: text/markdown",
            b"Accept: image/png",
        ),
        (b"Accept-Encoding: gzip", b"Accept-Encoding: br, gzip;q=0.5", b"Accept-Encoding: zstd"),
        (b"Accept-Encoding: identity;q=0", b"Accept-Encoding:", b"accept-encoding:  gzip  "),
        (b"If-None-Match: " + etag, b"If-None-Match: *", b'If-None-Match: W/"x", ' + etag),
        (b'If-None-Match: "other"', b"If-None-Match:", b"If-None-Match: junk"),
        (b"If-Modified-Since: Sun, 03 May 2037 06:00:00 GMT", b"If-Modified-Since: yesterday"),
        (b"If-Match: " + etag, b'If-Match: "other"', b"If-Unmodified-Since: nonsense"),
        (b"Range: bytes=0-9", b"Cookie: a=b", b"Expect: 100-continue", b"Upgrade: h2c"),
        (b"Authorization: Bearer amp_x_y", b"Authorization: Basic eDp5", b"Host: other.test"),
        (b"User-Agent: " + b"x" * 200, b"X-Request-Id: mine", b"Origin: https://a.example"),
        (b"Cache-Control: no-cache", b"Content-Length: 0", b"TE: trailers"),
    )
    chosen = [chance.choice(kind) for kind in kinds if chance.random() < 0.25]
    chance.shuffle(chosen)
    return chosen


@pytest.mark.parametrize("seed", range(8))
def test_answers_are_the_same_with_the_wire_on_and_off(two: tuple[int, int], seed: int) -> None:
    chance = random.Random(seed)
    known = httpx.get(
        f"http://127.0.0.1:{two[0]}/v1/issues/95", headers={"Accept-Encoding": "gzip"}
    )
    for _ in range(40):
        requests = []
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            method = chance.choice((b"GET",) * 6 + (b"HEAD", b"HEAD", b"OPTIONS", b"DELETE"))
            version = b"1.0" if chance.random() < 0.05 else b"1.1"
            fields = fields_of(chance, known.headers["etag"].encode())
            target = chance.choice(TARGETS)
            requests.append(get(target, *fields, method=method, version=version))
        last = get(chance.choice(TARGETS), b"Connection: close")
        sent = b"".join(requests) + last

        first, second = (plain(exchange(port, sent)) for port in two)

        assert first == second, sent


def test_pipelined_answers_come_in_order(two: tuple[int, int]) -> None:
    """Ready ones, which are quick, do not overtake those that a route has to make."""
    targets = [b"/v1/issues/95", b"/livez", b"/v1/issues/404", b"/v1/issues/94", b"/metrics"] * 4
    sent = b"".join(get(target) for target in targets) + get(b"/v1/issues/95", b"Connection: close")

    answer = exchange(two[0], sent)

    statuses = re.findall(rb"HTTP/1\.1 (\d+)", answer)
    assert statuses == [b"200", b"200", b"404", b"200", b"200"] * 4 + [b"200"]
    numbers = re.findall(rb'"number":(9[45]),"date"', answer)
    assert numbers == [b"95", b"94"] * 4 + [b"95"]


@pytest.mark.slow
@pytest.mark.parametrize("wire", [0, 1])
def test_who_does_not_read_does_not_fill_the_memory(two: tuple[int, int], wire: int) -> None:
    """Thousands of requests in a row, no answer read for a while: others are served, and so is
    it: a connection with something left to read is not idle.
    """
    greedy = Connection(two[wire], timeout=20)
    count = 3000
    sender = threading.Thread(
        target=greedy.send,
        args=(get(b"/v1/issues/95") * count + get(b"/livez", b"Connection: close"),),
    )
    sender.start()
    started = time.monotonic()
    while time.monotonic() - started < KEEP_ALIVE + 1:
        other = exchange(two[wire], get(b"/v1/issues/94", b"Connection: close"))
        assert other.startswith(b"HTTP/1.1 200")
        time.sleep(0.05)

    answer = greedy.read_all()

    sender.join()
    greedy.close()
    assert answer.count(b"HTTP/1.1 200 OK") == count + 1


def test_a_head_in_two_packets_is_not_as_long_as_what_follows_it(two: tuple[int, int]) -> None:
    """Requests in a row are cut where a packet ends, and that may be amid a head."""
    request = get(b"/v1/issues/94", b"X: " + b"x" * 2_000)
    connection = Connection(two[0], timeout=20)
    for _ in range(5):
        connection.send(request[:20])
        time.sleep(0.05)
        connection.send(request[20:] + request * 60)
        time.sleep(0.05)
    connection.send(get(b"/livez", b"Connection: close"))

    answer = connection.read_all()

    connection.close()
    assert answer.count(b"HTTP/1.1 200 OK") == 5 * 61 + 1


def test_a_ready_answer_to_head_has_no_body(two: tuple[int, int]) -> None:
    sent = get(b"/v1/issues/95", method=b"HEAD") + get(b"/livez", b"Connection: close")

    head, rest = exchange(two[0], sent).split(b"\r\n\r\n", 1)

    assert b"content-length: " in head
    assert rest.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("wire", [0, 1])
@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400, b"bad_host"),
        (b"GET /v1/issues/95 HTTP/1.1\r\n\r\n", 400, b"bad_host"),
        (b"GET /v1/issues/95 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, b"bad_host"),
        (b"GET /v1/issues/95 HTTP/1.1\r\nHost: a b\r\n\r\n", 400, b"bad_host"),
        (get(b"/\xc3\xa9"), 400, b"bad_request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, b"bad_request"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400, b"bad_request"),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, b"bad_request"),
        (get(b"/" + b"a" * 9000), 431, b"head_too_large"),
        (get(b"/livez", *(b"X-%d: 1" % n for n in range(120))), 431, b"head_too_large"),
    ],
)
def test_what_is_no_request_is_a_problem(
    two: tuple[int, int], wire: int, sent: bytes, status: int, code: bytes
) -> None:
    connection = Connection(two[wire])
    connection.send(sent)
    head, body = connection.read_answer()
    connection.close()

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"application/problem+json" in head
    assert orjson.loads(body)["code"].encode() == code


@pytest.mark.parametrize("wire", [0, 1])
@pytest.mark.parametrize(
    ("sent", "instance"),
    [
        (get(b"/v1/issues?q=1", b"Content-Length: 1", b"Content-Length: 2"), "/v1/issues"),
        (get(b"/livez", *(b"X-%d: 1" % n for n in range(120))), "/livez"),
        (get(b"/v1/" + b"a" * 9000), "/v1/" + "a" * 196),
        (b"\x16\x03\x01\x02\x00\x01\x00", None),
    ],
)
def test_a_problem_names_the_path_as_far_as_it_was_read(
    two: tuple[int, int], wire: int, sent: bytes, instance: str | None
) -> None:
    connection = Connection(two[wire])
    connection.send(sent)
    _, body = connection.read_answer()
    connection.close()

    assert orjson.loads(body).get("instance") == instance


def test_junk_behind_a_request_does_not_cost_it_its_answer(two: tuple[int, int]) -> None:
    for port in two:
        answer = exchange(port, get(b"/metrics") + b"\x00\x01junk\r\n\r\n")

        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b"morningpost_requests_total" in answer


H2C = (
    b"Connection: Upgrade, HTTP2-Settings",
    b"Upgrade: h2c",
    b"HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
)
"""What some clients send with every request over plain HTTP."""
HANDSHAKE = {
    b"Connection": b"Upgrade",
    b"Upgrade": b"websocket",
    b"Sec-WebSocket-Version": b"13",
    b"Sec-WebSocket-Key": b"dGhlIHNhbXBsZSBub25jZQ==",
}


def posting(target: bytes, body: bytes, *fields: bytes, form: bytes = b"application/json") -> bytes:
    key = b"Authorization: Bearer " + KEY.encode()
    length = b"Content-Length: %d" % len(body)
    return get(target, key, b"Content-Type: " + form, length, *fields, method=b"POST") + body


@pytest.mark.parametrize("wire", [0, 1])
@pytest.mark.parametrize("cut", [0, 40, -30, -1], ids=["whole", "in the head", "behind it", "body"])
@pytest.mark.parametrize(
    "fields", [H2C, tuple(b"%b: %b" % field for field in HANDSHAKE.items())], ids=["h2c", "socket"]
)
def test_a_body_outlives_the_wish_for_another_protocol(
    two: tuple[int, int], wire: int, cut: int, fields: tuple[bytes, ...]
) -> None:
    query = b'{"query": "{ issue(number: 94) { number } }"}'
    sent = posting(b"/graphql", query, *fields)
    connection = Connection(two[wire])
    connection.send(sent[:cut])
    time.sleep(0.05)
    connection.send(sent[cut:] + get(b"/livez", b"Connection: close"))

    answer = connection.read_all()

    connection.close()
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"200"]
    assert b'{"data":{"issue":{"number":94}}' in answer


@pytest.mark.parametrize("wire", [0, 1])
def test_an_import_outlives_it_too(two: tuple[int, int], wire: int) -> None:
    line = orjson.dumps(factories.issue(date="2026-05-01", number=93)) + b"\n"
    for body in (b"Content-Length: %d" % len(line), b"Transfer-Encoding: chunked"):
        chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(line), line)
        key = b"Authorization: Bearer " + KEY.encode()
        form = b"Content-Type: application/x-ndjson"
        head = get(b"/v1/issues/import", key, form, body, CLOSE[:-2], *H2C[1:], method=b"POST")
        head = head.replace(CLOSE, b"Connection: close, Upgrade\r\n")

        answer = exchange(two[wire], head + (line if b"Length" in body else chunked))

        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b'"line":1,' in answer


def test_a_row_of_wishes_is_answered_in_its_order(two: tuple[int, int]) -> None:
    sent = get(b"/v1/issues/94", *H2C) * 300 + get(b"/livez", b"Connection: close")

    answer = exchange(two[0], sent)

    assert answer.count(b"HTTP/1.1 200 OK") == 301
    assert answer.count(b'{"number":94,') == 300


@pytest.mark.parametrize("wire", [0, 1])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        (b"Sec-WebSocket-Version", b"12"),
        (b"Sec-WebSocket-Version", None),
        (b"Sec-WebSocket-Key", b"short"),
        (b"Sec-WebSocket-Key", None),
        (b"Sec-WebSocket-Extensions", b";;"),
        (b"X-Long", b"x" * 9_000),
    ],
)
def test_a_handshake_that_is_none_is_a_problem(
    two: tuple[int, int], wire: int, field: bytes, value: bytes | None
) -> None:
    fields = {name: text for name, text in {**HANDSHAKE, field: value}.items() if text is not None}
    lines = [b"%b: %b" % given for given in fields.items()]

    answer = exchange(two[wire], get(b"/graphql", *lines))

    head = answer.lower()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"code":"bad_request"' in answer
    assert b"sec-websocket-version: 13\r\n" in head
    assert b"x-request-id: req_" in head
    assert b"access-control-allow-origin: *" in head


BROKEN_BODIES = {
    "a coding": (b"gzip", b"2\r\n{}\r\n0\r\n\r\n"),
    "none": (b"identity", b"{}"),
    "a coding before": (b"gzip, chunked", b"2\r\n{}\r\n0\r\n\r\n"),
    "a parameter": (b"chunked;a=b", b"2\r\n{}\r\n0\r\n\r\n"),
    "no size": (b"chunked", b"zz\r\n{}\r\n"),
    "no end": (b"chunked", b"2\r\n{}0\r\n"),
    "too large": (b"chunked", b"ffffffffffffffffff\r\n{}"),
    "negative": (b"chunked", b"-2\r\n{}\r\n0\r\n\r\n"),
    "later": (b"chunked", b"1\r\n{\r\nzz\r\n"),
}


@pytest.mark.parametrize("wire", [0, 1])
@pytest.mark.parametrize("name", BROKEN_BODIES)
def test_a_body_whose_end_nobody_can_tell_is_refused_at_once(
    two: tuple[int, int], wire: int, name: str
) -> None:
    """Also where a route has begun to wait for it."""
    how, body = BROKEN_BODIES[name]
    key = b"Authorization: Bearer " + KEY.encode()
    fields = (key, b"Content-Type: application/json", b"Transfer-Encoding: " + how)
    connection = Connection(two[wire])
    connection.send(get(b"/v1/issues/validate", *fields, method=b"POST"))
    time.sleep(0.05)
    connection.send(body)
    answer = connection.read_all()
    connection.close()

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"code":"bad_request"' in answer
    assert answer.count(b"HTTP/1.1 ") == 1


REFUSED_HEADS = {
    "fields": (b"/v1/issues/import", tuple(b"X-%d: 1" % n for n in range(110))),
    "target": (b"/v1/issues/import?x=" + b"x" * 9_000, ()),
    "coding": (b"/v1/issues/import", (b"Transfer-Encoding: gzip, chunked",)),
}


@pytest.mark.parametrize("wire", [0, 1])
@pytest.mark.parametrize("name", REFUSED_HEADS)
def test_the_body_of_a_refused_head_is_not_that_of_the_request_before(
    two: tuple[int, int], wire: int, name: str
) -> None:
    number = 1_000 + 10 * list(REFUSED_HEADS).index(name) + 2 * wire
    days = [f"2031-05-{number - 1_000 + 1:02}", f"2031-06-{number - 1_000 + 1:02}"]
    first, second = (
        orjson.dumps(factories.issue(number=number + n, date=day)) + b"\n"
        for n, day in enumerate(days)
    )
    target, fields = REFUSED_HEADS[name]
    form = b"Content-Type: application/x-ndjson"
    if name == "coding":
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(second), second)
    else:
        body, fields = second, (*fields, b"Content-Length: %d" % len(second))
    refused = get(target, form, *fields, method=b"POST") + body

    answer = exchange(
        two[wire], posting(b"/v1/issues/import", first, form=b"application/x-ndjson") + refused
    )

    assert b'"line":1,"status":201' in answer
    assert b'"line":2' not in answer
    key = {"Authorization": f"Bearer {KEY}"}
    stored = [
        httpx.get(f"http://127.0.0.1:{two[wire]}/v1/issues/{number + n}", headers=key).status_code
        for n in range(2)
    ]
    assert stored == [200, 404]


def chunked(target: bytes, body: bytes, trailers: bytes, *fields: bytes) -> bytes:
    coding = b"Transfer-Encoding: chunked"
    head = get(target, b"Content-Type: application/json", coding, *fields, method=b"POST")
    return head + b"%x\r\n%b\r\n0\r\n%b\r\n" % (len(body), body, trailers)


@pytest.mark.parametrize("wire", [0, 1])
def test_what_stands_behind_a_body_is_no_head(two: tuple[int, int], wire: int) -> None:
    body = orjson.dumps(factories.issue(date="2032-05-01"))
    query = b'{"query": "{ publication { title } }"}'
    key = b"Authorization: Bearer " + KEY.encode() + b"\r\n"

    keyless = exchange(two[wire], chunked(b"/v1/issues/validate", body, key, CLOSE[:-2]))
    told = exchange(
        two[wire],
        chunked(b"/graphql", query, b"Host: a b\r\nContent-Encoding: gzip\r\n", CLOSE[:-2]),
    )

    assert keyless.startswith(b"HTTP/1.1 401 ")
    assert told.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("wire", [0, 1])
@pytest.mark.parametrize("target", [b"/nope", b"/graphql"], ids=["answered", "waiting"])
@pytest.mark.parametrize(
    "endless",
    [b"x-a: yyyyyyyyyy\r\n", b"0000000000000000"],
    ids=["trailers", "one trailer"],
)
def test_what_stands_behind_a_body_has_an_end(
    two: tuple[int, int], wire: int, target: bytes, endless: bytes
) -> None:
    sent = chunked(target, b"{", b"")[:-2] + (b"x: " if endless.startswith(b"0") else b"")
    connection = Connection(two[wire])
    connection.send(sent)

    def go_on() -> None:
        for _ in range(1_000):
            connection.send(endless * 1_000)
            time.sleep(0.002)

    with pytest.raises(ConnectionError):
        go_on()
    connection.close()


@pytest.mark.slow
@pytest.mark.parametrize("wire", [0, 1])
def test_thousands_of_requests_in_a_packet_are_answered_in_their_order(
    two: tuple[int, int], wire: int
) -> None:
    """More than a turn: the answers of a turn, the next one, and those that wait for a route."""
    kinds = [b"/v1/issues/95", b"/v1/issues/94", b"/nowhere", b"/livez"]
    chance = random.Random(7)
    asked = [chance.choice(kinds) for _ in range(1_500)]
    sent = b"".join(get(target, b"If-None-Match: *") for target in asked)
    assert len(sent) > 4 * BODY_SLICE_BYTES

    answer = exchange(two[wire], sent + get(b"/livez", b"Connection: close"))

    expected = {kinds[0]: b"304", kinds[1]: b"304", kinds[2]: b"404", kinds[3]: b"200"}
    statuses = re.findall(rb"HTTP/1\.1 (\d+)", answer)
    assert statuses == [*(expected[target] for target in asked), b"200"]


@pytest.mark.parametrize("wire", [0, 1])
@pytest.mark.parametrize("count", [1, 3])
def test_who_says_no_more_is_answered(two: tuple[int, int], wire: int, count: int) -> None:
    query = b'{"query": "{ issue(number: 94) { number } }"}'
    connection = Connection(two[wire])
    connection.send(posting(b"/graphql", query) * count)
    connection.socket.shutdown(socket.SHUT_WR)

    answer = connection.read_all()

    connection.close()
    assert answer.count(b'{"data":{"issue":{"number":94}}') == count


@pytest.mark.slow
@pytest.mark.parametrize("wire", [0, 1])
def test_an_import_is_told_to_its_end_to_who_says_no_more(two: tuple[int, int], wire: int) -> None:
    """Its answer begins long before it is whole."""
    days = [date(2034 + wire, 1, 1) + timedelta(days=n) for n in range(60)]
    story = {"kind": "brief", "headline": "Long", "body": "word " * 2_000}
    lines = b"".join(
        orjson.dumps(factories.issue(date=day.isoformat(), sections=[factories.lead(), story]))
        + b"\n"
        for day in days
    )
    connection = Connection(two[wire], timeout=30)
    connection.send(posting(b"/v1/issues/import", lines, form=b"application/x-ndjson"))
    connection.socket.shutdown(socket.SHUT_WR)

    answer = connection.read_all()

    connection.close()
    assert answer.count(b'"status":201') == len(days)
    assert answer.endswith(b"0\r\n\r\n")


@pytest.mark.slow
@pytest.mark.parametrize("wire", [0, 1])
def test_half_a_head_behind_a_request_at_work_has_its_time(two: tuple[int, int], wire: int) -> None:
    """Longer than a connection may be idle."""
    connection = Connection(two[wire])
    connection.send(get(b"/nowhere") + get(b"/livez", b"Connection: close")[:-2])
    time.sleep(KEEP_ALIVE + 1.5)
    connection.send(b"\r\n")

    statuses = re.findall(rb"HTTP/1\.1 (\d+)", connection.read_all())

    connection.close()
    assert statuses == [b"404", b"200"]


@pytest.mark.parametrize("wire", [0, 1])
def test_a_refusal_to_head_has_no_body(two: tuple[int, int], wire: int) -> None:
    many = [b"X-%d: 1" % number for number in range(110)]
    for sent in (
        get(b"/v1/issues/95", *many, method=b"HEAD"),
        get(b"/" + b"x" * 9_000, method=b"HEAD"),
        get(b"/", b"Transfer-Encoding: gzip, chunked", method=b"HEAD"),
    ):
        head, _, body = exchange(two[wire], sent).partition(b"\r\n\r\n")
        assert re.match(rb"HTTP/1\.1 4(31|00) ", head)
        assert b"application/problem+json" in head
        assert body == b""


@pytest.mark.parametrize("wire", [0, 1])
def test_a_head_of_more_than_a_hundred_fields_is_refused_ready_or_not(
    two: tuple[int, int], wire: int
) -> None:
    for target in (b"/v1/issues/95", b"/nowhere"):
        exchange(two[wire], get(target, CLOSE[:-2]))
        answer = exchange(two[wire], get(target, *(b"X-%d: 1" % n for n in range(100))))
        assert answer.startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("wire", [0, 1])
def test_who_speaks_1_0_is_not_told_to_continue(two: tuple[int, int], wire: int) -> None:
    query = b'{"query": "{ publication { title } }"}'
    sent = posting(b"/graphql", query, b"Expect: 100-continue").replace(b"HTTP/1.1", b"HTTP/1.0")

    answer = exchange(two[wire], sent)

    assert b" 100 " not in answer
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("wire", [0, 1])
@pytest.mark.parametrize("field", [b"X: y", b"Proxy-Connection: keep-alive"])
def test_who_speaks_1_0_may_read_to_the_end_of_the_connection(
    two: tuple[int, int], wire: int, field: bytes
) -> None:
    target = b"/v1/issues/95"
    exchange(two[wire], get(target, CLOSE[:-2]))  # cached from now on

    answer = exchange(two[wire], get(target, field).replace(b"HTTP/1.1", b"HTTP/1.0"))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in answer.lower()


@pytest.mark.parametrize("wire", [0, 1])
def test_a_tunnel_is_refused_and_the_connection_with_it(two: tuple[int, int], wire: int) -> None:
    answer = exchange(two[wire], get(b"/v1/issues", method=b"CONNECT") + get(b"/livez"))

    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"405"]
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize("wire", [0, 1])
def test_half_a_body_is_told_and_dropped(
    two: tuple[int, int], wire: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payload, "BODY_TIMEOUT_SECONDS", 0.5)
    key = b"Authorization: Bearer " + KEY.encode()
    fields = (key, b"Content-Type: application/json", b"Content-Length: 99")
    connection = Connection(two[wire])
    connection.send(get(b"/v1/issues/validate", *fields, method=b"POST") + b"{")
    answer = connection.read_all()
    connection.close()

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close\r\n" in answer.lower()


def test_a_head_without_end_is_cut_off(two: tuple[int, int]) -> None:
    connection = Connection(two[0])
    connection.send(b"GET / HTTP/1.1\r\nHost: paper.test\r\nX: ")
    sent = 0
    try:
        while sent < 10_000_000:
            connection.send(b"a" * 16_384)
            sent += 16_384
            time.sleep(0.001)
    except OSError:
        pass  # reset, or a broken pipe: as the system will
    connection.close()
    assert sent < 5_000_000


HALF = {
    "nothing": b"",
    "half a line": b"GET /v1/iss",
    "half a head": b"GET /v1/issues/95 HTTP/1.1\r\nHost: paper.test\r\n",
    "empty lines": b"\r\n\r\n",
    "half a second head": get(b"/v1/issues/95") + b"GET /v1/issues/94 HTTP/1.1\r\nHost:",
    "a body that nobody waits for": get(b"/nowhere", b"Content-Length: 9", method=b"POST") + b"12",
}


@pytest.mark.slow
@pytest.mark.parametrize("wire", [0, 1])
def test_half_sent_requests_are_dropped(
    two: tuple[int, int], wire: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them dripping on, while somebody else is served."""
    for name, seconds in (("HEAD_SECONDS", 1.0), ("LEFTOVER_SECONDS", 1.0), ("SWEEP_SECONDS", 0.1)):
        monkeypatch.setattr(deadlines, name, seconds)
    slow = {name: Connection(two[wire], timeout=10) for name in HALF}
    for name, connection in slow.items():
        connection.send(HALF[name])
    gone: dict[str, float] = {}
    started = time.monotonic()
    while len(gone) < len(slow) and time.monotonic() - started < 30:
        assert exchange(two[wire], get(b"/v1/issues/94", CLOSE[:-2])).startswith(b"HTTP/1.1 200")
        for name, connection in slow.items():
            if name in gone:
                continue
            try:
                connection.socket.setblocking(False)
                if name == "empty lines":
                    connection.send(b"\r\n")
                if connection.socket.recv(65_536) == b"":
                    gone[name] = time.monotonic() - started
            except BlockingIOError:
                pass
            except OSError:
                gone[name] = time.monotonic() - started
        time.sleep(0.05)

    for connection in slow.values():
        connection.close()
    assert sorted(gone) == sorted(HALF)
    # A connection that has had its answer also has the patience of keep-alive. Without the
    # deadlines set here a head would have 14 seconds.
    assert max(gone.values()) < 13


@pytest.mark.slow
def test_a_connection_that_is_used_lives_and_an_idle_one_ends(two: tuple[int, int]) -> None:
    connection = Connection(two[0], timeout=10)
    for _ in range(6):
        connection.send(get(b"/v1/issues/94"))
        head, _ = connection.read_answer()
        assert head.startswith(b"HTTP/1.1 200")
        time.sleep(KEEP_ALIVE / 5)
    assert connection.socket.recv(1) == b""
    connection.close()
