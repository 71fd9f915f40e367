"""Whether a sentence asserts a figure: of one subject, of now, and of our sources."""

import re

from app.content.facts.counters import ClaimCounter
from app.content.facts.narrowed import is_narrowed_behind
from app.content.facts.number_forms import FOREIGN
from app.content.facts.phrases import (
    NOT_ASSERTED,
    NOT_ASSERTED_NEAR,
    NOT_ASSERTED_NEXT,
    PAST_NEAR,
)
from app.content.facts.windows import (
    is_of_another_time,
    is_of_open_span,
    is_of_today,
    names_a_time,
    starts_with_day,
    window_in,
    without_day,
)
from app.models.values import Window

_HAS_TIME_OR_PLACE = re.compile(
    r"\w\s+(?:at|in|since|during|until|before|after|by|from|per|worth|among|with|within|who|that|last|on(?!\s+(?:GitHub|Hugging\s?Face|the\s+[Hh]ub)\b))\s"
)
"""Behind the name in "stars of X in May: 5"."""
_ELSEWHERE = re.compile(
    r"^\s+(?:on|from|via|at)\s+(?!(?:GitHub|Github|github|Hugging\s?Face|HF|[Tt]he\s+[Hh]ub|its|the|record|week|month"
    r"|press|present|last|(?:developers|people|users|fans|coders)\s+(?:around|across|all\s+over)\s+the\s+(?:world|globe)"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b|\S+['’]s?\s+(?:GitHub\s+)?(?:page|repo|card))"
)
_IS_A_KIND = re.compile(rf"\b(?:{FOREIGN}|paid|gross|unpaid)\s+$", re.IGNORECASE)
"""Before a counter, as in "Daily downloads of X rose by 5"."""
_BOUGHT = re.compile(r"[^\d,;)]{0,50}\b(?:bought|fakes?|bots|false|untrue|a\s+lie)\b")
_OWN_CLAUSE = re.compile(r",\s+wh(?:ich|ose)\s(?:[^,;:()]|,(?=\d))*$")
"""As in "They doubted X, which has 5": what is said before the clause is not said in it."""
_CONTRAST = re.compile(r",?\sbut\s[^:;]*\s(?:has|stands|sits|counts|holds)\s[^:;,]*$")
"""As in "Few would expect it, but X has 5"."""
_MODAL = re.compile(r"\b(?:would|could|will|should|might|may)$")
_OWN_SENTENCE = re.compile(r":\s[^:;]*\s(?:has|have|is|stands|sits|counts)\s[^:;,]*$")
"""As in "They will be glad: X has 5": the verb before the colon ends there."""
_LAST_MONTH = re.compile(r"^\s+(?:in\s+the\s+)?last\s+month\b")
_REPORTED = re.compile(
    r"\b(?:said|announced|reported|noted|wrote)\b[^.;:]*\bhad\s+(?:now\s+|already\s+)?(?!been\b)(?:\w+ed|won|drawn|got)\s*$"
)
"""As in "They said that X had gathered 5", which says what it has now."""
_OPENING_QUOTES, _CLOSING_QUOTES = "“\"‘'«„", "”\"’'»“"


def is_elsewhere(of: str, after: str, counter: ClaimCounter) -> bool:
    """Whether the words beside a figure leave only a part of it, or name another place."""
    return (
        _ELSEWHERE.match(after) is not None
        or is_narrowed_behind(after, counter)
        or is_narrowed_behind(of, counter)
    )


def is_asserted(lead: str, asserted: int) -> bool:
    """Whether no word before a figure, such as "if", takes its assertion away."""
    if len(lead) < asserted:
        return True
    clause = _OWN_CLAUSE.search(lead, asserted) or _CONTRAST.search(lead, asserted)
    if clause is None and _MODAL.search(lead[:asserted]):
        clause = _OWN_SENTENCE.search(lead, asserted)
    return clause is not None and NOT_ASSERTED.search(clause[0]) is None


def is_narrowed(
    of: str, before: str, after: str, counter: ClaimCounter, *, is_change: bool
) -> bool:
    """Whether words at a figure narrow what is counted: "stars of X in May: 5"."""
    return (
        (not is_change and window_in(of) not in (None, counter == "downloads" and "month"))
        or NOT_ASSERTED.search(of) is not None  # "stars of X usually rise by 5"
        or _HAS_TIME_OR_PLACE.search(of, 4) is not None
        or (of != "" and is_elsewhere("", after, counter))
        or _IS_A_KIND.search(before[-20:]) is not None
    )


def is_quoted(lead: str, after: str) -> bool:
    """Whether a figure alone stands in quotation marks: words that are quoted."""
    return lead[-1:] in _OPENING_QUOTES and after[:1] in _CLOSING_QUOTES and bool(lead and after)


def is_certain(
    lead: str, before: str, after: str, counter: ClaimCounter, *, window: Window | None
) -> bool:
    """Whether the sentence asserts the figure, of now and of our sources."""
    return not (
        NOT_ASSERTED_NEAR.search(lead[-60:])
        or NOT_ASSERTED_NEXT.match(after[:60])
        or _BOUGHT.match(after)
        or is_of_open_span(before, after)
        or (
            not is_of_today(before, after) and _is_past(lead, before, after, counter, window=window)
        )
    )


def is_of_this_week(lead: str, before: str, after: str, counter: ClaimCounter) -> bool:
    """Whether a total is dated to a day of the last week, and else certain."""
    if "day" not in before and "day" not in after:
        return False
    if not starts_with_day(after) and without_day(before) == before:
        return False
    lead, before, after = without_day(lead), without_day(before), without_day(after)
    return is_certain(lead, before, after, counter, window=None)


def _is_past(
    lead: str, before: str, after: str, counter: ClaimCounter, *, window: Window | None
) -> bool:
    if counter == "downloads":
        if window_in(after[:60]) == "month":
            return False  # the Hub's own count
        after = _without_month(after)
    # "It had 5 new stars this week" is of a window that ends now.
    is_past = window is None and PAST_NEAR.search(lead[-60:]) and not _is_reported(before)
    return bool(is_past) or is_of_another_time(before, after)


def _is_reported(before: str) -> bool:
    return _REPORTED.search(before) is not None and not names_a_time(before)


def _without_month(after: str) -> str:
    # The Hub counts downloads over a month.
    return _LAST_MONTH.sub("", after, count=1)
