"""How much a document asks for, known before any of it is carried out.

One walk, with a memo for each fragment: so that fragments which spread each other twice cost no
more to judge than they are long. docs/adr/0013-graphql.md has the figures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from app.errors import BadRequest

MAX_BODY_BYTES = 256 * 1024
MAX_QUERY_BYTES = 20_000
MAX_TOKENS = 2_000
MAX_COMMENTS = 500
"""They are no tokens, and take as long to be read."""
MAX_DEPTH = 12
MAX_ALIASES = 30
MAX_COST = 1_000
MAX_OBJECTS = 5_000
"""Objects in one answer, counted while it is built."""
UNCOUNTED = frozenset({"MetricSource"})
"""Says no more than where a number comes from: the largest issue there can be stays within."""
MAX_TEXT = 16_000_000
"""Characters of bodies in one answer: many times the largest issue that can be posted."""

MAX_DIRECTIVES = 50
MAX_OPERATIONS = 20
"""In one document; a request carries out one of them."""
MAX_FIELDS = 5_000
"""Fields of all operations with every fragment written out: validation goes through them."""
MAX_NESTING = 100
"""Selections within one another, those of fragments among them: each is gone into by recursion."""
MAX_INTROSPECTION_DEPTH = 20
INTROSPECTION_COST = 100
INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(slots=True)
class Weight:
    """What a selection amounts to with every fragment written out."""

    depth: int = 0
    nesting: int = 0
    """Selections within one another, whether of fields or of fragments."""
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    introspection_depth: int = 0
    """Levels below `__schema` and `__type`, which have limits of their own."""
    schemas: int = 0
    """How often `__schema` is asked for."""
    types: int = 0
    """How often `__type` is."""

    def add(self, other: "Weight") -> None:
        """Count another selection beside this one."""
        self.depth = max(self.depth, other.depth)
        self.nesting = max(self.nesting, other.nesting)
        self.introspection_depth = max(self.introspection_depth, other.introspection_depth)
        self.aliases += other.aliases
        self.directives += other.directives
        self.fields += other.fields
        self.schemas += other.schemas
        self.types += other.types


def check_query_length(query: str) -> None:
    """Refuse a query that is too long to be read. Raises `BadRequest`."""
    # No character has less than a byte: the encoding is needed only near the limit.
    if len(query) > MAX_QUERY_BYTES or len(query.encode("utf-8", "replace")) > MAX_QUERY_BYTES:
        raise BadRequest("query_too_long", f"A query may have at most {MAX_QUERY_BYTES} bytes.")


def check_weight(document: DocumentNode) -> None:
    """Refuse a document that is too much, before anybody looks at what it means.

    Raises:
        BadRequest: the first limit that it passes.
    """
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) > MAX_OPERATIONS:
        raise BadRequest(
            "too_many_operations", f"A document may have at most {MAX_OPERATIONS} operations."
        )
    scale = _Scale(document)
    fields = 0
    for operation in operations:
        weight = scale.weigh(operation.selection_set)
        weight.directives += _directives_of(operation)
        # Each is validated for itself: fragments that all of them spread, as often as there are.
        fields += weight.fields
        weight.fields = fields
        _check(weight)
    # What no operation uses is refused later, by a walk that takes its time.
    total = Weight()
    for weight in scale.alone:
        total.add(weight)
    if total.directives > MAX_DIRECTIVES:
        raise _too_many_directives()


def _check(weight: Weight) -> None:
    if weight.depth > MAX_DEPTH or weight.introspection_depth > MAX_INTROSPECTION_DEPTH:
        raise BadRequest(
            "too_deep",
            f"A query may be {MAX_DEPTH} levels deep, below __schema {MAX_INTROSPECTION_DEPTH}.",
        )
    if weight.nesting > MAX_NESTING:
        raise BadRequest(
            "too_deep", f"Fragments and fields may stand in one another {MAX_NESTING} times."
        )
    if weight.aliases > MAX_ALIASES:
        raise BadRequest("too_many_aliases", f"A query may have at most {MAX_ALIASES} aliases.")
    if weight.directives > MAX_DIRECTIVES:
        raise _too_many_directives()
    if weight.fields > MAX_FIELDS:
        raise BadRequest(
            "too_many_fields",
            f"A document may have at most {MAX_FIELDS} fields, with every fragment written out.",
        )
    if weight.schemas > 1 or weight.types > 1:
        raise BadRequest("too_costly", "`__schema` and `__type` may each stand once in a request.")


def _too_many_directives() -> BadRequest:
    return BadRequest(
        "too_many_directives", f"A query may have at most {MAX_DIRECTIVES} directives."
    )


class _Scale:
    """Weighs the selections of one document."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments: Mapping[str, FragmentDefinitionNode] = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        self._known: dict[tuple[str, bool], Weight] = {}
        self._open: set[tuple[str, bool]] = set()

    @property
    def alone(self) -> Iterable[Weight]:
        """The directives of each fragment by itself."""
        for fragment in self._fragments.values():
            yield Weight(directives=_directives_of(fragment))

    def weigh(self, selections: SelectionSetNode, *, introspects: bool = False) -> Weight:
        """Weigh a selection; `introspects`: it stands below `__schema` or `__type`."""
        whole = Weight()
        for selection in selections.selections:
            if selection.directives:
                whole.directives += len(selection.directives)
            if isinstance(selection, FieldNode):
                if selection.selection_set is None and selection.name.value not in INTROSPECTION:
                    self._add_leaf(whole, selection, introspects=introspects)
                else:
                    whole.add(self._field(selection, introspects=introspects))
            elif isinstance(selection, InlineFragmentNode):
                whole.add(self.weigh(selection.selection_set, introspects=introspects))
            elif isinstance(selection, FragmentSpreadNode):
                whole.add(self._spread(selection.name.value, introspects=introspects))
        whole.nesting += 1
        return whole

    @staticmethod
    def _add_leaf(whole: Weight, field: FieldNode, *, introspects: bool) -> None:
        """What most fields are, counted without a weight of their own."""
        whole.fields += 1
        whole.aliases += field.alias is not None
        if introspects:
            whole.introspection_depth = max(whole.introspection_depth, 1)
        else:
            whole.depth = max(whole.depth, 1)

    def _field(self, field: FieldNode, *, introspects: bool) -> Weight:
        name = field.name.value
        begins = not introspects and name in INTROSPECTION
        own = Weight(
            aliases=int(field.alias is not None),
            fields=1,
            schemas=int(name == "__schema"),
            types=int(name == "__type"),
        )
        if field.selection_set:
            below = self.weigh(field.selection_set, introspects=introspects or begins)
            own.add(below)
        if introspects:
            own.introspection_depth += 1
        else:
            own.depth += 1
        return own

    def _spread(self, name: str, *, introspects: bool) -> Weight:
        key = (name, introspects)
        known = self._known.get(key)
        fragment = self._fragments.get(name)
        # A fragment that spreads itself, or is not there, is for validation to tell.
        if known is None and fragment is not None and key not in self._open:
            self._open.add(key)
            known = self._known[key] = self.weigh(fragment.selection_set, introspects=introspects)
            known.directives += _directives_of(fragment)
            self._open.discard(key)
        return known or Weight()


def _directives_of(node: Any) -> int:
    return len(node.directives or ())
