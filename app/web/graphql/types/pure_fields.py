"""Fields that are more than a look-up: pure functions of the value and of their arguments."""

from datetime import date as CalendarDate
from enum import Enum
from keyword import iskeyword
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from app.web.graphql.types.enums import EntryKind, SectionKind, Source, word_of
from app.web.graphql.types.fields import Value, argument

NOT_READ: Any = object()
"""Marks a neighbour that was not read, because it is not selected."""

FromDay = Annotated[
    CalendarDate | None, strawberry.argument(name="from", description="Not before this day.")
]
ToDay = Annotated[
    CalendarDate | None, strawberry.argument(name="to", description="Not after this day.")
]


def sections_of(
    issue: strawberry.Parent[Any],
    kind: Annotated[SectionKind | None, argument("Only this kind of section.")] = UNSET,
) -> list[Value]:
    """The sections of an issue, in print order."""
    sections: list[Value] = issue["sections"]
    wanted = _word(kind)
    return sections if wanted is None else [s for s in sections if s["kind"] == wanted]


def trending_of(
    issue: strawberry.Parent[Any],
    source: Annotated[Source | None, argument("Only entries of this source.")] = UNSET,
    kind: Annotated[EntryKind | None, argument("Only entries of this kind.")] = UNSET,
) -> list[Value]:
    """The entries of an issue's trending section, in print order."""
    entries: list[Value] = issue["trending"]
    from_, what = _word(source), _word(kind)
    return [
        entry
        for entry in entries
        if from_ in (None, entry["source"]) and what in (None, entry["kind"])
    ]


def history_of(
    subject: strawberry.Parent[Any],
    from_: FromDay = UNSET,
    to: ToDay = UNSET,
    last: Annotated[int | None, argument("Only the newest, 1 to 1,000.")] = UNSET,
) -> list[Value]:
    """The observations of a subject, oldest first."""
    # The root resolver read one history for each range that is selected.
    history: list[Value] = subject["histories"][(from_ or None, to or None, last or None)]
    return history


def own_name(argument: str) -> str:
    """The Python name of an argument of the functions above."""
    return f"{argument}_" if iskeyword(argument) else argument


def previous_of(issue: strawberry.Parent[Any]) -> Value | None:
    """The issue before this one in print."""
    return _read(issue["previous"])


def next_of(issue: strawberry.Parent[Any]) -> Value | None:
    """The issue after this one in print."""
    return _read(issue["next"])


def _read(neighbour: Value | None) -> Value | None:
    if neighbour is NOT_READ:
        raise LookupError("a neighbour was not read before it was asked for")
    return neighbour


def _word(given: object) -> str | None:
    # Strawberry passes enum members, projections pass words.
    if given is None or given is UNSET:
        return None
    return word_of(given) if isinstance(given, Enum) else str(given)
