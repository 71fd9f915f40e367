"""Turns errors into RFC 9457 problem documents, those of the framework included.

`status_of` translates error classes to HTTP; `problems.toml` explains each code.
"""

import logging
from collections.abc import Mapping, Sequence

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.database.errors import database_errors
from app.errors import (
    BadRequest,
    BodyTimeout,
    BodyTooLarge,
    Conflict,
    ContentInvalid,
    DatabaseAway,
    Fault,
    Forbidden,
    MethodNotAllowed,
    MorningPostError,
    NotAcceptable,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    RateLimited,
    Unauthenticated,
    UnsupportedMediaType,
    quoted,
)
from app.web.http.route_match import allowed_methods
from app.web.observability.origin import trace_id_in
from app.web.observability.redaction import redact, shown_path
from app.web.problems.parameter_faults import error_of
from app.web.problems.registry import PROBLEMS
from app.web.state import app_state, request_state

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
MAX_FAULTS = 100
MAX_POINTER = 200
"""Longest pointer in a problem: its names come from the request."""
MAX_DETAIL = 1000

_FOR_PROGRAMS = ("/v1/", "/graphql", "/openapi", "/metrics", "/livez", "/readyz")
"""Paths for programs: errors below them are problem documents, never HTML pages."""

STATUSES: Mapping[type[MorningPostError], int] = {
    BadRequest: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    NotAcceptable: 406,
    BodyTimeout: 408,
    Conflict: 409,
    PreconditionFailed: 412,
    BodyTooLarge: 413,
    UnsupportedMediaType: 415,
    ContentInvalid: 422,
    PreconditionRequired: 428,
    RateLimited: 429,
    DatabaseAway: 503,
}

_CODES_OF_FRAMEWORK = {
    401: "unauthenticated",
    403: "missing_scope",
    404: "not_found",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "rate_limited",
    503: "not_ready",
}


def status_of(error: MorningPostError) -> int:
    """Translate one of our errors to its HTTP status."""
    for cls in type(error).__mro__:
        if cls in STATUSES:
            return STATUSES[cls]
    return 500


def headers_of(error: MorningPostError) -> dict[str, str]:
    """Return the header fields of an error, beside those of every problem."""
    match error:
        case Unauthenticated():
            return {"WWW-Authenticate": "Bearer"}
        case RateLimited() | DatabaseAway():
            return {"Retry-After": str(max(1, error.retry_after_seconds))}
        case BodyTimeout():
            return {"Connection": "close"}  # the rest of the body is not read
        case MethodNotAllowed():
            return {"Allow": ", ".join(error.allow)}
        case PreconditionFailed(etag=str(etag)):
            return {"ETag": etag}
        case _:
            return {}


def problem_document(
    *,
    code: str,
    status: int,
    detail: str,
    public_url: str,
    instance: str | None = None,
    request_id: str | None = None,
    trace_id: str | None = None,
    faults: Sequence[Fault] = (),
) -> dict[str, object]:
    """Make a problem document, its members in reading order."""
    kind = PROBLEMS.get(code)
    document: dict[str, object] = {
        "type": f"{public_url}/problems/{code}",
        "title": kind.title if kind else "Problem",
        "status": status,
        "detail": _plain(detail, MAX_DETAIL),
    }
    if instance is not None:
        # Two slashes, or none, would make it a reference to another host (RFC 3986, section 4.2).
        path = "/" + instance.lstrip("/") if instance.startswith("/") else "/"
        document["instance"] = shown_path(path)
    document["code"] = code
    if request_id is not None:
        document["request_id"] = request_id
    if trace_id is not None:
        document["trace_id"] = trace_id
    if faults:
        document["errors"] = [_fault_document(fault) for fault in faults[:MAX_FAULTS]]
    return document


def problem_response(request: Request, error: MorningPostError) -> Response:
    """Respond with the problem of an error."""
    return _response(
        request,
        code=error.code,
        status=status_of(error),
        detail=error.detail,
        faults=error.faults,
        headers=headers_of(error),
    )


