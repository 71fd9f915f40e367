"""CI runs each test once: `make test` and `make trials` divide all tests between them."""

import re
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.in_turn import is_its_turn

ROOT = Path(__file__).parent.parent
MARKERS = ("slow", "trial")


def _recipe(target: str) -> str:
    """What `make` runs for a target."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.M)
    assert found is not None, target
    return found[1]


def _chooses(target: str, marked: dict[str, bool]) -> bool:
    """Whether a target runs a test that has these markers."""
    chosen = re.search(r'pytest .*?-m ("[^"]*"|\w+) ', _recipe(target))
    return chosen is None or bool(eval(chosen[1].strip('"'), {}, marked))


def test_each_test_is_run_by_make_test_or_by_make_trials() -> None:
    for values in product([False, True], repeat=len(MARKERS)):
        marked = dict(zip(MARKERS, values, strict=True))

        assert _chooses("test", marked) is not _chooses("trials", marked)
        assert _chooses("trials", marked) is marked["trial"]
        assert _chooses("check", marked) is (values == (False, False))
        assert _chooses("coverage", marked)


@pytest.mark.parametrize("case", ["a", "b-c", "sqlite", "postgresql"])
def test_a_case_whose_turn_it_is_runs_on_one_database(case: str) -> None:
    databases = ["sqlite", "postgresql"]

    turns = [is_its_turn(_item(f"{name}-{case}", name), databases) for name in databases]
    behind = [is_its_turn(_item(f"{case}-{name}", name), databases) for name in databases]

    assert sorted(turns) == sorted(behind) == [False, True]


def _item(id_: str, database: str) -> Any:
    """A case as pytest collects it."""
    return SimpleNamespace(
        name=f"test_it[{id_}]",
        callspec=SimpleNamespace(id=id_, params={"database_url": database}),
        iter_markers=lambda: [SimpleNamespace(name="databases_in_turn")],
        get_closest_marker=lambda name: None,
    )


def test_ci_runs_both_with_every_case_and_measures_coverage() -> None:
    commands = (ROOT / ".ci" / "run").read_text().splitlines()

    test = next(n for n, command in enumerate(commands) if command.startswith("make test"))
    assert commands[test + 1] == "make trials"
    assert "--cov-fail-under=95" in commands[test]
    assert "ONE_IN" in _recipe("check")
    assert "ONE_IN" not in _recipe("test") + _recipe("trials")
    assert 'export CI="${CI:-true}"' in commands[:test]
