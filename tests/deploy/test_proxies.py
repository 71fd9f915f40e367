"""deploy/varnish.vcl and deploy/nginx.conf before a real server, on sockets."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.delivery.purge import REPEAT_SECONDS
from tests import factories
from tests.deploy import proxies
from tests.servers.uvicorn import Connection, serving

pytestmark = [pytest.mark.end_to_end, pytest.mark.trial]

KEY = "amp_proxies_0123456789abcdef0123456789abcdef"
BROWSER = "gzip, deflate, br, zstd"
CODINGS = (
    *("gzip, deflate, br, zstd", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1", "br"),
    *("gzip, deflate", "gzip", "gzip;q=1.0, deflate;q=0.6, identity;q=0.3", "identity"),
)
ACCEPTS = (
    *("*/*", "application/json", "application/json, text/plain, */*"),
    *("application/json, */*;q=0.5", "application/*"),
)


@dataclass(frozen=True)
class Front:
    """A proxy and the server behind it."""

    url: str
    port: int
    server: str

    def write(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Write at the server itself."""
        headers = {"Authorization": f"Bearer {KEY}", "If-Match": "*"}
        answer = httpx.request(method, self.server + path, headers=headers, timeout=20, **sent)
        assert answer.is_success, answer.text
        return answer

    def read(self, path: str, **headers: str) -> httpx.Response:
        """Read through the proxy."""
        return httpx.get(self.url + path, headers=headers, timeout=20)

    def is_kept(self, path: str, **headers: str) -> bool:
        """Whether the proxy answers by itself."""
        answer = self.read(path, **headers)
        assert answer.status_code == 200, answer.text
        kept = answer.headers.get("x-kept")
        return kept == "HIT" if kept else len(answer.headers["x-varnish"].split()) == 2


Start = Callable[..., Front]


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Start]:
    """Start a server with two issues in print and a draft, and a proxy before it."""
    with ExitStack() as stack:

        def begin(name: str) -> Front:
            port = proxies.free_port()
            front = f"http://127.0.0.1:{port}"
            edge = {"edge_max_age": 86_400, "purge_urls": (front,), "deliveries": True}
            ours = settings.model_copy(
                update={
                    **{"rate_limit": "0", "bootstrap_key": _secret(KEY)},
                    **(edge if name == "varnish" else {}),
                }
            )
            upstream = stack.enter_context(serving(ours))
            made = Front(front, port, f"http://127.0.0.1:{upstream}")
            proxy = getattr(proxies, name)
            stack.enter_context(proxy(tmp_path, port=port, upstream=upstream))
            until = time.monotonic() + 20
            while made.read("/livez").status_code != 200:
                assert time.monotonic() < until, "the proxy finds no server"
                time.sleep(0.1)
            for number in (94, 95):
                document = factories.whole_issue(
                    number=number, date=f"2026-05-{number - 92:02}", slug=f"no-{number}"
                )
                made.write("POST", "/v1/issues?publish=true", json=document)
            made.write("POST", "/v1/issues", json=factories.issue(number=96, date="2026-05-04"))
            time.sleep(REPEAT_SECONDS + 0.5)  # until the second purge of what was written
            return made

        yield begin


def _secret(key: str) -> Any:
    return Settings(bootstrap_key=key).bootstrap_key  # type: ignore[arg-type]


@pytest.fixture(params=["varnish", "nginx"])
def front(request: pytest.FixtureRequest, start: Start) -> Front:
    return start(request.param)


def test_a_proxy_keeps_what_is_public_in_few_spellings_and_passes_the_rest(front: Front) -> None:
    _keeps_few_spellings(front)
    _passes_what_a_key_reads(front)
    _passes_markdown_by_accept(front)
    _hands_over_sockets(front)
    _streams(front)


def _keeps_few_spellings(front: Front) -> None:
    path = "/v1/issues/95"
    codings: dict[str, int] = {}
    for spelling in CODINGS:
        is_kept = front.is_kept(path, **{"Accept-Encoding": spelling})
        coding = front.read(path, **{"Accept-Encoding": spelling}).headers.get("content-encoding")
        codings[str(coding)] = codings.get(str(coding), 0) + (not is_kept)
    # The coding in which the fixture read first is there already.
    assert set(codings) == {"br", "gzip", "None"}
    assert all(misses <= 1 for misses in codings.values()), codings
    assert all(front.is_kept(path, Accept=accept) for accept in ACCEPTS)
    again = front.read(path)
    unchanged = front.read(path, **{"If-None-Match": again.headers["etag"]})
    assert unchanged.status_code == 304
    assert "br" not in front.read(path, **{"Accept-Encoding": "br;q=0"}).headers.get(
        "content-encoding", ""
    )


