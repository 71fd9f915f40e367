"""Parsing the search query `q`: words, phrases, prefixes and exclusions.

Everything else is plain text; no other syntax reaches a database.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from app.content.search.folding import fold
from app.content.search.words import words_of
from app.errors import BadRequest, Fault

MAX_CHARACTERS = 200
MAX_TERMS = 16
MIN_PREFIX = 2
"""Characters required before `*`: fewer would match nearly every entry."""

_SIGNS = str.maketrans(
    {**dict.fromkeys("“”„‟«»‹›〝〞〟＂「」『』", '"'), **dict.fromkeys("−－", "-"), "＊": "*"}
)
"""Quotes, minus and asterisk as typed on telephones and with other languages."""

_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"(?P<star>\*)?|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    """Consecutive words; usually one."""

    words: tuple[str, ...]
    is_prefix: bool = False
    """The last word is a prefix."""


@dataclass(frozen=True, slots=True)
class Question:
    """The terms that a hit must have, and those it must not have."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()

    @property
    def is_one_word(self) -> bool:
        """Whether the index needs to read no more entries than it returns."""
        if self.unwanted or len(self.wanted) > 1:
            return False
        return len(self.wanted[0].words) == 1 and not self.wanted[0].is_prefix


@lru_cache(maxsize=256)  # a search is parsed to be checked, then to be answered, page by page
def read_question(text: str, *, is_unfinished: bool = False) -> Question:
    """Parse a query: `word`, `"a phrase"`, `begin*`, `-unwanted`.

    A word with signs, or with letters next to digits, such as `gpt-4o`, is the phrase of its parts.
    With `is_unfinished` the last word is a prefix, as it may still be typed.

    Raises:
        BadRequest: there is no word to search for, or there are more than 16.
    """
    text = text.translate(_SIGNS)
    found: dict[bool, dict[Term, None]] = {True: {}, False: {}}
    for part in _PART.finditer(text):
        may_go_on = is_unfinished and part["word"] is not None and part.end() == len(text)
        term = _term(part, may_go_on=may_go_on)
        if term is not None:
            found[part["minus"] is None][term] = None
    if not found[True]:
        raise _refusal("must have a word of letters or digits that is not excluded by -.")
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
    """Whether the last word can be a prefix; after a sign, as in `acme/*`, it is complete."""
    return not fold(unicodedata.normalize("NFC", text)[-1:]).isspace()


def _refusal(detail: str) -> BadRequest:
    fault = Fault("", "invalid", detail, "q")
    return BadRequest("invalid_parameter", f"The parameter q {detail}", faults=[fault])
