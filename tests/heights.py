"""The three heights of tests, and what a test of each height may open.

| height        | what it tests                       | database | processes, ports |
|---------------|-------------------------------------|----------|------------------|
| `unit`        | functions and classes by themselves | no       | no               |
| `integration` | the application in this process     | yes      | no               |
| `end_to_end`  | real processes or sockets           | yes      | yes              |

A test that uses a fixture with a database is an integration test. One that is marked `integration`
or `end_to_end`, itself or by its module, has that height. Every other test is a unit test.

The markers `slow` and `trial` say how long a test takes, whatever its height: `make check` leaves
both out, `make test` leaves out trials, and `make trials` runs those
(tests/test_tiers.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest

Height = Literal["unit", "integration", "end_to_end"]

WITH_A_DATABASE = frozenset({"database_url", "sqlite_template", "postgres_url"})
"""The fixtures below all others that open a database."""

_OUTSIDE = frozenset({"subprocess.Popen", "os.posix_spawn", "os.fork", "socket.bind"})
MAY_NOT: dict[Height, frozenset[str]] = {
    "unit": _OUTSIDE | {"sqlite3.connect", "socket.connect"},
    "integration": _OUTSIDE,
    "end_to_end": frozenset(),
}
"""The audit events of Python that a test of each height must not cause."""

_running: list[Height] = []


class TooHigh(Exception):
    """A test opened what its height does not allow. No `OSError`, which code may rightly catch."""


def height_of(item: pytest.Item) -> Height:
    """The height of a test, by its marker or by its fixtures."""
    if item.get_closest_marker("end_to_end"):
        return "end_to_end"
    fixtures = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("integration") or fixtures & WITH_A_DATABASE:
        return "integration"
    return "unit"


def mark_heights(items: list[pytest.Item]) -> None:
    """Give every test the marker of its height, so that `-m unit` selects it."""
    for item in items:
        item.add_marker(height_of(item))


@contextmanager
def at_height(height: Height) -> Iterator[None]:
    """Hold what runs inside to a height; the innermost one counts."""
    _running.append(height)
    try:
        yield
    finally:
        _running.pop()


def check_height(event: str) -> None:
    """Refuse an audit event that the running test must not cause.

    Raises:
        TooHigh: the test needs the marker of a greater height.
    """
    if _running and event in MAY_NOT[_running[-1]]:
        raise TooHigh(f"{event} in a test of the height {_running[-1]}: mark it with a greater one")
