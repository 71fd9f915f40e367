"""The facts of a day, best first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date as Date

from app.content.facts.brief import (
    fall,
    gone,
    language_rise,
    milestone,
    newcomer,
    overtakes,
    publisher,
    record,
    rename,
    returning,
    streak,
    task_rise,
    top_mover,
)
from app.content.facts.brief.day import BoardDay
from app.content.facts.brief.fact import FACT_KINDS, Fact, FactKind

MAX_FACTS = 100
MOST_OF_A_KIND = 5
"""Facts of one kind from one board: a day on which much is renamed still has other news."""

_FINDERS: dict[FactKind, Callable[[BoardDay], Iterator[Fact]]] = {
    "top_mover": top_mover.find,
    "newcomer": newcomer.find,
    "milestone": milestone.find,
    "record": record.find,
    "streak": streak.find,
    "return": returning.find,
    "fall": fall.find,
    "rename": rename.find,
    "gone": gone.find,
    "overtakes": overtakes.find,
    "task_rise": task_rise.find,
    "language_rise": language_rise.find,
    "publisher": publisher.find,
}


def facts_of(days: Iterable[BoardDay]) -> list[Fact]:
    """Find the facts of all boards of a day: at most 100, best first, in a fixed order.

    Of one kind at most five per board, and one about each subject.
    """
    found: list[Fact] = []
    for day in days:
        for kind in FACT_KINDS:
            found += _best(_FINDERS[kind](day))
    return sorted(found, key=_order)[:MAX_FACTS]


def id_of(fact: Fact, date: Date) -> str:
    """Return the id of a fact: the same for the same fact, different for all others of a day."""
    parts = (date.isoformat(), fact.kind, fact.source, fact.board_kind, fact.about)
    return ":".join(parts)


def _best(facts: Iterator[Fact]) -> Sequence[Fact]:
    about: dict[str, Fact] = {}
    for fact in sorted(facts, key=_order):
        about.setdefault(fact.about, fact)
    return list(about.values())[:MOST_OF_A_KIND]


def _order(fact: Fact) -> tuple[object, ...]:
    place = FACT_KINDS.index(fact.kind)
    return (-fact.score, place, fact.source, fact.board_kind, fact.about, fact.window or "")
