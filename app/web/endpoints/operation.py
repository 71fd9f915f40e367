"""What FastAPI cannot say of an operation, declared by its route in `openapi_extra`.

A route gives FastAPI its `operation_id`, `summary`, `response_model` and status. `reads`, `writes`
and `tells` add how it treats conditions, retries and bodies; `app/web/documentation` completes the
OpenAPI document from that. Responses are bytes that the content room builds: FastAPI neither
validates nor serialises them, and outside tools hold the server against the document.
"""

from collections.abc import Sequence

from pydantic import BaseModel
from starlette.responses import Response

from app.web.endpoints.read import JSON, MARKDOWN

OPERATION = "x-operation"
"""Member of a route that holds these declarations; the document leaves it out."""

NDJSON = "application/x-ndjson"
TEXT_NDJSON = "text/x-ndjson"
"""An alias for tools that know only text and JSON."""
BYTES = "application/octet-stream"
"""What tools call a body that they send as it is."""


class MarkdownResponse(Response):
    """Documents a response of Markdown."""

    media_type = MARKDOWN


class NdjsonResponse(Response):
    """Documents a response of JSON lines."""

    media_type = NDJSON


def reads(
    *,
    is_private: bool = False,
    is_negotiated: bool = False,
    refuses: Sequence[str] = (),
) -> dict[str, object]:
    """Declare a GET of content, with validators and with 304 and 412 for conditional requests.

    `is_private`: caches must not store the response, and
    it has no validators. `is_negotiated`: `Accept` chooses one of several media types. `refuses`:
    problem codes beyond those that follow from parameters, scopes and these declarations.
    """
    return _extra(
        headers=["Cache-Control", *([] if is_private else ["ETag", "Last-Modified", "Vary"])],
        conditional=not is_private,
        codes=[*(["not_acceptable"] if is_negotiated else []), *refuses],
    )


def writes(
    *,
    takes: type[BaseModel] | str | None = None,
    media_types: Sequence[str] = (JSON,),
    is_optional: bool = False,
    is_once: bool = False,
    is_guarded: bool = False,
    may_create: bool = False,
    headers: Sequence[str] = (),
    leads_to: Sequence[str] = (),
    refuses: Sequence[str] = (),
) -> dict[str, object]:
    """Declare an operation that has a request body or changes something.

    `takes`: the shape of the body, or the name of a schema that the documentation derives.
    `is_optional`: the body may be left out. `is_once`: it accepts `Idempotency-Key`.
    `is_guarded`: it needs `If-Match`. `may_create`: it responds with 201 if it created something.
    `leads_to`: operations that can follow the response.
    """
    codes = ["body_timeout", "body_too_large", "unsupported_media_type", "still_in_flight"]
    if takes is not None:
        codes += ["malformed_json", "body_not_an_object", "validation_failed"]
    if is_once:
        codes += ["invalid_idempotency_key", "idempotency_in_flight", "idempotency_key_reused"]
    if is_guarded:
        codes += ["precondition_required", "precondition_failed"]
    return _extra(
        # FastAPI drops members that are None.
        takes=takes if isinstance(takes, str) else takes.__name__ if takes else "",
        media_types=list(media_types),
        body_optional=is_optional,
        headers=["Cache-Control", *headers, *(["Idempotent-Replayed"] if is_once else [])],
        once=is_once,
        guarded=is_guarded,
        may_create=may_create,
        links=list(leads_to),
        codes=[*codes, *refuses],
    )


def tells(*, refuses: Sequence[str] = ()) -> dict[str, object]:
    """Declare a GET for machines, without validators."""
    return _extra(headers=["Cache-Control"], codes=list(refuses))


def _extra(**declared: object) -> dict[str, object]:
    return {OPERATION: declared}
