"""Whether a mention is a name by itself, and whether a text has names that are not observed."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.content.facts.figure import Figure
from app.content.facts.names import TOKEN, Mention
from app.content.facts.no_projects import NO_PROJECTS, PLATFORM
from app.content.facts.prose import GAP

_OPENERS_TEXT = """
the a an this that these those our your my its and but so yet meanwhile today now here there
with at in on as for from since after before while where whereas when then still even also once
both only just
some about around nearly almost over more it he she we they you what why how who which readers
breaking meet see project repository repo model dataset space paper library framework elsewhere
finally again first second third last no not number stars likes downloads forks upvotes among
across by of to or if back boasting having update correction exclusive
according despite thanks unlike every one two three four five six seven eight nine ten everyone
developers users
fans engineers researchers analysts editors people visitors voters enthusiasts tinkerers hobbyists
week month day yesterday tonight consider take look note remember check behold say let
another each all most many few several less fewer under nearing approaching currently recently
quietly surprisingly remarkably notably impressively unsurprisingly tellingly admittedly indeed
overall
between during through within without against near next previously perhaps maybe never always
yeah yes so right well okay ok wow oh sure really honestly anyway look
is are was were does do did has have had
poor
congratulations congrats kudos hats cheers applause sorry sir madam dear friends folks hello hi good
new old popular beloved veteran evergreen perennial stalwart upstart fellow mighty humble trusty
newcomer rising booming buzzy venerable downloaded starred liked forked upvoted counting shining
sitting standing holding
"""
_OPENERS = frozenset(_OPENERS_TEXT.split())
"""Words that begin a sentence with a capital and are no names."""
_WORD_WITH_CAPITAL = re.compile(r"[A-Z]")
_NUMBER = re.compile(r"\d[\d.,]*(?:[kKmMbB]|bn|mn)?\+?\Z|\d+(?:st|nd|rd|th)\Z")
_DESCRIBES = re.compile(
    r"(?:[a-z]ed|built|based|born|made|backed|maintained|led|run|grown|hosted|style|like|only|era)\Z"
)
"""The end of an adjective such as "Berlin-based"."""
_WORD_AT_END = re.compile(r"([^\W\d_][\w.+#-]*)\s$")
MAX_WORD = 80
"""Characters of a word before a name that are looked at."""
_IS_PLURAL = re.compile(r"\s+(?:have|are|were|with|that|who|at\s[^.;]{1,40}\b(?:have|are|were))\b")
_IS_NO_NAME = re.compile(
    r"\b(?:the|a|an|these|those|few|many|some|all|most|our|their"
    r"|(?!starred|forked|liked|upvoted)\w+ed)\s+$",
    re.IGNORECASE,
)
"""Before a lower-case word that is not used as a name."""
_IS_A_LIBRARY = re.compile(
    r"\s+(?:library|project|repository|repo|framework|package|dataset|toolkit)\b"
)
"""Behind a lower-case name, as in "the transformers library"."""
MAX_ABBREVIATION = 3
"""Letters of a word in capitals that is mostly an abbreviation, such as UV."""
_BEFORE_MODIFIER = re.compile(r"\ban?\s+$", re.IGNORECASE)
_MODIFIED = re.compile(r"\s+[a-z]")
_LABEL = re.compile(
    r"^\W*[A-Z][a-z]+(?:\s+[a-z]+)+:\s|^\W*(?:\[[\d:]+\]\s*)?(?:[A-Z]{2,12}:\s+)?(?=\w)"
)
"""What stands before the first word of a sentence: "New on our list:", or who speaks."""
_PART = re.compile(r"[^\W_]+")
_LARGE_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+\b|\d+(?:\.\d+)?[kKmM]\b")


def has_unknown_name(text: str, *, is_inner: bool = False) -> bool:
    """Whether a text has a word that may name something that is not observed.

    `is_inner`: the text does not begin a sentence.
    """
    text = _LABEL.sub(lambda found: found[0].lower(), text)
    for place, found in enumerate(TOKEN.finditer(text)):
        word = found[0]
        folded = word.casefold()
        if folded in NO_PROJECTS or _NUMBER.match(word):
            continue
        is_opener = not is_inner and place == 0 and folded in _OPENERS
        is_adjective = "-" in word and _DESCRIBES.search(folded) is not None
        if _WORD_WITH_CAPITAL.search(word) and not is_opener and not is_adjective:
            return True
        has_digits = any(map(str.isdigit, word)) and not word[0].isdigit()
        if has_digits or "_" in word or "/" in word:
            return True
    return False


_IS_COUNTED = re.compile(r"\s+\d+\s+(?:times|stars|likes|downloads|forks|upvotes)\b")
"""Behind a name, a number that is no version of it."""
_NO_PROJECT = re.compile(
    r"\b(?:[Ii]n|[Nn]ear|[Aa]cross|[Oo]utside)\s+(?:the\s+)?[A-Z][\w'’.-]*(?:(?:,|\s+and)?\s+[A-Z][\w'’-]+)*"
    r"|\b[A-Z][a-z]+(?:ian|ish|ese|ean|can)\b(?=\s+[a-z])"
    r"|\b(?:said|says|asked|wrote|writes)\s+[A-Z][a-z]+(?:\s+[A-Z][a-z]+)?"
    r"|\b[A-Z]\w+(?:\s+[A-Z]\w+)?\s+(?:team|company|group|firm|university|Research|Labs|University)\b"
    r"|^\W*[A-Z][a-z]+(?:ers|ors|ists|ings|ions|ments)\b(?!\s+(?:is|has|was|[a-z]+s)\b)"
    r"|^\W*[A-Z][a-z]+(?:\s+\d+)?\s+(?:in|of|for|on|at|to)\b"
)
"""Names of places, peoples, persons and companies, and first words that are no names."""


_DOTTED = re.compile(r"[A-Za-z]\.[a-z]{2,}\b")
"""A name such as "llama.cpp"."""


def may_name_a_project(text: str, *, is_inner: bool = False) -> bool:
    """Whether a text has a name that is not observed and that "it" or "the project" may mean.

    Unlike the subject of a figure, what they mean is no place, no person and no company.
    """
    is_dotted = _DOTTED.search(text) is not None
    return is_dotted or has_unknown_name(_NO_PROJECT.sub("the", text), is_inner=is_inner)


def without_owner(text: str, mention: Mention) -> str:
    """Leave out the owner of a subject, such as "Quantbrook" of "quantbrook/tinyquant".

    A company or a team has no counters of its own.
    """
    for subject in mention.subjects:
        parts = _PART.findall(subject.external_id.rpartition("/")[0])
        if parts:
            owner = r"[\s._-]?".join(map(re.escape, parts))
            text = re.sub(rf"\b{owner}\b", "", text, flags=re.IGNORECASE)
    return text


_ARXIV = re.compile(r"\s*\(arXiv[:\s][\d.]+(?:v\d+)?\)")
_NAME_OF_ID = re.compile(r"[A-Z][\w.+#-]*(?:\s[A-Z0-9][\w.+#-]*)?\s\($")
"""A name that its id in brackets explains, as in "LlamaIndex (run-llama/llama_index)"."""


def merged_mentions(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Take a name and its id in brackets as one mention, as in "FineWeb (lab/fineweb)"."""
    merged: list[Mention] = []
    for each in mentions:
        last = merged[-1] if merged else None
        if last is not None and each.subjects == last.subjects and len(each.subjects) == 1:
            between = text[last.end : each.start]
            if between and not re.search(r"[^\W_]", between) and GAP not in between:
                merged[-1] = replace(last, end=each.end)
                continue
        if last is not None and each.end <= last.end:
            continue
        is_id = last is not None and each.is_id and text[last.end : each.start] == " ("
        if is_id and last is not None and text[each.end : each.end + 1] == ")":
            both = tuple(subject for subject in last.subjects if subject in each.subjects)
            if both:
                merged[-1] = replace(last, end=each.end + 1, subjects=both)
                continue
        name = _NAME_OF_ID.search(text[: each.start]) if each.is_id else None
        is_free = name is not None and (last is None or last.end <= name.start())
        if name is not None and is_free and text[each.end : each.end + 1] == ")":
            each = replace(each, start=name.start(), end=each.end + 1)
        number = _ARXIV.match(text, each.end)
        merged.append(each if number is None else replace(each, end=number.end()))
    return merged


