"""Numbers of further subjects, which count what the figure before them counts.

In "X has 66,912 stars and Y 63,518" the last number is of stars, too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.content.facts.figure import LEAST_COUNT, Figure, range_of
from app.content.facts.names import Mention
from app.content.facts.numbers import NUMBER, read_number
from app.content.facts.phrases import ADVERBS, HOLDS

_SPAN_WORDS = (
    r"(?:\s+(?:this|in|on|over|the|past|last|an?|one|seven|7|24|thirty|30|hours|days?|weeks?|months?|today|yesterday"
    r"|overnight|alone|now|times))*"
)
"""The only words allowed between a figure and a second number of the same counter."""

_NUMBER = re.compile(NUMBER)
_IS_CLAUSE_END = (
    r"(?=(?:\s+times)?\s*(?:$|[.;!?)](?!\d)|,(?!\d|\s+(?:mostly|mainly|largely|all|half|many|most|chiefly|if|once|counting|including|excluding|without|before)\b)"
    r"|(?:and|while|but|with)\b))"
)
_IS_END = r"(?=(?:\s+times)?\s*(?:$|[.;](?!\d)))"
"""The end of a clause behind which nothing can name what the number counts."""
_OF_NEXT = re.compile(
    rf"^(?P<has>['’]s\s+|\s*\(|,\s+(?:with|at)\s+|\s+(?:{HOLDS}\s+|at\s+|with\s+|on\s+)?{ADVERBS}){NUMBER}{_IS_CLAUSE_END}"
)
_GETS_NEXT = re.compile(
    rf"^\s+(?:only\s+|just\s+)?(?P<gets>gained|added|earned|collected|picked\s+up|put\s+on)\s+(?:only\s+|just\s+)?{NUMBER}{_IS_END}"
)
_FOR_NEXT = re.compile(
    rf"(?:\b(?:against|versus|vs\.?|compare(?:s|d)?\s+(?:with|to)|and|while)|,)\s+{NUMBER}\s+for\s+(?:the\s+)?$"
)
_OF_COMPARED = re.compile(
    rf"\bcompare(?:s|d)?\s+(?:with|to)\s+the\s+{NUMBER}\s+(?:for|of)\s+(?:the\s+)?$"
)
_COMPARES = (
    r"(?:(?:is|are|stays?|comes?|remains?|were|was)\s+(?:(?:just|well|far)\s+)?(?:ahead\s+of|behind|no\s+match\s+for)"
    r"|followed\s+by|leads?|beats?|trails?|tops?|dwarfs?|outshines?|eclipses?|outnumbers?|exceeds?|with|against|versus|vs\.?"
    r"|compare[sd]?\s+(?:with|to))"
)
_JOINS = re.compile(
    rf"\)?{_SPAN_WORDS}[,;]?\s*(?:(?:and|while|but|whereas|then)\s+)?(?:{_COMPARES}\s+)?(?:the\s+)?"
)
"""Between a figure and a further name: no other number and no noun, which that name may count."""
_NAME_ENDS = re.compile(r"^\s*(?:$|[.,;!?)](?![\d\w])|(?:and|while|but)\b)")
"""Behind a name that is all that a number before it is of: no "…'s users", no "… adapter"."""
_IS_LARGE = re.compile(r",\d{3}|[kKmM]\+?$|illion|\d{4}")
MAX_FIGURES = 20
"""Figures of a sentence whose further numbers are read, which bounds the time of hostile text."""


def of_other_subjects(
    sentence: str, figures: Sequence[Figure], mentions: Sequence[Mention]
) -> Iterator[tuple[Figure, Mention]]:
    """Yield bare numbers of further subjects, which count what the figure before them counts."""
    if len(figures) > MAX_FIGURES:
        return
    read = 0
    for mention in mentions:
        before = [figure for figure in figures if figure.end <= mention.start]
        if not before:
            continue
        first = before[-1]
        read = max(first.end, read)
        rest, start, joined = sentence[mention.end :], mention.end, mention.start
        found = _OF_NEXT.match(rest) or _GETS_NEXT.match(rest)
        if found is None and _NAME_ENDS.match(rest):
            between, start = sentence[first.end : mention.start], first.end
            found = _FOR_NEXT.search(between) or _OF_COMPARED.search(between)
            joined = start + found.start() if found else joined
        if found is None or not _counts_the_same(found, first):
            continue
        if not _JOINS.fullmatch(sentence, read, joined):
            continue
        read = start + found.end()
        printed = read_number(found)
        text = found.group("digits") + sentence[start + found.end("digits") : start + found.end()]
        if not printed.is_count:
            continue
        range_ = range_of(printed, None, has_tilde=False)
        figure = replace(
            first,
            start=start + found.start("digits"),
            end=start + found.end(),
            text=text,
            value=printed.number,
            range=range_ if is_exact(first) else None,
            owner_is_inside=False,
        )
        if all(figure.end <= each.start or each.end <= figure.start for each in figures):
            yield figure, mention


def _counts_the_same(found: re.Match[str], first: Figure) -> bool:
    """Whether a bare number counts what the figure before it counts.

    "X gained 9 stars and Y has 12" is of two things.
    """
    named = found.groupdict()
    if named.get("gets"):
        return first.is_change and read_number(found).number >= LEAST_COUNT
    has_verb = bool((named.get("has") or "").strip())
    return not (first.is_change and has_verb) and _IS_LARGE.search(_number_text(found)) is not None


def is_exact(figure: Figure) -> bool:
    """Whether a figure has no word such as "about", which would hold for the number behind it."""
    found = _NUMBER.search(figure.text)
    return found is not None and figure.range == range_of(read_number(found), None, has_tilde=False)


def _number_text(found: re.Match[str]) -> str:
    return found["digits"] + (found["suffix"] or "")
