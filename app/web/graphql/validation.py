"""Validation by the rules of the specification, each where it has something to judge.

The rules of graphql-core look at every field, each of them. Most are about what few queries have:
variables, directives, fragments. A rule about what a document has nowhere finds nothing in it, and
is left out, which takes half of the time away.
"""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    MaxIntrospectionDepthRule,
    OverlappingFieldsCanBeMergedRule,
    TokenKind,
    specified_rules,
    validate,
)

from app.web.graphql.overlaps import MergeableFields

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
"""Rules by the token without which there is nothing that they are about."""

_NEEDED = {name: kind for kind, names in _ABOUT.items() for name in names}
assert _NEEDED.keys() <= {rule.__name__ for rule in RULES}, "graphql-core has named a rule anew"


def faults_in(
    document: DocumentNode, schema: GraphQLSchema, *, max_errors: int
) -> list[GraphQLError]:
    """What all rules find in a parsed document, up to so many faults."""
    kinds = set(_kinds(document))
    rules = [
        rule for rule in RULES if (kind := _NEEDED.get(rule.__name__)) is None or kind in kinds
    ]
    return validate(schema, document, rules, max_errors=max_errors)


def introspects_too_deeply(document: DocumentNode, schema: GraphQLSchema) -> bool:
    """Whether lists of the schema hold lists that hold lists: each of them multiplies the answer.

    A limit of graphql-core's and not of the specification, which has three of `fields`,
    `interfaces`, `possibleTypes` and `inputFields` inside one another refused.
    """
    return bool(validate(schema, document, [MaxIntrospectionDepthRule], max_errors=1))


def _kinds(document: DocumentNode) -> Iterator[TokenKind]:
    token = document.loc and document.loc.start_token
    while token:
        yield token.kind
        token = token.next
