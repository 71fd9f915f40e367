"""What a change of the schema would break for those who query it."""

from graphql import build_schema
from graphql.utilities import find_breaking_changes


def broken_by(present: str, *, before: str) -> list[str]:
    """Say what queries that were right before would trip over; both are in the definition language.

    That an enum has a new word, or an interface a new type, breaks nothing: the guide says so.
    """
    changes = find_breaking_changes(build_schema(before), build_schema(present))
    return [change.description for change in changes]
