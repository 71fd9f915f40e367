"""Lists that name the counter once, such as "Forks: uv 2,210, tinygrad 3,602."."""

import re
from collections.abc import Iterator, Sequence
from math import inf

from app.content.facts.attachment import owner_of
from app.content.facts.boxes import has_other_words
from app.content.facts.counters import ClaimCounter
from app.content.facts.figure import Figure, range_of
from app.content.facts.lone_figures import count_word, counter_named
from app.content.facts.names import NamedSubject, NameIndex
from app.content.facts.numbers import NUMBER, read_number
from app.content.facts.second_numbers import is_exact
from app.content.facts.sentence_figures import figures
from app.content.facts.windows import names_a_time, window_in, window_of_label
from app.models.values import Window

_HEAD = re.compile(
    r"\W*(?:(?:Movers|Leaders|Gainers)\b)?(?P<head>[^:.\d]{0,40}(?:\d+ days)?[^:.\d]{0,5}):\s"
)
_ITEM = re.compile(rf"\s+(?P<sign>[+−-])?{NUMBER}(?=\s*(?:[,;.)]|$)(?!\d)|\s+and\b)")
_DIGIT = re.compile(r"\d")
LEAST_ITEMS = 2
_HEAD_OF_ITEMS = re.compile(
    r"^\W*(?:The\s+)?(?:(?:most|top)[\s-])?(?P<counter>stars|likes|downloads|forks|upvotes|starred|liked|downloaded"
    r"|forked|upvoted)\b[^\d.]{0,40}:$",
    re.IGNORECASE,
)
_IS_A_CHANGE = re.compile(
    r"\b(?:new|gain(?:ed)?|added|growth|last|past|in|over|per)\b", re.IGNORECASE
)
_BARE_ITEM = re.compile(rf"(?:\s*[,:–—|]\s*|\s*\(|\s+(?:(?:at|with|on|has)\s+)?){NUMBER}\)?\W*$")
_IS_LARGE = re.compile(r"^\d{5}|\d,\d{3}|\d\s?(?:[kKmM]|[mM]illion|thousand)\b")
"""A smaller number may be a rank, a version or a year."""
MAX_ITEM = 120
"""Characters of an item that is only a name and a number."""
MAX_LIST = 1_000
"""Characters of a list; a sentence has as many."""


def listed(text: str, names: NameIndex) -> Iterator[tuple[Figure, NamedSubject | None]]:
    """Yield the figures of a list with their subjects; none for any other text."""
    found = _HEAD.match(text) if len(text) <= MAX_LIST and ":" in text else None
    counter = count_word(found["head"]) if found else None
    if found is None or counter is None or has_other_words(found["head"]):
        return
    window = window_in(f"in {found['head'].strip(' ()').rpartition(', ')[2]}")
    items = [
        (mention, item)
        for mention in names.mentions(text)
        if mention.start >= found.end() and (item := _ITEM.match(text, mention.end))
    ]
    if len(items) < LEAST_ITEMS:
        return
    for mention, item in items:
        printed = read_number(item)
        sign = item["sign"]
        is_of_now = window is None and _IS_A_CHANGE.search(found["head"]) is None
        is_certain = printed.is_count and (window is not None if sign else is_of_now)
        range_ = range_of(printed, None, has_tilde=False) if is_certain else None
        value = -printed.number if sign in ("-", "−") else printed.number
        if range_ is not None and value < 0:
            range_ = range_.negative()
        start = item.start("sign") if sign else item.start("digits")
        yield (
            Figure(
                start,
                item.end(),
                text[start : item.end()],
                counter,
                value,
                range_,
                is_change=sign is not None,
                window=window if sign else None,
            ),
            owner_of(mention, counter),
        )


_MOVERS = r"movers?|gain(?:er)?s|risers?|climbers?|fallers?|losers?|growth|changes?|trending"
_HEAD_OF_MOVERS = re.compile(
    rf"(?=.*\b(?:{_MOVERS})\b)"
    rf"\W*(?:(?:{_MOVERS}|the|our|top|big|today|day|week|month|daily|weekly|monthly|this|past|of|in|over|on|for|and|up|down"
    r"|by|github|hugging|face|hub|projects?|repositories|models?|stars|likes|forks)(?:['’]s)?\b\W*)+",
    re.IGNORECASE,
)
"""A heading of these words alone: "Movers of the week in March" names another week."""
_ENDS_WITH_FIGURE = re.compile(r"[\s.)]*")
MAX_HEAD = 60
"""Characters of such a heading; a longer line names no window."""


