"""Grouping of ranked hits: entries that print one subject become one hit. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from app.content.search.ranking import Ranked

Subject = tuple[str, str, str]
"""The source, kind and folded external id of what a trending entry is about."""


class Found(Protocol):
    """A hit with what says its subject: any row with these columns."""

    @property
    def id(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def source(self) -> str | None: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def title(self) -> str: ...
    @property
    def beginning(self) -> str:
        """The beginning of its text, long enough for an external id."""
        ...


def subject_of(hit: Found) -> Subject | None:
    """Return the subject of a trending entry; `None` for other hits.

    The text of an entry begins with its external id, which has no spaces. It has no text if its
    name is all that there is to say, which then begins with the external id.
    """
    if hit.type != "entry" or hit.source is None or hit.kind is None:
        return None
    external_id = (hit.beginning or hit.title).split(maxsplit=1)[0]
    # The sources tell no ids apart by case.
    return hit.source, hit.kind, external_id.casefold()


def group_by_subject(
    order: Sequence[Ranked], hits: Iterable[Found]
) -> tuple[list[Ranked], Mapping[int, Sequence[int]]]:
    """Keep the best hit of each subject, in order; also return the ids of each kept hit's group.

    A group has the id of the kept hit too, and its ids are newest first.
    """
    subjects = {hit.id: subject_of(hit) for hit in hits}
    kept: list[Ranked] = []
    groups: dict[int, list[int]] = {}
    first: dict[Subject, list[int]] = {}
    for ranked in order:
        subject = subjects[ranked.id]
        if subject is None:
            kept.append(ranked)
        elif subject in first:
            first[subject].append(ranked.id)
        else:
            kept.append(ranked)
            groups[ranked.id] = first[subject] = [ranked.id]
    return kept, {id_: sorted(ids, reverse=True) for id_, ids in groups.items()}
