"""Texts of any length as indexed: their words, and where in the text these are.

Ranking reads only the first words, and a snippet only the text around a match, so a text of 200,000
characters takes no longer than a short one.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

from app.content.search.folding import IDEOGRAPHS
from app.content.search.words import words_of, words_of_each

MAX_INDEXED_BYTES = 800_000
"""Words indexed per text: PostgreSQL allows less than 1 MiB of distinct words in a row."""
_OVERHEAD_BYTES = 4  # what PostgreSQL adds to each word

RANKED_CHARACTERS = 8_000
"""Characters of words used for ranking: about 1,300 words, more than nearly every story has."""

LONG = 2_000
"""Texts from this length on have word places."""
CHUNK = 500
"""Distance of word places, in characters."""

_CUT = re.compile(f"[ ,;:!?()/、。，；：！？（）]|(?=[{IDEOGRAPHS}])")
"""Matches between words, where no sign that belongs to a word is split off."""
_PLACE = Struct("<II")


@dataclass(frozen=True, slots=True)
class IndexedText:
    """The words of a text, separated by spaces."""

    words: str
    """The words used for ranking; for most texts all of them."""
    more_words: str | None
    """The remaining words; `None` if there are none."""
    places: bytes | None
    """For a long text: pairs of a word count and the text index after that many words."""


def index_texts(texts: Sequence[str]) -> list[IndexedText]:
    """Extract the words of single-line texts; the end of an extremely long text is dropped."""
    short = iter(words_of_each([text for text in texts if len(text) < LONG]))
    return [
        IndexedText(" ".join(next(short)), None, None) if len(text) < LONG else _index_long(text)
        for text in texts
    ]


def _index_long(text: str) -> IndexedText:
    words: list[str] = []
    places = bytearray()
    room = MAX_INDEXED_BYTES
    for start, end in _chunks(text):
        places += _PLACE.pack(len(words), start)
        chunk = words_of(text[start:end])
        room -= sum(len(word.encode()) + _OVERHEAD_BYTES for word in chunk)
        if room < 0:
            break
        words += chunk
    joined = " ".join(words)
    if len(joined) <= RANKED_CHARACTERS:
        return IndexedText(joined, None, bytes(places))
    cut = joined.rfind(" ", 0, RANKED_CHARACTERS)
    return IndexedText(joined[:cut], joined[cut + 1 :], bytes(places))


def _chunks(text: str) -> list[tuple[int, int]]:
    starts = [0]
    while cut := _CUT.search(text, starts[-1] + CHUNK):
        starts.append(cut.end())
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def place_of_word(places: bytes, number: int) -> int:
    """Return a text index at most about 500 characters before a word.

    `number` is the count of words before it.
    """
    known = list(_PLACE.iter_unpack(places))
    _, start = known[max(0, bisect_right(known, (number, 2**32)) - 1)]
    return int(start)
