"""Words: texts and queries are both split here, so that they compare alike on both databases.

A word is a run of letters or a run of digits: "Qwen3.6-27B" is qwen, 3, 6, 27, b. When the words of
a text change, raise `INDEX_VERSION` (`app/content/search/entries.py`).
"""

import re
import unicodedata

from app.content.search.folding import DOT, fold

MAX_WORD = 64
"""Significant characters of a word; the rest is ignored."""

_DIGITS = re.compile("[0-9]+")


def words_of(text: str) -> list[str]:
    """Split a text into folded words."""
    folded = _DIGITS.sub(r" \g<0> ", fold(unicodedata.normalize("NFC", text)))
    if DOT in folded:
        folded = folded.replace(DOT, f" {DOT}")
    return [word[:MAX_WORD] for word in folded.split()]


def one_line(text: str) -> str:
    """Format a text as one line: composed characters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())
