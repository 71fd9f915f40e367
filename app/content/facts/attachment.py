"""Which subject a figure of a sentence is about.

Only constructions that leave no doubt are read. In a sentence with several names the name must
stand right beside its figure.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.content.facts.counters import KINDS_OF, ClaimCounter
from app.content.facts.figures import Figure
from app.content.facts.names import TOKEN, Mention, NamedSubject
from app.content.facts.phrases import ADVERBS, HOLDS
from app.content.facts.prose import GAP

_POSSESSIVE = re.compile(r"^['’]s?(?![\w])")
_OPENED = re.compile(r"^\s*(?:['’]s?\s+[a-z ]{0,40})?[(\[:=–—|-]\s*(?:now\s+)?(?:at\s+|with\s+)?$")
_NOUN = (
    r"(?:\s+(?:dataset|model|space|repository|repo|library|framework|project|package|paper|platform"
    r"|toolkit|engine))?"
)
_HOLDS = re.compile(rf"^{_NOUN}\s+{ADVERBS}(?:{HOLDS}\s+)?{ADVERBS}$", re.IGNORECASE)
_IS_COUNTED = re.compile(
    rf"^(?:['’]s)?\s+(?:repository\s+|repo\s+|project\s+)?(?:has\s+(?:now\s+)?been|is|was|gets)\s+{ADVERBS}$"
)
_APPOSITION = re.compile(
    rf"^,\s+(?:an?|the|one\s+of|[A-Z]\w+['’]s)\s[^,.;:()–—]{{1,100}},\s+{ADVERBS}(?:{HOLDS}\s+)?{ADVERBS}$"
)
"""Between a name and its figure in "X, a framework for models, has 5"; the verb is singular."""
_OF_IT = re.compile(r"^,\s+(?:whose|an?|(?:now\s+)?(?:with|at))\s+$")
"""In "X, whose 5 stars …", "X, with 5 stars, …" and "X, a 5-star project"."""
_ARXIV = re.compile(r"\s*\(arXiv:[\d.]+(?:v\d+)?\)")
_BEFORE_NAME = re.compile(r"^\s+(?:project|repository|repo|library|framework|toolkit)\s+$")
_BETWEEN_FIGURES = re.compile(
    r"^\s*(?:,\s*)?(?:and\s+|&\s*|with\s+|plus\s+|along\s+with\s+|as\s+well\s+as\s+|from\s+|\("
    r"|up\s+|down\s+|a\s+gain\s+of\s+)?"
    rf"(?:has\s+)?{ADVERBS}$"
)
_FOR = re.compile(r"^\)?\s*(?:for|of|on|to|shine\s+on|belong\s+to|go\s+to)\s+(?:the\s+)?$")
_LED_BY_FIGURE = re.compile(
    r"^\W*(?:[Ww]ith|[Aa]t|[Bb]oasting|[Hh]aving|[Nn]ow\s+at)\s+(?:its\s+|some\s+|now\s+)?$"
)
_AFTER_LEADING = re.compile(r"^\s*,\s*(?:the\s+)?$")
_SPAN_FIRST = re.compile(
    r"^\W*(?:[Ii]n|[Oo]ver|[Tt]his|[Tt]oday|[Ww]ithin|[Dd]uring)?\W*(?:\w+\W+){0,5}$"
)
_NOT_THE_OWNER = re.compile(
    r"(?:\b(?:of|by|from|like|than|for|on|with|behind|after|over|against|to|versus|vs\.?|[Uu]nlike"
    r"|beyond|via|using|around|alongside|[Aa]fter|[Bb]efore|[Ff]or|[Oo]n|[Aa]t|[Ii]n|[Bb]eside|upon"
    r"|[Bb]ehind|[Ll]ike|into|near|not|or|nor|within|besides|without|atop|as|[A-Za-z]+ing"
    r"|(?:that|which|who)\s+\w+)|(?:-|/|&))\s*(?:the\s+)?$"
)
_JOINED = re.compile(r"(?:\band\b|,|&|\bor\b|/)\s*(?:the\s+)?$")
_OTHERS = re.compile(
    r"\b(?:rivals?|competitors?|alternatives?|forks?\s+of|clones?|successors?|predecessors?|siblings?"
    r"|brother|sister|cousin|counterparts?|projects|repositories|repos|models|tools|libraries|packages"
    r"|datasets|spaces|papers|users|developers|teams?|companies|startups|agents|plugins?|extensions?"
    r"|tutorials?|tweets?|videos?|posts?|issues?|wrappers?|bindings?|ports?|others?|another|one|than"
    r"|unlike|while|whereas|versus|vs|compared|ahead|behind|all|list|collection|which\s+\w+\s+\w+ed"
    r"|have|whose|their|until|but|although|though|despite|where|when|who|valuation|course|book|docs"
    r"|documentation|website|blog|author|founder|maker|makers|creators?|maintainers?)\b",
    re.IGNORECASE,
)
"""Words between a name and a figure that may be the real owner of the figure."""
_PLATFORM_TEXT = """
github hugging face huggingface hub hf ai ml llm llms api i star stars python open source monday
tuesday wednesday thursday friday saturday sunday
"""
_PLATFORM = frozenset(_PLATFORM_TEXT.split())
_OPENERS_TEXT = """
the a an this that these those our your my its and but so yet meanwhile today now here there
with at in on as for from since after before while where whereas when then still even also once
both only just
some about around nearly almost over more it he she we they you what why how who which readers
breaking meet see project repository repo model dataset space paper library framework elsewhere
finally again first second third last no not number stars likes downloads forks upvotes among
across by of to or if boasting having update correction exclusive
"""
_OPENERS = frozenset(_OPENERS_TEXT.split())
"""Words that begin a sentence with a capital and are no names."""
MAX_WORDS_BETWEEN = 12
_WORD_WITH_CAPITAL = re.compile(r"[A-Z]")


def owner_of(mention: Mention, counter: ClaimCounter) -> NamedSubject | None:
    """Return the one subject of a mention that has a counter."""
    kinds = KINDS_OF[counter]
    having = [subject for subject in mention.subjects if subject.kind in kinds]
    return having[0] if len(having) == 1 else None


class Sentence:
    """A sentence with its figures and the names it mentions."""

    def __init__(
        self,
        text: str,
        figures: Sequence[Figure],
        mentions: Sequence[Mention],
        *,
        context: NamedSubject | None = None,
        is_title: bool = False,
    ) -> None:
        """`context`: the subject of the item, for sentences that name none.

        `is_title`: most words have capitals, so that capitals tell nothing.
        """
        self._text = text
        self._figures = figures
        self._context = context
        self._is_title = is_title
        whole = [each for each in mentions if self._is_whole(each)]
        self._unsure = len(whole) < len(mentions)
        self._mentions = self._merged(whole)

    def owners(self) -> list[NamedSubject | None]:
        """Return the subject of each figure; `None` if that is not certain."""
        owners: list[Mention | None] = []
        found: list[NamedSubject | None] = []
        for place, figure in enumerate(self._figures):
            mention = self._mention_of(place, figure, owners)
            owners.append(mention)
            if mention is not None:
                found.append(owner_of(mention, figure.counter))
            else:
                found.append(self._context if self._is_of_context(figure) else None)
        return found

    def _merged(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Take a name and its id in brackets as one mention, as in "FineWeb (lab/fineweb)"."""
        merged: list[Mention] = []
        for each in mentions:
            last = merged[-1] if merged else None
            is_id = last is not None and each.is_id and self._text[last.end : each.start] == " ("
            if is_id and last is not None and self._text[each.end : each.end + 1] == ")":
                both = tuple(subject for subject in last.subjects if subject in each.subjects)
                if both:
                    merged[-1] = replace(last, end=each.end + 1, subjects=both)
                    continue
            number = _ARXIV.match(self._text, each.end)
            merged.append(each if number is None else replace(each, end=number.end()))
        return merged

    def _mention_of(
        self, place: int, figure: Figure, owners: Sequence[Mention | None]
    ) -> Mention | None:
        if figure.owner_is_inside:
            inside = [m for m in self._mentions if figure.start <= m.start < figure.end]
            if len(inside) == 1:
                return inside[0]
        after = self._right_after(figure)
        before = self._before(place, figure, owners)
        if after is not None and before is not None:
            return None
        return before or after or self._led_by(figure)

    def _right_after(self, figure: Figure) -> Mention | None:
        for mention in self._mentions:
            if mention.start >= figure.end:
                gap = self._text[figure.end : mention.start]
                rest = self._text[mention.end :]
                is_joined = figure.text.endswith("-star") and _BEFORE_NAME.match(gap)
                is_owner = (_FOR.match(gap) or is_joined) and not _POSSESSIVE.match(rest)
                return mention if is_owner else None
        return None

    def _led_by(self, figure: Figure) -> Mention | None:
        """Find the owner in "With 5,000 stars, X is …"."""
        if len(self._mentions) != 1 or not _LED_BY_FIGURE.match(self._text[: figure.start]):
            return None
        (mention,) = self._mentions
        if mention.start < figure.end or _POSSESSIVE.match(self._text[mention.end :]):
            return None
        gap = self._text[figure.end : mention.start]
        return mention if _AFTER_LEADING.match(gap) else None

    def _before(
        self, place: int, figure: Figure, owners: Sequence[Mention | None]
    ) -> Mention | None:
        nearest = [mention for mention in self._mentions if mention.end <= figure.start]
        if place and owners[place - 1] is not None:
            previous = self._figures[place - 1]
            gap = self._text[previous.end : figure.start]
            if _BETWEEN_FIGURES.match(gap):
                return owners[place - 1]
        if not nearest:
            return None
        mention = nearest[-1]
        gap = self._text[mention.end : figure.start]
        if GAP in gap:
            return None
        if self._is_adjacent(mention, gap):
            return mention
        return mention if self._is_alone(mention, figure, gap) else None

    def _is_adjacent(self, mention: Mention, gap: str) -> bool:
        """Whether name and figure stand together: "X has 5", "X (5", "X: 5", "X's 5"."""
        lead = self._text[: mention.start]
        if _OPENED.match(gap):
            return not re.search(
                r"\b(?:not|than|unlike|like|without|except)\s+$", lead, re.IGNORECASE
            )
        possessive = _POSSESSIVE.match(gap)
        if possessive:
            rest = gap[possessive.end() :]
            return self._is_description(rest) and len(rest.split()) <= 3
        if _NOT_THE_OWNER.search(lead):
            return False
        if gap == ", " and not lead.strip("“\"'(*• \t"):
            return True  # an item of a list
        if _APPOSITION.match(gap) or _OF_IT.match(gap):
            return not _JOINED.search(lead)
        if _IS_COUNTED.match(gap):
            return not _JOINED.search(lead)
        is_apposition = mention.is_id and lead.rstrip().endswith(",") and gap.startswith(", ")
        if is_apposition:
            return _HOLDS.match(gap[1:]) is not None
        if not _HOLDS.match(gap):
            return False
        return not self._shares_verb(mention, lead)

    def _shares_verb(self, mention: Mention, lead: str) -> bool:
        """Whether the name is the last of several that share a verb, as in "X and Y gained 5"."""
        if not _JOINED.search(lead):
            return False
        clause = re.split(r"[.;:]", lead)[-1]
        # "X has 5 stars, Y has 6": another figure stands between the names.
        return not any(
            figure.end <= mention.start and figure.end >= len(lead) - len(clause)
            for figure in self._figures
        ) and (len(self._mentions) > 1 or self._has_unknown_name(clause))

    def _is_alone(self, mention: Mention, figure: Figure, gap: str) -> bool:
        """Whether the sentence has no other name, and nothing else between that could count."""
        if len(self._mentions) > 1 or self._unsure or self._is_title or mention.is_plain_lower:
            return False
        if len(gap.split()) > MAX_WORDS_BETWEEN or _OTHERS.search(gap):
            return False
        lead = self._text[: mention.start]
        if _NOT_THE_OWNER.search(lead) or (_JOINED.search(lead.rstrip("“\"'(")) and "and" in lead):
            return False
        return not self._has_unknown_name(lead) and not self._has_unknown_name(gap, is_inner=True)

    def _is_of_context(self, figure: Figure) -> bool:
        """Whether a figure can be of nothing but the item that the sentence stands in."""
        lead = self._text[: figure.start]
        return (
            self._context is not None
            and not self._mentions
            and not self._unsure
            and self._context.kind in KINDS_OF[figure.counter]
            and not _OTHERS.search(lead)
            and not self._has_unknown_name(lead)
            and len(self._figures) <= 3
        )

    def _is_description(self, text: str) -> bool:
        return not self._has_unknown_name(text, is_inner=True) and not _OTHERS.search(text)

    def _has_unknown_name(self, text: str, *, is_inner: bool = False) -> bool:
        """Whether a text has a word that may name something that we do not observe."""
        for place, found in enumerate(TOKEN.finditer(text)):
            word = found[0]
            folded = word.casefold()
            if folded in _PLATFORM or (word[0].isdigit() and not word[-1].isalpha()):
                continue
            is_opener = not is_inner and place == 0 and folded in _OPENERS
            if _WORD_WITH_CAPITAL.search(word) and not is_opener:
                return True
            has_digits = any(map(str.isdigit, word)) and not word[0].isdigit()
            if has_digits or "_" in word or "/" in word:
                return True
        return False

    def _is_whole(self, mention: Mention) -> bool:
        """Whether a name stands by itself, and is not a part of a longer name or an ordinary word.

        "Keras" in "Keras Tuner" and in "Keras 3" is not the subject of that name.
        """
        if mention.is_id:
            return True
        return not (self._goes_on(mention) or self._began_before(mention)) and (
            not mention.is_plain or self._is_name(mention)
        )

    def _goes_on(self, mention: Mention) -> bool:
        rest = self._text[mention.end :]
        found = re.match(r"\s+([\w.+#-]+)", rest)
        if found is None:
            return rest.startswith(("-", "/", ".")) and rest[1:2].isalnum()
        start = mention.end + found.start(1)
        if any(figure.start <= start < figure.end for figure in self._figures):
            return False
        word = found[1]
        if word[0].isdigit() or re.fullmatch(r"v\d.*", word):
            return True
        if not word[0].isupper() or self._is_title:
            return False
        return word.casefold() not in _PLATFORM and not word.isupper()

    def _began_before(self, mention: Mention) -> bool:
        lead = self._text[: mention.start]
        found = re.search(r"([^\W\d_][\w.+#-]*)\s$", lead)
        if found is None or not found[1][0].isupper() or self._is_title:
            return False
        word = found[1].casefold()
        owners = {subject.external_id.casefold().split("/")[0] for subject in mention.subjects}
        if word in _PLATFORM or any(word in owner for owner in owners):
            return False
        is_first = (
            not lead[: found.start()].strip("“\"'( ") or lead[: found.start()].rstrip()[-1:] in ":"
        )
        return not (is_first and (word in _OPENERS or found[1].isupper()))

    def _is_name(self, mention: Mention) -> bool:
        """Whether a plain word is used as a name: with inner capitals, or like a name."""
        word = self._text[mention.start : mention.end]
        if any(map(str.isupper, word[1:])):
            return True
        lead, rest = self._text[: mention.start], self._text[mention.end :]
        if word[0].isupper():
            is_first = not lead.strip("“\"'(*• \t")
            # "Agents have 5,000 stars" is about agents.
            return (
                not is_first
                or re.match(r"\s+(?:have|are|were|with|that|who|gained)\b", rest) is None
            )
        return (
            re.search(
                r"\b(?:the|a|an|these|those|few|many|some|all|most|our|their|\w+ed)\s+$", lead
            )
            is None
        )
