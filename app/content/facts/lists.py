"""Lists whose head names the counter, such as "Forks: uv 2,210, tinygrad 3,602."."""

import re
from collections.abc import Iterator

from app.content.facts.attachment import owner_of
from app.content.facts.boxes import has_other_words
from app.content.facts.figure import Figure, range_of
from app.content.facts.figures import count_word
from app.content.facts.names import NamedSubject, NameIndex
from app.content.facts.numbers import NUMBER, read_number
from app.content.facts.windows import window_in

_HEAD = re.compile(
    r"\W*(?:(?:Movers|Leaders|Gainers)\b)?(?P<head>[^:.\d]{0,40}(?:\d+ days)?[^:.\d]{0,5}):\s"
)
_ITEM = re.compile(rf"\s+(?P<sign>[+−-])?{NUMBER}(?=\s*(?:[,;.)]|$)(?!\d)|\s+and\b)")
LEAST_ITEMS = 2
MAX_LIST = 1_000
"""Characters of a list; a sentence has as many."""


def listed(text: str, names: NameIndex) -> Iterator[tuple[Figure, NamedSubject | None]]:
    """Yield the figures of a list with their subjects; none for any other text."""
    found = _HEAD.match(text) if len(text) <= MAX_LIST else None
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
        is_certain = printed.is_count and (sign is None) == (window is None)
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
