"""Words that leave only a part of a count, or make it another one: "5 stars from Brazil".

Behind a figure most prepositions narrow it, so only what is known to be harmless may follow one.
"""

import re

from app.content.facts.counters import ClaimCounter
from app.content.facts.windows import behind_window

_PLATFORM = (
    r"(?:GitHub|Github|github|Hugging\s?Face|HF|[Tt]he\s+[Hh]ub|Hub)\b"
    r"(?!\s+(?:and|or|plus)\s+(?:on\s+)?[A-Z]|\s*[,&+]\s*[A-Z])"
)
_NARROWS = re.compile(
    rf"^\s+(?:on\s+(?!{_PLATFORM}|its\s+(?:page|repo)|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|the\s+(?:(?:week|month|day)\b(?!\s+of)|platform|whole)\b|record|\S+['’]s?\s)"
    rf"|in\s+(?!{_PLATFORM}|total\b|all\b(?!\s+\w)|the\s+(?:last|past|week|month|day)\b|its\s+trophy|just\b|under\b|\w+\s+(?:days?|weeks?|months?|hours?|years?)\b|\d)"
    r"|from\s+the\s+(?!community|public|crowd|world|start|beginning|users|developers|(?:past|last)\b)"
    r"|for\s+(?:its|an?|all|(?:the|this)\s+(?!(?:week|month|day|moment)\b))"
    r"|by\s+(?!now|our|press|this|today|the\s+(?:last\s+)?count)|with\s+(?:an?\s+account|examples|plugins|no|own|more|at\s+least)"
    r"|to\s+(?:an?|the|catch|make|go|gain|spare|win|find|come|bots|[A-Z]\w*)"
    r"|according\s+to\s+(?:an?|the)\s+(?:old|cached|archived|earlier|outdated)|(?:up|down|back)\s+on"
    r"|the\s+(?:last|first|day|year|night|time)|as\s+(?:spam|fake|bots|realistic|its)"
    rf"|of\s+(?!{_PLATFORM})|(?:under|outside|within(?!\s+(?:an?|one|\d|the\s+(?:last|past|day|week|month)))|inside|into|through|thanks|given|below|above|off|adrift|less|gross|coming|beyond|over|[Nn]obody|marked|its"
    r"|aside|apiece|taught|matter|so\s+far\s+(?:this|today)|while|when|once|daily)"
    r"|(?:that|which|who)\s+(?:are|is|were|look|came|come))\b"
    r"|^\s*(?:,\s+|\s[–—-]\s+)(?:[^.;]{0,40}\b(?:wrongly|mistakenly|claimed|included|including|counting\s+(?!up)|and\s+all\b|or\s+so\s+we|or\s+would|or\s+bust"
    r"|in\s+sight|[Hh]ere\s+[Ww]e\s+[Cc]ome)|in\s+(?!all\b|total\b)[A-Z]\w+\s*[.,;]|(?:the\s+flyer\s+says|says\s+the\s+(?:page|chart|README)\s+from)\b|no\b|wait\b|at\s+least\b|(?:just\s+|all\s+)?from\b|(?:its|a)\s+(?:\w+\s+)?record\b)"
    r"|^\s+(?:or\s+[Bb]ust|[Ww]ithin\s+[Rr]each|[Ii]n\s+[Ss]ight|[Nn]ext)\b|^\s+(?:all\s+told|in\s+total)\s*,?\s+(?:across|with|[A-Z])"
    r"|^:\s+(?:[Aa]n?\s+)?(?:[Tt]hought|[Ff]orecast|[Ww]hat\s+[Ii]f)",
)
_OF_WINDOW = re.compile(
    rf"^\s+(?:(?:from|of|among|via|through|thanks|because|before|after|when|while|gross|only|ago|without|each|at(?!\s+\d)|but\s+(?:won|lost|gained)|three|that|to\s+(?:an?|the|[A-Z]\w*)|today|for\s+the|once|would|could|might|will|by\s+(?!now|press|the\s+last))\b"
    rf"|(?:on|in)\s+(?!{_PLATFORM}|total\b|all\b)|(?:this|last)\s+(?:day|week|month)\b|and\s+(?:last|yesterday|lost|shed)\b|(?:than|together|combined|if)\b)|^,\s[^.;,]{{0,40}}\bincluded\b"
    r"|^,\s+(?:when\b|(?:just\s+|all\s+)?from\b|(?:its|a)\s+(?:\w+\s+)?record\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)|^-",
)
_ALL_TIME = re.compile(
    r"^(?:\s+times)?\s+(?:to\s+date|in\s+(?:total|all)|so\s+far|overall|all\s+(?:in|told)|altogether|since|daily|on\s+the\s+clock|this\s+year)\b"
)
"""Behind downloads, which the Hub counts over a month."""
_OF_A_NAME = re.compile(
    r"^(?:\s+(?:this|in\s+the|over\s+the)\s+(?:(?:past|last)\s+)?(?:day|week|month))?\)?\s+(?:[a-z]+\s+){0,2}(?:of|for|to|on)\s+(?:the\s+)?$"
)
_NARROWS_NAME = re.compile(
    rf"^\s+(?:from|in(?!\s+the\s+(?:past|last)\b|\s+total)|via|by|at(?!\s+press)|on(?!\s+{_PLATFORM})|that|who|which|are|were|come|came|have|went|among|would|could|might|may|will)\b"
    r"|^,\s+says\b|^:\s+what\b"
)
"""Behind a name, in "5 stars for X from Brazil"."""
_PART_OF_NAME = re.compile(r"\b(?:oldest|newest|earliest|latest|purged|removed|lost)\s+$")


