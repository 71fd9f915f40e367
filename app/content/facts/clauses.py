"""The words between a name and its figure: asides, second verbs, and things that come between."""

import re

from app.content.facts.introduced import introduces
from app.content.facts.phrases import ADVERBS, HOLDS

_ASIDE = re.compile(
    r"^[\"”’]?(?:,\s+(?!(?:and|or|but|with|at|has|is)\b)[^,.;:()–—]{1,100},|\s\([^()]{1,60}\)|\s[–—]\s[^.;:()–—]{1,100}\s[–—])(?=\s)"
)
"""What describes a name between it and its verb: "X, a framework for models, has 5"."""
MAX_ASIDES = 2
_SECOND_VERB = re.compile(
    rf"(?:,\s+)?\b(?:(?:and|but)\s+(?:(?P<it>it)\s+)?|(?:because|as|since|where|so)\s+(?P<too>it)\s+){ADVERBS}{HOLDS}\s+{ADVERBS}$"
)
"""The end of "X has a new home and sits at 5" and of "X is popular, and it has 5"."""
_SUBCLAUSE = re.compile(r"\b(?:that|which|who|whose|where|while)\b")
_OF_A_THING = re.compile(r"[^,\s]\s+(?:with|of)\s+$")
"""The end of "has a fork with": what was introduced is the owner of the figure."""
EXPLETIVE = re.compile(
    r"^\s+(?:is|was|has\s+been|t(?:akes?|ook)|needs?|seems?|costs?)\b.*\b(?:that|to|for|since|who)\b"
)
"""Behind an "it" that stands for nothing, as in "it is no wonder that …"."""
_CLAUSE_START = re.compile(r"[:;!?.—–]\s|\sthat,?\s")
MAX_WORDS_BETWEEN = 12
_POSSESSED = re.compile(r"^(?:['’]s|['’](?=\s))\s")
_OF_THE_NAME = re.compile(
    r"^(?:['’]s?)\s+(?:(?:(?:GitHub|Hugging\s?Face|Hub|model|dataset|public|own|main|official|star|total|current|weekly|daily|monthly|net"
    r"|tally\s+of)\s+)*(?:page|repository|repo|card|counter|count|tally|total|sum|number|collection|crowd|following|stars"
    r"|stargazers|downloads|likes|forks|upvotes|gain|growth|increase|rise|jump|haul|intake|code|codebase|community|popularity)\b"
    r"|(?:got|at|been|up|now|also|on)\b|(?:(?!(?:has|had|is|counts|boasts|shows|drew|tops)\b)(?:[a-z-]+|GitHub|Hugging\s?Face|Hub)\s+){0,2}$)"
)
"""Behind a name, what is no other thing: "'s page shows", "'s count is", "'s impressive"."""
_OTHER_FORM = re.compile(
    r"\b\d-?\s?bits?\b|\b(?:GGUF|quanti[sz]ed|fine-tuned|included|and\s+all|as\s+an?\s+(?:dataset|space|model))\b"
)
"""Another form of a model, or more than a name alone: "in 4 bits", "plugins included"."""
_OTHER_BEHIND = re.compile(
    r"\b(?:and|but|while|with|plus|,)\s+(?:its|the|their|his|her|an?)\s+(?!(?:past|last|week|month|day)\b)[a-z][\w-]*\s+(?:\w+\s+){0,2}$"
)
"""Behind another figure, in "5 stars and its cookbook 3"."""


def without_asides(gap: str) -> str:
    """Leave out what describes a name between it and its verb."""
    for _ in range(MAX_ASIDES):
        gap = _ASIDE.sub("", gap)
    return gap


def is_second_verb(gap: str) -> bool:
    """Whether a figure is the object of a second verb of the name, with nothing between."""
    found = _SECOND_VERB.search(gap)
    if found is None or len(gap.split()) > 2 * MAX_WORDS_BETWEEN:
        return False
    first = gap[: found.start()]
    is_it = bool(found["it"] or found["too"])
    return not _SUBCLAUSE.search(first) and not (is_it and introduces(first))


def is_of_a_thing(gap: str) -> bool:
    """Whether a figure is of a thing that the words before it introduce: "has a fork with 5"."""
    return _OF_A_THING.search(gap) is not None and introduces(gap)


def is_of_a_part(gap: str, *, is_its: bool = False) -> bool:
    """Whether a name has another thing, whose the figure is: "X's parser has 5".

    `is_its`: the name is the word "its".
    """
    if _OTHER_FORM.search(gap):
        return True
    gap = f"'s{gap}" if is_its else gap
    return _POSSESSED.match(gap) is not None and _OF_THE_NAME.match(gap) is None


def is_of_another_behind(gap: str) -> bool:
    """Whether words between two figures bring another owner: "and its cookbook"."""
    return _OTHER_BEHIND.search(gap) is not None


def last_clause(lead: str) -> str:
    """Return the clause that a name stands in, up to the name."""
    return _CLAUSE_START.split(lead)[-1]