def _passes_what_a_key_reads(front: Front) -> None:
    editor = {"Authorization": f"Bearer {KEY}"}
    assert front.read("/v1/issues/96", **editor).status_code == 200
    assert front.read("/v1/issues/96").status_code == 404
    assert front.read("/v1/issues?status=all", **editor).json()["page"]["total"] == 3
    assert front.read("/v1/issues").json()["page"]["total"] == 2
    answer = httpx.patch(
        f"{front.url}/v1/issues/96",
        headers={**editor, "If-Match": front.read("/v1/issues/96", **editor).headers["etag"]},
        json={"title": "Through the proxy"},
    )
    assert answer.status_code == 200, answer.text


def _passes_markdown_by_accept(front: Front) -> None:
    markdown = front.read("/v1/issues/95", Accept="text/markdown")
    assert markdown.headers["content-type"].startswith("text/markdown")
    assert front.read("/v1/issues/95").headers["content-type"] == "application/json"
    assert front.read("/v1/issues/95", Accept="image/png").status_code == 406
    assert front.read("/v1/issues/95", Accept="application/json").status_code == 200


def _hands_over_sockets(front: Front) -> None:
    with closing(Connection(front.port, timeout=20)) as connection:
        connection.send(
            b"GET /graphql HTTP/1.1\r\nHost: paper.test\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        )
        head = connection.socket.recv(4096)
        assert head.startswith(b"HTTP/1.1 101"), head


def _streams(front: Front) -> None:
    """A stream passes as it is made, and an import answers while it is sent."""
    query = {"query": "subscription { issuePublished { number } }"}
    with httpx.stream(
        "GET",
        f"{front.url}/graphql",
        params=query,
        headers={"Accept": "text/event-stream"},
        timeout=20,
    ) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        front.write("POST", "/v1/issues/96/publish")
        lines = stream.iter_lines()
        assert any('"number":96' in line for line in lines)

    with closing(Connection(front.port, timeout=20)) as connection:
        connection.send(
            b"POST /v1/issues/import HTTP/1.1\r\nHost: paper.test\r\n"
            b"Transfer-Encoding: chunked\r\nContent-Type: application/x-ndjson\r\n"
            b"Authorization: Bearer %b\r\n\r\n" % KEY.encode()
        )
        for number in (201, 202):
            day = f"2027-01-{number - 200:02}"
            line = json.dumps(factories.issue(number=number, date=day)).encode() + b"\n"
            connection.send(b"%x\r\n%b\r\n" % (len(line), line))
            got = b""
            while f'"number":{number}'.encode() not in got:
                part = connection.socket.recv(4096)
                assert part, got
                got += part
        connection.send(b"0\r\n\r\n")


def test_varnish_keeps_for_a_day_and_drops_what_a_change_touches(start: Start) -> None:
    front = start("varnish")
    _drops_what_is_touched(front)
    _ends_what_readers_keep_at_the_next_publication(front)
    _takes_purges_from_known_machines_only(front)


def _drops_what_is_touched(front: Front) -> None:
    touched = (
        "/v1/issues/95",
        "/v1/issues",
        "/issues/95",
        "/feeds/issues.atom",
        "/",
        "/search?q=a",
    )
    untouched = ("/v1/issues/94", "/issues/94", "/v1/trending/boards", "/openapi.json")
    for path in (*touched, *untouched):
        front.read(path)
    assert all(front.is_kept(path) for path in (*touched, *untouched))
    assert front.read("/v1/issues/94").headers["cache-control"].startswith("public, max-age=60")
    assert "age" not in front.read("/v1/issues/94").headers

    front.write("PATCH", "/v1/issues/95?publish=true", json={"title": "Of this minute"})

    until = time.monotonic() + 20  # far less than the 60 seconds of its lifetime
    while front.read("/v1/issues/95").json()["title"] != "Of this minute":
        assert time.monotonic() < until, "the change is not purged"
        time.sleep(0.05)
    assert all(front.is_kept(path) for path in untouched)
    for path in ("/issues/95", "/"):
        assert "Of this minute" in front.read(path).text


def _ends_what_readers_keep_at_the_next_publication(front: Front) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=4.5)
    front.write("POST", "/v1/issues/96/schedule", json={"publish_at": soon.isoformat()})
    assert front.read("/v1/issues").json()["page"]["total"] == 2

    while (left := (soon - datetime.now(UTC)).total_seconds()) > 0.3:
        answer = front.read("/v1/issues")
        age = int(answer.headers["cache-control"].partition("max-age=")[2].partition(",")[0])
        assert age <= left
        time.sleep(0.3)
    time.sleep(max(0.0, left) + 0.1)

    assert front.read("/v1/issues").json()["page"]["total"] == 3


def _takes_purges_from_known_machines_only(front: Front) -> None:
    keys = {"Surrogate-Key": "lists"}

    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.9")) as stranger:
        assert stranger.request("PURGE", front.url, headers=keys).status_code == 403
    assert httpx.request("PURGE", front.url, headers=keys).status_code == 200
    assert httpx.request("PURGE", front.url).status_code == 400