_IS = re.compile(r"\b(?:is|(?<!ere\s)are)\s+(?:(?:now|just|still|only|a\s+mere)\s+)*$")
_NOT_YET = re.compile(
    r"^\s+(?:(?:still|now|only)\s+)?(?:sets|plans|falls|aims|wants|can|could|may|will|would|might|hopes|is\s+not|remembers|dreams"
    r"|has\s+(?:an?\s+(?:dream|goal|plan|way)|its\s+eyes))\b",
    re.IGNORECASE,
)
"""Behind a name, in "90,000 stars: X sets its goal"."""
_OF_THEN = re.compile(
    r"^\s+(?:still\s+)?(?:was|will|would|throws|hired|got|had|became|changed|moved|got|started)\b"
)
"""Behind a name, in "At 900 stars, X hired its first engineer"."""


def is_not_yet(rest: str) -> bool:
    """Whether the words behind a name make the figure before it a goal: "5 stars: X aims high"."""
    return _NOT_YET.match(rest) is not None


def is_of_then(rest: str) -> bool:
    """Whether the words behind a name date the figure before it: "At 5 stars, X was small"."""
    return _OF_THEN.match(rest) is not None or is_not_yet(rest)


def is_narrowed_behind(after: str, counter: ClaimCounter) -> bool:
    """Whether the words behind a figure narrow it or make it a distance: "5 stars from Brazil"."""
    if counter == "downloads" and _ALL_TIME.match(after):
        return True
    rest = behind_window(after)
    return (_NARROWS.match(after) if rest is None else _OF_WINDOW.match(rest)) is not None


def is_a_distance(before: str) -> bool:
    """Whether "is" stands before a figure, which makes it a distance: "X is 5 stars behind"."""
    return _IS.search(before) is not None


def is_part_of_owner(before: str, gap: str, rest: str) -> bool:
    """Whether a figure before its name is a part: "900 stars of X are fake", "5 for X in Asia"."""
    if _OF_A_NAME.match(gap) is None:
        return False
    return _NARROWS_NAME.match(rest) is not None or _PART_OF_NAME.search(before) is not None
