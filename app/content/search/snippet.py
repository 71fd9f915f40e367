"""Snippets: the part of a text around the matches, as HTML whose only markup is `<mark>`.

Made here instead of by the databases, so that both give the same snippets.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from itertools import pairwise, takewhile
from typing import NamedTuple

from app.content.search.folding import DOT, fold_with_places
from app.content.search.long_text import LONG, place_of_word
from app.content.search.question import Question, Term
from app.content.search.ranking import needle_of
from app.content.search.words import MAX_WORD, one_line

LENGTH = 200
"""Characters of a snippet, before escaping and marking."""
WORDS_BEFORE = 40
"""Words of a long text that are kept before the first match."""
BEFORE = 60
"""Characters of a snippet before the first match."""
LONGEST_CUT = 50
"""Characters that may be dropped at the end to avoid cutting a word."""
MAX_MARKED = 100
"""Longest mark, in characters: a match of a prefix may be very long."""
CUT = "…"
_MARKUP = "&<>\"'"
"""What HTML escapes: most texts have none of it."""
BETWEEN = " — "
"""Separates title and text if only the title matches."""

Range = tuple[int, int]


class Excerpt(NamedTuple):
    """A text, or the part of a long text around its first match."""

    text: str
    is_beginning: bool = True
    is_end: bool = True


def excerpt_of(question: Question, *, text: str, words: str, places: bytes) -> Excerpt:
    """Cut the 2,000 characters around the first match from a long text, or its beginning.

    `words` are all words of the text, `places` as in `IndexedText`.
    """
    words = f" {words} "
    matches = [words.find(needle_of(term)) for term in question.wanted]
    first = min((match for match in matches if match >= 0), default=0)
    number = words.count(" ", 0, first)
    start = place_of_word(places, max(0, number - WORDS_BEFORE))
    end = start + LONG
    return Excerpt(text[start:end], start == 0, end >= len(text))


def snippet_of(question: Question, *, title: str, excerpt: Excerpt) -> str:
    """Return about 200 characters around the first match, with all matches marked."""
    text, is_beginning = excerpt.text, excerpt.is_beginning
    pattern = _pattern(question.wanted)
    found = _found(pattern, text)
    first = next(found, None)
    if first is None:
        title = one_line(title)
        text = f"{title}{BETWEEN}{text}" if text else title
        is_beginning = True
        found = _found(pattern, text)
        first = next(found, (0, 0))
    start, end = _window(text, first)
    shown = [first, *takewhile(lambda match: match[1] <= end, found)]
    write = escape if any(map(text.__contains__, _MARKUP)) else str
    written, place = [CUT if start or not is_beginning else ""], start
    for begin, stop in shown:
        written.append(write(text[place:begin]))
        if stop > begin:
            written.append(f"<mark>{write(text[begin:stop])}</mark>")
        place = stop
    written += [write(text[place:end]), CUT if end < len(text) or not excerpt.is_end else ""]
    return "".join(written)


def _found(pattern: re.Pattern[str], text: str) -> Iterator[Range]:
    """Yield the ranges of matches in a text, in order."""
    folded, places = fold_with_places(text)
    place = 0
    while match := pattern.search(folded, place):
        start, end = match.span()
        place = end
        if start and _is_joined(folded[start - 1], folded[start]):
            continue  # inside another word
        end = min(end, start + MAX_MARKED)
        yield (start, end) if places is None else (places[start], _end(places, end, len(text)))


def _end(places: list[int], end: int, length: int) -> int:
    """Return the end of a match in the original text, including accents of its last letter."""
    last = places[end - 1]
    while end < len(places) and places[end] == last:
        end += 1
    behind = places[end] if end < len(places) else length
    return min(behind, last + 1 + MAX_MARKED)


@lru_cache(maxsize=64)
def _pattern(wanted: tuple[Term, ...]) -> re.Pattern[str]:
    # Phrases first, before words that they begin with.
    terms = sorted(wanted, key=lambda term: -len(term.words))
    return re.compile("|".join(map(_expression, terms)))


def _expression(term: Term) -> str:
    """Return an expression for a term in folded text, where only spaces and digits end words."""
    written = [_word(term.words[0])]
    for before, word in pairwise(term.words):
        written.append(" +" if _is_joined(before[-1], word[0]) else " *")
        written.append(_word(word))
    # A word that matches a prefix is marked whole.
    end = _characters(term.words[-1])
    return "".join(written) + (f"{end}*" if term.is_prefix else f"(?!{end})")


def _word(word: str) -> str:
    return word + (f"{_characters(word)}*" if len(word) == MAX_WORD else "")


def _characters(word: str) -> str:
    """Return the class of characters that can continue a word."""
    return "[0-9]" if word[-1].isdecimal() else f"[^ 0-9{DOT}]"


def _is_joined(left: str, right: str) -> bool:
    """Whether two adjacent characters belong to the same word."""
    if left == " " or right in (" ", DOT):
        return False
    return left.isdecimal() == right.isdecimal()


def _window(text: str, first: Range) -> Range:
    """Return where to cut the snippet, between words if possible."""
    start = 0
    if len(text) > LENGTH and first[0] > BEFORE:
        start = min(first[0] - BEFORE, len(text) - LENGTH)
        gap = text.find(" ", start, first[0])
        start = gap + 1 if gap >= 0 else start
    end = max(start + LENGTH, first[1])
    if end >= len(text):
        return start, len(text)
    # Chinese text may have no space: it is cut between two characters.
    gap = text.rfind(" ", max(first[1], end - LONGEST_CUT), end + 1)
    return start, gap if gap > first[1] else end
