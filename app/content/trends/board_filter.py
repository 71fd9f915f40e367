"""Choosing entries of a board by what their subjects were that day, and folding re-packed copies.

A filter selects places and changes none: an entry keeps the rank that it has on the whole board.
What it looks at are the places that a board keeps, at most 200 of each kind. The facts are those of
the profile that each place points to, so the answer for a past board never changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Literal

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import col

from app.content.trends.places import Place
from app.models.subject import SubjectProfile
from app.models.values import FORBIDDEN_CHARACTERS

Copies = Literal["shown", "folded"]

_FACTS = ("id", "external_id", "task", "language", "licence", "topics", "base_model")
MAX_WORD = 100
"""Characters of one wanted fact."""
_NO_TEXT = f"{FORBIDDEN_CHARACTERS}\\t\\n\\r"
WORD = f"^[^{_NO_TEXT}]*[^{_NO_TEXT}\\s][^{_NO_TEXT}]*$"
"""Text of one line that is not blank."""
ONE_WORD = f"^[^{_NO_TEXT}\\s/]+$"
"""The same without spaces and slashes."""
MAX_CHAIN = 5
"""Copies of copies that are followed up to what they are copies of."""
MAX_COPIES = 20
"""Names of copies that stand beside an entry."""


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which entries of a board are wanted; `None` asks for any. Letter case makes no difference."""

    task: str | None = None
    language: str | None = None
    topic: str | None = None
    licence: str | None = None
    owner: str | None = None
    copies: Copies = "shown"

    @property
    def is_narrow(self) -> bool:
        """Whether any fact is asked for."""
        return any((self.task, self.language, self.topic, self.licence, self.owner))

    @property
    def reads_facts(self) -> bool:
        """Whether the facts of profiles have to be read."""
        return self.is_narrow or self.copies == "folded"

    def scope(self) -> dict[str, object]:
        """What a cursor is bound to."""
        return {
            name: value.casefold() if isinstance(value, str) else value
            for name, value in asdict(self).items()
        }

    def head(self, places: int) -> dict[str, object]:
        """What a board says of its filter; `places`: how many were looked at."""
        return {**asdict(self), "places": places}

    def keeps(self, facts: Row[Any]) -> bool:
        """Whether a subject is wanted."""
        topics = (facts.topics or "").casefold().split()
        return (
            _is(self.task, facts.task)
            and _is(self.language, facts.language)
            and _is(self.licence, facts.licence)
            and (self.topic is None or self.topic.casefold() in topics)
            and _is(self.owner, facts.external_id.rpartition("/")[0] or None)
        )


EVERYTHING = BoardFilter()


@cache
def select_facts() -> Select[Any]:
    """Select by the ids of profiles what filters and families go by."""
    statement: Select[Any] = select(*(col(getattr(SubjectProfile, name)) for name in _FACTS)).where(
        col(SubjectProfile.id).in_(bindparam("ids", expanding=True))
    )
    return statement


def chosen(
    places: Sequence[Place], wanted: BoardFilter, facts: Mapping[int, Row[Any]]
) -> list[Place]:
    """The places that are wanted, in order; copies folded where that is asked for."""
    kept = [place for place in places if wanted.keeps(facts[place.entry.profile_id])]
    return folded(kept, facts) if wanted.copies == "folded" else kept


def folded(places: Sequence[Place], facts: Mapping[int, Row[Any]]) -> list[Place]:
    """Each family of re-packed copies as one place, that of its base model.

    Where the base model itself is not among the places, the copy that stands highest has its place.
    """
    names: dict[tuple[str, str], Place] = {
        (place.kind, facts[place.entry.profile_id].external_id.casefold()): place
        for place in places
    }
    families: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        families.setdefault(_root_of(place, names, facts), []).append(place)
    heads = {
        id(names.get(root, members[0])): [
            facts[each.entry.profile_id].external_id
            for each in members
            if each is not names.get(root, members[0])
        ]
        for root, members in families.items()
    }
    return [
        replace(place, copies=tuple(heads[id(place)][:MAX_COPIES]))
        for place in places
        if id(place) in heads
    ]


def _root_of(
    place: Place, names: Mapping[tuple[str, str], Place], facts: Mapping[int, Row[Any]]
) -> tuple[str, str]:
    """What a place is a copy of, through copies that stand on the board themselves."""
    fact = facts[place.entry.profile_id]
    root = (place.kind, fact.external_id.casefold())
    for _ in range(MAX_CHAIN):
        if fact.base_model is None:
            break
        root = (place.kind, fact.base_model.casefold())
        above = names.get(root)
        if above is None or above is place:
            break
        fact = facts[above.entry.profile_id]
    return root


def facts_by_id(rows: Iterable[Row[Any]]) -> dict[int, Row[Any]]:
    """What was selected, by the ids of profiles."""
    return {row.id: row for row in rows}


def _is(wanted: str | None, value: str | None) -> bool:
    return wanted is None or (value is not None and value.casefold() == wanted.casefold())
