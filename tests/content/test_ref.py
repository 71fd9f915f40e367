"""How an issue is named in an address."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, strategies as st

from app.content.ref import Ref, parse_ref
from app.errors import NotFound


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("latest", Ref("latest", "latest")),
        ("1", Ref("number", 1)),
        ("2147483647", Ref("number", 2_147_483_647)),
        ("2026-05-03", Ref("date", date(2026, 5, 3))),
        ("open-weights", Ref("slug", "open-weights")),
        ("95a", Ref("slug", "95a")),
        ("2026-05-3", Ref("slug", "2026-05-3")),
        ("-1", Ref("slug", "-1")),
        ("a" * 80, Ref("slug", "a" * 80)),
    ],
)
def test_a_name_has_one_meaning(text: str, ref: Ref) -> None:
    assert parse_ref(text) == ref


@pytest.mark.parametrize(
    "text",
    ["", "0", "095", "2147483648", "9" * 5_000, "2026-02-30", "2026-13-01", "Latest", "a.b", "a/b",
     "A", "a" * 81, "95.md", "é", "١", "1\n", " 1"],
    ids=repr,
)  # fmt: skip
def test_what_can_name_nothing_is_not_found(text: str) -> None:
    with pytest.raises(NotFound) as caught:
        parse_ref(text)

    assert caught.value.code == "issue_not_found"
    assert len(caught.value.detail) < 100


@given(st.text(max_size=100))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(NotFound):
        assert parse_ref(text).kind in {"number", "date", "slug", "latest"}