def window_of_items(head: str) -> Window | None:
    """Return the window that a heading names for the changes below it, as in "Weekly movers"."""
    is_head = len(head) <= MAX_HEAD and _HEAD_OF_MOVERS.fullmatch(head) is not None
    return window_of_label(head) if is_head else None


_NAMES_CHANGES = re.compile(
    rf"\b(?:{_MOVERS}|new|won|lost|gained|added|picked\s+up)\b"
    r"|\W*(?:this|(?:the\s+)?(?:past|last))\s+(?:day|week|month)\W*\Z",
    re.IGNORECASE,
)


def is_of_changes(head: str) -> bool:
    """Whether a heading may say that the numbers below it are changes, as in "New this week"."""
    return _NAMES_CHANGES.search(head) is not None


def with_window(item: str, window: Window | None) -> str:
    """Add the window of the heading to an item that ends with a change, as in "X, up 66 stars"."""
    found = figures(item) if window else []
    if len(found) != 1 or found[0].window or not _ENDS_WITH_FIGURE.fullmatch(item, found[0].end):
        return item
    is_gain = found[0].range is not None and found[0].range.most == -inf
    return f"{item.rstrip(' .)')} in a {window}" if found[0].is_change or is_gain else item


def counter_of_items(head: str) -> ClaimCounter | None:
    """Return the counter that the line before a list names, as in "Most starred:"."""
    found = _HEAD_OF_ITEMS.match(head) if head.endswith(":") else None
    if found is None or has_other_words(rest := head[found.end("counter") :]):
        return None
    is_of_now = window_in(head) is None and _IS_A_CHANGE.search(rest) is None
    return counter_named(found["counter"]) if is_of_now else None


def bare_items(
    texts: Sequence[str], counter: ClaimCounter | None, names: NameIndex
) -> Sequence[tuple[Figure, NamedSubject | None]]:
    """Read a list below a line that names the counter; none if an item says anything else."""
    if counter is None or len(texts) < LEAST_ITEMS:
        return ()
    items = []
    for text in texts:
        item = bare_item(text, counter, names)
        if item is None:
            return ()
        items.append(item)
    return items


def shared_counter(
    sentence: str, claims: Sequence[tuple[Figure, NamedSubject | None]]
) -> ClaimCounter | None:
    """Return the counter of a part before a semicolon, for a name and a number behind it.

    It must be the only one of that part, of plain totals of now, and the last must have a subject.
    """
    if not sentence.endswith(";") or len({figure.counter for figure, _ in claims}) != 1:
        return None
    figure, subject = claims[-1]
    has_other = _DIGIT.search(sentence, figure.end) is not None
    is_plain = not has_other and all(_is_plain_total(each) for each, _ in claims)
    return figure.counter if is_plain and subject and not names_a_time(sentence) else None


def _is_plain_total(figure: Figure) -> bool:
    """Whether a figure is a total without a word or a sign such as "about"."""
    return not figure.is_change and not re.search("[+~≈]", figure.text) and is_exact(figure)


def bare_item(
    text: str, counter: ClaimCounter, names: NameIndex
) -> tuple[Figure, NamedSubject | None] | None:
    """Read an item that is only a name and a number, as in "uv (71,209)"."""
    mentions = names.mentions(text) if len(text) <= MAX_ITEM else []
    if len(mentions) != 1 or text[: mentions[0].start].strip("“\"'* "):
        return None
    found = _BARE_ITEM.match(text, mentions[0].end)
    printed = read_number(found) if found else None
    if found is None or printed is None or not printed.is_count:
        return None
    if not _IS_LARGE.search(text[found.start("digits") :]):
        return None
    start, end = found.start("digits"), found.end("plus" if found["plus"] else "digits")
    end = max(end, found.end("suffix"))
    range_ = range_of(printed, None, has_tilde=False)
    figure = Figure(start, end, text[start:end], counter, printed.number, range_)
    return figure, owner_of(mentions[0], counter)
