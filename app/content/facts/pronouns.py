"""What "it", "its" and "the project" stand for: the only subject that a paragraph may mean.

"It" is the one subject that the sentence before is about. "The model" and "the editor" are the only
subject of such a kind that the last sentences name. None of them may bring anything else that could
be meant.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import get_args

from app.content.facts.counters import KINDS_OF, ClaimCounter
from app.content.facts.introduced import SOFTWARE, introduces, introduces_rival
from app.content.facts.name_use import (
    has_unknown_name,
    may_name_a_project,
    whole_mentions,
    without_owner,
)
from app.content.facts.names import Mention, NamedSubject, NameIndex
from app.content.facts.other_owners import is_not_the_owner
from app.content.facts.windows import names_a_time
from app.models.source import EntryKind

_KINDS: Mapping[str, Set[EntryKind]] = {
    **dict.fromkeys(SOFTWARE, frozenset({"repository", "model", "space"})),
    **dict.fromkeys(("project", "repository", "repo"), frozenset({"repository"})),
    "model": frozenset({"model"}),
    "dataset": frozenset({"dataset"}),
    "corpus": frozenset({"dataset"}),
    "space": frozenset({"space"}),
    "site": frozenset({"space"}),
    "paper": frozenset({"paper"}),
}
_NOT_ANOTHER = (
    r"(?!(?:other|second|third|next|rival|new|newer|old|older|latter|former|same|whole|entire|parent|sister|companion|smaller"
    r"|larger|bigger|best|top|leading|previous|last|winning|original|upstream|underlying|average|most|least|typical|usual|normal|median|\w{2,}est|\w+ed)\b)"
)
"""Not before "model": "the older model" is another one."""
_NOUN = "|".join(_KINDS)
_OPENING = (
    r"[\"“'‘(]*(?:(?:and|but|so|yet|still|now|today|also|here|meanwhile),?\s+)?"
    r"(?:[^,.:;()\d]{1,60}[,:]\s+|(?:back\s+)?(?:on|in|at|over|since|by)\s+(?:the\s+)?[\w-]+\s+|this\s+(?:week|month)\s+)?"
)
_VERB_NEXT = (
    r"(?:\s+itself)?(?:['’]s\s|,\s+(?:which|whose|with|at)\b|\s+(?:(?:[a-z]+ly|now|also|still|just|already)\s+)*"
    r"(?:[a-z]+(?:s|ed)|can|won|had|got|went|grew|rose|fell|drew|saw|lost)\b)"
)
"""Behind "the library": "the library it wraps" is another one."""
_PRONOUN = re.compile(
    rf"^{_OPENING}(?P<word>its?(?!\s+repo(?:sitory)?\b)(?:(?![\w'’-])|(?=['’]s\s+(?:got|at|been|now|up|on)\b))(?!\s+t(?:ook|akes)\b(?!\s+in\b))"
    rf"|(?:its(?=\s+repo)|th(?:e|is))\s+(?:{_NOT_ANOTHER}[a-z]+(?:-[a-z]+)?\s+){{0,2}}(?P<noun>{_NOUN})(?![\w-])(?={_VERB_NEXT}))",
    re.IGNORECASE,
)
_LED = re.compile(
    rf"^\W*(?:with|at)\s[^,;:()]{{0,20}}\d[^;:()]{{0,60}},?\s(?P<word>it|the\s+(?P<noun>{_NOUN}))(?![\w'’-])",
    re.IGNORECASE,
)
"""As in "With 66,912 stars, it …"."""
_OF_IT = re.compile(
    rf"^\W*(?:stars|forks|likes|downloads|upvotes)\s+(?:of|for)\s+(?P<word>the\s+(?:{_NOT_ANOTHER}[a-z]+\s+)?(?P<noun>{_NOUN}))(?=\s)",
    re.IGNORECASE,
)
"""As in "Forks of the editor grew to 5,000"."""
_COUNT_OF_IT = re.compile(
    r"^\W*(?P<word>the\s+(?:total|count|counter|tally|page)(?:\s+(?:on|at)\s+(?:the\s+[Hh]ub|GitHub|Hugging\s+Face))?)(?P<noun>)(?=\s+[a-z]|:)",
    re.IGNORECASE,
)
"""As in "The counter on the hub reads 5,000"."""
_OBJECT = re.compile(
    rf"\b(?:starred|forked|liked|upvoted|downloaded|given|gave)\s+(?P<word>it|the\s+(?P<noun>{_NOUN}))(?=\s+an?\s+(?:star|like)|\s*[.,!]|$)"
)
"""As in "5,000 people have starred it"."""
_INNER = re.compile(
    rf"[,:–—]\s+(?:(?:and|but|so|yet|though|where)\s+)?(?P<word>the\s+(?:{_NOT_ANOTHER}[a-z]+\s+)?(?P<noun>{_NOUN}))(?={_VERB_NEXT})"
)
"""As in "Few know X, but the model has 5,000 likes"."""
_MAY_MEAN = re.compile(r"\b(?:[Ii]ts?|[Tt]h(?:e|is))\b")
_LEAD = re.compile(
    rf"^[\"“'‘(]*(?:(?:[^,.;:()]|,(?=\d)){{1,60}},\s+|(?:at|in|on)\s+(?:[\w-]+\s+)?(?=the\b))?(?:(?:the|this|our|today['’]s)\s+)?(?:[a-z]+(?:-[a-z]+)?\s+){{0,2}}"
    rf"(?:(?:{_NOUN})\s+)?$",
    re.IGNORECASE,
)
_OF_PEOPLE = re.compile(
    r"^\W*(?:I|we|you|everyone|no\s+one|many|(?:[\w-]+\s+){0,3}(?:people|users|developers|coders|fans|readers|engineers))\s[^,;:]*$",
    re.IGNORECASE,
)
"""Before a name that is the only thing, as in "I spent Sunday with X."."""
_DEFINITE = re.compile(r"\b(?:th(?:is|at|e|ese|ose)|our|my|your|its?|them|their)\s", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:that|which)\s+\w+\s+…")
"""As in "The library that replaced X", where "the library" is the other one."""
_VERB_AT_END = re.compile(r"\b[a-z]+(?<!ou)(?<!s)s\s+$")
"""As in "The parser uses X", where "it" is the parser."""
_AFTER_COLON = re.compile(r"^[^.;:,]{1,40}:\s+$")
"""As in "New in the toolbox: X."."""
_OTHER_THING = re.compile(
    r"\b(?=\w)(?:(?:rival|competitor|alternative|clone|successor|predecessor|sibling|brother|sister|cousin|counterpart|startup"
    r"|plugin|extension|wrapper|port|fork|course|book|website|blog|author|founder|maker|agent(?!\s+[a-z]+s\b)|app|tutorial|video"
    r"|tweet|forked\s+by\s+an?|incumbent|newcomer|leader|champion|challenger|favou?rite|original|winner)"
    r"|company|unlike|while|whereas|versus|vs|compared|(?<!more\s)(?<!fewer\s)(?<!less\s)than"
    r"|(?:open-sourc|publish|adopt|acquir|spun|split|unveil|launch|mov|merg|extract)\w*\s+(?:out\s+|off\s+)?(?:the|that|this|its))\b",
    re.IGNORECASE,
)
_RELATES = re.compile(
    r"\b(?:written\s+in|buil[dt]s?\s+(?:on|in|with)|based\s+on|wraps?|embeds?|extends?|powered\s+by|depends?\s+on|runs\s+on|uses)\b"
)
"""Before another thing that "the library" may mean."""
_VERSION = re.compile(r"\s+v?\d{1,4}(?:\.\d{1,4}){0,3}(?![\w,])")
_JOINED_BEHIND = re.compile(r"\s+(?:and|or|&)\s")
_POSSESSIVE = re.compile(r"^['’]s?(?!\w)")
MAX_ENTRY = 300
"""Characters in which the first sentence of an entry is looked for."""
MAX_BACK = 4
"""Sentences that are looked back: a paragraph that says "it" for longer is rare."""


def pronoun_in(
    sentence: str, earlier: Sequence[str], names: NameIndex, *, about: NamedSubject | None
) -> Mention | None:
    """Return a pronoun at the beginning of a sentence as a mention of the subject it stands for.

    `earlier`: the sentences before it in its paragraph. `about`: the subject of the heading.
    """
    names_thing = "the " in sentence
    if not names_thing and _MAY_MEAN.search(sentence) is None:
        return None
    begins = (each.match(sentence) for each in (_PRONOUN, _LED, _OF_IT, _COUNT_OF_IT))
    found = next(filter(None, begins), None) or _OBJECT.search(sentence)
    if found is not None and has_unknown_name(sentence[: found.start("word")]):
        return None
    if found is None and names_thing and (found := _INNER.search(sentence)) is not None:
        earlier = [*earlier, sentence[: found.start()]]
    if found is None:
        return None
    noun = (found["noun"] or "").lower()
    subjects = _antecedent(noun, earlier, names, about=about)
    if not subjects:
        return None
    start, end = found.span("word")
    is_its = found["word"].lower() == "its"
    return Mention(start, end, subjects, is_plain=False, is_id=False, is_pronoun=not is_its)


_DESCRIBED = re.compile(r"\s*(?:[:–—?.!-]|today|this\s+(?:morning|week))")


def subject_of_fragment(earlier: Sequence[str], names: NameIndex) -> NamedSubject | None:
    """Return what a sentence of figures alone is about: the one subject of the sentence before.

    That sentence says nothing else, or describes the subject, as in "X: runs anywhere. 5 stars.",
    or "it" would stand for the subject.
    """
    before = earlier[-1] if earlier else ""
    mentions = [] if names_a_time(before) else names.mentions(before)
    if len(mentions) != 1 or len(whole_mentions(before, mentions)) != 1:
        return None
    (mention,) = mentions
    lead, rest = before[: mention.start], before[mention.end :]
    is_described = not lead.strip("“\"'* ") and _DESCRIBED.match(rest) is not None
    is_alone = not has_unknown_name(rest, is_inner=True) and not _OTHER_THING.search(rest)
    is_named = is_described and is_alone
    subjects = mention.subjects if is_named else _if_meant(before, mention)
    if not subjects and not lead.strip("“\"'* ") and not _JOINED_BEHIND.match(rest):
        subjects = _only_one(frozenset(get_args(EntryKind)), [before], names)
    return subjects[0] if len(subjects) == 1 else None


_ENTRY = re.compile(r"\**\s*(?:\([^()]{1,80}\)\s*)?(?:\s[–—-]\s|[:.](?:\s|$))")
"""Behind the name that an entry of a list begins with, as in "X - charts for all. 5 stars"."""


_SAYS = re.compile(r"[a-z]+s\s")
"""The verb of an entry such as "X - needs Y"."""


def subject_of_entry(text: str, names: NameIndex) -> NamedSubject | None:
    """Return the subject that a paragraph names first, like a title of its own."""
    first = text[:MAX_ENTRY].partition(". ")[0]
    mentions = names.mentions(first)
    if not mentions or first[: mentions[0].start].strip("“\"'* ") or names_a_time(first):
        return None
    (mention, *_) = mentions
    found = _ENTRY.match(text, mention.end)
    if found is None or len(mention.subjects) != 1:
        return None
    rest = first[found.end() :]
    is_of_another = _SAYS.match(rest) is not None and has_unknown_name(rest, is_inner=True)
    return None if is_of_another else mention.subjects[0]


_SAYS_WHAT = re.compile(r"\W*An?(?:\s(?!(?:is|has|was|for|with|of|by)\b)[\w-]++)++\W*")
"""As in "An e-mail agent.", which says what the entry is."""


def brings_another(sentence: str, subject: NamedSubject, names: NameIndex) -> bool:
    """Whether figures behind a sentence of an entry may be of something else than the entry."""
    is_of_others = any(each.subjects != (subject,) for each in names.mentions(sentence))
    is_described = _SAYS_WHAT.fullmatch(sentence) is not None
    return is_of_others or (not is_described and _OTHER_THING.search(sentence) is not None)


def _antecedent(
    noun: str, earlier: Sequence[str], names: NameIndex, *, about: NamedSubject | None
) -> tuple[NamedSubject, ...]:
    for place, sentence in enumerate(reversed(earlier[-MAX_BACK:])):
        mentions = names.mentions(sentence)
        if mentions:
            if noun:
                named = earlier[-1 - place :]
                is_other = _names_another(noun, named[0], names)
                return () if is_other else _only_one(_KINDS[noun], named, names)
            whole = whole_mentions(sentence, mentions)
            if len(mentions) != 1 or len(whole) != 1:
                return ()
            return _if_meant(sentence, whole[0])
        if not noun and not _is_only_about_it(sentence):
            return ()
    if about is None or len(earlier) > MAX_BACK:
        return ()
    return (about,) if not noun or about.kind in _KINDS[noun] else ()


def only_subject(
    counter: ClaimCounter, sentences: Sequence[str], names: NameIndex
) -> NamedSubject | None:
    """Return the only subject with a counter that the last sentences of a paragraph name.

    None if they may speak of anything else that has it.
    """
    found = _only_one(KINDS_OF[counter], sentences[-MAX_BACK:], names)
    return found[0] if found else None


def _only_one(
    kinds: Set[EntryKind], sentences: Sequence[str], names: NameIndex
) -> tuple[NamedSubject, ...]:
    """Return the only subject of some kinds that sentences name, if nothing else can be meant."""
    found: dict[int, NamedSubject] = {}
    for sentence in sentences:
        mentions = names.mentions(sentence)
        whole = whole_mentions(sentence, mentions)
        if mentions and not whole and "repository" in kinds:
            whole = _with_version(sentence, mentions)
        of_kinds = [m for m in mentions if any(each.kind in kinds for each in m.subjects)]
        if not {each.start for each in of_kinds} <= {each.start for each in whole}:
            return ()
        rest = _without_names(sentence, mentions)
        if _OTHER_THING.search(rest) or _RELATES.search(rest) or introduces_rival(rest):
            return ()
        if may_name_a_project(rest):
            return ()
        for mention in of_kinds:
            found |= {each.row_id: each for each in mention.subjects if each.kind in kinds}
    return tuple(found.values()) if len(found) == 1 else ()


def _without_names(sentence: str, mentions: Sequence[Mention]) -> str:
    for mention in reversed(mentions):
        around = f"{sentence[: mention.start]}…{sentence[mention.end :]}"
        sentence = without_owner(around, mention)
    return sentence


def _names_another(noun: str, sentence: str, names: NameIndex) -> bool:
    """Whether "the library" is another one, as in "The library that replaced X is fast."."""
    rest = _without_names(sentence, names.mentions(sentence))
    another = (
        rf"\b(?:the|this)\s+(?:[\w-]+\s+){{0,2}}{noun}\b"
        r"(?!\s*…(?!\s(?:[a-z]+\s){1,3}(?:to|by|with|on|from)\s(?:is|has|was)\b))"
    )
    return _RELATIVE.search(rest) is not None or re.search(another, rest, re.I) is not None


def _with_version(sentence: str, mentions: Sequence[Mention]) -> list[Mention]:
    """A release of a project, where "the project" is what stands for it."""
    (mention, *_) = mentions
    found = _VERSION.match(sentence, mention.end)
    return [] if found is None else [replace(mention, end=found.end())]


def _if_meant(sentence: str, mention: Mention) -> tuple[NamedSubject, ...]:
    """Return the subjects of a mention if "it" can mean nothing else in its sentence."""
    lead, rest = sentence[: mention.start], sentence[mention.end :]
    around = f"{lead}…{rest}"
    if _JOINED_BEHIND.match(rest) or _OTHER_THING.search(around):
        return ()
    if introduces(around, as_object=True) or introduces_rival(around):
        return ()
    if may_name_a_project(without_owner(lead, mention)):
        return ()
    if may_name_a_project(without_owner(rest, mention), is_inner=True):
        return ()
    is_subject = _is_subject(without_owner(lead, mention))
    is_alone = _OF_PEOPLE.match(lead) is not None and not _DEFINITE.search(lead + rest)
    is_meant = (is_subject or is_alone) and not _POSSESSIVE.match(rest)
    return mention.subjects if is_meant else ()


def _is_subject(lead: str) -> bool:
    """Whether a name behind some words can be the subject of its sentence, or is announced."""
    if is_not_the_owner(lead) or is_not_the_owner(lead.replace(":", "")):
        return False
    is_led = _LEAD.match(lead) is not None and _VERB_AT_END.search(lead) is None
    return is_led or _AFTER_COLON.match(lead) is not None


def _is_only_about_it(sentence: str) -> bool:
    """Whether a sentence without a name brings nothing that the next "it" may mean."""
    is_of_it = _PRONOUN.match(sentence) or not _DEFINITE.search(sentence)
    has_other = _OTHER_THING.search(sentence) or has_unknown_name(sentence) or introduces(sentence)
    return bool(is_of_it) and not has_other
