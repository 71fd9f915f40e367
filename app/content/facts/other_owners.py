"""Words around a name that make something else the owner of a figure: "a rival of X"."""

import re

NOT_THE_OWNER = re.compile(
    r"(?:\b(?:of|by|from|like|than|for|on|with|behind|after|over|against|to|versus|vs\.?|[Uu]nlike"
    r"|beyond|via|using|around|alongside|gives?|gave|awards?|awarded|grants?|granted|[Aa]fter|[Bb]efore|[Ff]or|[Oo]n|[Aa]t|[Ii]n|[Bb]eside|upon"
    r"|[Bb]ehind|[Ll]ike|into|near|not|or|nor|within|besides|without|atop|as|plus"
    r"|(?!(?:darling|morning|evening|king|thing)\b)[A-Za-z]+ing"
    r"|(?:that|which|who)\s+\w+)|(?:-|/|&))\s*(?:the\s+)?$"
)
_HARMLESS_HEAD = re.compile(
    r"^\W*(?:[A-Za-z' ]+[:,]\s)?(?:(?:(?:Big|Warm|Our)\s+)?(?:[Cc]ongrat(?:ulation)?s|[Kk]udos"
    r"|[Hh]ats\s+off|[Cc]heers|[Aa]pplause|[Pp]raise|[Tt]hree\s+cheers)"
    r"|.{0,40}\b(?:place|spot|crown|title|prize|award|honou?rs?|lead|medal)"
    r"\s+(?:again\s+)?(?:goes|went|belongs|stays|remains|falls)"
    r"|(?:It|This|Today|Yesterday)\s+(?:was|is|has\s+been)\s+an?\s+(?:\w+\s+)?(?:day|week|month|year|morning)"
    r"|[Ww]hat\s+an?\s+(?:\w+\s+)?(?:day|week|month|year)|(?:Few|No)\s+\w+\s+are\s+\w+\s+like"
    r"|(?:The|Its)\s+(?:team|people|folks|crowd|community|developers|minds|crew|maintainers)(?:\s+(?:\w+\s+){0,3}(?:goes|went))?)"
    r"\s*(?:(?:to|for|like|with|on|behind|at|of|around)\s+)?(?:the\s+)?$"
)
"""Before a name, words that have no counter: "Congratulations to X"."""
_HAS_OTHER_HEAD = re.compile(
    r"(?:\b(?:(?:an?|the)\s+[\w-]+\s+to|of|for|by|like|from|with|via|using|on|around|and|or|alongside)|,|&|/|-)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
"""Before a name, where "which" may be about another word, as in "a fork of X, which has 5"."""
OTHERS = re.compile(
    r"\b(?:rivals?|competitors?|alternatives?|sequels?|follow-ups?|forks?\s+(?:of|has|have|is|counts|with|by|gained|won|added|lost|drew)|(?:two|three|four|many|both)\s+forks|all\s+(?:its|the|of)|clones?|successors?|predecessors?|siblings?"
    r"|brother|sister|cousin|counterparts?|projects|repositories|repos|models|tools|libraries|packages"
    r"|datasets|spaces|papers|(?<!of\s)(?<!by\s)(?<!among\s)(?<!to\s)(?<!from\s)(?:users|developers)|teams?|companies|startups|agents|plugins?|extensions?"
    r"|tutorials?|tweets?|videos?|posts?|issues?|wrappers?|bindings?|ports?|others?|another|one|than"
    r"|unlike|while|whereas|versus|vs|compared|behind|(?<!our\s)(?:list|board)|collection|which\s+\w+\s+\w+ed"
    r"|have|whose|their|until|but|yet|although|though|despite|where|when|who|valuation|course|book|docs"
    r"|documentation|website|blog|author|founder|maker|makers|creators?|maintainers?"
    r"|parsers?|databases?|builds?|spin-offs?|offshoots?|conversions?|quanti[sz]\w+|fine-tun\w+|\d-bits?|\d\s+bits|friends|organi[sz]ation|included|and\s+all"
    r"|canteen|announcement|thread|mirrors?|copy|copies|editions?|branch(?:es)?|apps?|sdk|cli|clients?|servers?|integrations?|adapters?|demos?|examples?)\b",
    re.IGNORECASE,
)
"""Words between a name and a figure that may be the real owner of the figure."""
NO_HOLDING = re.compile(
    r"\b(?:promis(?:es|ed)|deserv(?:es|ed)|worth|s(?:ells?|old)|buy(?:s|ing)?|bought|pa(?:ys?|id)|costs?|g[ai]ves?|peak(?:s|ed)"
    r"|bottom(?:s|ed)|sat|stuck|(?:start(?:s|ed)|began|begins)\s+(?:out\s+)?(?:with|at|from|on)|deserving|spen(?:t|ds)"
    r"|beats?|replace[sd]|trails?|lack(?:s|ed)|begs?|begging|cries|chases?|eyes|sights|delet(?:es|ed)|remov(?:es|ed)"
    r"|return(?:s|ed)|report(?:s|ed)|flag(?:s|ged)|purg(?:es|ed)|track(?:s|ed)|remembers?|recalls?|celebrates\s+the"
    r"|requires?|asks?|offers?|prize|earned\s+its|brings?|brought|explains?|teaches|forecasts?|owes?)\b"
)
"""Verbs of which a count is no possession."""
_ITS_PART = re.compile(rf"(?:['’]s?)?\s+(?!have\b){OTHERS.pattern}|['’]s?\s", re.IGNORECASE)
_PAGE_OF = re.compile(
    r"\b(?:page|repository|repo|card|profile|counter|tally)\s+(?:of|for)\s+(?:the\s+)?$"
)


def is_not_the_owner(lead: str) -> bool:
    """Whether the words before a name make something else the owner, as in "a rival of X"."""
    return (
        NOT_THE_OWNER.search(lead) is not None
        and _PAGE_OF.search(lead) is None
        and _HARMLESS_HEAD.match(lead) is None
    )


def is_of_its_part(rest: str) -> bool:
    """Whether the words behind a name, up to a number, speak of another thing of it.

    As in "downloads of X's tokenizer rose by 5".
    """
    return _ITS_PART.match(rest) is not None


_GIVES = re.compile(r"\b(?:brings?|brought|sends?|sent|wins?|won|earns?|earned|costs?|handed)\s+$")


def is_given_to(lead: str, gap: str) -> bool:
    """Whether a name only gets what stands behind it, as in "A talk brought X 5 stars"."""
    return not gap.strip() and _GIVES.search(lead) is not None


def has_other_head(lead: str) -> bool:
    """Whether "which" behind a name may be about another word: "a fork of X, which has 5"."""
    return _HAS_OTHER_HEAD.search(lead) is not None and _HARMLESS_HEAD.match(lead) is None
