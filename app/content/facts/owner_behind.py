"""Names behind a figure that own it: "5,000 stars for X", "With 5,000 stars, X is large"."""

import re
from collections.abc import Sequence

from app.content.facts.figure import Figure
from app.content.facts.names import Mention
from app.content.facts.narrowed import is_not_yet, is_of_then, is_part_of_owner

_POSSESSIVE = re.compile(r"^['’]s?(?![\w])")
_BEFORE_NAME = re.compile(r"^\s+(?:project|repository|repo|library|framework|toolkit)\s+$")
_FOR = re.compile(
    r"^\)?(?:\s+(?:this|in\s+an?|in\s+the|over\s+the)\s+(?:(?:past|last)\s+)?(?:day|week|month|seven\s+days|24\s+hours))?"
    r"\s*(?:(?:shine\s+)?on|for|of|under|(?:now\s+)?(?:(?:belong|go|went|have\s+gone|(?:have\s+been|were)\s+(?:given|awarded))\s+)?to"
    r"|(?:now\s+)?(?:graces?|adorns?|decorates?|makes?|puts?|stands|sits))"
    r"\s+(?:the\s+)?$"
)
_THAT = re.compile(r"\s+(?:that\s+|which\s+)?(?:the\s+)?")
_HAS_IT = re.compile(
    r"\s+(?:now\s+)?(?:holds|boasts|counts|has(?:\s+(?:now\s+|already\s+)?(?:collected|gathered|gained|earned|attracted|amassed|received|won|drawn|got))?)(?=\s*(?:$|[.,;:)])|\s+(?:is|are|was|were|do|did|make|put|say|mean|show|suggest)\b)"
)
"""Between figure and name, and behind the name, in "the 5 stars that X has gathered"."""
_PAGE = re.compile(
    r"^['’]s?\s+(?:(?:GitHub|Hugging\s?Face|Hub)\s+)?(?:page|repository|repo|card|model\s+card)\b"
)
"""Behind a name, in "5 stars on X's page"."""
_TITLE_OF_FIGURE = re.compile(
    r"^(?:\s+(?:and|&)\s+(?:counting|rising|climbing)|\s+(?:this|in\s+(?:a|one|the\s+(?:past|last)))\s+(?:day|week|month)"
    r"|\s+in\s+(?:seven|7|thirty|30)\s+days)?\s*[:–—]\s*$",
    re.IGNORECASE,
)
"""Between figure and name in a headline such as "5 Stars: X Has Its Moment"."""
_JOINED_BEHIND = re.compile(r"^\s*(?:and|&|,|or|vs)\b")
_OBJECT_ENDS = re.compile(
    r"^[”\"]?\s*(?:$|[.;!?)]|,(?!\s+in\s+[A-Z])|(?:so\s+far|on\s+(?:GitHub|Hugging\s?Face)|to\s+date|already|as\s+of)\b)"
)
"""Behind the name in "5 people have starred X"."""
_LED_BY_FIGURE = re.compile(
    r"^\W*(?:(?:[Aa]rmed|[Bb]lessed|[Bb]acked|[Cc]rowned|[Aa]dorned|[Ll]oved)\s+(?:with|by)|[Ww]ith|[Aa]t|[Nn]ow\s+at"
    r"|(?:[Ss]itting|[Ss]tanding|[Pp]erched|[Hh]overing|[Rr]esting)\s+(?:\w+\s+)?(?:at|on)"
    r"|(?:[Bb]oast|[Hh]av|[Ss]port|[Hh]old|[Cc]ount|[Cc]arry|[Cc]ommand|[Cc]laim)ing|[Dd]espite|[Tt]hanks\s+to)"
    r"\s+(?:(?:its|the|some|now)\s+)?$"
)
_AFTER_LEADING = re.compile(
    r"^(?:\s+(?:this|in\s+the|over\s+the)\s+(?:(?:past|last)\s+)?(?:day|week|month|seven\s+days|24\s+hours))?"
    r"(?:\s+(?:to|behind|beside)\s+(?:its|their)\s+(?:name|credit))?(?:\s+on\s+(?:GitHub|Hugging\s?Face|the\s+[Hh]ub))?"
    r"(?:\s+and\s+(?:(?:\w+\s+){0,2}[\d.,]*\d|[\w.,]+)(?:\s+\w+)?)?\s*,\s*(?:the\s+)?(?:(?:library|project|repository|framework|dataset|model)\s+)?$"
)
"""Between figure and name in "With 5 stars to its name, X …"."""


def owner_behind(text: str, figure: Figure, mentions: Sequence[Mention]) -> Mention | None:
    """Return the first name behind a figure, if the words between make it the owner."""
    mention = next((each for each in mentions if each.start >= figure.end), None)
    if mention is None:
        return None
    gap, rest = text[figure.end : mention.start], text[mention.end :]
    if _POSSESSIVE.match(rest) and not _PAGE.match(rest):
        return None
    if is_part_of_owner(text[: figure.start], gap, rest):
        return None
    is_joined = figure.text.endswith("-star") and _BEFORE_NAME.match(gap)
    is_object = figure.text.endswith("ed") and gap.strip(' “"') in ("", "the")
    is_object = is_object and _OBJECT_ENDS.match(rest) is not None
    is_first = len(mentions) == 1 and not text[: figure.start].strip("“\"'( ")
    is_headed = is_first and _TITLE_OF_FIGURE.match(gap) is not None
    is_headed = is_headed and not (_JOINED_BEHIND.match(rest) or is_not_yet(rest))
    is_held = _THAT.fullmatch(gap) and _HAS_IT.match(rest)
    is_owner = _FOR.match(gap) or is_held or is_joined or is_object or is_headed
    return mention if is_owner else None


def led_by(text: str, figure: Figure, mentions: Sequence[Mention]) -> Mention | None:
    """Return the owner in "With 5,000 stars, X is …"."""
    lead = text[: figure.start]
    is_first = not lead.strip("“\"'( ") and (figure.is_change or figure.text[0].isalpha())
    if len(mentions) != 1 or not (is_first or _LED_BY_FIGURE.match(lead)):
        return None
    (mention,) = mentions
    if mention.start < figure.end or _POSSESSIVE.match(text[mention.end :]):
        return None
    gap = text[figure.end : mention.start]
    is_now = figure.is_change or not is_of_then(text[mention.end :])
    return mention if is_now and _AFTER_LEADING.match(gap) else None
