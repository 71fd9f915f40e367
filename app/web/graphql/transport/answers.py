"""GraphQL responses over HTTP: media types, statuses, header fields.

Statuses follow the audits of the package graphql-http: a query that is refused is 200 as
`application/json`, since older clients expect that, and 400 as `application/graphql-response+json`.
docs/adr/0013-graphql.md says where the draft differs.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response

from app.errors import MorningPostError
from app.web.graphql.documents.errors import QueryRefused, format_errors
from app.web.graphql.documents.request import JSON
from app.web.graphql.transport.execution import Outcome, cost_extension
from app.web.http.negotiation import Offer, best_media_type, combined
from app.web.http.representation import Freshness, Representation
from app.web.http.server_sent_events import EVENT_STREAM
from app.web.problems.handlers import headers_of, status_of
from app.web.responses import answer_whole, public_lifetime, respond
from app.web.state import AppState, app_state, request_state

RESPONSE = "application/graphql-response+json"
HTML = "text/html"

OFFER_OF_POST = Offer((JSON, RESPONSE, EVENT_STREAM), when_named=RESPONSE)
OFFER_OF_GET = Offer((JSON, RESPONSE, EVENT_STREAM, HTML), when_named=RESPONSE)

VARY = {"Vary": "Accept-Encoding, Authorization, Accept"}


def negotiate(request: Request) -> str | None:
    """Return the media type of the response; `None` if `Accept` allows none of those offered."""
    offer = OFFER_OF_GET if request.method == "GET" else OFFER_OF_POST
    request_state(request).offered = offer
    return best_media_type(combined(request.headers, "accept"), offer)


def body_of(outcome: Outcome, *, request_id: str) -> bytes:
    """Serialise the outcome of an operation."""
    answer: dict[str, Any] = {"data": outcome.data}
    if outcome.errors:
        shown = format_errors(outcome.errors, request_id=request_id)
        answer = {"errors": shown, **answer}
    return orjson.dumps({**answer, "extensions": {"cost": cost_extension(outcome.cost)}})


def refused_body(refusal: QueryRefused, *, request_id: str) -> bytes:
    """Serialise the refusal of a query: a response without `data`."""
    shown = format_errors(refusal.errors, request_id=request_id, code=refusal.code)
    return orjson.dumps({"errors": shown, "extensions": {"cost": cost_extension(refusal.cost)}})


def refused(request: Request, refusal: QueryRefused, form: str) -> Response:
    """Return the response for a refused query."""
    body = refused_body(refusal, request_id=request_state(request).request_id)
    return _plain(body, 200 if form == JSON else 400, form)


def failed(
    request: Request,
    error: MorningPostError,
    form: str | None,
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response for an invalid request, in a media type that the client accepts."""
    refusal = QueryRefused([GraphQLError(error.detail)], error.code)
    body = refused_body(refusal, request_id=request_state(request).request_id)
    readable = form if form in (JSON, RESPONSE) else JSON
    return _plain(body, status_of(error), readable, {**headers_of(error), **(headers or {})})


def read(
    request: Request,
    outcome: Outcome,
    form: str,
    *,
    freshness: Freshness,
    is_public: bool,
    is_repeatable: bool,
) -> Response:
    """Return the response for a query.

    `is_public`: caches may store it if it has no errors; shared ones only if it `is_repeatable`.
    """
    if is_public and not outcome.errors:
        state = app_state(request)
        representation = representation_of(
            state, outcome, form, freshness=freshness, is_shared=is_repeatable
        )
    else:
        body = body_of(outcome, request_id=request_state(request).request_id)
        if outcome.errors and request.method == "GET":
            return _plain(body, 200, form)
        representation = Representation(
            body, media_type=form, freshness=Freshness(), lifetime=None, vary_accept=True
        )
    if request.method == "GET":
        return respond(request, representation)
    return answer_whole(request, representation)


def representation_of(
    state: AppState, outcome: Outcome, form: str, *, freshness: Freshness, is_shared: bool
) -> Representation:
    """Make the representation of an outcome without errors that the public may see.

    `is_shared`: shared caches may store it; otherwise only our own.
    """
    return Representation(
        body_of(outcome, request_id=""),
        media_type=form,
        freshness=freshness if is_shared else replace(freshness, last_modified=None),
        lifetime=public_lifetime(state.settings) if is_shared else None,
        vary_accept=True,
        is_kept=True,
    )


def known(request: Request, form: str) -> Response | None:
    """Return the response for a query that another body had; `None` if it is not cached."""
    posted = request_state(request).posted
    if posted is None or posted.answer_key is None:
        return None
    cache = app_state(request).response_cache
    representation = cache.representation_at(posted.answer_key, form)
    return None if representation is None else answer_whole(request, representation)


def _plain(
    body: bytes, status: int, form: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a response that no cache may store."""
    fields = {"Cache-Control": "private, no-store", **VARY, **(headers or {})}
    return Response(body, status_code=status, media_type=form, headers=fields)
