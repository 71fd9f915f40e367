"""Queries by POST: how their bodies are read ahead, and by what their cached responses are found.

A response has one entry, whatever the JSON around its query looks like: the key is made of what the
query means. The digest of a body that was answered before leads to that entry without parsing.
"""

import asyncio
import hashlib
from collections import deque
from dataclasses import dataclass

import orjson
from starlette.types import Message, Receive

from app.web.http.payload import BODY_TIMEOUT_SECONDS, EARLY, body_timeout

POSTED_PATH = b"/graphql"
"""The only path whose POSTs can have a cached response."""
MAX_BODY_BYTES = 65_536
"""Longer bodies are left to the routes."""

_POST = b"POST "
"""Begins the keys of POSTs. No request target holds a space."""


@dataclass(slots=True)
class PostedQuery:
    """A POST whose body was looked up in the response cache and not found."""

    answer_key: bytes | None = None
    """The key of its response; `None` unless the route finds that it may be cached."""
    document: bytes = b""
    """The digest of the text of its query: all responses of one text share a bound."""
    executed: object = None
    """What the fast path has executed and left to the route. Only GraphQL knows its type."""

    def name(self, text: str, *asked: object) -> None:
        """Set the keys of a query: its text, and all else that the response depends on."""
        self.document = _digest(text.encode())
        whole = orjson.dumps([text, *asked], option=orjson.OPT_SORT_KEYS)
        self.answer_key = b"%b= %b" % (_POST, _digest(whole))


def body_key_of(body: bytes) -> bytes:
    """The key of a body as it was sent."""
    return _POST + _digest(body)


def _digest(data: bytes) -> bytes:
    """A digest without known collisions: a stranger chooses what it is made of."""
    return hashlib.sha256(data).digest()


async def read_ahead(receive: Receive) -> tuple[bytes | None, Receive]:
    """Read a body, and return it with a `receive` that gives it again.

    The body is `None` if the client disconnected, or sent more than `MAX_BODY_BYTES`, the rest of
    which is not read. It is also `None` if it did not arrive in time: `receive` then raises
    `BodyTimeout`, for the route to answer it in its own form.
    """
    messages: deque[Message] = deque()
    parts: list[bytes] = []
    size = 0
    body: bytes | None = None
    is_late = False

    async def receive_again() -> Message:
        if messages:
            return messages.popleft()
        if is_late:
            raise body_timeout()
        return await receive()

    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECONDS * EARLY):
            while body is None and size <= MAX_BODY_BYTES:
                message = await receive()
                messages.append(message)
                if message["type"] != "http.request":
                    break
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if not message.get("more_body", False):
                    body = b"".join(parts)
    except TimeoutError:
        is_late = True
    return body if size <= MAX_BODY_BYTES else None, receive_again
