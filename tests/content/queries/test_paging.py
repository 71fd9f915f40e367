"""Cursors: read back as written, bound to their filters, and never a way to break a query."""

from base64 import urlsafe_b64encode
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given, strategies as st

from app.content.queries.paging import _check, decode_cursor, encode_cursor
from app.errors import BadRequest

FILTERS = {"list": "issues", "status": "all", "from": date(2026, 5, 3)}


@given(st.dates(), st.integers(0, 2**31 - 1))
def test_a_place_is_read_back_as_it_was_written(day: date, number: int) -> None:
    cursor = encode_cursor([day.isoformat(), number], filters=FILTERS)

    assert decode_cursor(cursor, filters=FILTERS, shape=(date, int)) == (day, number)
    assert cursor.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "filters",
    [{}, {**FILTERS, "status": "draft"}, {**FILTERS, "from": None}, {**FILTERS, "list": "tools"}],
)
def test_a_cursor_is_bound_to_its_filters(filters: dict[str, object]) -> None:
    cursor = encode_cursor(["2026-05-03"], filters=FILTERS)

    with pytest.raises(BadRequest) as caught:
        decode_cursor(cursor, filters=filters, shape=(str,))

    assert caught.value.code == "invalid_cursor"


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        decode_cursor(text, filters=FILTERS, shape=(str,))


@pytest.mark.parametrize("shape", [(str,), (int,), (date,), (str, int)])
@pytest.mark.parametrize(
    "place",
    [
        *([], [None], [True], [1.5], [[]], ["a", 2**31], ["a", -(2**31)], ["2026-05-03", "a"]),
        *([2**31], [2**63], {"a": 1}, 1, None),
    ],
    ids=repr,
)
def test_a_place_of_another_shape_is_refused(place: Any, shape: tuple[type, ...]) -> None:
    """Anybody can compute a cursor's check: what it holds is input like any other."""
    cursor = encode_cursor(place, filters=FILTERS) if isinstance(place, list) else _forged(place)

    with pytest.raises(BadRequest):
        decode_cursor(cursor, filters=FILTERS, shape=shape)


@pytest.mark.parametrize("day", ["", "banana", "2026-02-30", "2026-05-03T00:00:00Z", "99999-01-01"])
def test_a_day_is_a_day(day: str) -> None:
    with pytest.raises(BadRequest):
        decode_cursor(encode_cursor([day], filters=FILTERS), filters=FILTERS, shape=(date,))


def _forged(place: object) -> str:
    """A cursor with a right check that holds something else than a list."""
    written = orjson.dumps(place)
    return urlsafe_b64encode(_check(written, FILTERS) + written).rstrip(b"=").decode()
