"""Cursors: read back as written, bound to their filters, and never a way to break a query."""

from contextlib import suppress
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given, strategies as st

from app.content import base64url
from app.content.queries.cursors import (
    MAX_CURSOR,
    Day,
    Ids,
    Integer,
    Kind,
    Moment,
    _check,
    decode_cursor,
    encode_cursor,
)
from app.errors import BadRequest

FILTERS = {"list": "issues", "status": "all", "from": date(2026, 5, 3)}
KINDS: tuple[Kind, ...] = (Integer(), Integer(1, 200), Day(), Moment(), Ids(5))


def read(cursor: str, *shape: Kind) -> tuple[Any, ...]:
    return decode_cursor(cursor, filters=FILTERS, shape=shape)


def forged(written: bytes) -> str:
    """A cursor with a right check, as anybody can make one who reads the code."""
    return base64url.encode(_check(written, FILTERS) + written)


@given(st.dates(), st.integers(0, 2**31 - 1))
def test_a_place_is_read_back_as_it_was_written(day: date, number: int) -> None:
    cursor = encode_cursor([day.isoformat(), number], filters=FILTERS)

    assert read(cursor, Day(), Integer()) == (day, number)
    assert cursor.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "filters",
    [{}, {**FILTERS, "status": "draft"}, {**FILTERS, "from": None}, {**FILTERS, "list": "tools"}],
)
def test_a_cursor_is_bound_to_its_filters(filters: dict[str, object]) -> None:
    cursor = encode_cursor(["2026-05-03"], filters=FILTERS)

    with pytest.raises(BadRequest) as caught:
        decode_cursor(cursor, filters=filters, shape=(Day(),))

    assert caught.value.code == "invalid_cursor"


@given(st.text(max_size=60) | st.text("AZaz09-_=+/", max_size=60))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        read(text, Integer())


def test_a_long_text_is_refused_before_it_is_read() -> None:
    cursor = forged(orjson.dumps(["1" * MAX_CURSOR]))

    with pytest.raises(BadRequest):
        read(cursor, Moment())


@given(st.integers(0, 60), st.sampled_from("!.=\n +/é\u200b"))
def test_a_foreign_character_makes_no_second_spelling(place: int, character: str) -> None:
    cursor = encode_cursor(["2026-05-03", 7], filters=FILTERS)
    altered = cursor[:place] + character + cursor[place:]

    assert read(cursor, Day(), Integer()) == (date(2026, 5, 3), 7)
    with pytest.raises(BadRequest):
        read(altered, Day(), Integer())


@given(st.binary(max_size=40))
def test_bytes_have_one_spelling(raw: bytes) -> None:
    text = base64url.encode(raw)

    assert base64url.decode(text) == raw
    for other in (text + "=", text + "A", f"\n{text}", f"{text}!", text.replace("A", "B", 1)):
        with suppress(ValueError):
            assert base64url.decode(other) != raw or other == text


@pytest.mark.parametrize(
    "written",
    [
        b"[1, 7]",
        b" [1,7]",
        b"[1,7]\n",
        b"[1.0,7]",
        b"[1,7.0]",
        b"[1e0,7]",
        b'{"a":1}',
        b"1",
        b"null",
    ],
)
def test_a_place_has_one_spelling(written: bytes) -> None:
    assert read(forged(b"[1,7]"), Integer(), Integer()) == (1, 7)
    with pytest.raises(BadRequest):
        read(forged(written), Integer(), Integer())


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("0123456789-²٣TZ:.", max_size=40)
    | st.sampled_from(["2026-05-03", "2026-02-30", "99999-01-01", "2026-05-03T06:00:00Z", ""])
)


@given(
    st.lists(LEAVES | st.lists(LEAVES, max_size=3), max_size=4),
    st.lists(st.sampled_from(KINDS), max_size=3),
)
def test_a_forged_place_is_refused_or_within_bounds(place: list[Any], shape: list[Kind]) -> None:
    cursor = forged(orjson.dumps(place))

    try:
        values = read(cursor, *shape)
    except BadRequest:
        return

    assert len(values) == len(shape)
    for value, kind in zip(values, shape, strict=True):
        match kind:
            case Integer():
                assert type(value) is int
                assert kind.lowest <= value <= kind.highest
            case Day():
                assert type(value) is date
            case Ids():
                assert 1 <= len(value) <= kind.most
                assert all(0 < id_ < 2**63 for id_ in value)
            case _:
                assert isinstance(value, str)


@pytest.mark.parametrize(
    "ids",
    [
        "",
        "²",
        "0",
        "01",
        "1-1",
        "-1",
        "1-",
        "1--2",
        "1-2-3-4-5-6",
        "9" * 19,
        "1" * 5_000,
        "1 2",
        "١",
    ],
)
def test_ids_are_few_and_each_stands_once(ids: str) -> None:
    assert Ids(5).read("12-7") == (12, 7)
    with pytest.raises(ValueError, match=r"id"):
        Ids(5).read(ids)


@pytest.mark.parametrize("day", ["", "banana", "2026-02-30", "2026-05-03T00:00:00Z", "99999-01-01"])
def test_a_day_is_a_day(day: str) -> None:
    with pytest.raises(BadRequest):
        read(encode_cursor([day], filters=FILTERS), Day())


@pytest.mark.parametrize(
    "moment", ["x", "2026-05-03", "2026-05-03T06:00:00+00:00", "2026-05-03t06:00:00z"]
)
def test_a_moment_is_written_as_answers_write_it(moment: str) -> None:
    assert read(forged(b'["2026-05-03T06:00:00Z"]'), Moment()) == ("2026-05-03T06:00:00Z",)
    with pytest.raises(BadRequest):
        read(forged(orjson.dumps([moment])), Moment())
