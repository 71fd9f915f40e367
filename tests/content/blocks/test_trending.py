"""Boards of entries: ranks, names and addresses by default, and what does not go together."""

from typing import Any

import pytest

from app.content.documents import compile_issue, complete, read_issue
from app.errors import ContentInvalid
from app.models.values import MAX_COUNT
from tests.factories import entry, issue


def board(kind: str, entries: list[Any]) -> Any:
    document = issue(sections=[{"kind": kind, "entries": entries}])
    return compile_issue(complete(read_issue(document), number=1)).read[0]


def ranks(kind: str, entries: list[Any]) -> list[int]:
    return [row.rank for row in board(kind, entries).entries]


def refused(kind: str, entries: list[Any]) -> list[tuple[str, str]]:
    with pytest.raises(ContentInvalid) as caught:
        board(kind, entries)
    return [
        (fault.pointer.removeprefix("/sections/0/entries/"), fault.code)
        for fault in caught.value.faults
    ]


def model(external_id: str = "acme/orca", **members: Any) -> Any:
    return entry(external_id, source="huggingface", **{"kind": "model", **members})


def test_a_rank_is_the_place_among_source_and_kind() -> None:
    entries = [entry("a/1"), model("a/2"), entry("a/3"), model("a/4", kind="dataset"), model("a/5")]

    assert ranks("trending", entries) == [1, 1, 2, 1, 2]


def test_a_given_rank_stays() -> None:
    assert ranks("trending", [entry("a/1", rank=7), entry("a/2"), entry("a/3", rank=1)]) == [
        7,
        2,
        1,
    ]


@pytest.mark.parametrize(
    ("given_ranks", "pointer"),
    [([1, 1], "1/rank"), ([2, None], "1/rank"), ([None, None, 1], "2/rank")],
)
def test_a_trending_rank_stands_once_in_its_board(
    given_ranks: list[int | None], pointer: str
) -> None:
    entries = [entry(f"a/{n}", rank=rank) for n, rank in enumerate(given_ranks)]

    assert refused("trending", entries) == [(pointer, "duplicate")]


def test_other_boards_have_their_own_ranks() -> None:
    kinds = ("model", "dataset", "space", "paper")
    entries = [entry(rank=1), *(model(kind=kind, rank=1) for kind in kinds)]

    assert ranks("trending", entries) == [1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([9, 9, 4], [1, 1, 3]),
        ([9, 9, 9, 9], [1, 1, 1, 1]),
        ([9, 4, 4, 4, 1], [1, 2, 2, 2, 5]),
        ([9, -9], [1, 2]),
        ([None, None], [1, 2]),
        ([0, 0], [1, 1]),
    ],
)
def test_equal_moves_share_a_rank(changes: list[int | None], expected: list[int]) -> None:
    entries = [entry(f"a/{n}", change=change) for n, change in enumerate(changes)]

    assert ranks("movers", entries) == expected


def test_movers_of_several_boards_are_ranked_apart() -> None:
    entries = [entry("a/1", change=9), model("a/2", change=9), entry("a/3", change=9),
               model("a/4", change=2)]  # fmt: skip

    assert ranks("movers", entries) == [1, 1, 1, 2]


def test_a_movers_rank_may_be_given() -> None:
    entries = [entry("a/1", change=9, rank=4), entry("a/2", change=9), entry("a/3", change=1)]

    assert ranks("movers", entries) == [4, 4, 3]


@pytest.mark.parametrize(
    ("posted", "name", "url"),
    [
        (entry("acme/orca"), "orca", "https://github.com/acme/orca"),
        (model("acme/orca"), "orca", "https://huggingface.co/acme/orca"),
        (model("gpt2"), "gpt2", "https://huggingface.co/gpt2"),
        (model("a/b", kind="dataset"), "b", "https://huggingface.co/datasets/a/b"),
        (model("a/b", kind="space"), "b", "https://huggingface.co/spaces/a/b"),
        (
            model("2605.01234", kind="paper"),
            "2605.01234",
            "https://huggingface.co/papers/2605.01234",
        ),
        (
            model("cs/0112017", kind="paper"),
            "0112017",
            "https://huggingface.co/papers/cs/0112017",
        ),
        (model("a/Ørsted"), "Ørsted", "https://huggingface.co/a/%C3%98rsted"),
    ],
)
def test_name_and_address_follow_from_the_id(posted: Any, name: str, url: str) -> None:
    (row,) = board("trending", [posted]).entries

    assert (row.name, row.url) == (name, url)


def test_an_id_whose_address_would_be_too_long_needs_one() -> None:
    endless = "a/" + "𐐀" * 198

    assert refused("trending", [entry(endless)]) == [("0/url", "too_long")]
    assert board("trending", [entry(endless, url="https://a.test/")]).entries[0].name == "𐐀" * 198


@pytest.mark.parametrize(
    ("source", "kind"),
    [("github", "model"), ("github", "paper"), ("huggingface", "repository")],
)
def test_a_source_has_its_own_kinds(source: str, kind: str) -> None:
    posted = {"source": source, "kind": kind, "external_id": "a/b"}

    assert refused("trending", [posted]) == [("0/kind", "not_one_of")]


@pytest.mark.parametrize(
    "external_id", ["a b/c", "a/b/c", "/a", "a/", "a//b", "a/b?c", "a#b", "a%2Fb", "a/b\n", " "]
)
def test_an_id_is_one_name_or_two(external_id: str) -> None:
    assert refused("trending", [model(external_id)]) == [("0/external_id", "bad_format")]


def test_a_repository_has_an_owner() -> None:
    assert refused("trending", [entry("orca")]) == [("0/external_id", "bad_format")]


def test_counters_are_kept_to_the_last_digit() -> None:
    posted = model(
        stars=MAX_COUNT, likes=MAX_COUNT, downloads=MAX_COUNT, forks=MAX_COUNT, change=-MAX_COUNT
    )

    (row,) = board("movers", [posted]).entries

    assert [row.stars, row.likes, row.downloads, row.forks] == [MAX_COUNT] * 4
    assert row.change == -MAX_COUNT
