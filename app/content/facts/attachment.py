"""Which subject a figure of a sentence is about.

Only constructions that leave no doubt are read. In a sentence with several names the name must
stand right beside its figure.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.content.facts.clauses import (
    EXPLETIVE,
    MAX_WORDS_BETWEEN,
    is_of_a_part,
    is_of_a_thing,
    is_of_another_behind,
    is_second_verb,
    last_clause,
    without_asides,
)
from app.content.facts.counters import KINDS_OF, ClaimCounter
from app.content.facts.figure import Figure
from app.content.facts.headless import is_of_the_same
from app.content.facts.introduced import KIND_WORDS, introduces, introduces_rival
from app.content.facts.labels import heads_labels, is_labelled
from app.content.facts.name_use import (
    has_unknown_name,
    merged_mentions,
    whole_mentions,
    without_owner,
)
from app.content.facts.names import Mention, NamedSubject
from app.content.facts.other_owners import (
    NO_HOLDING,
    OTHERS,
    has_other_head,
    is_given_to,
    is_not_the_owner,
    is_of_its_part,
)
from app.content.facts.owner_behind import led_by, owner_behind
from app.content.facts.phrases import ADVERBS, HOLDS
from app.content.facts.prose import GAP
from app.content.facts.second_numbers import of_other_subjects
from app.content.facts.unowned import is_unowned
from app.content.facts.windows import is_of_today

_POSSESSIVE = re.compile(r"^['’]s?(?![\w])")
_OPENED = re.compile(
    r"^\s*(?:['’]s?\s+[a-z ]{0,40})?[(\[:;=–—|·•-]\s*(?:now\s+)?(?:at\s+|with\s+)?$"
)
_LEFT_OUT = re.compile(r"\b(?:not|than|unlike|like|without|except)\s+$", re.IGNORECASE)
_NOUN = (
    r"(?:\s+(?:dataset|model|space|repository|repo|library|framework|project|package|paper|platform"
    r"|toolkit|engine|itself))?"
)
_HOLDS = re.compile(rf"^{_NOUN}\s+{ADVERBS}(?:(?:{HOLDS}|had)\s+)?{ADVERBS}$", re.IGNORECASE)
_ASIDE_IN_BRACKETS = re.compile(r"^\s\([+−-]?[\d][^()A-Z]{0,40}\)")
"""Between a name and its verb, as in "X (+5 on the week) has 66"."""
_IS_COUNTED = re.compile(
    rf"^(?:['’]s)?\s+(?:repository\s+|repo\s+|project\s+)?(?:has\s+(?:now\s+)?been|is|was|gets)\s+{ADVERBS}$"
)
_LANGUAGE = re.compile(rf"^\s{GAP}\s$")
"""In an entry of a list: a name, its language in code, and figures."""
_OF_IT = re.compile(r"^,\s+(?:whose|an?|(?:now\s+)?(?:with|at))\s+$")
"""In "X, whose 5 stars …", "X, with 5 stars, …" and "X, a 5-star project"."""
_ITS = re.compile(r"\bits\s+(?:[a-z]+\s+)?[\d.,]+[kKmM]?\S*\s+[a-z]+$")
"""Before the end of a figure such as "its 5,000 stars"."""
_IS_APPOSED = re.compile(
    rf"^,\s+an?\s+(?:(?!(?:of|for|to|in|on|and|an?|the)\b)[\w-]+\s+){{0,3}}(?:{'|'.join(KIND_WORDS)})\s+with\s+$"
)
"""In "X, a small model with 5 likes"."""
_BETWEEN_FIGURES = re.compile(
    r"^\s*(?:[,·|•]\s*)?(?:and\s+|&\s*|with\s+|plus\s+|along\s+with\s+|as\s+well\s+as\s+|from\s+|\("
    r"|up\s+|down\s+|a\s+gain\s+of\s+)?"
    rf"(?:has\s+)?{ADVERBS}$"
)
_BUT = re.compile(rf"^\s*(?:,\s*)?(?:but|yet)\s+(?:has\s+)?{ADVERBS}$")
_CLAUSE_ENDS = re.compile(r"^\s*(?:$|[.;!])")
"""Before and behind the second figure in "5 stars but only 3 forks."."""
_PLURAL_VERB = re.compile(r"\b(?:are|have|were)\b")
_RELATIVE = re.compile(
    rf"^,\s+wh(?:ich|ose)\s+{ADVERBS}(?:{HOLDS}\s+|(?:has\s+been|is|was)\s+)?{ADVERBS}$"
)
_DEFINITE = re.compile(r"\b(?:the|this|that|these|those|its|their|our)\s", re.IGNORECASE)
_SIDE_BY_SIDE = re.compile(r"^\s+(?:now\s+)?(?:at|with|on)\s+$")
"""Between a name that begins a sentence and its figure: "X at 5 stars"."""
_JOINED_BY_WORD = re.compile(r"(?:\band\b|\bplus\b|[&+]|\bor\b|/)\s*(?:the\s+)?$")
_JOINED = re.compile(r"(?:\band\b|\bplus\b|[,&+]|\bor\b|/)\s*(?:the\s+)?$")
_SINGULAR_VERB = re.compile(
    rf"^\s+{ADVERBS}(?:has|had|is|was|got|drew|won|saw|took|put|rose|grew|fell|lost|can\s+(?:now\s+)?(?:boast|claim|point)|\w{{2,}}(?:ed|[^s\W]s))\s"
)
_WHEN_IT = re.compile(r"\b(?:when|but|while|although|though)\s+it\b")
_DESCRIBES = re.compile(
    r"[A-Z][a-z]+\s+(?!has\b|is\b|was\b|got\b|won\b|now\b)(?:as|[a-z]*(?!ed\b)[a-z]*[a-rt-z])[\s,]"
)
"""The beginning of a description, as in "Pipelines for retrieval, 5 stars"."""


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
        only_subject: Callable[[ClaimCounter], NamedSubject | None] = lambda _: None,
        is_title: bool = False,
    ) -> None:
        """`context`: the subject of the item, for sentences that name none.

        `only_subject`: finds the only subject with a counter that can be meant.

        `is_title`: most words have capitals, so that capitals tell nothing.
        """
        self._text = text
        self._figures = figures
        self._context = context
        self._only_subject = only_subject
        self._is_title = is_title
        whole = whole_mentions(text, mentions, figures=figures, is_title=is_title)
        self._unsure = len(whole) < len(mentions)
        self._mentions = merged_mentions(text, whole)

    def figures_with_subjects(self) -> list[tuple[Figure, NamedSubject | None]]:
        """Return the figures in order, each with its subject; `None` if that is not certain."""
        owners: list[Mention | None] = []
        found: list[tuple[Figure, NamedSubject | None]] = []
        for place, figure in enumerate(self._figures):
            mention = self._mention_of(place, figure, owners)
            owners.append(mention)
            if figure.is_elsewhere and (mention is None or mention.end <= figure.start):
                figure = replace(figure, range=None)
            if mention is not None:
                found.append((figure, owner_of(mention, figure.counter)))
            else:
                found.append((figure, self._unnamed(figure)))
        others = of_other_subjects(self._text, self._figures, self._mentions)
        found += [(figure, owner_of(mention, figure.counter)) for figure, mention in others]
        return sorted(found, key=lambda each: each[0].start)

    def _mention_of(
        self, place: int, figure: Figure, owners: Sequence[Mention | None]
    ) -> Mention | None:
        inside = [m for m in self._mentions if figure.start <= m.start < figure.end]
        if len(inside) == 1 and (figure.owner_is_inside or self._is_its(inside[0])):
            return None if is_of_its_part(self._text[inside[0].end : figure.end]) else inside[0]
        after = owner_behind(self._text, figure, self._mentions)
        before = self._before(place, figure, owners)
        if after is not None and before is not None:
            return None
        return before or after or led_by(self._text, figure, self._mentions)

    def _is_its(self, mention: Mention) -> bool:
        return self._text[mention.start : mention.end].lower() == "its"

    def _before(
        self, place: int, figure: Figure, owners: Sequence[Mention | None]
    ) -> Mention | None:
        nearest = [mention for mention in self._mentions if mention.end <= figure.start]
        if self._is_of_its(figure, nearest):
            return nearest[-1]
        if is_labelled(figure) and nearest and not self._is_headed(place, figure, owners, nearest):
            return None
        if figure.is_headless:
            return self._before_headless(place, figure, owners, nearest)
        if place and owners[place - 1] is not None:
            previous = self._figures[place - 1]
            gap = self._text[previous.end : figure.start]
            if _BETWEEN_FIGURES.match(gap) or self._is_contrast(previous, figure):
                return owners[place - 1]
        if not nearest:
            return None
        mention = nearest[-1]
        gap = self._text[mention.end : figure.start]
        lead = self._text[: mention.start]
        if _LANGUAGE.match(gap) and not re.search(r"\w", lead):
            return mention
        if GAP in gap or is_given_to(lead, gap) or is_of_a_part(gap, is_its=self._is_its(mention)):
            return None
        if self._is_adjacent(mention, gap):
            return mention
        spoken = self._without_asides(mention, gap)
        if spoken != gap and self._is_adjacent(mention, spoken):
            return mention
        return mention if self._is_alone(mention, figure, spoken) else None

    def _is_of_its(self, figure: Figure, nearest: Sequence[Mention]) -> bool:
        """Whether "its" stands before a figure, and can mean only the one name of the sentence."""
        return (
            len(nearest) == len(self._mentions) == 1
            and _ITS.search(self._text, 0, figure.end) is not None
            and _ITS.search(self._text, nearest[0].end, figure.end) is not None
            and not self._unsure
            and not has_unknown_name(self._text[nearest[0].end : figure.start], is_inner=True)
            and not has_unknown_name(last_clause(self._text[: nearest[0].start]))
            and not introduces(self._text[: figure.start].lower(), as_object=True)
            and not NO_HOLDING.search(self._text[: figure.start])
        )

    def _before_headless(
        self,
        place: int,
        figure: Figure,
        owners: Sequence[Mention | None],
        nearest: Sequence[Mention],
    ) -> Mention | None:
        """A number without a noun is of the subject of its verb, or of the figure before it."""
        previous = self._figures[place - 1] if place else None
        if nearest and (previous is None or nearest[-1].end > previous.end):
            gap = self._text[nearest[-1].end : figure.start]
            spoken = self._without_asides(nearest[-1], gap)
            word = self._text[nearest[-1].start : nearest[-1].end].lower()
            is_its = word.startswith(("its", "the ")) and is_of_the_same(spoken)
            return nearest[-1] if is_its or self._is_adjacent(nearest[-1], spoken) else None
        if previous is None:
            return None
        is_same = is_of_the_same(self._text[previous.end : figure.start])
        return owners[place - 1] if is_same else None

    def _without_asides(self, mention: Mention, gap: str) -> str:
        """Leave out what describes the name between it and its verb."""
        lead = self._text[: mention.start]
        if _JOINED_BY_WORD.search(lead):
            return gap
        spoken, rest = without_asides(gap), gap.lstrip("”\"'")
        is_first = mention == self._mentions[0]
        is_apposition = lead.rstrip("“\"'( ").endswith(",") and rest.startswith(", ")
        if spoken == gap and is_first and is_apposition:
            return rest[1:]  # "Its new model, X, has 5"
        return spoken

    def _is_contrast(self, previous: Figure, figure: Figure) -> bool:
        """Whether two figures are of one subject as in "5 stars but only 3 forks."."""
        return (
            figure.counter != previous.counter
            and _BUT.match(self._text[previous.end : figure.start]) is not None
            and _CLAUSE_ENDS.match(self._text[figure.end :]) is not None
        )

    def _is_adjacent(self, mention: Mention, gap: str) -> bool:
        """Whether name and figure stand together: "X has 5", "X (5", "X: 5", "X's 5"."""
        lead = self._text[: mention.start]
        if _OPENED.match(gap):
            is_of_all = ":" in gap and self._shares_verb(mention, lead)
            return not is_of_all and _LEFT_OUT.search(lead) is None
        possessive = _POSSESSIVE.match(gap)
        if possessive:
            rest = gap[possessive.end() :]
            return self._is_description(rest) and len(rest.split()) <= 3
        if _RELATIVE.match(gap) and (not has_other_head(lead) or self._has_no_thing(lead)):
            return True
        if _IS_APPOSED.match(gap):
            return not _JOINED_BY_WORD.search(lead)
        if is_not_the_owner(lead):
            return False
        begins = not lead.strip("“\"'(*• \t")
        if begins and gap == ", ":
            return True  # an item of a list
        if begins and _SIDE_BY_SIDE.match(gap) and not mention.is_plain_lower:
            return _PLURAL_VERB.search(self._text[mention.end :]) is None
        if _OF_IT.match(gap):
            return not _JOINED.search(lead)
        if _IS_COUNTED.match(gap):
            return not _JOINED_BY_WORD.search(lead)
        is_apposition = mention.is_id and lead.rstrip().endswith(",") and gap.startswith(", ")
        if is_apposition:
            return _HOLDS.match(gap[1:]) is not None
        holds = _HOLDS.match(_ASIDE_IN_BRACKETS.sub("", gap)) is not None
        return holds and not self._shares_verb(mention, lead)

    def _has_no_thing(self, lead: str) -> bool:
        """Whether words before a name bring nothing that a relative clause may be about."""
        return not (
            _DEFINITE.search(lead)
            or OTHERS.search(lead)
            or introduces(lead[:1].lower() + lead[1:])
            or has_unknown_name(lead)
            or _JOINED.search(lead)
        )

    def _shares_verb(self, mention: Mention, lead: str) -> bool:
        """Whether the name is the last of several that share a verb, as in "X and Y gained 5"."""
        if not _JOINED_BY_WORD.search(lead):
            return False
        clause = re.split(r"[.;:]", lead)[-1]
        # "X has 5 stars, Y has 6": another figure stands between the names.
        return not any(
            figure.end <= mention.start and figure.end >= len(lead) - len(clause)
            for figure in self._figures
        ) and (
            any(each.end <= mention.start for each in self._mentions) or has_unknown_name(clause)
        )

    def _is_alone(self, mention: Mention, figure: Figure, gap: str) -> bool:
        """Whether the sentence has no other name, and nothing else between that could count."""
        before = [each for each in self._mentions if each.end <= figure.start]
        if len(before) > 1 or self._unsure or self._is_title:
            return False
        ends = [each.end for each in self._figures if mention.end <= each.end <= figure.start]
        if ends and is_of_another_behind(self._text[ends[-1] : figure.start]):
            return False
        if mention.is_plain_lower and not self._is_bare_subject(mention):
            return False
        is_subject = _SINGULAR_VERB.match(gap) and not EXPLETIVE.match(gap)
        if mention.is_pronoun and not is_subject:
            return False
        if NO_HOLDING.search(gap) or is_of_a_thing(gap) or introduces_rival(gap):
            return False
        if not is_second_verb(gap) and (
            len(gap.split()) > MAX_WORDS_BETWEEN or OTHERS.search(_WHEN_IT.sub("", gap))
        ):
            return False
        lead = self._text[: mention.start]
        if is_not_the_owner(lead) or (_JOINED.search(lead.rstrip("“\"'(")) and "and" in lead):
            return False
        clause = without_owner(last_clause(lead), mention)
        return not has_unknown_name(clause) and (
            is_second_verb(gap) or not has_unknown_name(without_owner(gap, mention), is_inner=True)
        )

    def _is_headed(
        self,
        place: int,
        figure: Figure,
        owners: Sequence[Mention | None],
        nearest: Sequence[Mention],
    ) -> bool:
        """Whether the last name heads a list of labels, as in "X in numbers", and does not end it.

        In "Stars: 5 Project: X Stars: 6" the labels may stand before their name.
        """
        if place and owners[place - 1] is None and is_labelled(self._figures[place - 1]):
            return False
        start, between = nearest[-1].end, ""
        for each in self._figures[:place]:
            if each.start >= start:
                between += self._text[start : each.end - len(each.text)]
                start = each.end
        # A verb before the label is said of the label: "X won Stars: 5".
        between += self._text[start : figure.end - len(figure.text)]
        return figure.is_change or heads_labels(between)

    def _is_bare_subject(self, mention: Mention) -> bool:
        """Whether a lower-case word begins a clause and is no plural: no English noun does."""
        lead, rest = self._text[: mention.start], self._text[mention.end :]
        is_plural = self._text[mention.end - 1] == "s"
        begins = not lead.strip("“\"'(") or is_of_today(lead, "")
        begins = begins or lead.endswith((", ", ". ", "! ", ": "))
        return begins and not is_plural and _SINGULAR_VERB.match(rest) is not None

    def _is_of_context(self, figure: Figure) -> bool:
        """Whether a figure can be of nothing but the item that the sentence stands in."""
        lead = self._text[: figure.start]
        if _DESCRIBES.match(lead):
            lead = lead[0].lower() + lead[1:]
        return (
            self._context is not None
            and not self._mentions
            and not self._unsure
            and self._context.kind in KINDS_OF[figure.counter]
            and not OTHERS.search(lead)
            and not NO_HOLDING.search(lead)
            and not has_unknown_name(lead)
            and len(self._figures) <= 3
        )

    def _unnamed(self, figure: Figure) -> NamedSubject | None:
        """Return the subject of a figure that no name or pronoun of its sentence owns."""
        if self._is_of_context(figure):
            return self._context
        is_unclear = self._unsure or figure.range is None
        if is_unclear or not is_unowned(self._text, figure, self._mentions):
            return None
        return self._only_subject(figure.counter)

    def _is_description(self, text: str) -> bool:
        return not has_unknown_name(text, is_inner=True) and not OTHERS.search(text)
