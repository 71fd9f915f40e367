"""`/graphql` over HTTP (GraphQL over HTTP, draft 2026-08)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.content.access import Principal
from app.content.commands.transaction import Transaction
from app.errors import (
    BadRequest,
    BodyTooLarge,
    DatabaseAway,
    MethodNotAllowed,
    NotAcceptable,
    RateLimited,
    Refused,
    Unauthenticated,
)
from app.web.admission.gate import Admission, admit
from app.web.graphql.documents.errors import QueryRefused, refusal_of
from app.web.graphql.documents.request import JSON, parse_query_string, read_request
from app.web.graphql.resolving.context import Context
from app.web.graphql.transport import answers, event_stream, explorer
from app.web.graphql.transport.answers import HTML, RESPONSE, negotiate
from app.web.graphql.transport.queries import PATH, Executed, context_in, execute, name_posted
from app.web.graphql.transport.service import service_of
from app.web.graphql.transport.subscription_source import select_operation
from app.web.graphql.transport.writing import write
from app.web.http.server_sent_events import EVENT_STREAM
from app.web.state import app_state, request_state

METHODS = ("GET", "HEAD", "POST")
_ADMISSION = Admission(PATH)

_AS_PROBLEMS = (Unauthenticated, RateLimited, BodyTooLarge, DatabaseAway)
"""Errors whose response is a problem document, as everywhere."""

_HOW_TO_SUBSCRIBE = "Subscriptions are sent over graphql-transport-ws or as text/event-stream."


class GraphQLEndpoint:
    """The path as an ASGI application, so that it handles every method itself."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        request_state(request).route_template = PATH
        response = await _respond(request)
        await response(scope, receive, send)


async def _respond(request: Request) -> Response:
    form = negotiate(request)
    try:
        if request.method not in METHODS:
            raise MethodNotAllowed(
                "method_not_allowed", "GraphQL takes GET and POST.", allow=METHODS
            )
        principal = await admit(request, _ADMISSION)
        if form is None:
            raise NotAcceptable(
                "not_acceptable",
                f"Available as {JSON}, {RESPONSE} or {EVENT_STREAM}; change Accept.",
            )
        if form == HTML:
            return explorer.page(request)
        return await _execute(request, principal, form)
    except _AS_PROBLEMS:
        raise
    except Refused as error:
        return answers.failed(request, error, form)


async def _execute(request: Request, principal: Principal, form: str) -> Response:
    posted = request_state(request).posted
    if posted is not None and isinstance(posted.executed, Executed):
        return _answered(request, principal, posted.executed, form)
    if request.method == "POST":
        graphql_request, body = await read_request(request)
    else:
        graphql_request, body = parse_query_string(request.scope["query_string"]), b""
    try:
        selected = await select_operation(service_of(request), graphql_request)
        if selected.kind == "mutation" and request.method == "GET":
            raise MethodNotAllowed(
                "method_not_allowed", "Mutations are sent by POST.", allow=("POST",)
            )
        context = context_for(request, principal)
        if selected.kind == "mutation":
            answer = await write(
                request,
                principal,
                body=body,
                form=form,
                selected=selected,
                public=context,
                context_in=lambda tx: context_for(request, principal, tx),
            )
            return event_stream.as_stream(answer) if form == EVENT_STREAM else answer
        if form == EVENT_STREAM:
            return event_stream.EventStream(request, selected, context)
        if selected.kind == "subscription":
            raise refusal_of(BadRequest("subscription_transport", _HOW_TO_SUBSCRIBE))
    except QueryRefused as refusal:
        if form == EVENT_STREAM:
            return event_stream.refused(request, refusal)
        return answers.refused(request, refusal, form)
    if posted is not None and principal.is_public:
        name_posted(posted, graphql_request, selected)
        known = answers.known(request, form)
        if known is not None:
            return known
    is_repeatable = request.method == "GET" or graphql_request.document_id is not None
    executed = await execute(selected, context, is_repeatable=is_repeatable)
    return _answered(request, principal, executed, form)


def _answered(request: Request, principal: Principal, executed: Executed, form: str) -> Response:
    outcome, context = executed.outcome, executed.context
    if isinstance(outcome, QueryRefused):
        return answers.refused(request, outcome, form)
    return answers.read(
        request,
        outcome,
        form,
        freshness=context.freshness,
        is_public=principal.is_public and not context.has_miss,
        is_repeatable=executed.is_repeatable,
    )


def context_for(request: Request, principal: Principal, tx: Transaction | None = None) -> Context:
    """Return the context of an operation of a request, as `context_in` does."""
    return context_in(app_state(request), principal, tx)
