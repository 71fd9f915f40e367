"""Sentences of a text."""

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…]+[\"'”’)\]*]*\s+(?=[\"'“‘(\[*]*[A-Z0-9À-ÖØ-Þ])|[;\n]\s*")
_ABBREVIATED = re.compile(
    r"(?:\b(?:approx|vs|e\.g|i\.e|ca|c|est|Inc|Corp|Ltd|Co|Dr|Mr|Mrs|Ms|St|Prof|No|Nos|Fig|al|cf|etc"
    r"|U\.S|U\.K|resp)|\b[A-Z])\.\s+$"
)
_LEANS = re.compile(r"\d[\d,.]*[kKmM]?\s+(?:of\s+(?:them|those|these)|came|arrived|new|more)\b")
"""Behind a semicolon, a number that counts what the figure before it counts."""
MAX_SENTENCE = 1_000
"""Longer sentences are no prose; they are left out."""


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text; a semicolon ends one, too."""
    start = 0
    for found in _END.finditer(text):
        if _ABBREVIATED.search(text[max(start, found.end() - 12) : found.end()]):
            continue
        is_inner = _LEANS.match(text, found.end()) or _is_in_brackets(text[start : found.start()])
        if found[0].startswith(";") and is_inner:
            continue
        if found.end() - start <= MAX_SENTENCE:
            yield text[start : found.end()].strip()
        start = found.end()
    if 0 < len(text) - start <= MAX_SENTENCE:
        yield text[start:].strip()


def _is_in_brackets(text: str) -> bool:
    return text.rfind("(") > text.rfind(")")
