"""The app behind a real socket, in a thread of the test: what ASGI alone cannot show."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from app.config import Settings
from app.main import create_app
from app.web.server.protocol import HttpProtocol

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")


@contextmanager
def serving(settings: Settings, *, keep_alive: int = 5) -> Iterator[int]:
    """Serve as `morningpost serve` does, on a free port of this machine.

    `keep_alive` is how long a connection may be idle, in seconds.
    """
    config = uvicorn.Config(
        create_app(settings),
        http=HttpProtocol,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=keep_alive,
    )
    with running(config) as (port, _):
        yield port


@contextmanager
def running(config: uvicorn.Config) -> Iterator[tuple[int, uvicorn.Server]]:
    """Run a server in a thread; yields its port, and the server to be stopped."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the server could not start"
        assert time.monotonic() < until, "the server does not start"
        time.sleep(0.01)
    try:
        yield listener.getsockname()[1], server
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
    assert not thread.is_alive(), "the server does not end"


class Connection:
    """A socket to send what no well-behaved client would."""

    def __init__(self, port: int, *, timeout: float = 20) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read_all(self) -> bytes:
        """Everything until the server closes."""
        parts = []
        try:
            while part := self.socket.recv(262_144):
                parts.append(part)
        except ConnectionResetError:
            pass
        return b"".join(parts)

    def read_answer(self) -> tuple[bytes, bytes]:
        """One answer with a `Content-Length` or a 304, as its head and its body.

        The server may write both at once or one after the other: a single `recv` may hold the
        head alone.
        """
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._part()
        head, body = got.split(b"\r\n\r\n", 1)
        length = _LENGTH.search(head)
        if length is None:
            assert head.startswith(b"HTTP/1.1 304"), head
            return head, body
        while len(body) < int(length[1]):
            body += self._part()
        assert len(body) == int(length[1]), "more than one answer"
        return head, body

    def _part(self) -> bytes:
        part = self.socket.recv(262_144)
        assert part, "the server closed before the answer was whole"
        return part

    def close(self) -> None:
        self.socket.close()


def exchange(port: int, data: bytes) -> bytes:
    """Send bytes, say that no more will come, and read all that comes back."""
    connection = Connection(port)
    try:
        connection.send(data)
        return connection.read_all()
    finally:
        connection.close()
