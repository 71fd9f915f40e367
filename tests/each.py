"""One test for many values, where nothing is set up for each: thousands of tests cost seconds."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")


def each(values: Mapping[str, T]) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Make a test of a check that holds for each of some values; a failure names the value."""

    def decorate(check: Callable[[T], None]) -> Callable[[], None]:
        def run() -> None:
            assert values, "there is nothing to check"
            for name, value in values.items():
                try:
                    check(value)
                except AssertionError as error:
                    error.add_note(f"of {name}")
                    raise

        run.__name__, run.__doc__ = check.__name__, check.__doc__
        return run

    return decorate


def each_of(names: Iterable[str]) -> Callable[[Callable[[str], None]], Callable[[], None]]:
    """The same of names."""
    return each({name: name for name in names})
