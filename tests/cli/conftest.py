"""The command line as a person meets it: words in, two streams and an exit code out."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.cli import main, session
from app.config import Settings
from tests.conftest import Clock


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(
    settings: Settings,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Run `morningpost` with words on the test's own database, in this process."""
    monkeypatch.setenv("MORNINGPOST_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("MORNINGPOST_PUBLIC_URL", settings.public_url)
    monkeypatch.setattr(session, "utc_now", clock)

    def run_command(*words: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["morningpost", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfd.readouterr()
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run_command
