"""Whether fields with one response name can be merged, in time linear in the document.

The specification (Field Selection Merging, 5.3.2, read 2026-11) compares fields in pairs, and so
does graphql-core: 2,000 equal fields take it seconds. Having the same shape, and being the same
field with the same arguments, are equivalences, so comparing each field with the first is enough.
Sets of fields that were compared once are not compared again.

The number of sets reached through fragments that spread themselves is exponential in the length of
the document. Such documents are not judged here: `NoFragmentCyclesRule` refuses them.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    get_named_type,
    is_leaf_type,
    print_ast,
)
from graphql.language.ast import Node

from app.web.graphql.documents.plan import Plan


class _Placed(NamedTuple):
    """A field with the type it is selected on."""

    node: FieldNode
    parent: Any
    type_: Any
    """The type it returns; `None` for an unknown field."""


_Selected = tuple[SelectionSetNode, Any]
"""A selection set, and the type it selects from."""
_Found = dict[str, list[_Placed]]
"""Fields by response name."""


class MergeableFields(ASTValidationRule):
    """Refuses fields with one response name that differ in field, arguments or shape."""

    context: ValidationContext

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._is_circular = _is_circular(context)

    def enter_operation_definition(self, node: OperationDefinitionNode, *_arguments: Any) -> None:
        root = self.context.schema.get_root_type(node.operation)
        if root is not None and not self._is_circular:
            _Comparison(self.context).compare(((node.selection_set, root),))


class _Comparison:
    """The comparison of the fields of one operation."""

    def __init__(self, context: ValidationContext) -> None:
        self._context = context
        self._plan = Plan(context.document)
        self._shaped: set[frozenset[int]] = set()
        self._compared: set[frozenset[tuple[int, str]]] = set()
        self._arguments: dict[int, str] = {}
        self._collected: dict[tuple[tuple[int, int], ...], _Found] = {}
        self._has_failed = False

    def compare(self, selected: Sequence[_Selected]) -> None:
        self._check_shapes(selected)
        if not self._has_failed:
            self._check_identity(selected)

    def _check_shapes(self, selected: Sequence[_Selected]) -> None:
        """Check that fields with one response name have one shape, whatever types they are on."""
        for name, fields in self._collect(selected).items():
            key = frozenset(id(field.node) for field in fields)
            if key in self._shaped:
                continue
            self._shaped.add(key)
            first, *others = fields
            for other in others:
                if not _is_same_shape(first.type_, other.type_):
                    self._report(name, "they return conflicting types", first, other)
                    return
            self._check_shapes(_below(fields))
            if self._has_failed:
                return

    def _check_identity(self, selected: Sequence[_Selected]) -> None:
        """Check that fields with one response name that one object may have are one field."""
        for name, fields in self._collect(selected).items():
            for together in _by_object(fields):
                key = frozenset((id(f.node), f.parent.name) for f in together)
                if key in self._compared:
                    continue
                self._compared.add(key)
                first, *others = together
                for other in others:
                    if first.node.name.value != other.node.name.value:
                        self._report(name, "they are different fields", first, other)
                        return
                    if self._arguments_of(first.node) != self._arguments_of(other.node):
                        self._report(name, "they have differing arguments", first, other)
                        return
                self._check_identity(_below(together))
                if self._has_failed:
                    return

    def _collect(self, selected: Sequence[_Selected]) -> _Found:
        """Collect the fields of some selection sets by response name, fragments expanded."""
        key = tuple((id(selection_set), id(parent)) for selection_set, parent in selected)
        found = self._collected.get(key)
        if found is None:
            found = self._collected[key] = {}
            visited: set[str] = set()
            bare: set[tuple[str, int]] = set()
            for selection_set, outer in selected:
                for field, condition in self._plan.fields(selection_set, visited):
                    parent = self._context.schema.get_type(condition) if condition else outer
                    if not _is_repeated(field, parent, bare):
                        self._place(found, field, parent)
        return found

    def _place(self, found: _Found, field: FieldNode, parent: Any) -> None:
        name = field.name.value
        declared = self._context.schema.get_field(parent, name) if parent else None
        placed = _Placed(field, parent, declared.type if declared else None)
        found.setdefault(field.alias.value if field.alias else name, []).append(placed)

    def _arguments_of(self, field: FieldNode) -> str:
        """The arguments of a field as text, sorted."""
        known = self._arguments.get(id(field))
        if known is None:
            written = sorted(
                f"{a.name.value}:{_sorted_text(a.value)}" for a in field.arguments or ()
            )
            known = self._arguments[id(field)] = ",".join(written)
        return known

    def _report(self, name: str, why: str, first: _Placed, other: _Placed) -> None:
        self._has_failed = True
        self._context.report_error(
            GraphQLError(
                f"Fields '{name[:60]}' conflict because {why}. Use different aliases.",
                [first.node, other.node],
            )
        )


def _is_circular(context: ValidationContext) -> bool:
    """Whether any fragment spreads itself, directly or through others."""
    spread = {
        fragment.name.value: {
            spread.name.value for spread in context.get_fragment_spreads(fragment.selection_set)
        }
        for fragment in context.document.definitions
        if isinstance(fragment, FragmentDefinitionNode)
    }
    # Remove fragments that no other spreads until none is left, or only cycles are.
    uses = Counter(name for others in spread.values() for name in others)
    unused = [name for name in spread if not uses[name]]
    for name in unused:
        for other in spread[name]:
            uses[other] -= 1
            if not uses[other] and other in spread:
                unused.append(other)
    return len(unused) < len(spread)


def _is_repeated(field: FieldNode, parent: Any, bare: set[tuple[str, int]]) -> bool:
    """Whether the same bare field was met on the same type: comparing it again adds nothing."""
    if field.alias or field.arguments or field.selection_set:
        return False
    key = (field.name.value, id(parent))
    is_known = key in bare
    bare.add(key)
    return is_known


def _below(fields: Sequence[_Placed]) -> list[_Selected]:
    """The selection sets of fields, each with the type it selects from."""
    return [
        (field.node.selection_set, get_named_type(field.type_) if field.type_ else None)
        for field in fields
        if field.node.selection_set
    ]


def _by_object(fields: Sequence[_Placed]) -> list[list[_Placed]]:
    """Group fields by the object types they may be on; fields of an interface are in each group.

    Fields on unknown types are left out: other rules report those.
    """
    known = [field for field in fields if field.parent is not None]
    abstract = [field for field in known if not isinstance(field.parent, GraphQLObjectType)]
    own: dict[str, list[_Placed]] = {}
    for field in known:
        if isinstance(field.parent, GraphQLObjectType):
            own.setdefault(field.parent.name, []).append(field)
    if not own:
        return [abstract] if abstract else []
    return [[*fields_of, *abstract] for fields_of in own.values()]


def _is_same_shape(one: Any, other: Any) -> bool:
    while True:
        if one is None or other is None:
            return True
        for wrapper in (GraphQLNonNull, GraphQLList):
            if isinstance(one, wrapper) or isinstance(other, wrapper):
                if not (isinstance(one, wrapper) and isinstance(other, wrapper)):
                    return False
                one, other = one.of_type, other.of_type
                break
        else:
            if is_leaf_type(one) or is_leaf_type(other):
                return one is other
            return True


def _sorted_text(value: Node) -> str:
    fields = getattr(value, "fields", None)
    if fields is not None:
        return (
            "{" + ",".join(sorted(f"{f.name.value}:{_sorted_text(f.value)}" for f in fields)) + "}"
        )
    values = getattr(value, "values", None)
    if values is not None:
        return "[" + ",".join(map(_sorted_text, values)) + "]"
    return print_ast(value)
