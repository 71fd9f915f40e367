"""Figures in sentences that name no owner, as in "A good day: 5,000 stars"."""

import re
from collections.abc import Sequence

from app.content.facts.clauses import is_of_a_part
from app.content.facts.figure import Figure
from app.content.facts.introduced import introduces
from app.content.facts.names import Mention
from app.content.facts.other_owners import NO_HOLDING, OTHERS

_FILLERS = re.compile(
    r"(?:\W|\b(?:and|on|with|plus|so|far|now|today|already|currently|at|present|in|total|from|this|past|last|the|over"
    r"|day|week|month|GitHub|Hugging|Face|the|Hub|as|of|writing|has|have|holds|counts|boasts|stars?|likes?|downloads?"
    r"|forks?|upvotes?)\b)*",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    r",\s+(?:(?:and\s+)?(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)"
    r"\s+(?:maintainer|contributor|author|developer|commit|release|language|issue|licen[cs]e)s?"
    r"|MIT|Apache(?:[\s-]2\.0)?|[AL]?GPL(?:v\d)?|BSD)(?:\s+licen[cs]ed?)?(?=\s*[.,]|$)"
)
"""In an entry: "5 stars, MIT, one maintainer" says nothing else of its stars."""
_BEGINS_CLAUSE = re.compile(r"(?:^\W*|[,;:(–—]\s*|\b(?:and|but|while|although|though)\s+)$")
"""Before a counter that has no owner beside it, as in "…, while likes stand at 5"."""
_NO_OWNER = re.compile(
    r"\w(?::\s*|\s[(–—]\s?|,?\s+(?:with|despite|(?<=,\s)now\s+at)\s+(?:(?:its|the|now)\s+)?)$"
)
"""Before a figure that no verb governs."""


def is_fragment(sentence: str, figures: Sequence[Figure]) -> bool:
    """Whether a sentence is only figures, as in "5 stars and 3 forks on GitHub."."""
    rest = sentence
    for figure in reversed(figures):
        rest = f"{rest[: figure.start]} {rest[figure.end :]}"
    return _FILLERS.fullmatch(_FURTHER.sub("", rest)) is not None


def is_unowned(text: str, figure: Figure, mentions: Sequence[Mention]) -> bool:
    """Whether a figure can be of nothing but what its paragraph is about."""
    lead = text[: figure.start]
    is_noun = figure.text[0].isalpha() and not figure.owner_is_inside
    return (
        (_BEGINS_CLAUSE if is_noun else _NO_OWNER).search(lead) is not None
        and (_ends_item(text, figure, mentions) or not OTHERS.search(text))
        and not introduces(lead[:1].lower() + lead[1:])
        and not NO_HOLDING.search(text)
        and not any(
            each.is_plain_lower or (each.end <= figure.start and is_of_a_part(lead[each.end :]))
            for each in mentions
        )
    )


def _ends_item(text: str, figure: Figure, mentions: Sequence[Mention]) -> bool:
    """Whether a figure is in the brackets that end an item, as in "X draws charts (5 stars)"."""
    begins = bool(mentions) and not text[: mentions[0].start].strip("“\"'(* ")
    opened, closed = text.rfind("(", 0, figure.start), text.find(")", figure.end)
    return begins and opened > 0 and closed > 0 and not text[closed:].strip(") .")
