"""Texts as words: the one way in which what is printed and what is asked for are compared.

A word is a run of letters or a run of digits: "Qwen3.6-27B" is qwen, 3, 6, 27, b. Both databases
are given words made here, so that they find alike. When the words of a text change, raise
`INDEX_VERSION` (`app/content/search/entries.py`).
"""

import re
import unicodedata

from app.content.search.folding import DOT, fold

MAX_WORD = 64
"""Characters of a word that count; longer ones are compared by their beginning."""

_DIGITS = re.compile("[0-9]+")


def words_of(text: str) -> list[str]:
    """Give the words of a text, in order."""
    folded = _DIGITS.sub(r" \g<0> ", fold(unicodedata.normalize("NFC", text)))
    if DOT in folded:
        folded = folded.replace(DOT, f" {DOT}")
    return [word[:MAX_WORD] for word in folded.split()]


def one_line(text: str) -> str:
    """Write a text as it is shown in a line: composed characters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())