def internal_error(request: Request, error: Exception) -> Response:
    """Return a masked problem for an unexpected error, and log the error once, in full."""
    # After a response has begun the error propagates, and Starlette calls this a second time.
    state = request_state(request)
    if state.logged_failure is not error:
        state.logged_failure = error
        logger.error(
            "request_failed method=%s path=%s request_id=%s",
            request.method,
            shown_path(request.scope["path"]),
            request_state(request).request_id,
            exc_info=error,
        )
    return _response(
        request,
        code="internal_error",
        status=500,
        detail="Something went wrong here. The log has it under the request_id.",
    )


def install(app: FastAPI) -> None:
    """Make every error of an application a problem document."""
    app.add_exception_handler(MorningPostError, _on_ours)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_framework)
    app.add_exception_handler(SQLAlchemyError, _on_database)
    app.add_exception_handler(Exception, _on_unknown)


async def error_response(request: Request, error: MorningPostError) -> Response:
    """Respond to one of our errors, and log those that operators must see."""
    if isinstance(error, DatabaseAway):
        logger.warning(
            "database_away request_id=%s reason=%s cause=%s",
            request_state(request).request_id,
            error.outage,
            type(error.__cause__).__name__,
        )
    return problem_response(request, error)


async def _on_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, MorningPostError)
    return await error_response(request, error)


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(request, error_of(error.errors()))


async def _on_database(request: Request, error: Exception) -> Response:
    try:
        with database_errors():
            raise error
    except DatabaseAway as away:
        return await _on_ours(request, away)
    except SQLAlchemyError:
        return internal_error(request, error)


async def _on_unknown(request: Request, error: Exception) -> Response:
    return internal_error(request, error)


async def _on_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    if status == 405:
        allow = allowed_methods(request.app.routes, request.scope["path"])
        takes = ", ".join(allow) or "nothing"
        detail = f"This path does not take {quoted(request.method)}; it takes {takes}."
        refusal = MethodNotAllowed("method_not_allowed", detail, allow=allow)
        return problem_response(request, refusal)
    if status < 400:
        return Response(status_code=status, headers=error.headers)
    fallback = "internal_error" if status >= 500 else "bad_request"
    code = _CODES_OF_FRAMEWORK.get(status, fallback)
    return _response(
        request,
        code=code,
        status=status,
        detail=PROBLEMS[code].meaning,
        headers={**_challenge(status), **(error.headers or {})},
    )


def _challenge(status: int) -> dict[str, str]:
    return {"WWW-Authenticate": "Bearer"} if status == 401 else {}


def _response(
    request: Request,
    *,
    code: str,
    status: int,
    detail: str,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    settings = app_state(request).settings
    document = problem_document(
        code=code,
        status=status,
        detail=detail,
        public_url=settings.public_url,
        instance=request.scope["path"],
        request_id=request_state(request).request_id,
        trace_id=_trace_id_of(request),
        faults=faults,
    )
    fields = {"Cache-Control": "no-store", **(headers or {})}
    # Browsers get an HTML page, programs the problem document.
    page = app_state(request).problem_page
    if page is not None and not request.scope["path"].startswith(_FOR_PROGRAMS):
        told = page(request, document)
        if told is not None:
            told.headers.update(fields)
            return told
        fields["Vary"] = "Accept"
    return Response(
        orjson.dumps(document), status_code=status, media_type=MEDIA_TYPE, headers=fields
    )


def _trace_id_of(request: Request) -> str | None:
    """The trace that this process or its caller records the request in."""
    here = request_state(request).trace_id
    given = request.headers.get("traceparent")
    return here or (None if given is None else trace_id_in(given.encode("latin-1")))


def _fault_document(fault: Fault) -> dict[str, str]:
    place = (
        {"pointer": _plain(fault.pointer, MAX_POINTER)}
        if fault.parameter is None
        else {"parameter": _plain(fault.parameter, MAX_POINTER)}
    )
    return place | {"code": fault.code, "detail": _plain(fault.detail, MAX_DETAIL)}


def _plain(text: str, length: int) -> str:
    """Cut a text and make it safe to send: no key, and nothing that UTF-8 cannot carry."""
    return redact(text[:length]).encode("utf-8", "replace").decode()
