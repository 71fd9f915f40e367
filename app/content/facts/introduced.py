"""Things that a sentence introduces, which "it" may stand for: "X ships a new library"."""

import re

_FRESH = (
    r"new|fresh|big|major|minor|first|final|stable|quick|busy|quiet|good|bad|great|strong|fine|small|large|long"
    r"|\w+-\w+"
)
_INTRODUCES = re.compile(
    r"\b(?:an?|another|second|one|its|their|his|her|our|some)\s+"
    rf"(?:(?:{_FRESH})\s+){{0,2}}(\w+)|\bnew\s+(\w+)"
)
_SAYS_WHAT_IT_IS = re.compile(
    r"(?:(?:^|…)\s*,|\b(?:is|was|remains?|becomes?|became|been|as|stays))\s+(?:(?:now|still|also|already|not|only"
    r"|just|simply|quite)\s+)*$"
)
_IN_A_PHRASE = re.compile(
    r"\b(?:in|on|at|to|of|by|from|past|after|before|about|through|over|during|near|across|under)\s+$"
)
"""Before a thing that "it" does not mean, as it is no subject and no object."""
_HARMLESS_TEXT = """
lot day week weekend month year while bit little decade summer winter morning evening night hour
favourite favorite good great long big fast release version update upgrade patch fix logo mascot
maintainer name home licence license feature bug blog news note laptop desktop machine browser
phone computer server star total tally count sum crown collection pile haul stash crowd following
figure start download like fork upvote quarter million hundred dozen treasure trove mountain galaxy
constellation lead share place look read visit mention try page board list front way time pace
moment record height peak high milestone mark
"""
_HARMLESS = frozenset(_HARMLESS_TEXT.split())
"""Words for what has no counters of its own."""


def _is_no_object(lead: str, noun: str) -> bool:
    """Whether "it" cannot mean a thing: it stands behind a preposition, or is several."""
    return _IN_A_PHRASE.search(lead) is not None or (noun.endswith("s") and noun[-2:] != "ss")


def introduces(text: str, *, as_object: bool = False) -> bool:
    """Whether a sentence introduces a thing, as in "X ships a new library".

    `as_object`: only one that "it" may mean, and not the drawer of "X lies in a drawer".
    """
    return any(
        (found[1] or found[2]) not in _HARMLESS
        and not _SAYS_WHAT_IT_IS.search(text[: found.start()])
        and not (as_object and _is_no_object(text[: found.start()], found[1] or found[2]))
        for found in _INTRODUCES.finditer(text)
    )


_SOFTWARE_TEXT = """
project repository repo library framework toolkit tool engine harness builder scheduler editor
assistant database compiler runtime kit suite interface platform program package simulator software
trainer debugger linter orchestrator optimizer toolbox
"""
SOFTWARE = tuple(_SOFTWARE_TEXT.split())
"""Words for a repository, as in "the editor has 5,000 stars"."""
KIND_WORDS = (*SOFTWARE, "model", "dataset", "corpus", "space", "paper")
"""Words for what has counters."""
_RIVAL = re.compile(
    r"\b(?:an?|another|second|its|their|his|her|our|some|new|two|three|several)\s+(?:(?!(?:on|in|of|for|with|to|from|by|at|and|that|which|is|has)\b)[\w-]+\s+){0,3}?"
    rf"(?:(?:{'|'.join(SOFTWARE)}|monorepo|model|dataset|space|paper|parser|server|client|app|plugin|extension|fork|port|bot"
    r"|agent|SDK|module)(?:e?s)?|repositories|libraries|version)\b",
    re.IGNORECASE,
)


def introduces_rival(text: str) -> bool:
    """Whether a sentence introduces a thing that may have counters of its own."""
    return any(
        not _SAYS_WHAT_IT_IS.search(text[: found.start()]) for found in _RIVAL.finditer(text)
    )
