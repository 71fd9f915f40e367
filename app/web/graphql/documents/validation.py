"""Validation by the rules of the specification.

Skips rules whose node kinds do not occur in the document: without variables, directives and
fragments that halves the time. `NameNode`s are not visited, since no rule looks at them alone.
"""

from collections.abc import Collection, Iterator

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    MaxIntrospectionDepthRule,
    OverlappingFieldsCanBeMergedRule,
    ParallelVisitor,
    TokenKind,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    specified_rules,
    visit,
)
from graphql.language.ast import QUERY_DOCUMENT_KEYS
from graphql.validation.validate import ValidationAbortedError

from app.web.graphql.documents.errors import without_frames
from app.web.graphql.documents.field_merging import MergeableFields

RULES = [
    MergeableFields if rule is OverlappingFieldsCanBeMergedRule else rule
    for rule in specified_rules
    if rule is not MaxIntrospectionDepthRule
]
"""All rules of the specification, in their order."""

_ABOUT = {
    TokenKind.DOLLAR: (
        "NoUndefinedVariablesRule",
        "NoUnusedVariablesRule",
        "UniqueVariableNamesRule",
        "VariablesAreInputTypesRule",
        "VariablesInAllowedPositionRule",
    ),
    TokenKind.AT: (
        "DeferStreamDirectiveLabel",
        "DeferStreamDirectiveOnRootField",
        "DeferStreamDirectiveOnValidOperationsRule",
        "KnownDirectivesRule",
        "StreamDirectiveOnListField",
        "UniqueDirectivesPerLocationRule",
    ),
    TokenKind.SPREAD: (
        "KnownFragmentNamesRule",
        "NoFragmentCyclesRule",
        "PossibleFragmentSpreadsRule",
    ),
    TokenKind.PAREN_L: (
        "KnownArgumentNamesRule",
        "UniqueArgumentNamesRule",
        "UniqueInputFieldNamesRule",
        "ValuesOfCorrectTypeRule",
    ),
}
"""Rules by the token that every document they may refuse contains."""

_ABOUT_FRAGMENTS = frozenset({"NoUnusedFragmentsRule", "UniqueFragmentNamesRule"})
"""Rules that need a fragment definition."""

_NEEDED = {name: kind for kind, names in _ABOUT.items() for name in names}
assert _NEEDED.keys() | _ABOUT_FRAGMENTS <= {rule.__name__ for rule in RULES}, (
    "graphql-core renamed a rule"
)
_VISITED_KEYS = {
    kind: tuple(key for key in keys if key not in {"name", "alias", "description"})
    for kind, keys in QUERY_DOCUMENT_KEYS.items()
}
"""The children that are visited, by node kind."""


def faults_in(
    document: DocumentNode, schema: GraphQLSchema, *, max_errors: int
) -> list[GraphQLError]:
    """List the faults of a parsed document; one more than `max_errors` says that there are more.

    Raises:
        RecursionError: fragments are nested too deeply.
    """
    kinds = set(_kinds(document))
    defines = any(isinstance(d, FragmentDefinitionNode) for d in document.definitions)
    rules = [
        rule
        for rule in RULES
        if (defines or rule.__name__ not in _ABOUT_FRAGMENTS)
        and ((kind := _NEEDED.get(rule.__name__)) is None or kind in kinds)
    ]
    return _run_rules(rules, document, schema, max_errors)


def introspects_too_deeply(document: DocumentNode, schema: GraphQLSchema) -> bool:
    """Whether an introspection query nests three lists, each of which multiplies the response.

    The limit is graphql-core's, not the specification's: it refuses three of `fields`,
    `interfaces`, `possibleTypes` and `inputFields` inside one another.
    """
    return bool(_run_rules([MaxIntrospectionDepthRule], document, schema, 1))


def _run_rules(
    rules: Collection[type[ASTValidationRule]],
    document: DocumentNode,
    schema: GraphQLSchema,
    max_errors: int,
) -> list[GraphQLError]:
    faults: list[GraphQLError] = []

    def on_error(fault: GraphQLError) -> None:
        if len(faults) >= max_errors:
            raise ValidationAbortedError(
                "Too many validation errors, error limit reached. Validation aborted."
            )
        faults.append(without_frames(fault))

    types = TypeInfo(schema)
    context = ValidationContext(schema, document, types, on_error)
    visitors = [rule(context) for rule in rules]
    together = ParallelVisitor(visitors)
    walk = TypeInfoVisitor(types, together)
    try:
        visit(document, walk, _VISITED_KEYS)
    except ValidationAbortedError as error:
        # Its frames hold the whole document.
        error.__context__ = None
        faults.append(error.with_traceback(None))
    finally:
        # Each visitor caches bound methods of itself: a reference cycle, which would keep the
        # document until the garbage collector runs.
        for visitor in (walk, together, *visitors):
            visitor.enter_leave_map.clear()
    return faults


def _kinds(document: DocumentNode) -> Iterator[TokenKind]:
    token = document.loc and document.loc.start_token
    while token:
        yield token.kind
        token = token.next
