"""Numbers behind a figure that count the same, so that their sentence does not name it again.

In "X has 66,912 stars, up 509 this week" and "X has 66,912 stars and Y 63,518" the last numbers are
of stars, too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.content.facts.figure import LEAST_CHANGE, LEAST_COUNT, Figure, range_of
from app.content.facts.names import Mention
from app.content.facts.narrowed import is_narrowed_behind
from app.content.facts.numbers import NUMBER, read_number
from app.content.facts.phrases import ADVERBS, HOLDS
from app.content.facts.windows import WEEKDAYS, starts_with_window, window_in

_SPAN_WORDS = (
    r"(?:\s+(?:this|in|on|over|the|past|last|an?|one|seven|7|24|thirty|30|hours|days?|weeks?|months?|today|yesterday"
    r"|overnight|alone|now|times))*"
)
"""The only words allowed between a figure and a second number of the same counter."""

_NUMBER = re.compile(NUMBER)
_PLATFORM = r"(?:\s+o[nf]\s+(?:GitHub|Hugging\s+Face|the\s+[Hh]ub))?"
_CHANGE_BEHIND = re.compile(
    rf"{_PLATFORM}(?:\s*[(,]\s*|\s+after\s+(?=an?\s))(?:(?P<sign>[+−-])|up\s+|(?P<down>down)\s+|an?\s+(?:gain|rise|increase|jump)\s+of\s+)(?P<tilde>[~≈]\s?)?{NUMBER}"
    r"(?=\s+(?:this|on|over|in|since|within|today|overnight|w/w|m/m)\b)"
)
"""The change behind a total, as in "66.9k stars (+509 this week)" or "…, up 509 on the week"."""
_OF_THEM = r"of\s+(?:them|(?:those|these)(?:\s+(?:stars|likes|downloads|forks|upvotes))?)"
_PART_BEHIND = re.compile(
    rf"{_SPAN_WORDS}(?P<sign>)(?P<down>){_PLATFORM}\s*(?:[,;(]\s*(?:and\s+|of\s+which\s+)?|\s+and\s+(?=[\d.,]+\S?\s+of\s))(?P<tilde>[~≈]\s?)?{NUMBER}"
    rf"(?:\s+(?:more|new|{_OF_THEM}))?(?:\s+(?:new|cast|added|gained|given|came|arrived|(?:were|have\s+been)\s+[a-z]+))?(?:\s+from(?=\s+th))?"
    r"(?=\s+(?:today|since\s+yesterday|in\s+(?:24\s+hours|(?:seven|7|thirty|30)\s+days)|(?:this|the\s+(?:past|last)|(?:in|on|over)\s+the(?:\s+(?:past|last))?)"
    r"\s+(?:day|week|month|24\s+hours|(?:seven|7|thirty|30)\s+days))(?:\s+alone)?\s*(?:[).;!]|,\s|$))"
)
"""The same without a sign, as in "66.9k stars, 509 this week" and "…, 509 of them today"."""
_OTHER_WINDOW = re.compile(
    rf"\s+(?:(?:[a-z0-9]+\s+){{0,3}}[a-z0-9/]+|on\s+{WEEKDAYS})(?:,?\s+(?:and|but|or)|,)\s+(?P<sign>[+−-])?(?P<down>)(?P<tilde>[~≈]\s?)?"
    rf"{NUMBER}(?=\s+(?:this|on|over|in|across|today|w/w|m/m)\b)"
)
"""The change over another window, as in "gained 5 stars this week and 40 this month"."""
_CHANGE_IN_BRACKETS = re.compile(
    r"(?:\s+(?:now|already|today))?,?\s+(?:and|&)\s+(?:it|is|still|counting|rising|growing|climbing)\b"
    rf"[^.;:()\dA-Z]{{0,40}}\(\s?(?P<sign>[+−-])(?P<tilde>[~≈]\s?)?{NUMBER}(?P<down>)"
    r"(?=\s+(?:this|on|over|in|since|today|overnight)\b[^()A-Z]{0,30}\))"
)
"""The same a few words later, as in "66.9k stars and grows (+509 this week)"."""
_IS_CLAUSE_END = (
    r"(?=(?:\s+times)?\s*(?:$|[.;!?)](?!\d)|,(?!\d|\s+(?:mostly|mainly|largely|all|half|many|most|chiefly|if|once|counting|including|excluding|without|before)\b)"
    r"|(?:and|while|but|with)\b))"
)
_IS_END = r"(?=(?:\s+times)?\s*(?:$|[.;](?!\d)))"
"""The end of a clause behind which nothing can name what the number counts."""
_TOTAL_BEHIND = re.compile(
    rf"{_SPAN_WORDS},?\s+(?:to|at|reaching"
    r"|(?:bringing|taking|lifting|pushing|putting)\s+(?:it|(?:its|the)\s+(?:total|count|tally))\s+(?:to|at)"
    r"|and\s+(?:(?:now|today)\s+)?(?:has|counts|holds|possesses|(?:stands|sits|is)\s+at)(?:\s+now)?"
    rf"|for\s+a\s+total\s+of)\s+(?P<tilde>[~≈]\s?)?{NUMBER}(?:\s+in\s+(?:all|total)(?=\s*(?:$|[.;]))|{_IS_END})"
)
"""The total behind a change, as in "added 509 stars this week, to 66,912"."""
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
_AFTER_WINDOW = 60
MAX_FIGURES = 20
"""Figures of a sentence whose further numbers are read, which bounds the time of hostile text."""


def change_behind(sentence: str, total: Figure) -> Figure | None:
    """Read the change that stands behind a total, which names the counter."""
    behind_total = (_CHANGE_BEHIND, _PART_BEHIND, _CHANGE_IN_BRACKETS)
    patterns = (_OTHER_WINDOW, _PART_BEHIND) if total.is_change else behind_total
    found = next(filter(None, (each.match(sentence, total.end) for each in patterns)), None)
    behind = sentence[found.end() : found.end() + _AFTER_WINDOW] if found else ""
    window = window_in(behind) if starts_with_window(behind) else None
    if found is None or window in (None, total.window):
        return None
    is_narrowed = is_narrowed_behind(sentence[found.end() :], total.counter)
    printed = read_number(found)
    if not printed.is_count or printed.number < LEAST_CHANGE:
        return None
    range_ = range_of(printed, None, has_tilde=found["tilde"] is not None)
    value = printed.number
    is_more_loss = total.is_change and not found["sign"] and (total.value or 0) < 0
    if found["down"] or found["sign"] in ("-", "−") or is_more_loss:
        value, range_ = -value, None if range_ is None else range_.negative()
    start = found.start("sign") if found["sign"] else found.start("digits")
    return Figure(
        start,
        found.end(),
        sentence[start : found.end()],
        total.counter,
        value,
        None if total.range is None or total.is_recent or is_narrowed else range_,
        is_change=True,
        window=window,
        is_of_previous=True,
        is_of_span=total.is_of_span or (found.re is _PART_BEHIND and total.counter == "downloads"),
    )


def total_behind(sentence: str, change: Figure) -> Figure | None:
    """Read the total that stands behind a change, which names the counter."""
    if not change.is_change:
        return None
    found = _TOTAL_BEHIND.match(sentence, change.end)
    printed = read_number(found) if found else None
    if found is None or printed is None or not printed.is_count:
        return None
    if not _IS_LARGE.search(_number_text(found)):
        return None
    range_ = range_of(printed, None, has_tilde=found["tilde"] is not None)
    text = sentence[found.start("digits") : found.end()]
    return replace(
        change,
        start=change.end,
        end=found.end(),
        text=text,
        value=printed.number,
        range=None if change.range is None else range_,
        is_change=False,
        window=None,
        owner_is_inside=False,
        is_of_previous=True,
        is_of_span=False,
        is_elsewhere=False,
    )


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
