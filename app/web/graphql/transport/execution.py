"""Execution of an operation of a valid document; knows nothing of HTTP."""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    value_from_ast_untyped,
)
from graphql.execution.values import get_argument_values, get_variable_values

from app.errors import DatabaseAway, MorningPostError
from app.web.graphql.documents.documents import Document
from app.web.graphql.documents.errors import (
    INVALID_VARIABLES,
    QueryRefused,
    is_expected,
    raise_if_away,
    refusal_of,
    without_frames,
)
from app.web.graphql.documents.limits import MAX_COST
from app.web.graphql.documents.projection import Unprojectable
from app.web.graphql.resolving.context import Context
from app.web.graphql.schema.schema import schema
from app.web.graphql.transport.executor import ProjectingExecutor

MAX_VARIABLE_ERRORS = 5
"""Told of the variables of one request."""

TIMEOUT_SECONDS = 10.0
"""For the whole execution; a database that takes longer counts as unavailable."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an operation."""

    data: dict[str, Any] | None
    errors: list[GraphQLError]
    cost: int


def cost_extension(cost: int) -> dict[str, int]:
    """The `cost` extension of every response."""
    return {"requested": cost, "limit": MAX_COST}


class Prepared:
    """An operation with valid variables whose cost is within the limit.

    Tests turn `projects` off to compare projections with graphql-core.
    """

    def __init__(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any] | None,
        context: Context,
        *,
        projects: bool = True,
    ) -> None:
        """Raises `QueryRefused` for invalid variables, or if the cost is too high."""
        context.look_ahead = document.look_ahead
        root = operation.selection_set.selections
        context.reads_once = len(root) == 1 and isinstance(root[0], FieldNode)
        self._context = context
        self._document = document
        self._projections = document.projections if projects else None
        self._given = dict(variables or {})
        self.operation = operation
        coerced = get_variable_values(
            schema(), operation.variable_definitions or (), self._given, MAX_VARIABLE_ERRORS
        )
        if isinstance(coerced, list):
            raise QueryRefused(list(map(without_frames, coerced)), INVALID_VARIABLES)
        self._variables = coerced
        self.cost = document.check_cost(operation, coerced.coerced)

    def root_arguments(self, name: str) -> dict[str, Any]:
        """Return the arguments of a root field of a subscription, which has one."""
        root = schema().subscription_type
        assert root is not None, "the schema has subscriptions"
        (field, *_) = self._context.look_ahead.fields_below([self.operation], name)
        return get_argument_values(root.fields[name], field, self._variables)

    def sent(self) -> list[dict[str, Any]]:
        """Return the arguments of the root fields as plain values, with variables filled in."""
        return [
            {
                each.name.value: value_from_ast_untyped(each.value, self._variables.coerced)
                for each in field.arguments or ()
            }
            for field in self.operation.selection_set.selections
            if isinstance(field, FieldNode)
        ]

    async def execute(self, root: object = None) -> Outcome:
        """Execute the operation, once; `root` has the event of a subscription.

        Raises:
            QueryRefused: the response is too large.
            DatabaseAway: the database does not answer in time.
        """
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS) if self._context.waits else nullcontext():
                result = await self._result(root)
        except TimeoutError as error:
            raise DatabaseAway(
                "database_away", "The database does not answer just now; try again soon."
            ) from error
        finally:
            self._context.forget()
        return self._outcome(result)

    async def _result(self, root: object) -> ExecutionResult:
        field = self._document.root_field(self.operation)
        if field is not None and self._projections is not None:
            try:
                return await field.execute(self._context, self._variables, self._projections)
            except Unprojectable:
                pass
        executor = ProjectingExecutor.build(
            schema(),
            self._document.parsed,
            root_value=root,
            context_value=self._context,
            raw_variable_values=self._given,
            operation_name=self.operation.name.value if self.operation.name else None,
            projections=self._projections,
        )
        assert isinstance(executor, ProjectingExecutor), "the variables are valid"
        result: Any = executor.execute_operation()
        executed: ExecutionResult = await result if isawaitable(result) else result
        return executed

    def _outcome(self, result: ExecutionResult) -> Outcome:
        errors = list(result.errors or ())
        raise_if_away(errors)
        for error in filter(is_expected, errors):
            without_frames(error)
        for error in errors:
            behind = error.original_error
            if isinstance(behind, MorningPostError) and behind.code == "answer_too_large":
                raise refusal_of(behind, cost=self.cost)
        return Outcome(result.data, errors, self.cost)
