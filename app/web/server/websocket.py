"""uvicorn's protocol class for WebSockets, which nobody can make busy or fill the log with."""

from typing import Any

from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

from app.web.limits.allowance import Allowance
from app.web.server.app_state import STATE_KEY, Service
from app.web.server.read_slices import Turns

MAX_FRAMES = 1_000
"""Of one message: clients send one, or a few."""
MAX_CONTROL_FRAMES, CONTROL_SECONDS = 300, 60.0
"""Pings and pongs of a client in a window; keep-alives need a few a minute."""
TOO_MANY_CONTROL_FRAMES = 4429
"""The close code; the operations of `graphql-transport-ws` use it for too many messages too."""


class SocketWire(Turns, WebSocketsSansIOProtocol):
    """One socket, from its handshake on."""

    turn_bytes = 4_096
    """Up to seven hundred frames."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._control_frames = Allowance(MAX_CONTROL_FRAMES, seconds=CONTROL_SECONDS)

    @property
    def is_holding(self) -> bool:
        return self.read_paused or self._is_unanswered

    @property
    def _is_unanswered(self) -> bool:
        """Whether the handshake is whole, and the client not told whether it was accepted."""
        return self.handshake_initiated and not self.handshake_complete

    def data_received(self, data: bytes) -> None:
        if self._is_unanswered:
            # Too early, by the protocol; but lost or read out of place it would be worse.
            self.hold(data)
        else:
            super().data_received(data)

    def take(self, data: bytes) -> None:
        WebSocketsSansIOProtocol.data_received(self, data)

    async def receive(self) -> ASGIReceiveEvent:
        message = await super().receive()
        if self.has_rest and not self.is_holding:
            self.transport.pause_reading()
            self.go_on()
        return message

    def connection_lost(self, exc: Exception | None) -> None:
        service: Service = self.app_state[STATE_KEY]
        service.connections.release(self.transport)
        super().connection_lost(exc)

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

    def handle_ping(self) -> None:
        """Answer with a pong, unless the client has left too much unread.

        Pongs need not answer every ping (RFC 6455, section 5.5.3). Kept for a client that reads
        nothing, they would pile up in memory.
        """
        if not self._takes_control_frame():
            return
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def handle_pong(self, event: Frame) -> None:
        if self._takes_control_frame():
            super().handle_pong(event)

    def _takes_control_frame(self) -> bool:
        """Count a control frame; `False` where the socket is closed, by this one or before."""
        if self.close_sent:
            self.conn.data_to_send()
            return False
        if self._control_frames.take():
            return True
        self._end(TOO_MANY_CONTROL_FRAMES)
        return False

    def handle_parser_exception(self) -> None:
        if self.conn.close_sent is not None:
            super().handle_parser_exception()
            return
        # What is no frame came before there was a socket to close.
        self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.PROTOCOL_ERROR})
        self.close_sent = True
        self.transport.close()

    def _end(self, code: int) -> None:
        """Close a socket whose client breaks the protocol."""
        self.frames = []
        if self.close_sent:
            return
        if self.conn.close_sent is None:
            # It is set where the client closed in the same packet: that is answered already.
            self.conn.send_close(code)
        self.handle_parser_exception()

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            # uvicorn forgets to say so, and logs an error for each.
            self.handshake_complete = True
        elif message["type"] == "websocket.accept" and not self.transport.is_closing():
            self.go_on()
            if not self.has_rest:
                self.transport.resume_reading()