def whole_mentions(
    text: str,
    mentions: Sequence[Mention],
    *,
    figures: Sequence[Figure] = (),
    is_title: bool = False,
) -> list[Mention]:
    """Return the mentions that stand by themselves: no part of a longer name, no ordinary word.

    "Keras" in "Keras Tuner" and in "Keras 3" is not the subject of that name. `is_title`: most
    words have capitals, so that capitals tell nothing.
    """
    return [
        each
        for each in mentions
        if each.is_id
        or (
            not (
                _goes_on(text, each, figures, is_title=is_title)
                or _began_before(text, each, is_title=is_title)
                or _is_modifier(text, each)
            )
            and (not each.is_plain or _is_name(text, each))
        )
    ]


def _goes_on(text: str, mention: Mention, figures: Sequence[Figure], *, is_title: bool) -> bool:
    rest = text[mention.end :]
    found = re.match(r"\s+([\w.+#-]+)", rest)
    if found is None:
        return rest.startswith(("-", "/", ".")) and rest[1:2].isalnum()
    start = mention.end + found.start(1)
    if any(each.start <= start < each.end and not each.owner_is_inside for each in figures):
        return False
    word = found[1]
    if _LARGE_NUMBER.match(text, start):
        return False
    if word[0].isdigit() and _IS_COUNTED.match(text, mention.end):
        return False
    if word[0].isdigit() or re.fullmatch(r"v\d.*", word):
        return True
    if not word[0].isupper() or is_title:
        return False
    return word.casefold() not in PLATFORM and not word.isupper()


