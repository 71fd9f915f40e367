"""What "it", "its" and "the project" stand for: the one subject that the sentence before is about.

Only the plainest texts are read: the earlier sentence is about one subject, and introduces nothing
else that could be meant.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.content.facts.introduced import introduces
from app.content.facts.name_use import has_unknown_name, whole_mentions, without_owner
from app.content.facts.names import Mention, NamedSubject, NameIndex
from app.content.facts.other_owners import is_not_the_owner
from app.content.facts.windows import names_a_time
from app.models.source import EntryKind

_KINDS: Mapping[str, EntryKind] = {
    **dict.fromkeys(
        ("project", "repository", "repo", "library", "framework", "toolkit", "tool", "engine"),
        "repository",
    ),
    "model": "model",
    "dataset": "dataset",
    "space": "space",
    "paper": "paper",
}
_NOUN = "|".join(_KINDS)
_OPENING = (
    r"[\"“'‘(]*(?:(?:and|but|so|yet|still|now|today|also|here|meanwhile),?\s+)?"
    r"(?:[^,.:;()\d]{1,60}[,:]\s+)?"
)
_VERB_NEXT = (
    r"['’]s\s|,\s+(?:which|whose|with)\b|\s+(?:(?:[a-z]+ly|now|also|still|just|already)\s+)*"
    r"(?:[a-z]+(?:s|ed)|can|won|got|went|grew|rose|fell|drew|saw|lost)\b"
)
"""Behind "the library": "the library it wraps" is another one."""
_PRONOUN = re.compile(
    rf"^{_OPENING}(?P<word>its?(?:(?![\w'’-])|(?=['’]s\s+(?:got|at|been|now|up|on)\b))(?!\s+t(?:ook|akes)\b)"
    rf"|th(?:e|is)\s+(?:[a-z]+(?:-[a-z]+)?\s+)?(?P<noun>{_NOUN})(?![\w-])(?={_VERB_NEXT}))",
    re.IGNORECASE,
)
_LED = re.compile(
    rf"^\W*(?:with|at)\s[^,;:()]{{0,20}}\d[^;:()]{{0,60}},\s(?P<word>it|the\s+(?P<noun>{_NOUN}))(?![\w'’-])",
    re.IGNORECASE,
)
"""As in "With 66,912 stars, it …"."""
_OBJECT = re.compile(
    r"\b(?:starred|forked|liked|upvoted|downloaded|given|gave)\s+(?P<word>it)(?P<noun>)(?=\s+an?\s+(?:star|like)|\s*[.,!]|$)"
)
"""As in "5,000 people have starred it"."""
_LEAD = re.compile(
    rf"^[\"“'‘(]*(?:(?:[^,.;:()]|,(?=\d)){{1,60}},\s+)?(?:(?:the|this|our|today['’]s)\s+)?(?:[a-z]+(?:-[a-z]+)?\s+){{0,2}}"
    rf"(?:(?:{_NOUN})\s+)?$",
    re.IGNORECASE,
)
_OF_PEOPLE = re.compile(
    r"^\W*(?:I|we|you|people|users|developers|everyone|no\s+one|many|\w+\s+people)\s[^,;:]*$",
    re.IGNORECASE,
)
"""Before a name that is the only thing, as in "I spent Sunday with X."."""
_DEFINITE = re.compile(r"\b(?:th(?:is|at|e|ese|ose)|our|my|your|its?|them|their)\s", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:that|which|who)\s+\w+\s+$")
"""As in "The library that replaced X", where "the library" is the other one."""
_VERB_AT_END = re.compile(r"\b[a-z]+(?<!ou)(?<!s)s\s+$")
"""As in "The parser uses X", where "it" is the parser."""
_AFTER_COLON = re.compile(r"^[^.;:,]{1,40}:\s+$")
"""As in "New in the toolbox: X."."""
_OTHER_THING = re.compile(
    r"\b(?:(?:rival|competitor|alternative|clone|successor|predecessor|sibling|brother|sister|cousin|counterpart|startup"
    r"|plugin|extension|wrapper|port|fork|course|book|website|blog|author|founder|maker|agent|app|tutorial|video|tweet)s?"
    r"|company|companies|unlike|while|whereas|versus|vs|compared|(?<!more\s)(?<!fewer\s)(?<!less\s)than"
    r"|(?:open-sourc|publish|adopt|acquir|spun|split|unveil|launch|mov|merg|extract)\w*\s+(?:out\s+|off\s+)?(?:the|that|this|its))\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\s+v?\d{1,4}(?:\.\d{1,4}){0,3}(?![\w,])")
_JOINED_BEHIND = re.compile(r"\s+(?:and|or|&)\s")
_POSSESSIVE = re.compile(r"^['’]s?(?!\w)")
MAX_BACK = 4
"""Sentences that are looked back: a paragraph that says "it" for longer is rare."""


def pronoun_in(
    sentence: str, earlier: Sequence[str], names: NameIndex, *, about: NamedSubject | None
) -> Mention | None:
    """Return a pronoun at the beginning of a sentence as a mention of the subject it stands for.

    `earlier`: the sentences before it in its paragraph. `about`: the subject of the heading.
    """
    found = _PRONOUN.match(sentence) or _LED.match(sentence) or _OBJECT.search(sentence)
    if found is None or has_unknown_name(sentence[: found.start("word")]):
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
    subjects = mention.subjects if is_named else _if_meant("", before, mention)
    return subjects[0] if len(subjects) == 1 else None


def _antecedent(
    noun: str, earlier: Sequence[str], names: NameIndex, *, about: NamedSubject | None
) -> tuple[NamedSubject, ...]:
    for sentence in reversed(earlier[-MAX_BACK:]):
        mentions = names.mentions(sentence)
        if mentions:
            whole = whole_mentions(sentence, mentions) or _with_version(noun, sentence, mentions)
            if len(mentions) != 1 or len(whole) != 1:
                return ()
            return _if_meant(noun, sentence, whole[0])
        if not _PRONOUN.match(sentence) or not _is_only_about_it(sentence):
            return ()
    if about is None or len(earlier) > MAX_BACK:
        return ()
    return (about,) if not noun or about.kind == _KINDS[noun] else ()


def _with_version(noun: str, sentence: str, mentions: Sequence[Mention]) -> list[Mention]:
    """A release of a project, where "the project" is what stands for it."""
    found = _VERSION.match(sentence, mentions[0].end)
    if found is None or _KINDS.get(noun) != "repository":
        return []
    (mention, *_) = mentions
    return [replace(mention, end=found.end())]


def _if_meant(noun: str, sentence: str, mention: Mention) -> tuple[NamedSubject, ...]:
    """Return the subjects of a mention if nothing else in its sentence can be meant."""
    lead, rest = sentence[: mention.start], sentence[mention.end :]
    if has_unknown_name(without_owner(lead, mention)):
        return ()
    if has_unknown_name(without_owner(rest, mention), is_inner=True):
        return ()
    if _OTHER_THING.search(sentence) or introduces(lead + "…" + rest):
        return ()
    if _JOINED_BEHIND.match(rest):
        return ()
    if not noun:
        is_subject = _is_subject(without_owner(lead, mention))
        is_alone = _OF_PEOPLE.match(lead) is not None and not _DEFINITE.search(lead + rest)
        is_meant = (is_subject or is_alone) and not _POSSESSIVE.match(rest)
        return mention.subjects if is_meant else ()
    if _RELATIVE.search(lead):
        return ()
    return tuple(each for each in mention.subjects if each.kind == _KINDS[noun])


def _is_subject(lead: str) -> bool:
    """Whether a name behind some words can be the subject of its sentence, or is announced."""
    if is_not_the_owner(lead) or is_not_the_owner(lead.replace(":", "")):
        return False
    is_led = _LEAD.match(lead) is not None and _VERB_AT_END.search(lead) is None
    return is_led or _AFTER_COLON.match(lead) is not None


def _is_only_about_it(sentence: str) -> bool:
    return not (_OTHER_THING.search(sentence) or has_unknown_name(sentence) or introduces(sentence))
