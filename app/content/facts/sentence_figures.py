"""Figures in a sentence: a number with its counter, the counts it agrees with, and its window."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from app.content.facts.certainty import (
    is_asserted,
    is_certain,
    is_elsewhere,
    is_narrowed,
    is_of_this_week,
    is_quoted,
)
from app.content.facts.counters import ClaimCounter
from app.content.facts.figure import LEAST_CHANGE, LEAST_COUNT, Figure, range_of
from app.content.facts.givers import GAVE, GAVE_ONE, GIVEN, TIMES
from app.content.facts.headless import HEADLESS, headless_numbers, is_part, may_be_headless
from app.content.facts.meaning import VERB_AT, Meaning, meaning_of
from app.content.facts.narrowed import is_a_distance
from app.content.facts.number_forms import (
    BEFORE_WORD,
    COUNTER_WORDS,
    FOREIGN,
    HAS_GAINED,
    RATIO,
    TO_NUMBER,
    counted_numbers,
    may_have_figures,
)
from app.content.facts.numbers import Printed, Range, read_number
from app.content.facts.phrases import (
    GETS,
    MOVES,
    NOT_ASSERTED,
    Hedge,
    lead_of,
    shares_number,
    without_asides,
)
from app.content.facts.windows import starts_with_window, with_today, without_day

_IS_FOREIGN = re.compile(rf"\b(?:{FOREIGN})\s")
_GROUPED = re.compile(r"\d\s$")
_AND_COUNTING = re.compile(r"^,?\s+(?:and|&)\s+(?:counting|rising|climbing|growing)\b")
_NAMES_SPAN = re.compile(
    r"\b(?:an?|its|this|past|last|another)\s+(?:[\w-]+\s+){0,2}(?:day|week|weekend|month)\b"
)
_TOOK = re.compile(r"(?<!has\s)(?<!have\s)\b(?:took|brought|pulled|put)\s+(?:in|on|up)\s+$")
_WON = re.compile(rf"(?!has\b|have\b)(?:{GETS})\s")
_SOMEBODY = re.compile(r"\b(?:my|our|your|his|her|their)\b", re.IGNORECASE)
"""Before "have starred X 5 times": some people, and not all."""


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with its counter, and the words around it."""

    found: re.Match[str]
    counter: ClaimCounter
    printed: Printed
    hedge: Hedge | None
    start: int
    """Where the words begin that say how exact it is."""
    adjectives: str
    of: str
    """Between counter and number, whose counter it is: "stars of X: 5"."""

    @property
    def before(self) -> str:
        return self.found.string[: self.found.start()]

    @property
    def lead(self) -> str:
        return self.found.string[: self.start]

    @property
    def after(self) -> str:
        return self.found.string[self.found.end() :]


def figures(sentence: str, *, before: str = "") -> list[Figure]:
    """Find the figures of a sentence, in order.

    `before`: the sentence before it, which may name what a number without a noun counts.
    """
    names_counter = may_have_figures(sentence)
    if not names_counter and not may_be_headless(sentence, before):
        return []
    asserted, kept = _with_counter(sentence) if names_counter else (0, [])
    if kept and _NAMES_SPAN.search(before):
        kept = [_of_a_span(sentence, each) for each in kept]
    for bare, word in headless_numbers(sentence, before, read=kept[:]):
        number = _number(bare, word=word)
        if number is not None and number.printed.number >= LEAST_CHANGE:
            asserted = asserted or _asserted_part(sentence)
            figure = _figure(number, asserted=asserted)
            kept.append(replace(figure, is_headless=True, is_of_previous=is_part(bare)))
    kept.sort(key=lambda each: each.start)
    return [_beside(previous, each) for previous, each in pairwise((None, *kept)) if each]


def _with_counter(sentence: str) -> tuple[int, list[Figure]]:
    """Find the figures that name their counter, and where the part ends that asserts them."""
    numbers = [each for each in map(_number, counted_numbers(sentence)) if each is not None]
    asserted = _asserted_part(sentence) if numbers else 0
    found = [_figure(each, asserted=asserted) for each in numbers]
    found += _ratios(sentence)
    kept: list[Figure] = []
    for each in sorted(found, key=lambda each: each.start):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return asserted, kept


def _beside(previous: Figure | None, figure: Figure) -> Figure:
    """Judge a part by the figure before it, as in "had 5 stars, 3 this week" and "lost 5 and 3"."""
    if previous is None or not figure.is_of_previous:
        return figure
    if previous.range is None or previous.is_recent or previous.window == figure.window:
        return replace(figure, range=None)
    is_loss = previous.is_change and (previous.value or 0) < 0 < (figure.value or 0)
    if is_loss and figure.value and figure.range and figure.text[0] != "+":
        return replace(figure, value=-figure.value, range=figure.range.negative())
    return figure


def _asserted_part(sentence: str) -> int:
    """Return where the part of a sentence ends that asserts its figures."""
    doubt = NOT_ASSERTED.search(without_asides(sentence))
    return doubt.end() if doubt else len(sentence)


