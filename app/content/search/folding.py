"""Folding: normalise characters so that words can be compared.

Case, accents, strokes, width, and Arabic and Hebrew points are removed. Characters outside of words
become spaces. Texts must be in NFC.
"""

import codecs
import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

IDEOGRAPHS = (
    "\u3005-\u3007\u3040-\u3098\u309d-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Chinese and Japanese do not separate words, so each character counts as a word."""

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua980-\ua9ff\uaa60-\uaa7f]"
)
"""Thai, Lao, Burmese and Khmer do not either: each letter with its marks counts as a word."""

_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
_SHORT_RUN = 16
"""Longest run that is cached: dashes, quotes and most words occur again and again."""
_HALF_WIDTH_VOICED = re.compile("[\uff66-\uff9d][\uff9e\uff9f]")
_VOICING_MARKS = re.compile("[\u3099\u309a]")

_OPTIONAL_CLASSES = frozenset({1, *range(10, 37), *range(202, 241)})
"""Combining classes of marks that people often do not type: accents, and the points of Hebrew and
Arabic. Vowel signs of Indic scripts, Thai and Tibetan are in other classes."""

_DEVANAGARI_NUKTA = "\u093c"
"""Marks Persian and Arabic sounds in Hindi; most keyboards lack it."""

_FREQUENT_SPACES = "\u2013\u2014\u2018\u2019\u201c\u201d\u2026"
"""Dashes, curly quotes and the ellipsis. Each is folded to a space, as the other signs are."""

_EQUIVALENTS = {
    "\u0640": "",  # tatweel only stretches a word
    "\u0649": "\u064a",  # alef maksura and Persian yeh are typed for yeh, and the reverse
    "\u06cc": "\u064a",
    "\u06a9": "\u0643",  # Persian keheh
    "\u0671": "\u0627",  # alef wasla
    "\u02bc": " ",  # an apostrophe; separates words like the ASCII one
    "\u200b": " ",  # zero-width space
    **dict.fromkeys("\u02b9\u02ba\u02bb\u02be\u02bf", ""),  # signs of transliteration
}

DOT = "\x82"
"""The dot of .NET, which begins a word even within another."""
END = "\x1e"
"""Ends each of several texts that are folded together; no text may contain it."""
_SIGN_MARKS = {"+": "\x80", "#": "\x81", ".": DOT}
"""Signs that are part of a word, mapped to control characters that no text may contain."""
_SIGN_FORMS = {"＋": "+", "＃": "#", "♯": "#", "．": "."}
_SIGNED = re.compile(
    r"(?<![A-Za-z0-9_])[A-Za-zＡ-Ｚａ-ｚ](?:[+＋]{2}(?![+＋A-Za-z])|[#＃♯](?![A-Za-z]))"
    r"|(?:(?<![A-Za-z0-9])|(?<=(?i:asp))|(?<=(?i:ado))|(?<=(?i:vb)))[.．](?i:net)(?![A-Za-z])"
)
"""C++, C#, F# and similar names, and .NET; not the end of a domain such as example.net."""
_WIDE_SIGN_HINTS = (".n", ".N", "＋＋", "＃", "♯", "．")


