"""`python -m benchmarks.fill` beside the command line of the application, on one database."""

import pytest

from benchmarks.fill import main
from tests.cli.conftest import Ran, Run, run

__all__ = ["run"]


@pytest.fixture
def fill(run: Run, capfd: pytest.CaptureFixture[str]) -> Run:
    """Fill the database that `run` works on."""

    def run_fill(*words: str) -> Ran:
        capfd.readouterr()
        code = 0
        try:
            main(words)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        return Ran(code, *capfd.readouterr())

    return run_fill
