"""Counts told as people: "66,912 people have starred OpenBB" says that it has 66,912 stars."""

import re
from collections.abc import Iterator

from app.content.facts.numbers import COUNT
from app.content.facts.phrases import HEDGE

_PEOPLE = (
    "people|users|developers|coders|readers|engineers|accounts|programmers|members|admirers"
    "|fans|visitors"
)
"""Words for all who may give a star. "5 teachers have starred X" counts only some of them."""
_HEDGE = rf"(?P<hedge>(?:{HEDGE})\s+)?"
_NAME = (
    r"\s+(?:the\s+)?[^\s,;:()=]{1,80}(?:\s[A-Z0-9][^\s,;:()=]{0,40}){0,3}"
    r"(?:\s+on\s+(?:GitHub|Hugging\s+Face))?"
)
"""A name with nothing behind it that narrows what is counted, such as "in Asia"."""
TIMES = re.compile(
    r"\b(?P<counter>[Ss]tarred|[Ff]orked|[Ll]iked|[Dd]ownloaded|[Ff]etched|[Pp]ulled(?=[^.]*\btimes)|[Uu]pvoted)\s+(?:by\s+)?"
    rf"{_HEDGE}{COUNT}\s+(?:[Tt]imes|(?P<adjectives>(?:more|new|further|additional)\s+)?(?:{_PEOPLE}))\b"
)
"""As in "X was starred 66 times", "starred by 66 people" and "liked by 66 more users"."""
GAVE = re.compile(
    rf"{COUNT}\s+(?:GitHub\s+|Hugging\s+Face\s+)?(?:{_PEOPLE})\s+(?:have\s+)?(?:now\s+|already\s+|so\s+far\s+)?"
    r"(?P<counter>[Ss]tarred|[Ff]orked|[Ll]iked|[Uu]pvoted)\b"
)
"""As in "66,912 people have starred X"."""
GAVE_ONE = re.compile(
    rf"{COUNT}\s+(?:{_PEOPLE})\s+(?:have\s+)?(?:now\s+|already\s+)?(?:given|gave|left)(?P<of>{_NAME})"
    r"\s+an?\s+(?P<counter>star|like|upvote)\b"
)
"""As in "66,912 people have given X a star"."""
GIVEN = re.compile(
    r"\b(?P<counter>[Ss]tarred|[Ff]orked|[Ll]iked|[Dd]ownloaded|[Uu]pvoted)"
    r"(?P<of>(?:\s+(?!(?:from|via|on|by|in|at|since|for|over|through|more|about|around|some|nearly|almost|roughly)\b)"
    rf"[^\s,;:()=]{{1,80}}){{1,8}}?)\s+{_HEDGE}{COUNT}\s+times\b"
)
"""As in "Developers have forked X 66 times"."""
_NUMBER_OF = re.compile(
    rf"\bnumber\s+of\s+(?:{_PEOPLE})\s+(?:who|that)\s+(?:have\s+)?(?:now\s+|already\s+)?"
    rf"(?P<counter>[Ss]tarred|[Ff]orked|[Ll]iked|[Dd]ownloaded|[Uu]pvoted)(?P<of>{_NAME})"
    r"\s+(?:has\s+)?(?:now\s+|already\s+)?(?:is|(?:stands|sits)\s+at|(?:rose|risen|grew|grown|climbed)\s+to)"
    rf"\s+(?:now\s+)?{_HEDGE}{COUNT}(?=\s*(?:$|[.,;)!](?!\d)|and\b))"
)
"""As in "The number of people who have starred X now stands at 66,912"."""
_ACTS = (
    "starred",
    "forked",
    "liked",
    "downloaded",
    "fetched",
    "pulled",
    "upvoted",
    "given",
    "gave",
    "left",
)


def stated_by_givers(sentence: str) -> Iterator[re.Match[str]]:
    """Find the figures of a sentence that say who gave what; not in order."""
    lowered = sentence.lower()
    if any(act in lowered for act in _ACTS):
        for pattern in (TIMES, GAVE, GAVE_ONE, GIVEN, _NUMBER_OF):
            yield from pattern.finditer(sentence)
