"""The only root field of a query, resolved and projected without graphql-core's executor.

For one field, graphql-core and Strawberry take longer than the database takes to read an issue.
What this cannot do is left to them: several fields, whose reads are joined; directives; arguments
that are no leaves; types that have no projection. A property test holds both to equal responses.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn, Self

from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
    located_error,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Path, is_awaitable
from graphql.type import GraphQLResolveInfoHelpers
from strawberry import Info
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from app.web.graphql.documents.limits import UNCOUNTED
from app.web.graphql.documents.plan import Plan
from app.web.graphql.documents.projection import (
    STRAWBERRY,
    Budget,
    Projections,
    Unprojectable,
)
from app.web.graphql.types.argument_groups import AT_ONCE, ArgumentGroup


def _unused(*_: object) -> NoReturn:
    raise NotImplementedError("no resolver leaves work pending")


NO_PENDING_WORK = GraphQLResolveInfoHelpers(gather=_unused, track=_unused)
"""graphql-core's own helpers refer back to the executor: a cycle that would keep the response."""


class _Given(NamedTuple):
    """An argument whose value is a variable."""

    name: str
    variable: str
    is_required: bool


class RootField:
    """The root field of one operation, with what does not depend on variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        plan: Plan,
        operation: OperationDefinitionNode,
        node: FieldNode,
        declared: GraphQLField,
    ) -> None:
        """Raises `Unprojectable` if graphql-core has to execute the operation."""
        root, type_ = schema.query_type, get_nullable_type(declared.type)
        own = declared.extensions.get(STRAWBERRY)
        if not (isinstance(own, StrawberryField) and isinstance(type_, GraphQLObjectType) and root):
            raise Unprojectable
        resolver = own.base_resolver
        if resolver is None or not (resolver.self_parameter and resolver.info_parameter):
            raise Unprojectable
        if not all(isinstance(extension, ArgumentGroup) for extension in own.extensions):
            raise Unprojectable
        self._field = own
        self._read: Any = resolver.wrapped_func
        self._type, self._is_required = type_, is_non_null_type(declared.type)
        self._name = (node.alias or node.name).value
        self._nodes = [node]
        self._names = {
            argument.graphql_name or to_camel_case(argument.python_name): argument.python_name
            for argument in own.arguments
        }
        self.reads_at_once = AT_ONCE in (own.metadata or {})
        """Whether it waits for nothing, as a rule, where the database is read at once; false once
        it has waited."""
        self._given, self._fixed = _arguments(node, declared)
        self._info: GraphQLResolveInfo[Any] = GraphQLResolveInfo(
            node.name.value,
            self._nodes,
            declared.type,
            root,
            Path(None, self._name, root.name),
            schema,
            plan.fragments,
            root_value=None,
            operation=operation,
            variable_values=VariableValues({}, {}),
            context=None,
            is_awaitable=is_awaitable,
            abort_signal=None,
            async_helpers=NO_PENDING_WORK,
        )

    @classmethod
    def find(
        cls, schema: GraphQLSchema, plan: Plan, operation: OperationDefinitionNode
    ) -> Self | None:
        """Return the root field of an operation; `None` if graphql-core has to execute it."""
        (node, *others) = operation.selection_set.selections
        is_query = operation.operation is OperationType.QUERY and not operation.directives
        if not is_query or others or not isinstance(node, FieldNode) or node.directives:
            return None
        declared = schema.query_type.fields.get(node.name.value) if schema.query_type else None
        try:
            return None if declared is None else cls(schema, plan, operation, node, declared)
        except Unprojectable:
            return None

    async def execute(
        self, context: object, variables: VariableValues, projections: Projections
    ) -> ExecutionResult:
        """Execute the operation. Raises `Unprojectable` if graphql-core has to."""
        project = projections.find(self._type, self._nodes, variables)
        if project is None:
            raise Unprojectable
        shown = None
        try:
            value = await self._resolve(context, variables)
            if value is not None:
                budget = Budget()
                budget.take(self._type.name not in UNCOUNTED)
                shown = project(value, budget)
        except Unprojectable:
            raise
        except Exception as error:
            data = None if self._is_required else {self._name: None}
            return ExecutionResult(data, [located_error(error, self._nodes, [self._name])])
        if shown is None and self._is_required:
            raise Unprojectable
        return ExecutionResult({self._name: shown})

    async def _resolve(
        self, context: object, variables: VariableValues
    ) -> Mapping[str, Any] | None:
        given = {self._names[name]: value for name, value in self._values(variables).items()}
        for group in self._field.extensions:
            given = group.map_arguments(given)
        raw = self._info._replace(variable_values=variables, context=context)
        info: Info[Any, Any] = Info(_raw_info=raw, _field=self._field)
        value: Mapping[str, Any] | None = await self._read(None, info=info, **given)
        return value

    def _values(self, variables: VariableValues) -> dict[str, Any]:
        values = dict(self._fixed)
        for name, variable, is_required in self._given:
            if variable in variables.coerced:
                values[name] = variables.coerced[variable]
            if is_required and values.get(name) is None:
                raise Unprojectable
        return values


def _arguments(node: FieldNode, declared: GraphQLField) -> tuple[list[_Given], dict[str, Any]]:
    """Return the arguments given by variables, and the values of all others with the defaults.

    Raises:
        Unprojectable: a value is no leaf.
    """
    given: list[_Given] = []
    others, literals = dict(declared.args), []
    for argument in node.arguments or ():
        name = argument.name.value
        type_ = declared.args[name].type
        if not is_leaf_type(get_nullable_type(type_)):
            raise Unprojectable
        if isinstance(argument.value, VariableNode):
            is_required = is_non_null_type(type_)
            given.append(_Given(name, argument.value.name.value, is_required))
            if is_required:
                del others[name]
        else:
            literals.append(argument)
    rest = FieldNode(name=node.name, arguments=tuple(literals))
    fixed = get_argument_values(GraphQLField(declared.type, args=others), rest)
    if not all(is_leaf_type(get_nullable_type(declared.args[name].type)) for name in fixed):
        raise Unprojectable  # a default
    return given, fixed
