"""The protocol class of WebSockets: uvicorn's, with limits on frames and on read slices."""

import asyncio
from typing import Any

from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

from app.web.limits.allowance import Allowance
from app.web.server.read_slices import ReadSlices
from app.web.server.server_state import STATE_KEY, ServerServices

MAX_FRAMES = 1_000
"""Frames of one message. Clients send one, or a few."""
MAX_CONTROL_FRAMES, CONTROL_SECONDS = 300, 60.0
"""Pings and pongs of a client in a window. Keep-alives need a few a minute."""
SLICE_BYTES = 4_096
"""Read at a time: at most 700 frames."""
TOO_MANY_CONTROL_FRAMES = 4429
"""Close code. `graphql-transport-ws` uses it for too many messages too."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One WebSocket, from its handshake on."""

    slices: ReadSlices

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._control_frames = Allowance(MAX_CONTROL_FRAMES, seconds=CONTROL_SECONDS)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.slices = ReadSlices(
            transport,
            self.loop,
            feed=super().data_received,
            size=SLICE_BYTES,
            is_paused=lambda: self._is_paused,
        )

    @property
    def _is_paused(self) -> bool:
        return self.read_paused or self._is_unanswered

    @property
    def _is_unanswered(self) -> bool:
        """Whether the handshake is complete and the application has not accepted it yet."""
        return self.handshake_initiated and not self.handshake_complete

    def data_received(self, data: bytes) -> None:
        if self._is_unanswered:
            # Frames must not come before the handshake is answered; kept in order all the same.
            self.slices.hold(data)
        else:
            self.slices.receive(data)

    async def receive(self) -> ASGIReceiveEvent:
        message = await super().receive()
        if self.slices.has_pending and not self._is_paused:
            self.transport.pause_reading()
            self.slices.resume()
        return message

    def connection_lost(self, exc: Exception | None) -> None:
        services: ServerServices = self.app_state[STATE_KEY]
        services.connections.release(self.transport)
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
                # uvicorn would close with the same code, but log an error for each message.
                self._end(CloseCode.INVALID_DATA)
                return
        super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        """Answer with a pong, unless the client has left too much unread.

        Not every ping needs a pong (RFC 6455, section 5.5.3). For a client that reads nothing,
        pongs would fill the memory.
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
        """Count a control frame; `False` if the WebSocket is closed, by this frame or before."""
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
        # Bytes that are no frame came before the handshake was accepted: there is no close frame.
        self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.PROTOCOL_ERROR})
        self.close_sent = True
        self.transport.close()

    def _end(self, code: int) -> None:
        """Close a WebSocket whose client breaks the protocol."""
        self.frames = []
        if self.close_sent:
            return
        if self.conn.close_sent is None:
            # It is set if the client closed in the same packet: that is answered already.
            self.conn.send_close(code)
        self.handle_parser_exception()

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            # uvicorn does not set this, and would log an error for each.
            self.handshake_complete = True
        elif message["type"] == "websocket.accept" and not self.transport.is_closing():
            self.slices.resume()
            if not self.slices.has_pending:
                self.transport.resume_reading()
