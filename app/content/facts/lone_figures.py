"""Numbers that stand alone, whose label, column or heading names the counter."""

import re

from app.content.facts.counters import ClaimCounter
from app.content.facts.figure import Figure, range_of
from app.content.facts.number_forms import COUNTER_WORDS, FOREIGN
from app.content.facts.numbers import NUMBER, Range, read_number
from app.content.facts.phrases import lead_of
from app.content.facts.windows import label_names_a_time, window_of_label

_IS_FOREIGN_LABEL = re.compile(rf"\b(?:{FOREIGN})\b", re.IGNORECASE)
_OWN_RATE = re.compile(r"\b(?:daily|weekly)\s+(?=stars|likes|forks|upvotes)", re.IGNORECASE)
"""A change of ours; weekly downloads are counted by other sites."""
_IN_THOUSANDS = re.compile(r"\b000\b")
_OF_ALL_TIME = re.compile(r"\b(?:total|in\s+all|to\s+date|so\s+far|ever)\b", re.IGNORECASE)
"""In a label of downloads, which we know over a month."""
_PER_ONE = re.compile(r"\bper\s+(?:star|like|download|fork|upvote)\b", re.IGNORECASE)
_WORD = re.compile(r"\b(stars?|likes?|downloads?|forks?|upvotes?)\b(?!-)|([★⭐❤♥])", re.IGNORECASE)
_LONE = re.compile(rf"[^\w<>≤≥]*?(?P<sign>[+−-])?(?P<tilde>[~≈]\s?)?{NUMBER}\W*\Z")
_IS_NEW = re.compile(
    r"\b(?:new|gain(?:s|ed)?|added|growth|change|net|delta|rise|increase|(?:dai|week|month)ly\s+(?:stars|likes|forks))\b"
    r"|Δ|\+/[-−]|±",
    re.IGNORECASE,
)
_IS_NET = re.compile(r"\b(?:change|net|delta|growth|rise|increase)\b|Δ|\+/[-−]|±", re.IGNORECASE)
_OF_THIS = re.compile(r"\b(?:this|today)\b", re.IGNORECASE)
"""In a label, what may date a total: "Stars this week"."""
_MONTHLY = re.compile(r"\blast\s+(?:month|30\s+days)\b|\bmonthly\b", re.IGNORECASE)
"""In a label of downloads, the count of the Hub."""


def count_word(label: str, *, alone: bool = False) -> ClaimCounter | None:
    """Return the one counter that a label names; `alone`: only if it says little else."""
    found = {COUNTER_WORDS[(each[1] or each[2]).lower()] for each in _WORD.finditer(label)}
    if len(found) != 1 or "%" in label or (alone and len(label.split()) > 5):
        return None
    if _IS_FOREIGN_LABEL.search(_OWN_RATE.sub("", label)) or _PER_ONE.search(label):
        return None
    return found.pop()


def counter_named(word: str) -> ClaimCounter:
    """Return the counter of a word such as "stars" or "starred"."""
    return COUNTER_WORDS[word.lower()]


def lone_figure(text: str, counter: ClaimCounter, *, label: str) -> Figure | None:
    """Read a number that stands alone; its label names the counter and perhaps a window."""
    hedge, start = None, 0
    found = _LONE.match(text)
    if found is None:
        number = re.search(r"[~≈+−-]?\d", text)
        hedge, start = lead_of(text[: number.start()]) if number else (None, 0)
        found = _LONE.match(text, number.start()) if number and start == 0 and hedge else None
    if found is None:
        return None
    printed = read_number(found)
    if not printed.is_count or _IN_THOUSANDS.search(label):
        return None
    sign, is_new = found["sign"], _IS_NEW.search(label) is not None
    window = window_of_label(label)
    is_change = sign is not None or is_new or window is not None
    is_certain = window is not None if is_change else not label_names_a_time(label)
    if counter == "downloads" and sign is None and not is_new and _MONTHLY.search(label):
        window, is_change, is_certain = None, False, True
    elif counter == "downloads" and not is_change:
        is_certain = is_certain and _OF_ALL_TIME.search(label) is None
    is_net = sign is not None or _IS_NET.search(label) is not None
    range_ = range_of(printed, hedge, has_tilde=found["tilde"] is not None) if is_certain else None
    if range_ is not None and sign is None and not is_new and _OF_THIS.search(label):
        range_ = range_.uncontradicted()
    value = printed.number
    if sign in ("-", "−"):
        value, range_ = -value, None if range_ is None else range_.negative()
    text = text.strip()
    return Figure(
        0,
        len(text),
        text,
        counter,
        value,
        range_,
        is_change,
        window,
        is_of_span=counter == "downloads" and is_change and not is_net,
    )


def is_of_a_change(text: str, label: str) -> bool:
    """Whether a number below a label is a change, by its sign or by the label."""
    found = _LONE.match(text)
    return found is not None and (found["sign"] or _IS_NEW.search(label)) is not None


def figure_of_number(number: float, counter: ClaimCounter) -> Figure | None:
    """Make the figure of a number that is given as a value: it is exact."""
    if number != int(number) or not 0 <= number < 2**53:
        return None
    value = int(number)
    return Figure(0, 0, f"{value:,}", counter, value, Range.exactly(value, value))
