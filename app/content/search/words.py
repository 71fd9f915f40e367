"""Words: texts and queries are both split here, so that they compare alike on both databases.

A word is a run of letters or a run of digits: "Qwen3.6-27B" is qwen, 3, 6, 27, b. When the words of
a text change, raise `INDEX_VERSION` (`app/content/search/entries.py`).
"""

import re
import unicodedata
from collections.abc import Sequence

from app.content.search.folding import DOT, END, fold

MAX_WORD = 64
"""Significant characters of a word; the rest is ignored."""

_DIGITS = re.compile("[0-9]+")


def words_of(text: str) -> list[str]:
    """Split a text into folded words."""
    return _split(_spaced(text))


def words_of_each(texts: Sequence[str]) -> list[list[str]]:
    """Split several texts into folded words, in a third of the time that each alone takes."""
    if not texts:
        return []
    return [_split(text) for text in _spaced(END.join(texts)).split(END)]


def _spaced(text: str) -> str:
    """Fold a text, with spaces between its words; `END` stays."""
    folded = _DIGITS.sub(r" \g<0> ", fold(unicodedata.normalize("NFC", text)))
    return folded.replace(DOT, f" {DOT}") if DOT in folded else folded


def _split(folded: str) -> list[str]:
    words = folded.split()
    if max(map(len, words), default=0) <= MAX_WORD:
        return words  # as nearly always
    return [word[:MAX_WORD] for word in words]


def one_line(text: str) -> str:
    """Format a text as one line: composed characters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())
