"""Problem documents that the protocol class writes for requests that never become ASGI."""

from collections.abc import Sequence

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from app.web.http.headers import REQUEST_ID, new_request_id, with_common_headers
from app.web.http.representation import Field
from app.web.observability.request_log import note_request
from app.web.problems.handlers import MEDIA_TYPE, problem_document
from app.web.problems.registry import PROBLEMS
from app.web.state import AppState


def refusal(
    state: AppState,
    status: int,
    code: str,
    *,
    target: bytes = b"",
    headers: Sequence[Field] = (),
    server_fields: Sequence[Field] = (),
    has_body: bool = True,
) -> bytes:
    """Write a problem that closes the connection; log and count it.

    `target`: what was read of the request's, if anything.
    """
    request_id = new_request_id()
    body = orjson.dumps(
        problem_document(
            code=code,
            status=status,
            detail=PROBLEMS[code].meaning,
            public_url=state.settings.public_url,
            instance=target.partition(b"?")[0].decode("latin-1") if target else None,
            request_id=request_id,
        )
    )
    fields = with_common_headers(
        [
            (b"cache-control", b"no-store"),
            (b"content-length", str(len(body)).encode()),
            (b"content-type", MEDIA_TYPE.encode()),
            (b"connection", b"close"),
            *headers,
        ],
        rate={},
    )
    lines = [
        b"%b: %b\r\n" % field
        for field in (*server_fields, *fields, (REQUEST_ID, request_id.encode()))
    ]
    note_request(
        state.metrics,
        method="other",
        path="/",
        route=None,
        status=status,
        seconds=0.0,
        request_id=request_id,
    )
    return b"".join((STATUS_LINE[status], *lines, b"\r\n", body if has_body else b""))
