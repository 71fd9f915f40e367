"""Numbers without a noun, which count what the text before them counts.

In "Its likes rose by 1,974, and the total is now 6,186" both numbers are of likes. English leaves
the noun out only where the reader can supply it: no other counter and no other counted thing may
stand in between.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from app.content.facts.figure import Figure
from app.content.facts.meaning import VERB_AT
from app.content.facts.number_forms import COUNTER_WORDS
from app.content.facts.numbers import COUNT, NUMBER
from app.content.facts.phrases import ADVERBS, GAINS, HOLDS, MOVES, Hedge, lead_of
from app.content.facts.windows import WEEKDAYS, starts_with_window, window_in

_NAMES_COUNTER = re.compile(
    r"\b(?P<counter>stars|stargazers|starred|likes|liked|downloads|downloaded|forks|forked|upvotes"
    r"|upvoted)\b|(?P<symbol>[★⭐❤♥])|\b(?P<singular>star|like|download|fork|upvote)(?=\s+(?:count|tally|total)\b)",
    re.IGNORECASE,
)
_NO_NOUN = (
    r"(?=\s*(?:$|[.;:!?)—–](?!\d)|,\s+(?:and|but|while|which|with|up|down|according|a|an|the|in|on|after)\b)"
    r"|\s+(?:w/w|m/m|the\s+(?:past|last)|and|but|while|as|at|in|on|over|across|after|since|this|today|now|overnight|yesterday"
    r"|already|so\s+far|by\s+now|more|of\s+(?:them|those|these))\b)"
)
"""Behind the number: no noun and no adjective. These words are a closed class."""
HEADLESS = re.compile(
    rf"{COUNT}(?P<adjectives>(?:\s+(?:more|new|of\s+(?:them|those|these)(?:\s+(?:stars|likes|downloads|forks|upvotes))?))?"
    r"(?:\s+(?:new|cast|added|gained|given|came|arrived|(?:were|have\s+been)\s+[a-z]+))?(?:\s+from(?=\s+th))?)"
    rf"{_NO_NOUN}"
)
_STARTS = re.compile(r"(?=[+−~≈\d-])(?<![\w.,])[+−~≈-]*\d")
_HOLDS = re.compile(
    rf"\b(?:{HOLDS}|had|have|hold|count|numbers?|numbered|totals?|reads?|says|showed|(?:is|are)(?:\s+now)?"
    r"|stand\s+at|sit\s+at|are\s+(?:now\s+)?at|went\s+past|(?:it|['’]s)\s+(?:now\s+)?(?:at|to))"
    rf"\s+{ADVERBS}$"
)
"""Before a number: the verb that it is the object of."""
_JOINED = re.compile(r"(?:[,;(]|\b(?:and|but|or|with|against|of\s+which))\s*$")
"""Before a number that shares the verb of the one before it: "5 stars today and 12 in a week"."""
_BEHIND_NAME = re.compile(r"\w\s?\($")
"""Before a number in brackets, which is of the name before it."""
_SHARES_NOUN = re.compile(rf"\s*(?:,\s*)?(?:and|or|to|,)\s+(?:[a-z]+\s+)?{NUMBER}\s+[a-z]")
"""Behind a number whose noun follows: "has 98,301 and 54,771 stars"."""
_COUNTED = re.compile(
    rf"(?<![\w.,$€£¥#-])(?>{NUMBER})[\s-](?:[a-z]+-)?(?!(?:and|but|in|on|at|of|for|to|as|with|from|by|per|more|over|while|after"
    r"|since|this|now|today|stars|likes|downloads|forks|upvotes|stargazers|github|new|times|people|users|developers|accounts"
    r"|(?:hour|day|week|month|year)s?)\b)[A-Za-z]{3,}",
    re.IGNORECASE,
)
"""A counted thing, of which a number without a noun behind it may be."""
_OTHER_UNIT = re.compile(r"\bin\s+(?!all\b)[a-z]+s\b", re.IGNORECASE)
"""As in "5,000 stars but in lines of code 400,000"."""
_IS_FRAMED = re.compile(
    r"\W*(?:on|by|at|for|among)\s+(?!github|hugging|the\s+(?:hub|day|week|month)\b|now\b)",
    re.IGNORECASE,
)
"""The beginning of "On the benchmark it stands at 1,200"."""
_REACHES = re.compile(
    r"(?:,?\s+(?:to|at|reaching|for)"
    r"|\b(?:bringing|taking|lifting|pushing|putting)\s+(?:it|(?:its|the)\s+(?:total|count|tally))\s+(?:to|at))\s+$"
)
"""Between a change and its total, as in "added 509 stars this week, to 66,912"."""
_SUMS_UP = re.compile(r"\band\s+a\s+total\s+of\s+$")
"""As in "drew 791 downloads in the past week and a total of 487,350"."""
_IS_LARGE = re.compile(r"\d,\d{3}|[kKmM]\+?$|illion|^\d{3}$|^[3-9]\d{3}$|\d{5}")
"""A smaller number may be a rank, a version or a year."""
MAX_FIGURES = 20
"""Numbers of a sentence that are looked at, which bounds the time of hostile text."""


def _counter_of(text: str) -> str | None:
    """Return the word of the only counter that a text names, if it counts nothing behind it."""
    found = list(_NAMES_COUNTER.finditer(text))
    words = [each["counter"] or each["symbol"] or f"{each['singular']}s" for each in found]
    counters = {COUNTER_WORDS[word.lower()] for word in words}
    if len(counters) != 1 or _COUNTED.search(text, found[-1].end()):
        return None
    return words[-1]


def is_part(found: re.Match[str]) -> bool:
    """Whether a number is the part of a count that came in a window: "5 stars, 3 this week"."""
    lead, after = found.string[: found.start()], found.string[found.end() :]
    is_joined = found.re is HEADLESS and _JOINED.search(lead) is not None
    return is_joined and starts_with_window(after)


def may_be_headless(sentence: str, before: str) -> bool:
    """Whether a sentence may have a number that counts what the sentence before it names."""
    return bool(before and _STARTS.search(sentence)) and _NAMES_COUNTER.search(before) is not None


def headless_numbers(
    sentence: str, before: str, *, read: Sequence[Figure]
) -> Iterator[tuple[re.Match[str], str]]:
    """Find the numbers of a sentence without a noun, each with the word for what it counts.

    `before`: the sentence before it. `read`: the figures that name their counter.
    """
    for start in islice(_STARTS.finditer(sentence), MAX_FIGURES):
        if any(each.start < start.end() <= each.end for each in read):
            continue
        found = HEADLESS.match(sentence, start.start())
        if found is None or any(found.start() < each.start < found.end() for each in read):
            continue
        lead = sentence[: found.start()]
        if _NAMES_COUNTER.search(lead):
            word = _counter_of(lead)
        else:
            word = None if _IS_FRAMED.match(lead) else _counter_of(f"{before} {lead}")
        if word is None or not _is_governed(found, lead, before):
            continue
        if not (_OTHER_UNIT.search(lead) or _SHARES_NOUN.match(sentence, found.end())):
            yield found, word


def _is_governed(found: re.Match[str], lead: str, before: str) -> bool:
    """Whether a verb, a name or the figure before it governs a number."""
    hedge, start = lead_of(lead)
    governor = lead[max(0, start - VERB_AT) : start]
    is_held = hedge is Hedge.REACHED or _HOLDS.search(governor) is not None
    is_held = is_held or (_REACHES.search(lead[:start]) or _SUMS_UP.search(lead)) is not None
    if not is_held and _BEHIND_NAME.search(governor):
        is_held = window_in(f"{before} {found.string}") is None
    if is_held and _IS_LARGE.search(found["digits"] + (found["suffix"] or "")):
        return True
    if not starts_with_window(found.string[found.end() :]):
        return False
    is_moved = MOVES.search(governor) or _JOINED.search(governor)
    return found["sign"] is not None or is_moved is not None


_SAME = re.compile(
    rf"(?:\W|\b(?>(?:{HOLDS}|{GAINS}|has|have|is|are|number|reads?|stand\s+at|stars|likes|downloads|forks|upvotes"
    r"|total|count|counter|tally|figure|number|page|repository|hub|GitHub|Hugging|Face|times|cast|came|all|alone|new|more"
    rf"|{WEEKDAYS}|today|yesterday|days?|week|month|hours?|seven|thirty|7|30|24|this|past|last|now|just|already|still|only|\w+ly"
    r"|and|but|or|with|of|which|that|it|its|the|an?|them|those|these|in|on|over|to|at|by|for|up|down|since|after|further|w/w|m/m"
    r"|bringing|taking|lifting|pushing|putting|reaching|isn['’]t|slowing|counting|rising|growing|climbing)(?!\w)))*+"
)
"""Between two figures of one subject: no noun but those of counts and of time."""


def is_of_the_same(gap: str) -> bool:
    """Whether the words between two figures bring no other owner."""
    return _SAME.fullmatch(gap) is not None
