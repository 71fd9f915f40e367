"""uvicorn's protocol class for WebSockets, which nobody can make busy or fill the log with."""

from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

from app.web.turns import Turns

MAX_FRAMES = 1_000
"""Of one message: clients send one, or a few."""


class SocketWire(Turns, WebSocketsSansIOProtocol):
    """One socket, from its handshake on."""

    turn_bytes = 4_096
    """Up to seven hundred frames."""

    @property
    def is_holding(self) -> bool:
        return self.read_paused

    def take(self, data: bytes) -> None:
        WebSocketsSansIOProtocol.data_received(self, data)

    async def receive(self) -> ASGIReceiveEvent:
        message = await super().receive()
        if self.has_rest and not self.read_paused:
            self.transport.pause_reading()
            self.go_on()
        return message

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) < MAX_FRAMES:
            super().handle_cont(event)
        else:
            self._end(CloseCode.MESSAGE_TOO_BIG)

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                # uvicorn says so too, and logs an error for each.
                self._end(CloseCode.INVALID_DATA)
                return
        super().send_receive_event_to_app()

    def _end(self, code: CloseCode) -> None:
        """Close a socket whose client breaks the protocol."""
        self.frames = []
        if not self.close_sent:
            self.conn.send_close(code)
            self.handle_parser_exception()

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            # uvicorn forgets to say so, and logs an error for each.
            self.handshake_complete = True
