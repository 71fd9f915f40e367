"""Mutations: the whole operation in one unit of work, recorded with its response.

It runs in the writer's thread with a loop of its own, so that all that it reads is read in its own
transaction. Each field is a savepoint that may fail alone; the others are committed together with
the record of the `Idempotency-Key`.
"""

import asyncio
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from app.content.access import Principal
from app.content.commands.idempotency import WriteAnswer
from app.content.commands.transaction import Transaction
from app.web.endpoints.figures_ahead import mutation_printing
from app.web.endpoints.write import write_idempotently
from app.web.graphql.resolving.context import Context
from app.web.graphql.transport.answers import VARY, body_of
from app.web.graphql.transport.execution import Outcome
from app.web.graphql.transport.subscription_source import SelectedOperation
from app.web.http.payload import idempotency_key
from app.web.responses import private_answer
from app.web.state import request_state

MakeContext = Callable[[Transaction], Context]


class _NothingChanged(Exception):
    """Every field was refused: nothing is recorded, and a retry is executed again."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body


async def write(
    request: Request,
    principal: Principal,
    *,
    body: bytes,
    form: str,
    selected: SelectedOperation,
    public: Context,
    context_in: MakeContext,
) -> Response:
    """Execute a mutation, and return the response when it is committed.

    `public`: the context for callers without a key, for whom nothing is written.

    Raises:
        QueryRefused, DatabaseAway, Conflict, ContentInvalid, BadRequest.
    """
    key = idempotency_key(request)
    request_id = request_state(request).request_id
    checked = selected.prepared(public)
    if principal.is_public:
        outcome = await checked.execute()
        return _response(WriteAnswer(200, body_of(outcome, request_id=request_id)), form)

    def act(tx: Transaction) -> WriteAnswer:
        context = context_in(tx)
        # Prepared inside: a unit of work that a deadlock rolled back is run again.
        outcome = asyncio.run(selected.prepared(context).execute())
        _raise_fault_of_database(outcome)
        answered = body_of(outcome, request_id=request_id)
        if not context.changes:
            raise _NothingChanged(answered)
        return WriteAnswer(status=200, body=answered)

    try:
        answer = await write_idempotently(
            request,
            principal,
            act,
            body=body,
            key=key,
            payload=selected.payload(),
            printing=mutation_printing(checked.sent()),
        )
    except _NothingChanged as nothing:
        answer = WriteAnswer(status=200, body=nothing.body)
    return _response(answer, form)


def _raise_fault_of_database(outcome: Outcome) -> None:
    """Raise the error of the database to the unit of work, which may run again."""
    for error in outcome.errors:
        if isinstance(error.original_error, SQLAlchemyError):
            raise error.original_error


def _response(answer: WriteAnswer, form: str) -> Response:
    headers = {**VARY, **({"Idempotent-Replayed": "true"} if answer.is_replay else {})}
    return private_answer(answer.body, media_type=form, headers=headers)
