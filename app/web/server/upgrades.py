"""uvicorn's protocol class, going on with requests that ask for a protocol which is none of ours.

Some clients ask for HTTP/2 with every request over plain HTTP (`Upgrade: h2c`), and mean it to be
answered all the same (RFC 9110, section 7.8). The parser stops behind such a head, and uvicorn
drops what follows: a body is lost, and an import of nothing succeeds. Here the head is read once
more, without its wish.
"""

import asyncio

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.http11 import Request
from websockets.server import ServerProtocol

from app.web.server.read_slices import Turns

_UPGRADE = b"upgrade"


class Upgrades(Turns, HttpToolsProtocol):
    """One connection, which becomes a WebSocket for a handshake and for nothing else."""

    _is_passed_over = False
    """The present head is read once more without its upgrade: nothing is due for it yet."""

    def take(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as stopped:
                (place,) = stopped.args
                if self._is_passed_over:
                    data = self._head(without=_UPGRADE) + data[place:]
                    self.parser = httptools.HttpRequestParser(self)
                    self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
                    continue
                if self._should_upgrade():
                    self.handle_websocket_upgrade()
                    self._hand_on(data[place:])
            except httptools.HttpParserError:
                self.send_400_response("Invalid HTTP request received.")
            return

    def _hand_on(self, data: bytes) -> None:
        """Give what stood behind a handshake to the socket that came of it."""
        socket = self.transport.get_protocol()
        if data and socket is not self and isinstance(socket, asyncio.Protocol):
            socket.data_received(data)

    def passes_over(self) -> bool:
        """Whether a head that is whole asks for another protocol, and is to be read without that.

        A WebSocket begins with a GET that has no body; with one it is a request like others.
        """
        parser = self.parser
        self._is_passed_over = (
            parser.should_upgrade()
            and parser.get_method() != b"CONNECT"  # which needs no field to ask for it
            and not (
                self._should_upgrade() and parser.get_method() == b"GET" and not self._has_body()
            )
        )
        return self._is_passed_over

    def is_handshake(self) -> bool:
        """Whether the present head is one of a WebSocket, by the verdict of who would speak it."""
        # With an extension to choose, or those that are asked for would not be looked at.
        trial = ServerProtocol(extensions=[ServerPerMessageDeflateFactory()])
        trial.receive_data(self._head())
        read = [event for event in trial.events_received() if isinstance(event, Request)]
        return len(read) == 1 and trial.accept(read[0]).status_code == 101

    def _has_body(self) -> bool:
        return any(
            name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0")
            for name, value in self.headers
        )

    def _head(self, *, without: bytes = b"") -> bytes:
        version = self.parser.get_http_version().encode()
        fields = [b"%b: %b\r\n" % field for field in self.headers if field[0] != without]
        line = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, version)
        return b"".join((line, *fields, b"\r\n"))
