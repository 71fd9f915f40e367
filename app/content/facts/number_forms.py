"""Forms in which a sentence states a number with its counter, such as "5,000 stars"."""

import re
from collections.abc import Iterator

from app.content.facts.counters import ClaimCounter
from app.content.facts.givers import stated_by_givers
from app.content.facts.labels import NEXT_LABEL, is_a_label
from app.content.facts.meaning import NEW
from app.content.facts.number_words import LARGE
from app.content.facts.numbers import COUNT
from app.content.facts.phrases import HEDGE

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
BEFORE_WORD = re.compile(
    rf"{COUNT}(?:\s+{_ADJECTIVES}(?P<counter>[Ss]tars|[Ss]targazers|[Ll]ikes|[Hh]earts|[Dd]ownloads|[Ff]orks"
    r"|[Uu]pvotes)\b|\s?(?P<symbol>[★⭐❤♥])"
    r"|-(?P<joined>star)(?=\s+(?:mark|barrier|threshold|milestone|project|repository|repo|library|framework|toolkit)\b))(?!['’-])"
)
_COUNTER_BEFORE = (
    r"\b(?=[SsLlDdFfUu])(?P<counter>[Ss]tars|[Ss]targazers|[Ll]ikes|[Dd]ownloads|[Ff]orks|[Uu]pvotes"
    r"|(?:[Ss]tar|[Ll]ike|[Dd]ownload|[Ff]ork|[Uu]pvote)(?=\s+(?:count|counter|tally|total)\b))"
    r"(?:\s+(?:count|counter|tally|total))?(?P<of>\s+(?:of|for|on)\s+[^,;:()=]{1,120}?|\s+at\s+the\s+close)?"
)
_STANDS = (
    r"(?:(?:[a-z]+\s+){1,5}?and\s+(?:now\s+)?(?:stands?\s+at|numbers?|totals?|are\s+(?:at|up\s+to))"
    r"|(?:(?:now|currently|today|already|has|have|is|are|stands?|sits?|ran|runs?|running|hovers?|rests?"
    r"|r[io]sen?|rises?|climb(?:ed|s)?|gr[eo]wn?|jump(?:ed|s)?|fell|fall(?:en|s)?|come|comes?|amounts?|add|adds|going)\s+){0,3}"
    r"(?:at|of|(?:from\s+[\d,.]+[kKmM]?\s+)?to|is|are|up\s+to)"
    r"|(?:(?:now|currently|already|today)\s+)?(?:numbers?|totals?|reads?|equals?))"
)
_REACH = (
    r"(?:(?:has|have)\s+)?(?:(?:now|just|already|also)\s+)?"
    r"(?:hit|reach(?:ed)?|pass(?:ed)?|cross(?:ed)?|top(?:ped)?|exceed(?:ed)?)"
)
_AFTER_WORD = re.compile(
    rf"{_COUNTER_BEFORE}(?:\s*[:=]\s*|(?:(?<=count)|(?<=tally)|(?<=total)),?\s+|\s+(?:[–—-]\s+|(?:{_STANDS})\s+|(?={_REACH})))"
    r"(?:(?:just(?!\s+(?:over|under|above|below|shy|past)\b)|only|exactly|a\s+mere)\s+)?"
    rf"(?P<hedge>(?:{HEDGE}|{_REACH})\s+)?{COUNT}"
    rf"(?=\s*(?:$|[.,;)!?·•|/](?!\d)|(?:and|on|as|today|now|while|with|after|worldwide|over|in|a|per|this|last|all|at|so|to\s+date|by|but|thanks|says|means|makes|suggests|is|was|has)\b)|{NEXT_LABEL})"
)
_LABELLED = re.compile(rf"^\W*{COUNT}:\s+(?P<counter>stars|likes|downloads|forks|upvotes)\b")
"""As in "5,000: downloads of X"."""
_BARE = re.compile(
    r"(?:^|(?<=[,;:·•|(–/]\s))(?P<counter>[Ss]tars|[Ll]ikes|[Dd]ownloads|[Ff]orks|[Uu]pvotes)\s+"
    rf"{COUNT}(?=\s*(?:$|[.,;)·•|/–](?!\d)|(?:today|w/w|m/m)(?!\w)))"
)
"""As in "X: stars 66.9k, forks 6.5k"."""
_LISTED = re.compile(
    rf"^\W*(?P<counter>[Ss]tars|[Ll]ikes|[Dd]ownloads|[Ff]orks|[Uu]pvotes):(?P<of>\s+[^,;:()=]{{1,80}}?)\s+"
    rf"{COUNT}\W*$"
)
"""As in "Stars: X 66.9k"."""
HAS_GAINED = re.compile(
    rf"{_COUNTER_BEFORE}\s+(?:(?:has|have|is|are|now)\s+)*(?:r[io]sen?|gr[eo]wn?|climb(?:ed)?|jump(?:ed)?|increased?|surged?"
    r"|(?:went\s+)?up|(?P<down>fell|fall|fallen|drop(?:ped)?|declined?|decreased?|(?:went\s+)?down))(?:\s+by)?\s+"
    rf"(?P<hedge>(?:{HEDGE})\s+)?{COUNT}"
    r"(?!\s*(?:%|per\s?cent))"
)
"""As in "The stars of X rose by 66 this week"."""
TO_NUMBER = re.compile(
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
DIGIT = re.compile(r"\d")
RATIO = re.compile(
    r"\b(?=[TtDdHhf\d])(?:[Tt]wice|[Dd]ouble|[Tt]riple|[Hh]alf|(?:\d+(?:\.\d+)?|two|three|four|five|ten)"
    r"(?:x|×|\s+times))\s+(?:the|as\s+many|more)\s+(?:(?:GitHub|Hugging\s?Face|HF)\s+)?"
    r"(?P<counter>stars|likes|downloads|forks|upvotes)\b"
)


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
        DIGIT.search(text) is not None
        or any(scale in lowered for scale in LARGE)
        or RATIO.search(text) is not None
    )


def counted_numbers(sentence: str) -> Iterator[re.Match[str]]:
    """Find the numbers of a sentence that name their counter; not in order."""
    previous = None
    for found in BEFORE_WORD.finditer(sentence):
        if not is_a_label(found, previous, COUNTER_WORDS):
            yield found
            previous = found
    for form in (HAS_GAINED, _AFTER_WORD, _SYMBOL, _LISTED, _LABELLED, _BARE):
        yield from form.finditer(sentence)
    yield from stated_by_givers(sentence)
