"""How many random examples and repeated cases a test runs: all of them in CI, elsewhere a part.

A test that draws at random, or that walks through a long list of like cases, finds most faults with
its first few. CI runs the rest.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

IS_CI = "CI" in os.environ
"""Whether cases and examples run that a developer does not wait for."""

Case = TypeVar("Case")


def examples(in_ci: int) -> int:
    """How many examples to draw: a quarter of them outside CI."""
    return in_ci if IS_CI else max(3, in_ci // 4)


def sampled(cases: Sequence[Case], *, first: int = 0, one_in: int = 4) -> Sequence[Case]:
    """The cases to run: outside CI every so many, beginning with the `first`, as if in a circle."""
    return cases if IS_CI else cases[first % one_in :: one_in]
