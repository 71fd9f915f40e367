"""Sentences in capitals, such as "OPENBB HITS 66,912 STARS", where case does not mark names."""

import re
from collections.abc import Sequence

from app.content.facts.names import Mention
from app.content.facts.windows import with_months

_ENDS = re.compile(
    r"\s*(?:$|[.,;!?)(–—]|:(?=\s*[\d~+★]))|['’]s\s|\s+(?:has|holds|hits|passes|reaches|crosses|tops|gains?|adds|loses|wins|gets|now|at|with"
    r"|is|stands|sits|counts|boasts|surpasses|breaks|climbs|rises|rise|jumps|soars|stars?|likes|downloads|forks|upvotes)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"(?:^|[.,:;!?(–—-])[\W]*$|\b(?:for|to|with|at|now|today|the)\s+$", re.IGNORECASE
)


def in_lower_case(sentence: str) -> str:
    """Write a sentence in capitals in lower case, apart from months; return any other as it is."""
    if not sentence.isupper():
        return sentence
    lowered = with_months(sentence.lower())
    return lowered if len(lowered) == len(sentence) else ""


def stand_alone(sentence: str, mentions: Sequence[Mention]) -> bool:
    """Whether no name of a sentence in capitals may be a part of a longer one."""
    return all(
        _BEGINS.search(sentence[max(0, each.start - 20) : each.start]) is not None
        and _ENDS.match(sentence, each.end) is not None
        for each in mentions
    )
