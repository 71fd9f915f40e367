"""`/graphql`: one request from its head to its answer (GraphQL over HTTP)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.content.access import Principal
from app.content.commands.transaction import Transaction
from app.content.queries.issues import Viewer
from app.content.search.index import index_of
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
from app.web.graphql.documents.documents import kind_of
from app.web.graphql.documents.errors import QueryRefused, refusal_of
from app.web.graphql.documents.request import JSON, asked_in, read_asked
from app.web.graphql.resolving.context import Context
from app.web.graphql.transport import answers, event_stream, explorer
from app.web.graphql.transport.answers import EVENT_STREAM, HTML, RESPONSE, chosen_form
from app.web.graphql.transport.execution import Prepared
from app.web.graphql.transport.service import service_of
from app.web.graphql.transport.subscription_source import Chosen
from app.web.graphql.transport.writing import write
from app.web.state import app_state, request_state

PATH = "/graphql"
METHODS = ("GET", "HEAD", "POST")
_ADMISSION = Admission(PATH)

_AS_PROBLEMS = (Unauthenticated, RateLimited, BodyTooLarge, DatabaseAway)
"""What is told as a problem document here as everywhere."""

_HOW_TO_FOLLOW = "Subscriptions are sent over graphql-transport-ws or as text/event-stream."


class GraphQLEndpoint:
    """The path as an ASGI application, so that it answers every method itself."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        request_state(request).route_template = PATH
        response = await _answer(request)
        await response(scope, receive, send)


async def _answer(request: Request) -> Response:
    form = chosen_form(request)
    try:
        if request.method not in METHODS:
            raise MethodNotAllowed(
                "method_not_allowed", "GraphQL takes GET and POST.", allow=METHODS
            )
        principal = await admit(request, _ADMISSION)
        if form is None:
            raise NotAcceptable(
                "not_acceptable",
                f"This comes as {JSON}, {RESPONSE} or {EVENT_STREAM}.",
            )
        if form == HTML:
            return explorer.page(request)
        return await _carried_out(request, principal, form)
    except _AS_PROBLEMS:
        raise
    except Refused as error:
        return answers.failed(request, error, form)


async def _carried_out(request: Request, principal: Principal, form: str) -> Response:
    if request.method == "POST":
        asked, body = await read_asked(request)
    else:
        asked, body = asked_in(request.scope["query_string"]), b""
    service = service_of(request)
    try:
        document = await service.document(asked)
        operation = document.operation(asked.operation_name)
        kind = kind_of(operation)
        if kind == "mutation" and request.method == "GET":
            raise MethodNotAllowed(
                "method_not_allowed", "Mutations are sent by POST.", allow=("POST",)
            )
        context = context_for(request, principal)
        if kind == "mutation":
            answer = await write(
                request,
                principal,
                body=body,
                form=form,
                prepare=lambda at_hand: Prepared(document, operation, asked.variables, at_hand),
                public=context,
                context_in=lambda tx: context_for(request, principal, tx),
            )
            return event_stream.as_stream(answer) if form == EVENT_STREAM else answer
        if form == EVENT_STREAM:
            chosen = Chosen(document, operation, asked.variables)
            return event_stream.EventStream(request, chosen, context)
        if kind == "subscription":
            raise refusal_of(BadRequest("subscription_transport", _HOW_TO_FOLLOW))
        prepared = Prepared(document, operation, asked.variables, context)
        outcome = await prepared.carry_out()
    except QueryRefused as refusal:
        if form == EVENT_STREAM:
            return event_stream.refused(request, refusal)
        return answers.refused(request, refusal, form)
    is_asked_to_keep = request.method == "GET" or asked.sha256 is not None
    is_kept = principal.is_public and is_asked_to_keep and not context.has_miss
    return answers.read(request, outcome, form, freshness=context.freshness, is_public=is_kept)


def context_for(request: Request, principal: Principal, tx: Transaction | None = None) -> Context:
    """What an operation of this request has at hand; in a unit of work it reads there."""
    state = app_state(request)
    return Context(
        reader=state.database.reader if tx is None else tx,
        index=index_of(state.database.url.get_backend_name()),
        viewer=Viewer(
            principal=principal,
            now=tx.now if tx else state.clock(),
            base_url=state.settings.public_url,
        ),
        transaction=tx,
        telegram_url=state.settings.telegram_url,
    )
