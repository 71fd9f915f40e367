"""Numbered parameters for `IN` lists.

SQLAlchemy compiles an expanding parameter anew for each execution. With one parameter per value, a
statement for a given number of values is compiled once.
"""

from collections.abc import Iterable

from sqlalchemy import BindParameter, bindparam


def numbered(name: str, values: Iterable[object]) -> dict[str, object]:
    """Return the parameters `name_0`, `name_1`, … for values."""
    return {f"{name}_{place}": value for place, value in enumerate(values)}


def numbered_binds(name: str, count: int) -> list[BindParameter[object]]:
    """Return the binds of `numbered` for a statement with `count` values."""
    return [bindparam(f"{name}_{place}") for place in range(count)]
