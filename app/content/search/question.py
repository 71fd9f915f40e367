"""What is searched for: the text of `q` read as words, phrases, beginnings and exclusions.

Whatever else stands there is plain text: no sign of it reaches a database.
"""

import re
from dataclasses import dataclass

from app.content.search.words import words_of
from app.errors import BadRequest, Fault

MAX_CHARACTERS = 200
MAX_TERMS = 16
MIN_PREFIX = 2
"""Letters before a `*`: fewer would begin nearly every word."""

_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


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


def read_question(text: str) -> Question:
    """Read what somebody typed: `word`, `"a phrase"`, `begin*`, `-unwanted`.

    A word that holds signs, such as `gpt-4o`, is the phrase of its parts.

    Raises:
        BadRequest: no word to look for, or more than 16.
    """
    found: dict[bool, dict[Term, None]] = {True: {}, False: {}}
    for part in _PART.finditer(text):
        term = _term(part["phrase"] if part["phrase"] is not None else part["word"], part)
        if term is not None:
            found[part["minus"] is None][term] = None
    if not found[True]:
        raise _refusal("must hold a word to look for: letters or digits, not excluded by -.")
    if len(found[True]) + len(found[False]) > MAX_TERMS:
        raise _refusal(f"must hold at most {MAX_TERMS} words.")
    return Question(tuple(found[True]), tuple(found[False]))


def _term(text: str, part: re.Match[str]) -> Term | None:
    words = words_of(text)
    if not words:
        return None
    is_prefix = part["word"] is not None and text.endswith("*") and len(words[-1]) >= MIN_PREFIX
    return Term(tuple(words), is_prefix)


def _refusal(detail: str) -> BadRequest:
    fault = Fault("", "invalid", detail, "q")
    return BadRequest("invalid_parameter", f"The parameter q {detail}", faults=[fault])
