"""What a request that asks for another protocol (`Upgrade`) becomes.

Some clients ask for HTTP/2 with every request over plain HTTP (`Upgrade: h2c`) and expect an
answer all the same (RFC 9110, section 7.8). The parser stops behind such a head, and uvicorn drops
the body. The protocol class therefore parses the head again without the field.
"""

from collections.abc import Sequence

import httptools
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.http11 import Request
from websockets.server import ServerProtocol

from app.web.http.representation import Field

UPGRADE = b"upgrade"


def ignores_upgrade(
    parser: httptools.HttpRequestParser, fields: Sequence[Field], *, is_websocket: bool
) -> bool:
    """Whether a request asks for another protocol and is answered as if it did not.

    A WebSocket begins with a GET without a body; with a body it is a request like any other.
    """
    if not parser.should_upgrade():
        return False
    method = parser.get_method()
    if method == b"CONNECT":
        return False  # it needs no such field
    return not (is_websocket and method == b"GET" and not _has_body(fields))


def is_handshake(head: bytes) -> bool:
    """Whether the WebSocket library accepts a request head as a handshake.

    uvicorn would leave a connection open whose handshake the library does not accept.
    """
    # The library reads the extensions of a request only if the server offers one.
    trial = ServerProtocol(extensions=[ServerPerMessageDeflateFactory()])
    trial.receive_data(head)
    read = [event for event in trial.events_received() if isinstance(event, Request)]
    return len(read) == 1 and trial.accept(read[0]).status_code == 101


def written_head(
    parser: httptools.HttpRequestParser,
    target: bytes,
    fields: Sequence[Field],
    *,
    without: bytes = b"",
) -> bytes:
    """Write a request head that was parsed, as it was sent."""
    version = parser.get_http_version().encode()
    lines = [b"%b: %b\r\n" % field for field in fields if field[0] != without]
    first = b"%b %b HTTP/%b\r\n" % (parser.get_method(), target, version)
    return b"".join((first, *lines, b"\r\n"))


def _has_body(fields: Sequence[Field]) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0")
        for name, value in fields
    )
