"""Execution of an operation of a valid document; knows nothing of HTTP."""

import asyncio
from collections.abc import Mapping
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
from graphql.execution.values import get_argument_values

from app.errors import DatabaseAway, MorningPostError
from app.web.graphql.documents.documents import Document
from app.web.graphql.documents.errors import (
    INVALID_VARIABLES,
    QueryRefused,
    raise_if_away,
    refusal_of,
)
from app.web.graphql.documents.limits import MAX_COST
from app.web.graphql.documents.projection import Budget
from app.web.graphql.resolving.context import Context
from app.web.graphql.schema.schema import schema
from app.web.graphql.transport.executor import ProjectingExecutor

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
        built = ProjectingExecutor.build(
            schema(),
            document.parsed,
            context_value=context,
            raw_variable_values=dict(variables or {}),
            operation_name=operation.name.value if operation.name else None,
            max_coercion_errors=5,
            projections=document.projections if projects else None,
        )
        if isinstance(built, list):
            raise QueryRefused(built, INVALID_VARIABLES)
        assert isinstance(built, ProjectingExecutor)
        self._context = context
        self._executor = built
        self.operation = operation
        self.cost = document.check_cost(operation, built.variable_values.coerced)

    def root_arguments(self, name: str) -> dict[str, Any]:
        """Return the arguments of a root field of a subscription, which has one."""
        root = schema().subscription_type
        assert root is not None, "the schema has subscriptions"
        (field, *_) = self._context.look_ahead.fields_below([self.operation], name)
        return get_argument_values(root.fields[name], field, self._executor.variable_values)

    def sent(self) -> list[dict[str, Any]]:
        """Return the arguments of the root fields as plain values, with variables filled in."""
        variables = self._executor.variable_values.coerced
        return [
            {
                each.name.value: value_from_ast_untyped(each.value, variables)
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
        executor = self._executor
        if root is not None:
            copied = executor.build_per_event_executor(root)
            assert isinstance(copied, ProjectingExecutor)
            executor = copied
        executor.budget = Budget()
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                result: Any = executor.execute_operation()
                if isawaitable(result):
                    result = await result
        except TimeoutError as error:
            raise DatabaseAway(
                "database_away", "The database does not answer just now; try again soon."
            ) from error
        finally:
            self._context.forget()
        return self._outcome(result)

    def _outcome(self, result: ExecutionResult) -> Outcome:
        errors = list(result.errors or ())
        raise_if_away(errors)
        for error in errors:
            behind = error.original_error
            if isinstance(behind, MorningPostError) and behind.code == "answer_too_large":
                raise refusal_of(behind, cost=self.cost)
        return Outcome(result.data, errors, self.cost)
