"""Hits that are about one subject."""

from typing import NamedTuple

import pytest

from app.content.search.grouping import group_by_subject, subject_of
from app.content.search.ranking import Ranked


class Hit(NamedTuple):
    id: int
    title: str
    beginning: str
    type: str = "entry"
    source: str | None = "github"
    kind: str | None = "repository"


@pytest.mark.parametrize(
    "hit",
    [
        Hit(1, "Dodo", "big/dodo – A bird"),
        Hit(1, "big/dodo", ""),
        Hit(1, "big/dodo – A bird", ""),
        Hit(1, "Dodo", "Big/Dodo"),
    ],
)
def test_its_id_is_found_wherever_it_stands(hit: Hit) -> None:
    assert subject_of(hit) == ("github", "repository", "big/dodo")


def test_the_best_hit_stands_for_its_group() -> None:
    hits = [
        Hit(1, "Dodo", "big/dodo"),
        Hit(2, "Dodo", "big/dodo", "section"),
        Hit(3, "Dodo", "big/dodo"),
        Hit(4, "Dodo", "big/dodo", kind="model"),
    ]
    order = [Ranked(id_, 1.0) for id_ in (1, 2, 3, 4)]

    kept, groups = group_by_subject(order, hits)

    assert [hit.id for hit in kept] == [1, 2, 4]
    assert groups == {1: [3, 1], 4: [4]}
