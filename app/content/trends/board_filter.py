"""Filtering the entries of a board by facts of their subjects, and folding re-packed copies.

A filter selects among the stored entries, at most 200 per kind, and keeps their ranks. Facts come
from the profile that an entry refers to, so the result for a past board never changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Literal

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import col

from app.content.trends.places import Place
from app.models.base import columns
from app.models.subject import PROFILE_FACTS, SubjectProfile
from app.models.values import FORBIDDEN_CHARACTERS

Copies = Literal["shown", "folded"]

_FACTS = ("id", "external_id", "task", "language", *PROFILE_FACTS)
MAX_WORD = 100
"""Characters per filter value."""
_NO_TEXT = f"{FORBIDDEN_CHARACTERS}\\t\\n\\r"
WORD = f"^[^{_NO_TEXT}]*[^{_NO_TEXT}\\s][^{_NO_TEXT}]*$"
"""One line of text that is not blank."""
ONE_WORD = f"^[^{_NO_TEXT}\\s/]+$"
"""The same without spaces and slashes."""
MAX_CHAIN = 5
"""Length of a chain of copies that is followed to its base model."""
MAX_COPIES = 20
"""Names of copies listed with an entry."""


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """A filter for the entries of a board; `None` accepts any value. Letter case is ignored."""

    task: str | None = None
    language: str | None = None
    topic: str | None = None
    licence: str | None = None
    owner: str | None = None
    copies: Copies = "shown"

    @property
    def is_narrow(self) -> bool:
        """Whether the filter has any condition."""
        return any((self.task, self.language, self.topic, self.licence, self.owner))

    @property
    def reads_facts(self) -> bool:
        """Whether facts of the subjects are needed."""
        return self.is_narrow or self.copies == "folded"

    def scope(self) -> dict[str, object]:
        """Return the values that a cursor is bound to."""
        return {
            name: value.casefold() if isinstance(value, str) else value
            for name, value in asdict(self).items()
        }

    def head(self, places: int) -> dict[str, object]:
        """Return the `filter` member of a board; `places` is the number of entries examined."""
        return {**asdict(self), "places": places}

    def keeps(self, facts: Row[Any]) -> bool:
        """Whether a subject matches the conditions."""
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
    """Select the facts of profiles by profile id."""
    return select(*columns(SubjectProfile, *_FACTS)).where(
        col(SubjectProfile.id).in_(bindparam("ids", expanding=True))
    )


def chosen(
    places: Sequence[Place], wanted: BoardFilter, facts: Mapping[int, Row[Any]]
) -> list[Place]:
    """Return the entries that match, in order, with copies folded if requested."""
    kept = [place for place in places if wanted.keeps(facts[place.entry.profile_id])]
    return folded(kept, facts) if wanted.copies == "folded" else kept


def folded(places: Sequence[Place], facts: Mapping[int, Row[Any]]) -> list[Place]:
    """Reduce each family of re-packed copies to one entry: that of the base model.

    If the base model is not among the entries, the highest ranked copy takes its place.
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
    """Return the base model of an entry, following copies that are on the board themselves."""
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


def _is(wanted: str | None, value: str | None) -> bool:
    return wanted is None or (value is not None and value.casefold() == wanted.casefold())
