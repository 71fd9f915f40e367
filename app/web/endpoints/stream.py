"""Reads whose body is made in parts while it is sent, for files too large to keep in memory.

The ETag comes from what decides the bytes, such as snapshot ids, so that conditional requests and
HEAD cost no body. Such an answer is not kept by the response cache.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.content.queries.printed_entries import PaperMoved
from app.errors import DatabaseAway
from app.off_the_loop import off_the_loop
from app.web.http.conditional import read_status
from app.web.http.negotiation import Encoding, best_encoding
from app.web.http.representation import Freshness, Head, Representation
from app.web.http.request_head import conditions_of, text_of
from app.web.http.stream_coding import stream_coder
from app.web.responses import lifetime_of
from app.web.state import app_state, request_state

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StreamedFile:
    """A file whose bytes follow from `identity`."""

    identity: str
    """Changes whenever the bytes do."""
    media_type: str
    freshness: Freshness
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of whole answers only."""
    is_compressed: bool = False
    """Whether its format is compressed already, so that no content coding is applied."""


def stream(
    request: Request,
    file: StreamedFile,
    parts: AsyncIterator[bytes],
    *,
    is_negotiated: bool = False,
) -> Response:
    """Answer a GET with a file made in parts, or with 304 or the head alone.

    `is_negotiated`: `Accept` chose the form, so shared caches must not keep it.

    Raises:
        PreconditionFailed: an `If-Match` or `If-Unmodified-Since` of this read does not hold.
    """
    described = Representation(
        file.identity.encode(),
        media_type=file.media_type,
        freshness=file.freshness,
        lifetime=lifetime_of(request, is_private=is_negotiated),
        vary_accept=is_negotiated,
        headers=file.headers,
    )
    conditions = conditions_of(request.scope["headers"])
    coding: Encoding = "identity"
    if not file.is_compressed:
        coding = best_encoding(text_of(conditions.get(b"accept-encoding")))
    head = described.head(coding, app_state(request).clock())
    is_unchanged = read_status(head, conditions) == 304
    is_whole = not is_unchanged and request_state(request).method != "HEAD"
    return _StreamResponse(head, coding, parts if is_whole else None, is_unchanged=is_unchanged)


class _StreamResponse(Response):
    """A file on its way: each part is made when the client has taken the one before."""

    def __init__(
        self,
        head: Head,
        coding: Encoding,
        parts: AsyncIterator[bytes] | None,
        *,
        is_unchanged: bool,
    ) -> None:
        self.status_code = 304 if is_unchanged else 200
        self.background = None
        self.body = b""
        self.raw_headers = [*head.common, *(() if is_unchanged else head.whole)]
        self._coding = coding
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The first part before the head: until then a failure can still be answered as a problem.
        client = Request(scope, receive)
        parts = self._encoded()
        try:
            first = await anext(parts, b"")
        except PaperMoved:
            detail = "An issue was published while the file was read; read it again."
            raise DatabaseAway("database_away", detail, retry_after_seconds=1) from None
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        try:
            await send(_body(first, more=True))
            async for part in parts:
                if await client.is_disconnected():
                    raise ClientDisconnect
                await send(_body(part, more=True))
        except PaperMoved:
            # Only a broken connection tells the client that the file is not whole.
            logger.warning("download_ended path=%s reason=published", scope["path"])
            raise ClientDisconnect from None
        await send(_body(b"", more=False))

    async def _encoded(self) -> AsyncIterator[bytes]:
        if self._parts is None:
            return
        coder = stream_coder(self._coding)
        async for part in self._parts:
            encoded = await off_the_loop(coder.encode, part)
            if encoded:
                yield encoded
        rest = await off_the_loop(coder.finish)
        if rest:
            yield rest


def _body(part: bytes, *, more: bool) -> dict[str, object]:
    return {"type": "http.response.body", "body": part, "more_body": more}