def _of_a_span(sentence: str, figure: Figure) -> Figure:
    """Judge what was won as unknown, if the sentence before names a span that it may be of.

    As in "It was a good week for X. It won 5 stars."
    """
    verb = _WON.match(sentence, figure.start) or _TOOK.search(sentence[: figure.start])
    return replace(figure, range=None) if verb and not figure.is_change else figure


def _ratios(sentence: str) -> Iterator[Figure]:
    for found in RATIO.finditer(sentence):
        counter = COUNTER_WORDS[found["counter"].lower()]
        yield Figure(found.start(), found.end(), found[0], counter, None, None)


def _number(found: re.Match[str], *, word: str = "") -> _Number | None:
    """Read a number that counts what is observed: no mark of a critic, no count of another site.

    `word`: what names the counter, if `found` does not.
    """
    named = found.groupdict()
    word = word or named.get("counter") or named.get("joined") or named["symbol"]
    adjectives = named.get("adjectives") or ""
    printed, before = read_number(found), found.string[: found.start()]
    is_large = printed.number >= LEAST_COUNT or printed.is_abbreviated
    # Digits that are grouped by a space.
    is_grouped = _GROUPED.search(found.string[: found.start("digits")][-2:]) is not None
    if not printed.is_count or not is_large or is_grouped or _IS_FOREIGN.search(adjectives):
        return None
    hedge, start = lead_of(before)
    if named.get("hedge") is not None:
        (hedge, _), start = lead_of(named["hedge"]), found.start()
    if hedge is None and _AND_COUNTING.match(found.string[found.end() :]):
        hedge = Hedge.COUNTING
    counter = COUNTER_WORDS[word.lower()]
    return _Number(found, counter, printed, hedge, start, adjectives, named.get("of") or "")


def _figure(number: _Number, *, asserted: int) -> Figure:
    """`asserted`: where the part of the sentence ends that may assert figures."""
    found, counter = number.found, number.counter
    lead, before, after, of = number.lead, number.before, number.after, number.of
    near_today = with_today(after)
    meaning = _meaning(number, near_today or after)
    range_ = range_of(number.printed, number.hedge, has_tilde=found["tilde"] is not None)
    is_recent = False
    if meaning.is_change:
        after = near_today or after
        meaning, range_ = _with_range(meaning, range_, is_near_today=near_today is not None)
    else:
        if near_today is not None:
            meaning = _meaning(number, without_day(after))
        is_recent = is_of_this_week(lead, before, after, counter)
        is_recent = is_recent and not MOVES.search(lead, max(0, len(lead) - VERB_AT))
    if is_part(found):
        lead = before = ""  # What is said of the figure before it is said of a part.
    is_known = (
        (meaning.is_certain or TO_NUMBER.search(found[0]) is not None)
        and (not meaning.is_change or meaning.window is not None)
        and not found.string.endswith("?")
        and is_asserted(lead, asserted)
        and (is_recent or is_certain(lead, before, after, counter, window=meaning.window))
        and not is_narrowed(of, before, after, counter, is_change=meaning.is_change)
        and not _is_another_number(number, after)
    )
    value = number.printed.number
    if meaning.is_loss:
        value, range_ = -value, None if range_ is None else range_.negative()
    return Figure(
        min(number.start, meaning.start),
        found.end(),
        found[0].strip(),
        counter,
        value,
        range_ if is_known else None,
        meaning.is_change,
        meaning.window,
        owner_is_inside=bool(of),
        is_of_span=meaning.is_of_span,
        is_elsewhere=is_elsewhere(of, without_day(after) if is_recent else after, counter),
        is_recent=is_recent,
    )


def _meaning(number: _Number, after: str) -> Meaning:
    sign = _sign_of(number)
    return meaning_of(
        number.lead + (number.of if sign else ""),
        after,
        adjectives=number.adjectives,
        sign=sign,
        counter=number.counter,
        hedge=number.hedge,
        is_act=number.found.re in (TIMES, GIVEN, GAVE, GAVE_ONE) or is_part(number.found),
    )


def _with_range(
    meaning: Meaning, range_: Range | None, *, is_near_today: bool
) -> tuple[Meaning, Range | None]:
    """Settle which numbers agree with a change, and whether it is judged as one."""
    if range_ is None:
        return meaning, None
    if is_near_today:
        range_ = range_.uncontradicted()
    if meaning.is_of_its_life:
        meaning, range_ = replace(meaning, is_change=False), range_.as_part()
    return meaning, range_


def _is_another_number(number: _Number, after: str) -> bool:
    """Whether a number is quoted, stands in a range, is a distance, or counts what some gave."""
    form = number.found.re
    return (
        is_quoted(number.lead, after)
        or (form is not HEADLESS and shares_number(number.before))
        or (form is BEFORE_WORD and is_a_distance(number.before))
        or (form is GIVEN and _SOMEBODY.search(number.before) is not None)
    )


def _sign_of(number: _Number) -> str | None:
    """Return the sign of a change that a number or the words beside it say."""
    found = number.found
    if found.re is HAS_GAINED:
        return "-" if found["down"] else "+"
    is_given = number.counter != "downloads" and found.re in (TIMES, GIVEN)
    if is_given and starts_with_window(number.after):
        return "+"  # "was forked 5 times this week"
    return found.group("sign")
