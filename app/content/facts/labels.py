"""Counter words that are labels: in "Stars: 66,912 Forks: 8,431" the number 66,912 counts no forks.

The lines of a paragraph are read as one, so nothing parts a number from the label of the next.
"""

import re

from app.content.facts.counters import ClaimCounter
from app.content.facts.figure import Figure

_COUNTERS = r"(?i:stars|stargazers|likes|hearts|downloads|forks|upvotes)"
_NUMBER = r"[~≈]?(?>\d[\d.,]*\+?(?:\s?(?:[kKmMbB]|[Mm]illion|[Tt]housand)\b)?)"
NEXT_LABEL = rf"\s+(?:[A-Z]\w*(?:\s\w+){{0,3}}|{_COUNTERS})\s*[:=]\s"
"""Behind a number that is the last of its label: a label follows, mostly of the next line."""
_IS_NO_SPAN = r"(?!\s+(?i:hours?|days?|weeks?|months?|years?|times)\b)"
"""Behind a number: it is no time, as in "66,912 Stars 3 Years After Launch"."""
_IS_NO_PART = r"(?!\s+(?:of|more|new|this|in|over|on|since|today|yesterday|w/w|m/m)\b)"
"""Behind a number: it is no part of the one before, as in "66,912 stars: 1,452 this week"."""
_IN_TURN = (
    rf"(?:\s+(?:[–—-]\s+)?{_NUMBER}\s?(?:[★⭐❤♥]|(?:(?!\d)\S+\s+)?{_COUNTERS}\b)(?!\s*[:=]\s*\d))*+"
)
"""Further numbers, each with its noun: "66,912 stars – 8,431 forks – 12 likes"."""
_LABELS_NEXT = re.compile(
    rf"{_IN_TURN}(?:\s*[:=]\s*[+−-]?{_NUMBER}{_IS_NO_PART}"
    rf"|\s+[–—-]\s+{_NUMBER}(?=\s*(?:$|[.,;)|·•!?]|[A-Z]))"
    rf"|\s+{_NUMBER}(?!\s+[a-z]){_IS_NO_SPAN})"
)
"""Behind a counter word: the number that it counts, and no noun behind that one."""
_NUMBER_NEXT = re.compile(rf"{_IN_TURN}\s+{_NUMBER}{_IS_NO_SPAN}")
"""The same behind a word with a capital, whatever follows: "Stars 66,912 as of today"."""
_COLON = re.compile(r"(?:\s+[\w-]+){0,4}\s*[:=]")
_LABEL = re.compile(r"\w\s*[:=]\s*$")
_COUNTER_AT_END = re.compile(
    rf"(?<!\d\s)(?<!\d[kKmM]\s)\b(?P<counter>{_COUNTERS})(?:\s*[:=,]|\s[–—-])?\s+$|[★⭐❤♥]\uFE0F?\s?$"
)
_BETWEEN = re.compile(r"\s*(?:[,–—-]\s*)?")
_HEADS = re.compile(
    r"(?:\W|\b(?:in|by|at|on|as|of|the|a|and|key|numbers?|figures?|stats|statistics|facts|glance|today|now|currently"
    r"|GitHub|Hugging|Face|Hub|project|repository|repo|model|dataset|space)\b)*",
    re.IGNORECASE,
)
"""Between a name and labels below it: nothing that may date them or make them changes."""


def is_a_label(
    found: re.Match[str], previous: re.Match[str] | None, counters: dict[str, ClaimCounter]
) -> bool:
    """Whether the counter word behind a number is the label of what follows, and not its noun.

    `found`: number and word. `previous`: the match before it, whose word may be no label.
    """
    text, end = found.string, found.end()
    lead = text[max(0, found.start() - 40) : found.start()]
    is_in_turn = previous is not None and _BETWEEN.fullmatch(text, previous.end(), found.start())
    label = None if is_in_turn else _COUNTER_AT_END.search(lead)
    word = found["counter"] or found["symbol"]
    if label and word:
        before = (label["counter"] or label[0][0]).lower()
        if counters[before] != counters[word.lower()]:
            return True
    if _COLON.match(text, end) and _LABEL.search(lead):
        return True
    is_capital = bool(word) and word[0].isupper()
    return _LABELS_NEXT.match(text, end) is not None or (
        is_capital and _NUMBER_NEXT.match(text, end) is not None
    )


def is_labelled(figure: Figure) -> bool:
    """Whether a figure is a label with its number, as in "Stars: 66,912"."""
    return figure.text[0].isalpha() and (":" in figure.text or "=" in figure.text)


def heads_labels(gap: str) -> bool:
    """Whether the words between a name and the labels below it leave them what they say."""
    return _HEADS.fullmatch(gap) is not None
