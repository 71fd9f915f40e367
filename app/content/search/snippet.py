"""The part of a text that shows why it was found, as HTML in which nothing but `<mark>` is markup.

Made here and by neither database, so that both show alike.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from itertools import takewhile

from app.content.search.question import Question, Term
from app.content.search.words import MAX_WORD, fold_with_places, one_line

LENGTH = 200
"""Characters of a snippet, before it is escaped and marked."""
BEFORE = 60
"""Characters of them that may stand before the first match."""
MAX_MARKED = 100
"""Characters of one match that are marked: what begins as asked for may go on for long."""
CUT = "…"
BETWEEN = " — "
"""Parts the title from the text, where the title alone has what was looked for."""

Range = tuple[int, int]


def snippet_of(question: Question, *, title: str, text: str) -> str:
    """Quote about 200 characters around the first match, every match in them marked."""
    found = _found(question, text)
    first = next(found, None)
    if first is None:
        title = one_line(title)
        text = f"{title}{BETWEEN}{text}" if text else title
        found = _found(question, text)
        first = next(found, (0, 0))
    start, end = _window(text, first)
    shown = [first, *takewhile(lambda match: match[1] <= end, found)]
    written, place = [CUT if start else ""], start
    for begin, stop in shown:
        written.append(escape(text[place:begin]))
        if stop > begin:
            written.append(f"<mark>{escape(text[begin:stop])}</mark>")
        place = stop
    written += [escape(text[place:end]), CUT if end < len(text) else ""]
    return "".join(written)


def _found(question: Question, text: str) -> Iterator[Range]:
    """Where the text has what was looked for, in order."""
    folded, places = fold_with_places(text)
    pattern, place = _pattern(question), 0
    while match := pattern.search(folded, place):
        start, end = match.span()
        place = end
        if start and folded[start - 1] != " ":
            continue  # within a word
        end = min(end, start + MAX_MARKED)
        yield (start, end) if places is None else (places[start], places[end - 1] + 1)


@lru_cache(maxsize=64)
def _pattern(question: Question) -> re.Pattern[str]:
    # A phrase stands before the words that begin it.
    terms = sorted(question.wanted, key=lambda term: -len(term.words))
    return re.compile("|".join(map(_expression, terms)))


def _expression(term: Term) -> str:
    words = [word + (r"\S*" if len(word) == MAX_WORD else "") for word in term.words]
    # The word that was begun is marked whole.
    return " +".join(words) + (r"\S*" if term.is_prefix else r"(?!\S)")


def _window(text: str, first: Range) -> Range:
    """Where to cut, between words if there are any near."""
    start = 0
    if len(text) > LENGTH and first[0] > BEFORE:
        start = min(first[0] - BEFORE, len(text) - LENGTH)
        gap = text.find(" ", start, first[0])
        start = gap + 1 if gap >= 0 else start
    end = max(start + LENGTH, first[1])
    if end >= len(text):
        return start, len(text)
    gap = text.rfind(" ", first[1], end + 1)
    return start, gap if gap > first[1] else end
