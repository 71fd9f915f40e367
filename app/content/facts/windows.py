"""Spans of time in a sentence: the window of a change, and times that are not now."""

import re
from collections.abc import Sequence
from typing import cast

from app.models.values import Window

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
WEEKDAYS = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_ONLY = r"(?:(?:just|only|under|barely|little\s+over|less\s+than)\s+)?"
_PAST = r"(?:(?:over|in|during|for|within)\s+)?the\s+(?:past|last|trailing)(?:\s+one)?"
_NOT_A_DATE = r"(?!\s+(?:\d|(?:one|two|three|of|ending|ended|before|after|that|when|it|they|we)\b))"
"""Not behind "on the week": week 40, or the week of something."""
_WINDOWS: tuple[tuple[Window, Sequence[str], re.Pattern[str]], ...] = (
    (
        "day",
        ("day", "daily", "night", "24"),
        re.compile(
            rf"\b(?:today|overnight|since yesterday"
            rf"|(?:in|within)\s+{_ONLY}(?:a|one|a\s+single)\s+day"
            r"|daily(?=\s+(?:gain|growth|increase|rise|change|haul|intake))"
            rf"|{_PAST}\s+(?:day|24\s+hours)|(?:in|on|over|across)\s+the\s+day{_NOT_A_DATE}|(?:in|within)\s+{_ONLY}24(?:\s+|-)?h(?:ours|rs)?|per\s+day|day\s+over\s+day"
            r"|a\s+day(?!\s+(?:ago|later|earlier|before|after)))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "week",
        ("week", "w/w", "days"),
        re.compile(
            rf"\b(?:this\s+week|(?:in|within)\s+{_ONLY}(?:a|one|a\s+single)\s+week|(?:(?:on|over)\s+(?:the\s+)?|(?:in|for|across)\s+the\s+)week{_NOT_A_DATE}|w/w|in\s+this\s+week"
            rf"|{_PAST}\s+(?:week|seven\s+days|7\s+days)|(?:in|within|over)\s+{_ONLY}(?:seven|7)\s+days"
            r"|weekly(?=\s+(?:gain|growth|increase|rise|change|haul|intake))|the\s+week['’]s|per\s+week"
            r"|week[- ]o(?:ver|n)[- ]week"
            r"|a\s+week(?!\s+(?:ago|later|earlier|before|after)))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "month",
        ("month", "m/m", "days"),
        re.compile(
            rf"\b(?:this\s+month|(?:in|within)\s+{_ONLY}(?:a|one|a\s+single)\s+month|(?:(?:on|over)\s+(?:the\s+)?|(?:in|for|across)\s+the\s+)month{_NOT_A_DATE}|m/m"
            rf"|{_PAST}\s+(?:month|thirty\s+days|30\s+days)|(?:in|within)\s+(?:thirty|30)\s+days"
            r"|per\s+month|month[- ]o(?:ver|n)[- ]month|monthly|last\s+month"
            r"|a\s+month(?!\s+(?:ago|later|earlier|before|after)))\b",
            re.IGNORECASE,
        ),
    ),
)
"""Windows with the words that name them: one of the second part in each match of the third."""
_MAY_NAME_WINDOW = re.compile(r"da(?:y|ily)|\dh|week|month|hours|overnight|w/w|m/m", re.IGNORECASE)
_LAST_MONTH = re.compile(r"\blast\s+month\b", re.IGNORECASE)
_DATED = re.compile(
    r"\b(?:[Ii]n|[Bb]y|[Dd]uring|[Uu]ntil|[Bb]efore|[Oo]n|[Aa]t\s+the\s+end\s+of)\s+"
    rf"(?:early\s+|late\s+|mid-?\s?)?(?:\d{{1,2}}\s+)?(?:(?:19|20)\d\d|(?:{_MONTHS})\b)"
    rf"|(?<!the\s)\b[Ll]ast\s+(?:year|month|week|spring|summer|autumn|fall|winter|{_MONTHS}|{WEEKDAYS})\b|\b[Yy]esterday\b"
    r"|(?<![\w,.-])(?:19|20)\d\d(?=,)|\b(?:days?|weeks?|months?|years?)\s+since\b"
    r"|\b(?:(?:days?|weeks?|months?|years?)\s+ago|at\s+(?:launch|birth)|then)(?=,?\s*[:–—(]|,\s)"
)
_IS_NOW = re.compile(r"\b(?:has|have|now|counts?|holds?|stands?|sits?|boasts?|today|currently)\b")
_THEN = re.compile(
    r"^\W{0,3}(?:\w+\W+){0,5}?(?:ago|earlier|previously|yesterday|back\s+then|at\s+(?:the\s+time|launch)"
    rf"|(?<!the\s)last\s+(?:year|month|week|spring|summer|autumn|fall|winter|{_MONTHS}|{WEEKDAYS})|until(?!\s+now\b)|before(?!\s+(?:all|any|every|others?)\b)"
    r"|(?:in|by|on|as\s+of)\s+(?:early\s+|late\s+|mid-?\s?)?(?:\d{1,2}\s+)?"
    rf"(?:(?:19|20)\d\d|(?:{_MONTHS}|Christmas|Easter)\b|the\s+(?:end|summer|spring|autumn|fall|winter))"
    r"|by\s+(?:(?:the\s+)?end|early|late|mid|next|FY|Q[1-4]|year|summer|spring|autumn|winter|then))\b",
    re.IGNORECASE,
)


_OTHER_CLAUSE = re.compile(
    r";\s|,\s+(?:and|but|while|whereas|up|down|compared|against|versus|which|making|from|more|enough|not)\b"
)
"""Where the words behind a figure begin to speak of something else, as in "5 stars, up from 3"."""
_APPOSED = re.compile(r",\s+(?=an?\s)")
"""Before what is said of a change, as in "this week, a pace not seen since May"."""
_OPEN_SPAN = re.compile(
    r"\b(?<!best\s)(?<!most\s)(?<!week\s)since\s+(?:(?:early|late|mid|about|around|the\s+\w+\s+of)\s+){0,2}"
    rf"(?:(?:last\s+)?(?:{_MONTHS}|{WEEKDAYS})|last\s+(?:week|month|year)|(?:19|20)\d\d|\d{{1,2}}"
    r"|the\s+(?:\d|start|beginning|end|turn|weekend|summer|spring|autumn|fall|winter)|Christmas|Easter|New\s+Year)(?!\w)",
    re.IGNORECASE,
)
_NOT_THE_WHOLE = (
    r"since\s+(?!its\b|it\b|(?:the\s+)?launch(?!\s+of)\b|day\s+one|yesterday(?!\s+\w+ing\b))"
)
_SPAN_BEHIND = re.compile(
    rf"[^,;:.]{{0,60}}\b{_NOT_THE_WHOLE}|\s+(?:on|from|between)\s+(?:{WEEKDAYS})\b|\s+during\b"
    r"|\s+this\s+(?:year|quarter|season|spring|summer|autumn|fall|winter)\b|\s+(?:that|the\s+same)\s+(?:day|week|month|year)\b"
)
_SPAN_BEFORE = re.compile(
    rf"\W*(?:{_NOT_THE_WHOLE}|on\s+(?:an?|some|most|many|such|that|launch|opening)\s+(?:\w+\s+)?days?\b"
    r"|(?:some|most|many)\s+(?:days|weeks|months)\b"
    r"|(?:so\s+far\s+)?this\s+(?:year|quarter|season|spring|summer|autumn|fall|winter)\b"
    r"|in\s+(?:an?|some|most)\s+(?:(?!single\b)\w+\s+(?:days?|weeks?|months?)\b|(?:day|week|month)\s+(?:like|such|when|that|of)\b)"
    r"|(?:during|amid)\s+(?!(?:the\s+(?:past|last|day|week|month)|this)\b))",
    re.IGNORECASE,
)
"""A span that ends now and is no window, as in "900 stars since Monday"."""
_ENDED_THEN = re.compile(
    r"\b(?:end(?:s|ed)?|clos(?:es|ed)|finish(?:es|ed)|beg[aiu]ns?|start(?:s|ed)|open(?:s|ed)|left|enter(?:s|ed))"
    rf"\s+(?:(?:19|20)\d\d|(?:{_MONTHS}|{WEEKDAYS})\b|(?:the|its)\s+(?:first\s|(?:\w+\s+)?(?:quarter|year|season|half)\b))"
)
"""As in "X ended October with 66 stars"."""
_HAD_A_SPAN = re.compile(
    r"\b(?:had|has\s+had|ha(?:s|ve)|enjoy(?:s|ed)|saw|sees|post(?:s|ed)|record(?:s|ed))\s+(?:an?|its|their|the|another)\s+"
    r"(?:[\w-]+\s+){0,3}(?:day|week|weekend|fortnight|month|quarter|year)\b(?!\s+of\s+\d)"
    r"|\b(?:day|week|weekend|month|year)\s+(?:in|during|of)\s+which\b"
)
"""As in "X had its best week: 66 likes" and "a week in which 66 people liked X"."""
_LOWERED = re.compile(
    rf"\b(?:{_MONTHS.replace('|May', '')}|{WEEKDAYS}|(?<!\w)may(?=\s+\d)"
    r"|(?<=\b(?:in|by|of|on)\s)may|(?<=since\s)may|(?<=until\s)may|(?<=last\s)may)\b",
    re.IGNORECASE,
)
_OTHER_TIME = re.compile(
    rf"\b(?:(?:{_MONTHS}|{WEEKDAYS}|year|last|yesterday|since|ago|then|early|late|earlier)\b|(?:19|20)\d\d\b)",
    re.IGNORECASE,
)
_NEAR = 80
"""Characters beside a figure that may date it."""
_TODAY = (
    r"(?:[Aa]s\s+of\s+(?:today|now|this\s+(?:morning|afternoon|evening)|press\s+time|writing)"
    r"|[Tt]his\s+(?:morning|afternoon|evening)|[Aa]t\s+(?:press\s+time|the\s+time\s+of\s+writing|the\s+last\s+count)"
    r"|[Aa]t\s+the\s+close|[Ww]hen\s+we\s+(?:went\s+to\s+press|looked))\b"
)
_ON_THE_DAY_BEFORE = re.compile(rf"\s+(?:yesterday|on\s+{WEEKDAYS})(?:\s+alone)?\b")
_SINCE_YESTERDAY = re.compile(r"\s+since\s+yesterday\b")
_OF_TODAY = re.compile(rf"\s+(?:on\s+(?:GitHub|Hugging\s?Face)\s+)?{_TODAY}")
_BEGINS_TODAY = re.compile(rf"\W*{_TODAY}")


_NEXT_NUMBER = re.compile(
    r"(?:[,;(]|\s(?:and|but))\s*(?:[a-z]+\s+){0,2}?[+−-]?\d[\d.,]*[kKmM]?\s+(?:of\s+(?:them|those|these)|new|more|this|in|on"
    r"|over|across|from|since|today|came)\b"
    r"|(?:[;(]|\swith)\s*[+−-]?\d[\d.,]*[kKmM]?\s+(?!hours?\b|days?\b)[a-z]"
)


def before_next_number(after: str) -> str:
    """Return the part of the text behind a figure that ends before the next number.

    In "5 stars yesterday and 64 in the week", the week belongs to 64.
    """
    found = _NEXT_NUMBER.search(after)
    return after[: found.start()] if found else after


def window_in(text: str, *, with_last_month: bool = False) -> Window | None:
    """Return the window that a text names first, if it names one.

    "Last month" and "last week" may be those of the calendar, so they are no windows of a change.
    `with_last_month`: for downloads, which are counted over a month.
    """
    named: list[tuple[int, Window]] = []
    lowered = text.lower()
    for window, words, pattern in _WINDOWS:
        found = pattern.search(text) if any(word in lowered for word in words) else None
        if found and (with_last_month or not _LAST_MONTH.match(found[0])):
            named.append((found.start(), window))
    return min(named)[1] if named else None


_IN_LABEL = re.compile(
    r"(?<!/)\b(?:(?P<day>day|daily|today|overnight|since\s+yesterday|24[ -]?h(?:ours?)?|1\s?d)"
    r"|(?P<week>week(?:ly)?|w/w|(?:seven|7)[ -]days?|7\s?d)"
    r"|(?P<month>month(?:ly)?|m/m|(?:thirty|30)[ -]days?|30\s?d))\b(?!\s*\d)",
    re.IGNORECASE,
)
_OF_OTHER_SPAN = re.compile(
    r"(?<!the\s)\blast\s+(?:day|week|month)\b|\b(?:best|record|first|launch|peak|busiest|biggest|previous|prior"
    r"|since(?!\s+yesterday)|ago|by\s+(?:day|week|month)|average|avg|typical|per)\b"
    r"|(?<!\bin\s)(?<!\bover\s)\ban?\s+(?:day|week|month)\b|/\s*(?:day|week|month)\b",
    re.IGNORECASE,
)
_HAS_TIME = re.compile(
    r"\b(?:\d*\s?(?:h|d|w|hours?|days?|weeks?|months?|quarters?|years?|ytd)|yesterday|since|last|past|ago"
    r"|before|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)


def window_of_label(label: str) -> Window | None:
    """Return the window that a label or the head of a column names, as in "stars, past week"."""
    found = None if _OF_OTHER_SPAN.search(label) else _IN_LABEL.search(label)
    return cast(Window, found.lastgroup) if found else None


def label_names_a_time(label: str) -> bool:
    """Whether a label may narrow a count to a time, as in "stars, 90 days"."""
    return _HAS_TIME.search(label) is not None


_SPAN = re.compile(
    r"\s*(?:in|within|over|during)\s+(?:(?:just|only|barely|under|about|its|the|this|first|last|past|less\s+than|little\s+over)\s+)*"
    r"(?:[\w-]+\s+){0,2}?(?:hours?|days?|weeks?|weekend|fortnight|months?|years?|minutes?|seconds?|\d+h)\b",
    re.IGNORECASE,
)
_SPAN_AT_END = re.compile(_SPAN.pattern + r"\s*$", re.IGNORECASE)


def starts_with_span(text: str) -> bool:
    """Whether a text goes on with any span of time, like the rest of "66 stars in two days"."""
    return _SPAN.match(text[:60]) is not None


def without_span(text: str) -> str:
    """Leave out a span of time at the end, as in "has gained within a day"."""
    return _SPAN_AT_END.sub(" ", text) if _MAY_NAME_WINDOW.search(text[-40:]) else text


def starts_with_window(text: str) -> bool:
    """Whether a text goes on with a window, like the rest of "66 stars this week"."""
    return _MAY_NAME_WINDOW.search(text[:40]) is not None and any(
        (found := pattern.search(text[:40])) is not None and not text[: found.start()].strip()
        for _, _, pattern in _WINDOWS
    )


def behind_window(text: str) -> str | None:
    """Return what stands behind the window or span that a text begins with."""
    near = text[:60]
    if not _MAY_NAME_WINDOW.search(near):
        return None
    ends = [
        found.end()
        for pattern in (_SPAN, *(pattern for _, _, pattern in _WINDOWS))
        if (found := pattern.search(near)) is not None and not near[: found.start()].strip()
    ]
    return text[max(ends) :] if ends else None


def with_months(lowered: str) -> str:
    """Write months and weekdays of a lower-case text with capitals, but not "may" as a verb."""
    return _LOWERED.sub(lambda found: found[0].title(), lowered)


def is_of_today(before: str, after: str) -> bool:
    """Whether a text dates a figure to now, as in "had 66 stars at press time"."""
    return _OF_TODAY.match(after[:80]) is not None or _BEGINS_TODAY.match(before) is not None


_IS_A_MONTH = re.compile(
    rf"\W*(?:(?:back\s+)?in\s+|the\s+year\s+)?(?:{_MONTHS}|(?:19|20)\d\d)\W*", re.IGNORECASE
)


def is_a_month(head: str) -> bool:
    """Whether a heading is only a month or a year, as in "In May"."""
    return _IS_A_MONTH.fullmatch(head) is not None


def names_a_time(text: str) -> bool:
    """Whether a text may speak of another time than now; "may" is taken for the month."""
    return _OTHER_TIME.search(text) is not None


_ON_A_DAY = re.compile(
    rf"(?<!last )\b(?:(?:on|as\s+of)\s+{WEEKDAYS}|yesterday)\b"
    r"(?:\s+(?:morning|afternoon|evening|night))?"
    r"(?!\s+(?:in|of|before|after)\b|(?:\s+the)?\s+\d)"
)


def starts_with_day(text: str) -> bool:
    """Whether a text goes on with a day of the last week, like the rest of "5 stars on Monday"."""
    return _ON_A_DAY.match(text.lstrip()) is not None


def without_day(text: str) -> str:
    """Blank the days of the last week that a text names, as in "on Monday morning"."""
    return _ON_A_DAY.sub(lambda found: " " * len(found[0]), text)


def with_today(after: str) -> str | None:
    """Write "yesterday" or "on Sunday" at the beginning of a text as "today", which it may be near.

    `None` for any other text.
    """
    found = _ON_THE_DAY_BEFORE.match(after)
    return f" today{after[found.end() :]}" if found else None


def is_of_open_span(before: str, after: str) -> bool:
    """Whether a figure between two texts is of a span since a day, a month or a year."""
    if starts_with_window(after):
        after = _APPOSED.split(after[:_NEAR], maxsplit=1)[0]
    near = (before, after[:_NEAR])
    return (
        _SPAN_BEHIND.match(near[1]) is not None
        or _SPAN_BEFORE.match(before) is not None
        or any("ince " in text and _OPEN_SPAN.search(text) is not None for text in near)
        or _ENDED_THEN.search(before[-_NEAR:]) is not None
        or _is_of_own_span(before[-_NEAR:], after)
    )


def _is_of_own_span(before: str, after: str) -> bool:
    found = _HAD_A_SPAN.search(before)
    is_now = starts_with_window(after) and found and not _SUPERLATIVE.search(found[0])
    return found is not None and not is_now


_SUPERLATIVE = re.compile(r"\b(?:\w+est|record|first|last|peak|opening|launch|debut|release)\b")
_HEADED_BY_TIME = re.compile(
    rf"\W*(?:(?:Day|Week|Month|Year)\s+\w+|Launch|(?:(?:\d{{1,2}}\s+)?(?:{_MONTHS}|{WEEKDAYS})\b[^:;.]{{0,20}}|[^:;.]{{0,15}}(?:19|20)\d\d)):\s"
    r"|\W*(?:In|By)\s+(?:19|20)\d\d\b"
)
"""As in "May 2024: X has 66 stars"."""


def is_of_another_time(before: str, after: str) -> bool:
    """Whether a figure between two texts is of the past or the future."""
    after = _SINCE_YESTERDAY.sub(" today", _OTHER_CLAUSE.split(after[:80], maxsplit=1)[0])
    if _THEN.match(after) or _HEADED_BY_TIME.match(before):
        return True
    before = _SINCE_YESTERDAY.sub(" today", before)
    return _IS_NOW.search(before) is None and _DATED.search(before) is not None
