"""Turns of phrase that need decoding only become fewer; commit subjects fit in 72 characters."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BASE = "0b2caa5"
"""Subjects are checked from the commit after this one on."""
AT_MOST = {
    "whoever": 0,
    "nobody": 0,
    "everybody": 0,
    "somebody": 0,
    "for ever": 0,
    "is told": 1,
    "no more": 6,
    "for want of": 0,
    "none of ours": 0,
    "carried out": 0,
    "at a time to come": 0,
    "who says": 1,
}
"""How often each stands in app/, docs/ and the README. Lower a number when you mend a sentence."""


def written() -> str:
    files = [*ROOT.glob("app/**/*.py"), *ROOT.glob("docs/**/*.md"), ROOT / "README.md"]
    return re.sub(r"\s+", " ", " ".join(file.read_text().lower() for file in files))


@pytest.mark.parametrize("turn", AT_MOST)
def test_a_turn_that_needs_decoding_is_not_used_again(turn: str) -> None:
    assert len(re.findall(rf"\b{turn}\b", written())) <= AT_MOST[turn], f"do not write {turn!r}"


@pytest.mark.end_to_end
def test_commit_subjects_fit_in_72_characters() -> None:
    log = ["git", "log", "--no-merges", "--format=%s", f"{BASE}..HEAD"]
    done = subprocess.run(log, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no history of commits here")

    assert [subject for subject in done.stdout.splitlines() if len(subject) > 72] == []
