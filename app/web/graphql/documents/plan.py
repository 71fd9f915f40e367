"""A parsed document as every check and compiler of this room walks it.

GraphQL has three kinds of selections: fields, inline fragments and fragment spreads. `Plan.parts`
reduces them to fields and fragments, and `Plan.fields` to fields alone.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    is_abstract_type,
)


class Fragment(NamedTuple):
    """A fragment where it is used, by name or inline."""

    node: FragmentSpreadNode | InlineFragmentNode
    """The use, with its directives."""
    name: str | None
    """`None` for an inline fragment."""
    condition: str | None
    """The name of its type condition; `None` for an inline fragment without one."""
    selections: SelectionSetNode


def _always(_fragment: Fragment) -> bool:
    return True


class Plan:
    """The operations and the fragments of one document."""

    def __init__(self, document: DocumentNode) -> None:
        self.document = document
        self.operations = [
            d for d in document.definitions if isinstance(d, OperationDefinitionNode)
        ]
        self.fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }

    def parts(self, selections: SelectionSetNode) -> Iterator[FieldNode | Fragment]:
        """Iterate over the fields and fragments of a selection set, in order.

        Skips spreads of unknown fragments: validation reports those.
        """
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                type_name = condition.name.value if condition else None
                yield Fragment(selection, None, type_name, selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                fragment = self.fragments.get(name)
                if fragment is not None:
                    type_name = fragment.type_condition.name.value
                    yield Fragment(selection, name, type_name, fragment.selection_set)

    def fields(
        self,
        selections: SelectionSetNode,
        visited: set[str],
        enters: Callable[[Fragment], bool] = _always,
    ) -> Iterator[tuple[FieldNode, str | None]]:
        """Iterate over the fields of a selection set with its fragments expanded, in order.

        Each field comes with the name of the innermost type condition around it, `None` where
        there is none. A named fragment is expanded once: `visited` holds the names of those that
        were. `enters` decides whether a fragment is expanded at all.
        """
        # A stack and not recursion: a field would pass through one generator for each level.
        stack: list[tuple[Iterator[FieldNode | Fragment], str | None]] = [
            (self.parts(selections), None)
        ]
        while stack:
            parts, condition = stack[-1]
            for part in parts:
                if isinstance(part, FieldNode):
                    yield part, condition
                elif part.name not in visited and enters(part):
                    if part.name is not None:
                        visited.add(part.name)
                    stack.append((self.parts(part.selections), part.condition or condition))
                    break
            else:
                stack.pop()


def applies(condition: str | None, type_: GraphQLObjectType, schema: GraphQLSchema) -> bool:
    """Whether a fragment with a type condition applies to objects of a type."""
    if condition is None or condition == type_.name:
        return True
    found = schema.get_type(condition)
    return is_abstract_type(found) and schema.is_sub_type(found, type_)
