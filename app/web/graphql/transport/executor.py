"""How operations are carried out: by graphql-core, which takes a short way below the roots."""

from collections.abc import Mapping
from typing import Any, NoReturn

from graphql import Executor, GraphQLObjectType
from graphql.type import GraphQLResolveInfoHelpers

from app.web.graphql.documents.limits import UNCOUNTED
from app.web.graphql.documents.projection import Budget, Projections, Unprojectable


def _unused(*_: object) -> NoReturn:
    raise NotImplementedError("no resolver leaves work behind")


_NO_WORK_LEFT = GraphQLResolveInfoHelpers(gather=_unused, track=_unused)


class ProjectingExecutor(Executor[Any]):
    """An executor that shows whole values at once where a projection says how."""

    def __init__(
        self,
        *arguments: Any,
        projections: Projections | None = None,
        budget: Budget | None = None,
        **named: Any,
    ) -> None:
        """`projections`: of the document; without them each field is carried out by itself."""
        super().__init__(*arguments, **named)
        # Those of graphql-core hold this executor, and with it the whole answer, in a circle.
        self.async_helpers = _NO_WORK_LEFT
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