def _began_before(text: str, mention: Mention, *, is_title: bool) -> bool:
    lead = text[: mention.start]
    found = _WORD_AT_END.search(lead, max(0, len(lead) - MAX_WORD))
    if found is None or not found[1][0].isupper() or is_title:
        return False
    if found[1].endswith(".") and len(found[1]) > MAX_ABBREVIATION + 1:
        return False  # the end of a sentence
    word = found[1].casefold()
    if "-" in word and found[1][1:] == word[1:]:
        return False  # an adjective such as "Open-source" at the beginning of a sentence
    owners = {subject.external_id.casefold().split("/")[0] for subject in mention.subjects}
    if word in PLATFORM or any(word in owner for owner in owners):
        return False
    is_first = (
        not lead[: found.start()].strip("“\"'( ") or lead[: found.start()].rstrip()[-1:] in ":"
    )
    return not (is_first and (word in _OPENERS or found[1].isupper()))


def _is_modifier(text: str, mention: Mention) -> bool:
    """Whether a name describes another thing, as in "a Keras course"."""
    is_after_article = _BEFORE_MODIFIER.search(text[: mention.start]) is not None
    return is_after_article and _MODIFIED.match(text, mention.end) is not None


def _is_name(text: str, mention: Mention) -> bool:
    """Whether a plain word is used as a name: with inner capitals, or like a name."""
    word = text[mention.start : mention.end]
    if word.isupper() and len(word) <= MAX_ABBREVIATION:
        return any(word == each.external_id.rpartition("/")[2] for each in mention.subjects)
    if any(map(str.isupper, word[1:])):
        return True
    lead, rest = text[: mention.start], text[mention.end :]
    if word[0].isupper():
        is_first = not lead.strip("“\"'(*• \t")
        # "Agents have 5,000 stars" is about agents.
        return not is_first or _IS_PLURAL.match(rest) is None
    found = _IS_NO_NAME.search(lead)
    return found is None or (
        found[0].lower().startswith("the") and _IS_A_LIBRARY.match(rest) is not None
    )
