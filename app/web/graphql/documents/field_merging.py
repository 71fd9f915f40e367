"""Whether fields that share a place in the answer can be merged, in time linear in the query.

The rule of the specification (Field Selection Merging, 5.3.2, read 2026-11) compares fields in
pairs; so does graphql-core, which 2,000 equal fields keep busy for seconds. But having the same
shape, and being the same field with the same arguments, hold among all or between the first and
each: so each is compared with one. Sets of fields that were looked at are not looked at again.

Fragments that spread themselves reach a number of sets that is exponential in their length, so a
document with such fragments is left to the rule that refuses it for them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    get_named_type,
    is_leaf_type,
    print_ast,
)
from graphql.language.ast import Node


class _Placed(NamedTuple):
    """A field where it stands: on which type, and as what that declares it."""

    node: FieldNode
    parent: Any
    type_: Any
    """Its declared type; `None` of a field that the type does not have."""


_Selected = tuple[SelectionSetNode, Any]
"""A selection, and the type it selects from."""
_Found = dict[str, list[_Placed]]
"""Fields by their names in the answer."""


class MergeableFields(ASTValidationRule):
    """Refuses fields under one name that are not one field, or not of one shape."""

    context: ValidationContext

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._is_circular = _is_circular(context)

    def enter_operation_definition(self, node: OperationDefinitionNode, *_arguments: Any) -> None:
        root = self.context.schema.get_root_type(node.operation)
        if root is not None and not self._is_circular:
            _Judge(self.context).judge(((node.selection_set, root),))


class _Judge:
    def __init__(self, context: ValidationContext) -> None:
        self._context = context
        self._fragments: Mapping[str, FragmentDefinitionNode] = {
            d.name.value: d
            for d in context.document.definitions
            if isinstance(d, FragmentDefinitionNode)
        }
        self._shaped: set[frozenset[int]] = set()
        self._compared: set[frozenset[tuple[int, str]]] = set()
        self._arguments: dict[int, str] = {}
        self._collected: dict[tuple[tuple[int, int], ...], _Found] = {}
        self._has_failed = False

    def judge(self, selected: Sequence[_Selected]) -> None:
        self._shape(selected)
        if not self._has_failed:
            self._compare(selected)

    def _shape(self, selected: Sequence[_Selected]) -> None:
        """Every two fields under one name are of one shape, whichever types they stand on."""
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
            self._shape(_below(fields))
            if self._has_failed:
                return

    def _compare(self, selected: Sequence[_Selected]) -> None:
        """Fields under one name that one object may have both of are one field."""
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
                self._compare(_below(together))
                if self._has_failed:
                    return

    def _collect(self, selected: Sequence[_Selected]) -> _Found:
        """The fields of some selections by their names in the answer, fragments written out."""
        key = tuple((id(selection_set), id(parent)) for selection_set, parent in selected)
        found = self._collected.get(key)
        if found is None:
            found = self._collected[key] = {}
            seen: set[object] = set()
            for selection_set, parent in selected:
                self._collect_into(found, selection_set, parent, seen)
        return found

    def _collect_into(
        self, found: _Found, selections: SelectionSetNode, parent: Any, seen: set[object]
    ) -> None:
        """Add fields to those that were found.

        `seen`: the fragments that were written out, and each bare field with the type it stands
        on: the same once more says nothing new.
        """
        schema = self._context.schema
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                name = selection.name.value
                if not (selection.alias or selection.arguments or selection.selection_set):
                    bare = (name, id(parent))
                    if bare in seen:
                        continue
                    seen.add(bare)
                field = schema.get_field(parent, name) if parent else None
                placed = _Placed(selection, parent, field.type if field else None)
                shown = selection.alias.value if selection.alias else name
                found.setdefault(shown, []).append(placed)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = schema.get_type(condition.name.value) if condition else parent
                self._collect_into(found, selection.selection_set, inner, seen)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments.get(selection.name.value)
                if fragment is not None and fragment.name.value not in seen:
                    seen.add(fragment.name.value)
                    inner = schema.get_type(fragment.type_condition.name.value)
                    self._collect_into(found, fragment.selection_set, inner, seen)

    def _arguments_of(self, field: FieldNode) -> str:
        """The arguments of a field as text, their order put aside."""
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
    """Whether any fragment spreads itself, by way of others or not."""
    spread = {
        fragment.name.value: {
            spread.name.value for spread in context.get_fragment_spreads(fragment.selection_set)
        }
        for fragment in context.document.definitions
        if isinstance(fragment, FragmentDefinitionNode)
    }
    # Those that no other spreads are taken away, until nothing is left or a circle.
    uses = Counter(name for others in spread.values() for name in others)
    unused = [name for name in spread if not uses[name]]
    for name in unused:
        for other in spread[name]:
            uses[other] -= 1
            if not uses[other] and other in spread:
                unused.append(other)
    return len(unused) < len(spread)


def _below(fields: Sequence[_Placed]) -> list[_Selected]:
    """What is selected of fields, with the type that each is selected from."""
    return [
        (field.node.selection_set, get_named_type(field.type_) if field.type_ else None)
        for field in fields
        if field.node.selection_set
    ]


def _by_object(fields: Sequence[_Placed]) -> list[list[_Placed]]:
    """Part fields into those that one object may have: of its own type, and of no object type.

    A field whose type is not known is told of elsewhere.
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
