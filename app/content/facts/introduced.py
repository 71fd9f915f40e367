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
    r"(?:^\s*,|\b(?:is|was|remains?|becomes?|became|been|as|stays))\s+(?:(?:now|still|also|already|not|only"
    r"|just|simply|quite)\s+)*$"
)
_HARMLESS_TEXT = """
lot day week weekend month year while bit little decade summer winter morning evening night hour
favourite favorite good great long big fast release version update upgrade patch fix logo mascot
maintainer name home licence license feature bug blog news note laptop desktop machine browser
phone computer server star total tally count sum crown collection pile haul stash crowd following
figure start treasure trove mountain galaxy constellation lead share place look read visit mention
try page board list front way time pace moment record height peak high milestone mark
"""
_HARMLESS = frozenset(_HARMLESS_TEXT.split())
"""Words for what has no counters of its own."""


def introduces(text: str) -> bool:
    """Whether a sentence introduces a thing, as in "X ships a new library"."""
    return any(
        (found[1] or found[2]) not in _HARMLESS
        and not _SAYS_WHAT_IT_IS.search(text[: found.start()])
        for found in _INTRODUCES.finditer(text)
    )
