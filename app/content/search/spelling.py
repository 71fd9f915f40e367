"""Correcting a search query: misspelt words are replaced, everything else stays as typed."""

import re

from app.content.search.question import Question
from app.content.search.vocabulary import Vocabulary
from app.content.search.words import words_of

_LETTERS = re.compile(r"[^\W\d_]+")


def corrected(text: str, question: Question, vocabulary: Vocabulary) -> str | None:
    """Return the query with its misspelt words corrected; `None` if there is none.

    Prefixes, and words that hits must not have, are left as they are.
    """
    found: dict[str, str] = {}
    for term in question.wanted:
        for word in term.words[: -1 if term.is_prefix else None]:
            better = vocabulary.correction(word)
            if better is not None:
                found[word] = better
    if not found:
        return None
    written = _LETTERS.sub(lambda match: _replaced(match[0], found), text)
    return None if written == text else written


def _replaced(written: str, found: dict[str, str]) -> str:
    words = words_of(written)
    better = found.get(words[0]) if len(words) == 1 else None
    if better is None:
        return written
    return better.capitalize() if written[0].isupper() else better
