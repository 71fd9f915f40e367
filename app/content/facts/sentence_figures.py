"""Figures in a sentence: a number with its counter, the counts it agrees with, and its window."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from app.content.facts.counters import ClaimCounter
from app.content.facts.figure import LEAST_COUNT, Figure, range_of
from app.content.facts.givers import GAVE, GAVE_ONE, GIVEN, TIMES, stated_by_givers
from app.content.facts.meaning import NEW, Meaning, meaning_of
from app.content.facts.narrowed import is_a_distance, is_narrowed_behind
from app.content.facts.number_words import LARGE
from app.content.facts.numbers import COUNT, Printed, Range, read_number
from app.content.facts.phrases import (
    HEDGE,
    NOT_ASSERTED,
    NOT_ASSERTED_NEAR,
    NOT_ASSERTED_NEXT,
    PAST_NEAR,
    Hedge,
    lead_of,
    shares_number,
    without_asides,
)
from app.content.facts.second_numbers import change_behind, total_behind
from app.content.facts.windows import (
    is_of_another_time,
    is_of_open_span,
    is_of_today,
    starts_with_window,
    window_in,
    with_today,
)

_OURS = r"GitHub|Github|github|Hugging\s?Face|HF|Hub|hub"
FOREIGN = (
    r"PyPI|PyPi|pypi|pip|npm|Docker|conda|crates\.io|App\s?Store|YouTube|Twitter|Reddit|LinkedIn"
    r"|all-time|lifetime|cumulative|weekly|daily|annual|yearly|Michelin|average|unique"
)
_PLAIN = r"total|monthly|user|users'|community|public|repository|repo|coveted|combined"
_ADJECTIVES = rf"(?P<adjectives>(?:(?:{_OURS}|{NEW}|{FOREIGN}|{_PLAIN})\s+){{0,4}})"
COUNTER_WORDS: dict[str, ClaimCounter] = {
    **dict.fromkeys(("star", "stars", "stargazers", "starred", "★", "⭐"), "stars"),
    **dict.fromkeys(("likes", "like", "liked", "hearts", "❤", "♥"), "likes"),
    **dict.fromkeys(("download", "downloads", "downloaded", "fetched", "pulled"), "downloads"),
    **dict.fromkeys(("fork", "forks", "forked"), "forks"),
    **dict.fromkeys(("upvote", "upvotes", "upvoted"), "upvotes"),
}
_BEFORE_WORD = re.compile(
    rf"{COUNT}(?:\s+{_ADJECTIVES}(?P<counter>[Ss]tars|[Ss]targazers|[Ll]ikes|[Hh]earts|[Dd]ownloads|[Ff]orks"
    r"|[Uu]pvotes)\b|\s?(?P<symbol>[★⭐❤♥])"
    r"|-(?P<joined>star)(?=\s+(?:mark|barrier|threshold|milestone|project|repository|repo|library|framework|toolkit)\b))(?!['’-])"
)
_COUNTER_BEFORE = (
    r"\b(?P<counter>[Ss]tars|[Ss]targazers|[Ll]ikes|[Dd]ownloads|[Ff]orks|[Uu]pvotes"
    r"|(?:[Ss]tar|[Ll]ike|[Dd]ownload|[Ff]ork|[Uu]pvote)(?=\s+(?:count|counter|tally|total)\b))"
    r"(?:\s+(?:count|counter|tally|total))?(?P<of>\s+(?:of|for|on)\s+[^,;:()=]{1,120}?)?"
)
_STANDS = (
    r"(?:(?:now|currently|today|already|has|have|is|are|stands?|sits?|ran|runs?|running|hovers?|rests?"
    r"|r[io]sen?|rises?|climb(?:ed|s)?|gr[eo]wn?|jump(?:ed|s)?|fell|fall(?:en|s)?|come|comes?|amounts?|add|adds|going)\s+){0,3}"
    r"(?:at|of|(?:from\s+[\d,.]+[kKmM]?\s+)?to|is|are|up\s+to)"
    r"|(?:(?:now|currently|already|today)\s+)?(?:numbers?|totals?|reads?|equals?)"
)
_REACH = (
    r"(?:(?:has|have)\s+)?(?:(?:now|just|already|also)\s+)?"
    r"(?:hit|reach(?:ed)?|pass(?:ed)?|cross(?:ed)?|top(?:ped)?|exceed(?:ed)?)"
)
_AFTER_WORD = re.compile(
    rf"{_COUNTER_BEFORE}(?:\s*[:=]\s*|(?:(?<=count)|(?<=tally)|(?<=total)),?\s+|\s+(?:[–—-]\s+|(?:{_STANDS})\s+|(?={_REACH})))"
    r"(?:(?:just(?!\s+(?:over|under|above|below|shy|past)\b)|only|exactly|a\s+mere)\s+)?"
    rf"(?P<hedge>(?:{HEDGE}|{_REACH})\s+)?{COUNT}"
    r"(?=\s*(?:$|[.,;)!?·|/](?!\d)|(?:and|on|as|today|now|while|with|after|worldwide|over|in|a|per|this|last|all|at|so|to\s+date|by|but|thanks)\b))"
)
_HAS_TIME_OR_PLACE = re.compile(
    r"\w\s+(?:at|in|since|during|until|before|after|by|from|per|worth|among|with|within|who|that|last|on(?!\s+(?:GitHub|Hugging\s?Face|the\s+Hub)\b))\s"
)
"""Behind the name in "stars of X in May: 5"."""
_BARE = re.compile(
    r"(?:^|(?<=[,;:·|(–/]\s))(?P<counter>[Ss]tars|[Ll]ikes|[Dd]ownloads|[Ff]orks|[Uu]pvotes)\s+"
    rf"{COUNT}(?=\s*(?:$|[.,;)·|/–](?!\d)|(?:today|w/w|m/m)(?!\w)))"
)
"""As in "X: stars 66.9k, forks 6.5k"."""
_LISTED = re.compile(
    rf"^\W*(?P<counter>[Ss]tars|[Ll]ikes|[Dd]ownloads|[Ff]orks|[Uu]pvotes):(?P<of>\s+[^,;:()=]{{1,80}}?)\s+"
    rf"{COUNT}\W*$"
)
"""As in "Stars: X 66.9k"."""
_HAS_GAINED = re.compile(
    rf"{_COUNTER_BEFORE}\s+(?:(?:has|have|is|are|now)\s+)*(?:r[io]sen?|gr[eo]wn?|climb(?:ed)?|jump(?:ed)?|increased?|surged?"
    r"|(?:went\s+)?up|(?P<down>fell|fall|fallen|drop(?:ped)?|declined?|decreased?|(?:went\s+)?down))(?:\s+by)?\s+"
    rf"(?P<hedge>(?:{HEDGE})\s+)?{COUNT}"
    r"(?!\s*(?:%|per\s?cent))"
)
"""As in "The stars of X rose by 66 this week"."""
_TO_NUMBER = re.compile(
    r"(?:rose|risen|climbed|grew|grown|jumped|fell|fallen|up)\s+(?:from\s+\S+\s+)?to\s+\d"
)
_SYMBOL = re.compile(rf"(?P<symbol>[★⭐❤♥])\uFE0F?\s?{COUNT}(?!\w|\s?%)")
_TRIGGERS = (
    "star",
    "like",
    "download",
    "fork",
    "upvote",
    "heart",
    "fetched",
    "pulled",
    "★",
    "⭐",
    "❤",
    "♥",
)
_DIGIT = re.compile(r"\d")
_RATIO = re.compile(
    r"\b(?:[Tt]wice|[Dd]ouble|[Tt]riple|[Hh]alf|(?:\d+(?:\.\d+)?|two|three|four|five|ten)"
    r"(?:x|×|\s+times))\s+(?:the|as\s+many|more)\s+(?:(?:GitHub|Hugging\s?Face|HF)\s+)?"
    r"(?P<counter>stars|likes|downloads|forks|upvotes)\b"
)
_ELSEWHERE = re.compile(
    r"^\s+(?:on|from|via|at)\s+(?!(?:GitHub|Github|github|Hugging\s?Face|HF|[Tt]he\s+[Hh]ub|its|the|record"
    r"|press|present|last|(?:developers|people|users|fans|coders)\s+(?:around|across|all\s+over)\s+the\s+(?:world|globe)"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b|\S+['’]s?\s+(?:GitHub\s+)?(?:page|repo|card))"
)
_IS_FOREIGN = re.compile(rf"\b(?:{FOREIGN})\s")
_IS_A_KIND = re.compile(rf"\b(?:{FOREIGN}|paid|gross|unpaid)\s+$", re.IGNORECASE)
"""Before a counter, as in "Daily downloads of X rose by 5"."""
_BOUGHT = re.compile(r"[^\d,;]{0,50}\b(?:bought|fakes?|bots|false|untrue|a\s+lie)\b")
_GROUPED = re.compile(r"\d\s$")
_AND_COUNTING = re.compile(r"^,?\s+(?:and|&)\s+(?:counting|rising|climbing|growing)\b")
_OWN_CLAUSE = re.compile(r",\s+wh(?:ich|ose)\s(?:[^,;:()]|,(?=\d))*$")
"""As in "They doubted X, which has 5": what is said before the clause is not said in it."""
_LAST_MONTH = re.compile(r"^\s+(?:in\s+the\s+)?last\s+month\b")
_OPENING_QUOTES, _CLOSING_QUOTES = "“\"‘'«„", "”\"’'»“"


def may_have_figures(text: str) -> bool:
    """Whether a text names a counter, with a digit or in a ratio: the quick test for most texts."""
    lowered = text.lower()
    # A loop takes half the time of `any`, and most sentences of an issue end here.
    for word in _TRIGGERS:
        if word in lowered:
            break
    else:
        return False
    return (
        _DIGIT.search(text) is not None
        or any(scale in lowered for scale in LARGE)
        or _RATIO.search(text) is not None
    )


def figures(sentence: str) -> list[Figure]:
    """Find the figures of a sentence, in order."""
    if not may_have_figures(sentence):
        return []
    numbers = [
        *_BEFORE_WORD.finditer(sentence),
        *_HAS_GAINED.finditer(sentence),
        *_AFTER_WORD.finditer(sentence),
        *_SYMBOL.finditer(sentence),
        *_LISTED.finditer(sentence),
        *_BARE.finditer(sentence),
        *stated_by_givers(sentence),
    ]
    doubt = NOT_ASSERTED.search(without_asides(sentence)) if numbers else None
    asserted = doubt.end() if doubt else len(sentence)
    found = chain(
        (_figure(sentence, each, asserted=asserted) for each in numbers), _ratios(sentence)
    )
    in_order = sorted((each for each in found if each is not None), key=lambda each: each.start)
    kept: list[Figure] = []
    for each in in_order:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
            second = change_behind(sentence, each) or total_behind(sentence, each)
            if second is not None:
                kept.append(second)
                third = change_behind(sentence, second) if second.is_change else None
                kept += () if third is None else (third,)
    return kept


def _ratios(sentence: str) -> Iterator[Figure]:
    for found in _RATIO.finditer(sentence):
        counter = COUNTER_WORDS[found["counter"].lower()]
        yield Figure(found.start(), found.end(), found[0], counter, None, None)


def _figure(sentence: str, found: re.Match[str], *, asserted: int) -> Figure | None:
    """`asserted`: where the part of the sentence ends that may assert figures."""
    named = found.groupdict()
    counter = COUNTER_WORDS[
        (named.get("counter") or named.get("joined") or named["symbol"]).lower()
    ]
    printed = read_number(found)
    adjectives, of = named.get("adjectives") or "", named.get("of") or ""
    before, after = sentence[: found.start()], sentence[found.end() :]
    if not _is_count(printed, sentence[: found.start("digits")], adjectives):
        return None
    hedge, start = lead_of(before)
    if named.get("hedge") is not None:
        (hedge, _), start = lead_of(named["hedge"]), found.start()
    if hedge is None and _AND_COUNTING.match(after):
        hedge = Hedge.COUNTING
    lead, sign = sentence[:start], _sign_of(found, counter)
    near_today = with_today(after)
    after = near_today or after
    meaning = meaning_of(
        lead,
        after,
        adjectives=adjectives,
        sign=sign,
        counter=counter,
        hedge=hedge,
        is_act=found.re in (TIMES, GIVEN),
    )
    range_ = range_of(printed, hedge, has_tilde=named["tilde"] is not None)
    meaning, range_ = _with_range(meaning, range_, is_near_today=near_today is not None)
    text = found[0].strip()
    is_certain = (
        (meaning.is_certain or _TO_NUMBER.search(text) is not None)
        and (not meaning.is_change or meaning.window is not None)
        and not sentence.endswith("?")
        and _is_asserted(lead, asserted)
        and _is_certain(lead, before, after, counter)
        and not _is_narrowed(of, before, after, counter, is_change=meaning.is_change)
        and not _is_another_number(found, lead, before, after)
    )
    value = printed.number
    if meaning.is_loss:
        value, range_ = -value, None if range_ is None else range_.negative()
    return Figure(
        min(start, meaning.start),
        found.end(),
        text,
        counter,
        value,
        range_ if is_certain else None,
        meaning.is_change,
        meaning.window,
        owner_is_inside=bool(of),
        is_of_span=meaning.is_of_span,
        is_elsewhere=_is_elsewhere(of, after, counter),
    )


def _with_range(
    meaning: Meaning, range_: Range | None, *, is_near_today: bool
) -> tuple[Meaning, Range | None]:
    """Settle which numbers agree with a figure, and whether it is judged as a change."""
    if range_ is None:
        return meaning, None
    if meaning.is_of_its_life:
        meaning, range_ = replace(meaning, is_change=False), range_.as_part()
    if is_near_today:
        range_ = range_.uncontradicted() if meaning.is_change else None
    return meaning, range_


def _is_count(printed: Printed, before: str, adjectives: str) -> bool:
    """Whether a number counts what is observed: no mark of a critic, no count of another site."""
    is_large = printed.number >= LEAST_COUNT or printed.is_abbreviated
    is_grouped = _GROUPED.search(before[-2:]) is not None  # digits that are grouped by a space
    return printed.is_count and is_large and not is_grouped and not _IS_FOREIGN.search(adjectives)


def _is_elsewhere(of: str, after: str, counter: ClaimCounter) -> bool:
    """Whether the words beside a figure leave only a part of it, or name another place."""
    return (
        _ELSEWHERE.match(after) is not None
        or is_narrowed_behind(after, counter)
        or is_narrowed_behind(of, counter)
    )


def _is_another_number(found: re.Match[str], lead: str, before: str, after: str) -> bool:
    """Whether a number is quoted, is a distance, or says who gave over a span."""
    return (
        _is_quoted(lead, after)
        or (found.re is _BEFORE_WORD and is_a_distance(before))
        or (found.re in (GAVE, GAVE_ONE) and window_in(after[:80]) is not None)
    )


def _sign_of(found: re.Match[str], counter: ClaimCounter) -> str | None:
    """Return the sign of a change that a number or the words beside it say."""
    if found.re is _HAS_GAINED:
        return "-" if found["down"] else "+"
    is_given = counter != "downloads" and found.re in (TIMES, GIVEN)
    if is_given and starts_with_window(found.string[found.end() :]):
        return "+"  # "was forked 5 times this week"
    return found.group("sign")


def _is_asserted(lead: str, asserted: int) -> bool:
    """Whether no word before a figure, such as "if", takes its assertion away."""
    if len(lead) < asserted:
        return True
    clause = _OWN_CLAUSE.search(lead, asserted)
    return clause is not None and NOT_ASSERTED.search(clause[0]) is None


def _is_narrowed(
    of: str, before: str, after: str, counter: ClaimCounter, *, is_change: bool
) -> bool:
    """Whether words at a figure narrow what is counted: "stars of X in May: 5"."""
    return (
        (not is_change and window_in(of) is not None)
        or NOT_ASSERTED.search(of) is not None  # "stars of X usually rise by 5"
        or _HAS_TIME_OR_PLACE.search(of, 4) is not None
        or (of != "" and _is_elsewhere("", after, counter))
        or _IS_A_KIND.search(before[-20:]) is not None
    )


def _is_quoted(lead: str, after: str) -> bool:
    """Whether a figure alone stands in quotation marks: words that are quoted."""
    return lead[-1:] in _OPENING_QUOTES and after[:1] in _CLOSING_QUOTES and bool(lead and after)


def _is_certain(lead: str, before: str, after: str, counter: ClaimCounter) -> bool:
    """Whether the sentence asserts the figure, of now and of our sources."""
    return not (
        NOT_ASSERTED_NEAR.search(lead[-60:])
        or NOT_ASSERTED_NEXT.match(after[:60])
        or _BOUGHT.match(after)
        or shares_number(before)
        or is_of_open_span(before, after)
        or (not is_of_today(before, after) and _is_past(lead, before, after, counter))
    )


def _is_past(lead: str, before: str, after: str, counter: ClaimCounter) -> bool:
    if counter == "downloads":
        if window_in(after[:60]) == "month":
            return False  # the Hub's own count
        after = _without_month(after)
    return PAST_NEAR.search(lead[-60:]) is not None or is_of_another_time(before, after)


def _without_month(after: str) -> str:
    # The Hub counts downloads over a month.
    return _LAST_MONTH.sub("", after, count=1)
