"""The executor: graphql-core's, with projections below the roots."""

from collections.abc import Mapping
from typing import Any

from graphql import Executor, GraphQLObjectType

from app.web.graphql.documents.limits import UNCOUNTED
from app.web.graphql.documents.projection import Budget, Projections, Unprojectable
from app.web.graphql.documents.root_field import NO_PENDING_WORK


class ProjectingExecutor(Executor[Any]):
    """An executor that completes whole objects by projections."""

    def __init__(
        self,
        *arguments: Any,
        projections: Projections | None = None,
        budget: Budget | None = None,
        **named: Any,
    ) -> None:
        """`projections`: of the document; `None` to complete each field by graphql-core."""
        super().__init__(*arguments, **named)
        self.async_helpers = NO_PENDING_WORK
        self._projections = projections
        self.budget = budget or Budget()

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        if return_type.name not in UNCOUNTED:
            self.budget.take(1)
        if self._projections is not None and isinstance(result, Mapping):
            nodes = [details.node for details in field_details_list]
            project = self._projections.find(return_type, nodes, self.variable_values)
            if project is not None:
                left = self.budget.left
                try:
                    return project(result, self.budget)
                except Unprojectable:
                    self.budget.left = left
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )
