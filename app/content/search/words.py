"""Texts as words: the one way in which what is printed and what is asked for are compared.

Both databases are given words made here, so that they find alike.
"""

import re
import unicodedata

MAX_WORD = 64
"""Characters of a word that count; longer ones are compared by their beginning."""

MAX_INDEXED_BYTES = 800_000
"""Words kept of one text: PostgreSQL takes less than 1 MiB of distinct words in a row."""
_OVERHEAD_BYTES = 4  # what PostgreSQL adds to each word

_IDEOGRAPHS = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Chinese and Japanese part words by no spaces: each character counts as a word."""

_DROPPED = re.compile("[\u0300-\u036f\u00ad\u200c\u200d\u2060\ufeff]")
"""Accents that stand alone, and characters that only steer how a word is set."""


class _Folding(dict[int, str]):
    """What each character becomes, worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    if _DROPPED.match(character):
        return ""
    if not character.isalnum():
        return " "
    apart = unicodedata.normalize("NFKD", character.casefold())
    plain = unicodedata.normalize("NFC", _DROPPED.sub("", apart)).casefold()
    if _IDEOGRAPHS.match(plain):
        return "".join(f" {part} " for part in plain if part.isalnum())
    return "".join(part if part.isalnum() else " " for part in plain)


_FOLDING = _Folding()
_ASCII_FOLDING = bytes(ord(_folded(chr(code))) for code in range(128)) + bytes(range(128, 256))
"""The same of ASCII, each of which becomes one character: ten times as fast."""


def fold(text: str) -> str:
    """Write a text in small letters without accents, with spaces for all that is no word."""
    if text.isascii():
        return text.encode().translate(_ASCII_FOLDING).decode()
    return text.translate(_FOLDING)


def fold_with_places(text: str) -> tuple[str, list[int] | None]:
    """The same, and of each character the place it comes from; `None`: its own place."""
    folded = fold(text)
    if text.isascii() or all(len(_FOLDING[code]) == 1 for code in set(map(ord, text))):
        return folded, None
    return folded, [n for n, c in enumerate(text) for _ in _FOLDING[ord(c)]]


def words_of(text: str) -> list[str]:
    """The words of a text, in order."""
    return [word[:MAX_WORD] for word in fold(unicodedata.normalize("NFC", text)).split()]


def indexed_words(text: str) -> str:
    """The words of a text as they are kept, parted by spaces; of endless texts the beginning."""
    words = words_of(text)
    if len(text) * 4 < MAX_INDEXED_BYTES // 4:
        return " ".join(words)
    room = MAX_INDEXED_BYTES
    for place, word in enumerate(words):
        room -= len(word.encode()) + _OVERHEAD_BYTES
        if room < 0:
            return " ".join(words[:place])
    return " ".join(words)


def one_line(text: str) -> str:
    """A text as it is shown in a line: composed characters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())
