"""uvicorn's protocol class for WebSockets, to which one that was refused is done with."""

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class SocketWire(WebSocketsSansIOProtocol):
    """One socket, from its handshake on."""

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            # uvicorn forgets to say so, and logs an error for each: anybody could fill the log.
            self.handshake_complete = True
