"""How many random examples and repeated cases a test runs: all of them in CI, elsewhere a part.

A test that draws at random, or that walks through a long list of like cases, finds most faults with
its first few. CI runs the rest.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

IS_CI = "CI" in os.environ
"""Whether cases and examples run that a developer does not wait for."""

ONE_IN = int(os.environ.get("MORNINGPOST_TEST_ONE_IN", "1"))
"""Of a test with many cases every so many run: all of them but in `make check`."""

Case = TypeVar("Case")


def examples(in_ci: int) -> int:
    """How many examples to draw: a quarter of them outside CI."""
    return in_ci if IS_CI else max(3, in_ci // 4)


def sampled(cases: Sequence[Case], *, first: int = 0, one_in: int = 4) -> Sequence[Case]:
    """The cases to run: outside CI every so many, beginning with the `first`, as if in a circle."""
    return cases if IS_CI else cases[first % one_in :: one_in]


def is_chosen(item: pytest.Item) -> bool:
    """Whether a case is one of those that run; the first case of a test always is."""
    case = getattr(item, "callspec", None)
    if case is None:
        return True
    others = sum(index for name, index in case.indices.items() if name != "database_url")
    return bool(others % ONE_IN == 0)
