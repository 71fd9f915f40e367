"""Validation by the rules of the specification, each where it has something to judge.

The rules of graphql-core look at every field, each of them. Most are about what few queries have:
variables, directives, fragments. A rule about what a document has nowhere finds nothing in it, and
is left out, which takes half of the time away. And names, which half of the nodes are, are not
called on: no rule judges them but with what they name.
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
"""Rules by the token without which there is nothing that they are about."""

_ABOUT_FRAGMENTS = frozenset({"NoUnusedFragmentsRule", "UniqueFragmentNamesRule"})
"""Rules without anything to judge where no fragment is defined, spread or not."""

_NEEDED = {name: kind for kind, names in _ABOUT.items() for name in names}
assert _NEEDED.keys() | _ABOUT_FRAGMENTS <= {rule.__name__ for rule in RULES}, (
    "graphql-core has named a rule anew"
)
_WALKED = {
    kind: tuple(key for key in keys if key not in {"name", "alias", "description"})
    for kind, keys in QUERY_DOCUMENT_KEYS.items()
}
"""What is gone into of each kind of node."""


def faults_in(
    document: DocumentNode, schema: GraphQLSchema, *, max_errors: int
) -> list[GraphQLError]:
    """What all rules find in a parsed document, up to so many faults and one that says so.

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
    return _judged_by(rules, document, schema, max_errors)


def introspects_too_deeply(document: DocumentNode, schema: GraphQLSchema) -> bool:
    """Whether lists of the schema hold lists that hold lists: each of them multiplies the answer.

    A limit of graphql-core's and not of the specification, which has three of `fields`,
    `interfaces`, `possibleTypes` and `inputFields` inside one another refused.
    """
    return bool(_judged_by([MaxIntrospectionDepthRule], document, schema, 1))


def _judged_by(
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
        faults.append(fault)

    types = TypeInfo(schema)
    context = ValidationContext(schema, document, types, on_error)
    visitors = [rule(context) for rule in rules]
    together = ParallelVisitor(visitors)
    walk = TypeInfoVisitor(types, together)
    try:
        visit(document, walk, _WALKED)
    except ValidationAbortedError as error:
        # Its frames hold all that was looked at.
        error.__context__ = None
        faults.append(error.with_traceback(None))
    finally:
        # Methods that are kept by their visitor hold it, and with it the document: until the
        # garbage collector comes, for which every request waits.
        for visitor in (walk, together, *visitors):
            visitor.enter_leave_map.clear()
    return faults


def _kinds(document: DocumentNode) -> Iterator[TokenKind]:
    token = document.loc and document.loc.start_token
    while token:
        yield token.kind
        token = token.next
