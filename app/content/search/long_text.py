"""Texts of any length, as they are indexed: words, and where in the text they stand.

Ranking reads the beginning of the words alone, and a snippet only the part of the text around a
match, so neither takes longer for a text of 200,000 characters than for a short one.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from struct import Struct

from app.content.search.folding import IDEOGRAPHS
from app.content.search.words import words_of

MAX_INDEXED_BYTES = 800_000
"""Words kept of one text: PostgreSQL takes less than 1 MiB of distinct words in a row."""
_OVERHEAD_BYTES = 4  # what PostgreSQL adds to each word

RANKED_CHARACTERS = 8_000
"""Characters of words that are ranked: some 1,300 words, more than nearly every story has."""

LONG = 2_000
"""Characters of a text from which on the places of its words are kept."""
CHUNK = 500
"""Characters of a text after which the next place is noted."""

_CUT = re.compile(f"[ ,;:!?()/、。，；：！？（）]|(?=[{IDEOGRAPHS}])")
"""Where no word, and no sign of a word, goes on."""
_PLACE = Struct("<II")


@dataclass(frozen=True, slots=True)
class IndexedText:
    """The words of a text, separated by spaces."""

    words: str
    """Those that are ranked: all of most texts."""
    more_words: str | None
    """The others; `None` where there are none."""
    places: bytes | None
    """Of a long text: pairs of numbers, how many words stand before an index of the text."""


def index_text(text: str) -> IndexedText:
    """Make the words of a text in one line; of endless texts the beginning is kept."""
    if len(text) < LONG:
        return IndexedText(" ".join(words_of(text)), None, None)
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
    """Give an index of the text from which on, within about 500 characters, a word stands.

    `number`: how many words stand before it.
    """
    known = list(_PLACE.iter_unpack(places))
    _, start = known[max(0, bisect_right(known, (number, 2**32)) - 1)]
    return int(start)
