"""What is searched for: the text of `q` read as words, phrases, beginnings and exclusions.

Whatever else stands there is plain text: no sign of it reaches a database.
"""

import re
import unicodedata
from dataclasses import dataclass

from app.content.search.folding import fold
from app.content.search.words import words_of
from app.errors import BadRequest, Fault

MAX_CHARACTERS = 200
MAX_TERMS = 16
MIN_PREFIX = 2
"""Characters before a `*`: fewer would begin nearly every word."""

_SIGNS = str.maketrans(
    {**dict.fromkeys("“”„‟«»‹›〝〞〟＂「」『』", '"'), **dict.fromkeys("−－", "-"), "＊": "*"}
)
"""Quotes, minus and star as telephones and keyboards of other languages type them."""

_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"(?P<star>\*)?|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand one after the other; usually one."""

    words: tuple[str, ...]
    is_prefix: bool = False
    """Whether the last word may go on."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a hit has, all of it, and what it has not."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()

    @property
    def is_one_word(self) -> bool:
        """Whether all that has the word is a hit, so that no index looks at more than it finds."""
        if self.unwanted or len(self.wanted) > 1:
            return False
        return len(self.wanted[0].words) == 1 and not self.wanted[0].is_prefix


def read_question(text: str, *, is_unfinished: bool = False) -> Question:
    """Read what somebody typed: `word`, `"a phrase"`, `begin*`, `-unwanted`.

    A word that holds signs, or letters beside digits, such as `gpt-4o`, is the phrase of its parts.
    `is_unfinished`: the last word may still be typed, so it is read as if a `*` followed it.

    Raises:
        BadRequest: no word to look for, or more than 16.
    """
    text = text.translate(_SIGNS)
    found: dict[bool, dict[Term, None]] = {True: {}, False: {}}
    for part in _PART.finditer(text):
        may_go_on = is_unfinished and part["word"] is not None and part.end() == len(text)
        term = _term(part, may_go_on=may_go_on)
        if term is not None:
            found[part["minus"] is None][term] = None
    if not found[True]:
        raise _refusal("must hold a word to look for: letters or digits, not excluded by -.")
    if len(found[True]) + len(found[False]) > MAX_TERMS:
        raise _refusal(f"must hold at most {MAX_TERMS} words.")
    return Question(tuple(found[True]), tuple(found[False]))


def _term(part: re.Match[str], *, may_go_on: bool) -> Term | None:
    written: str = part["word"] if part["phrase"] is None else part["phrase"]
    text = written.rstrip("*")
    words = words_of(text)
    if not words:
        return None
    has_star = may_go_on or written.endswith("*") or part["star"] is not None
    is_prefix = has_star and _ends_in_word(text) and sum(map(len, words)) >= MIN_PREFIX
    return Term(tuple(words), is_prefix)


def _ends_in_word(text: str) -> bool:
    """Whether the last word could go on: after a sign, as in `acme/*`, it stands whole."""
    return not fold(unicodedata.normalize("NFC", text)[-1:]).isspace()


def _refusal(detail: str) -> BadRequest:
    fault = Fault("", "invalid", detail, "q")
    return BadRequest("invalid_parameter", f"The parameter q {detail}", faults=[fault])