class _Folding(dict[int, str]):
    """Folded form of single characters, computed on first use."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    if character == END or character in _SIGN_MARKS.values():
        return character
    if not (character.isalnum() or character in _EQUIVALENTS or _is_mark(character)):
        return "" if unicodedata.category(character) == "Cf" else " "
    parts = unicodedata.normalize("NFKD", character)
    plain = unicodedata.normalize("NFC", "".join(map(_plain, parts)))
    plain = _VOICING_MARKS.sub("", plain)
    if _IDEOGRAPH.match(plain):
        return "".join(f" {part} " for part in plain if part.isalnum())
    if _UNSPACED.match(plain) and character.isalpha():
        return f" {plain}"
    return "".join(part if part.isalnum() or _is_mark(part) else " " for part in plain)


def _plain(part: str) -> str:
    """Fold one character of a decomposition."""
    if part in _EQUIVALENTS:
        return _EQUIVALENTS[part]
    if _is_mark(part):
        return "" if _is_optional(part) else part
    if part.isdecimal():
        return str(unicodedata.decimal(part))
    if not part.isascii() and unicodedata.name(part, "").startswith("LATIN "):
        return anyascii(part).lower()
    return part.casefold()


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _is_optional(mark: str) -> bool:
    """Whether words with and without a mark are equal."""
    if mark == _DEVANAGARI_NUKTA or unicodedata.category(mark) == "Me":
        return True
    if "VARIATION SELECTOR" in unicodedata.name(mark, "") or mark == "\u034f":
        return True
    return unicodedata.combining(mark) in _OPTIONAL_CLASSES


_FOLDING = _Folding()
_ASCII_FOLDING = bytes(ord(_folded(chr(code))) for code in range(128)) + bytes(range(128, 256))
"""Folding of the ASCII bytes of UTF-8, ten times as fast as by character."""


def fold(text: str) -> str:
    """Fold a text to plain lower case letters, with spaces for everything outside of words."""
    return _fold_by(_ANY, _with_signs_replaced(text))


def _fold_by(handler: str, text: str) -> str:
    """Fold with the error handler of runs beyond ASCII, which the codec finds fastest."""
    return text.encode("ascii", handler).translate(_ASCII_FOLDING).decode()


def _folded_run(found: UnicodeError) -> tuple[bytes, int]:
    """Fold a run that ASCII cannot encode; an error handler of the codec."""
    assert isinstance(found, UnicodeEncodeError)
    run = found.object[found.start : found.end]
    fold_run = _folded_short_run if len(run) <= _SHORT_RUN else _folded_short_run.__wrapped__
    return fold_run(run).folded, found.end


def _run_folded_in_place(found: UnicodeError) -> tuple[bytes, int]:
    """Do the same. Raises `_Moved` unless each character is folded to one."""
    assert isinstance(found, UnicodeEncodeError)
    if found.end - found.start > _SHORT_RUN:
        raise _Moved
    run = _folded_short_run(found.object[found.start : found.end])
    if not run.is_in_place:
        raise _Moved
    return run.folded, found.end


class _Moved(Exception):
    """A folded character has another index than the original one."""


class _Run(NamedTuple):
    folded: bytes
    is_in_place: bool


@lru_cache(maxsize=8192)
def _folded_short_run(characters: str) -> _Run:
    pieces = _pieces(characters)
    return _Run("".join(pieces).encode(), all(len(piece) == 1 for piece in pieces))


_ANY, _IN_PLACE = "morningpost.fold", "morningpost.fold_in_place"
codecs.register_error(_ANY, _folded_run)
codecs.register_error(_IN_PLACE, _run_folded_in_place)


def fold_with_places(text: str) -> tuple[str, list[int] | None]:
    """Fold a text; also return the original index of each folded character.

    The list is `None` if all indices are unchanged.
    """
    if text.isascii():
        return fold(text), None
    text = _with_signs_replaced(text)
    # In Latin scripts few characters are beyond ASCII. By runs, others would take longer.
    if (len(text.encode()) - len(text)) * 8 < len(text):
        with suppress(_Moved):
            return _fold_by(_IN_PLACE, text), None
    pieces = _pieces(text)
    folded = "".join(pieces)
    if len(folded) == len(text) and all(map(len, pieces)):
        return folded, None
    return folded, [index for index, piece in enumerate(pieces) for _ in piece]


def _with_signs_replaced(text: str) -> str:
    """Replace signs that are part of a word, and frequent ones that are not, one by one."""
    if not text.isascii():
        for sign in _FREQUENT_SPACES:
            text = text.replace(sign, " ")
    return _SIGNED.sub(_marked, text) if _may_have_signs(text) else text


def _may_have_signs(text: str) -> bool:
    """Search for a few substrings, which takes a hundredth of the time of the expression."""
    if "#" in text or ("+" in text and "++" in text):
        return True
    if text.isascii():
        return ".net" in text.lower()  # one longer search takes less time than two short ones
    return any(map(text.__contains__, _WIDE_SIGN_HINTS))


def _marked(match: re.Match[str]) -> str:
    return "".join(
        _SIGN_MARKS.get(_SIGN_FORMS.get(character, character), character) for character in match[0]
    )


def _pieces(run: str) -> list[str]:
    """Return the folded form of each character."""
    folding = _FOLDING
    pieces = [folding[ord(character)] for character in run]
    for voiced in _HALF_WIDTH_VOICED.finditer(run):
        composed = unicodedata.normalize("NFKC", voiced[0])
        if len(composed) == 1:
            pieces[voiced.start()] = folding[ord(composed)]
            pieces[voiced.start() + 1] = ""
    if _UNSPACED.search(run):
        for index, character in enumerate(run):
            is_last = index + 1 == len(run) or not _UNSPACED.match(run[index + 1])
            if is_last and _UNSPACED.match(character):
                pieces[index] += " "
    return pieces
