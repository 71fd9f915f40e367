"""What a route says of itself for the OpenAPI document, beside its parameters and its scopes.

`reads`, `writes` and `tells` stand in `openapi_extra` next to `needs`; `app/web/documentation`
makes requests, answers, header fields and problems of them. Nothing here is enforced: outside tools
hold the server against the document.
"""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

OPERATION = "x-operation"
"""Where a route keeps its words until the document is written."""

JSON = "application/json"
NDJSON = "application/x-ndjson"

Body = type[BaseModel] | str
"""A shape, or the name of a schema that the document itself makes."""
Answer = Body | Mapping[str, Body | None] | None
"""One body as JSON; or by media type, `None` where it is text; or no body at all."""


def reads(
    operation_id: str,
    summary: str,
    gives: Answer,
    *,
    is_narrowed: bool = False,
    is_private: bool = False,
    leads_to: Sequence[str] = (),
    refuses: Sequence[str] = (),
) -> dict[str, object]:
    """Describe a GET of content: it has validators, and answers 304 and 412 to conditions.

    `is_narrowed`: `fields` may leave members out. `is_private`: no cache may keep it, and it has
    no validators. `leads_to`: operations that go on from the answer. `refuses`: problem codes
    beyond those that parameters, scopes and this function bring along.
    """
    headers = ["Cache-Control"]
    if not is_private:
        headers += ["ETag", "Last-Modified", "Vary"]
    return _extra(
        id=operation_id,
        summary=summary,
        gives=_by_media_type(gives),
        headers=headers,
        narrowed=is_narrowed,
        conditional=not is_private,
        links=list(leads_to),
        # One form is given whatever Accept says.
        codes=[*(["not_acceptable"] if len(_by_media_type(gives)) > 1 else []), *refuses],
    )


def writes(
    operation_id: str,
    summary: str,
    gives: Answer,
    *,
    takes: Body | None = None,
    media_types: Sequence[str] = (JSON,),
    status: int = 200,
    is_once: bool = False,
    is_guarded: bool = False,
    may_create: bool = False,
    headers: Sequence[str] = (),
    leads_to: Sequence[str] = (),
    refuses: Sequence[str] = (),
) -> dict[str, object]:
    """Describe an operation that takes a body or changes something.

    `is_once`: it heeds `Idempotency-Key`. `is_guarded`: it wants `If-Match`. `may_create`: it
    answers 201 where it made something new.
    """
    codes = ["body_timeout", "body_too_large", "unsupported_media_type"]
    codes.append("still_in_flight")
    if takes is not None:
        codes += ["malformed_json", "body_not_an_object", "validation_failed"]
    if is_once:
        codes += ["invalid_idempotency_key", "idempotency_in_flight", "idempotency_key_reused"]
    if is_guarded:
        codes += ["precondition_required", "precondition_failed"]
    return _extra(
        id=operation_id,
        summary=summary,
        status=status,
        gives=_by_media_type(gives),
        takes=_name(takes),
        media_types=list(media_types),
        headers=["Cache-Control", *headers, *(["Idempotent-Replayed"] if is_once else [])],
        once=is_once,
        guarded=is_guarded,
        may_create=may_create,
        links=list(leads_to),
        codes=[*codes, *refuses],
    )


def tells(
    operation_id: str, summary: str, gives: Answer, *, refuses: Sequence[str] = ()
) -> dict[str, object]:
    """Describe what machines ask, in one form and without validators."""
    return _extra(
        id=operation_id,
        summary=summary,
        gives=_by_media_type(gives),
        headers=["Cache-Control"],
        codes=list(refuses),
    )


def _by_media_type(gives: Answer) -> dict[str, str]:
    bodies = gives if isinstance(gives, Mapping) else {} if gives is None else {JSON: gives}
    return {media_type: _name(body) for media_type, body in bodies.items()}


def _name(body: Body | None) -> str:
    # FastAPI drops null from openapi_extra: nothing and text are the empty name.
    return body if isinstance(body, str) else body.__name__ if body else ""


def _extra(**words: object) -> dict[str, object]:
    return {OPERATION: words}
