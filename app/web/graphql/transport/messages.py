"""The messages of `graphql-transport-ws`, of clients and of the server.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md, read 2026-11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import orjson

from app.errors import BadRequest
from app.web.graphql.documents.limits import MAX_BODY_BYTES
from app.web.graphql.documents.request import GraphQLRequest, parse_request
from app.web.http.payload import parse_json

SUBPROTOCOL = "graphql-transport-ws"
MAX_ID = 200
"""Characters of an operation's id, which every frame of its results repeats."""

Payload = Mapping[str, Any] | None


class CloseCode(IntEnum):
    """Close codes: those below 4000 are RFC 6455's, the others the protocol's."""

    TOO_BIG = 1009
    TRY_AGAIN_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INITIALISATION_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_INITIALISATIONS = 4429
    TOO_MANY_CONTROL_MESSAGES = 4429
    INTERNAL_ERROR = 4500


class SocketRefused(Exception):
    """The server closes the socket."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    """The client opens the session."""

    payload: Payload


@dataclass(frozen=True, slots=True)
class Ping:
    """The client asks for a `pong`."""

    payload: Payload


@dataclass(frozen=True, slots=True)
class Pong:
    """The client answers a `ping`, or sends a sign of life."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The client starts an operation."""

    id: str
    request: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Complete:
    """The client ends an operation."""

    id: str


Message = ConnectionInit | Ping | Pong | Subscribe | Complete


def read_message(text: str) -> Message:
    """Parse a message of a client.

    Raises:
        SocketRefused: it is too long, or not a client message of the protocol.
    """
    body = text.encode("utf-8", "replace")
    if len(body) > MAX_BODY_BYTES:
        raise SocketRefused(CloseCode.TOO_BIG, f"A message has at most {MAX_BODY_BYTES} bytes")
    try:
        value = parse_json(body)
    except BadRequest as error:
        raise _invalid("Messages are JSON objects") from error
    if not isinstance(value, dict):
        raise _invalid("Messages are JSON objects")
    match value.get("type"):
        case "connection_init":
            return ConnectionInit(_payload(value))
        case "ping":
            return Ping(_payload(value))
        case "pong":
            _payload(value)
            return Pong()
        case "subscribe":
            return Subscribe(_id(value), _request(value))
        case "complete":
            return Complete(_id(value))
        case _:
            raise _invalid("Unknown message type")


def frame(kind: str, *, id_: str | None = None, payload: object = None) -> str:
    """Serialise a message of the server."""
    message: dict[str, object] = {"type": kind}
    if id_ is not None:
        message["id"] = id_
    if payload is not None:
        message["payload"] = payload
    return orjson.dumps(message).decode()


def _id(value: Mapping[str, Any]) -> str:
    found = value.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= MAX_ID:
        raise _invalid(f"`id` must be a string of 1 to {MAX_ID} characters")
    return found


def _payload(value: Mapping[str, Any]) -> Payload:
    found = value.get("payload")
    if found is not None and not isinstance(found, dict):
        raise _invalid("`payload` must be an object")
    return found


def _request(value: Mapping[str, Any]) -> GraphQLRequest:
    payload = _payload(value)
    if payload is None:
        raise _invalid("`payload` must be an object")
    try:
        return parse_request(payload)
    except BadRequest as error:
        raise _invalid(error.detail) from error


def _invalid(reason: str) -> SocketRefused:
    return SocketRefused(CloseCode.BAD_REQUEST, reason)
