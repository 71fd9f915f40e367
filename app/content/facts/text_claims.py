"""Figures of texts, each text read once.

A write reads its texts before it waits for the write lock (`prepare`), and looks them up while it
holds the lock.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, groupby, islice, pairwise
from operator import attrgetter

from app.content.facts import boxes, tables
from app.content.facts.answers import answer_to
from app.content.facts.attachment import Sentence
from app.content.facts.capitals import in_lower_case, stand_alone
from app.content.facts.counters import ClaimCounter
from app.content.facts.figure import Figure
from app.content.facts.introduced import introduces
from app.content.facts.lists import (
    bare_item,
    bare_items,
    counter_of_items,
    is_of_changes,
    listed,
    shared_counter,
    window_of_items,
    with_window,
)
from app.content.facts.names import Mention, NamedSubject, NameIndex
from app.content.facts.number_forms import may_have_figures
from app.content.facts.number_words import in_digits
from app.content.facts.phrases import with_gains, without_fillers
from app.content.facts.pronouns import (
    brings_another,
    only_subject,
    pronoun_in,
    subject_of_entry,
    subject_of_fragment,
)
from app.content.facts.prose import Block, blocks
from app.content.facts.sentence_figures import figures
from app.content.facts.sentences import sentences
from app.content.facts.unowned import is_fragment
from app.content.facts.windows import is_a_month, names_a_time, window_in
from app.models.values import Window

MAX_TEXT_CLAIMS = 1_000
"""Figures in the texts of one issue that are read: reading them takes about 0.3 s of CPU."""

MAX_NAMING_HEADING = 120
"""Characters of a heading that may be the name of a subject."""

Found = tuple[Figure, NamedSubject | None]


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an issue, with what decides how it is read."""

    text: str
    context: NamedSubject | None = None
    """The subject of the item that the text stands in."""
    is_title: bool = False
    is_markdown: bool = False


class TextClaims:
    """The figures of texts, by the names of one version of the trends."""

    def __init__(self, names: NameIndex) -> None:
        self.names = names
        self._found: dict[Text, Sequence[Found]] = {}

    def of(self, text: Text) -> Sequence[Found]:
        """Return the figures of a text in order, at most `MAX_TEXT_CLAIMS`."""
        found = self._found.get(text)
        if found is None:
            found = tuple(islice(_read(text, self.names), MAX_TEXT_CLAIMS))
            self._found[text] = found
        return found

    def prepare(self, value: object) -> None:
        """Read the texts of documents anywhere in a JSON value, which need not be valid."""
        left = MAX_TEXT_CLAIMS
        waiting = [value]
        while waiting and left > 0:
            here = waiting.pop()
            if isinstance(here, list):
                waiting += reversed(here)
            elif isinstance(here, dict):
                left -= sum(len(self.of(text)) for _, text in texts_of(here, self.names))
                waiting += reversed(here.values())


def texts_of(item: Mapping[str, object], names: NameIndex) -> Iterator[tuple[str, Text]]:
    """Yield the texts of a section or of its item, each with the name of its member."""
    for member in ("standfirst", "headline", "body"):
        text = item.get(member)
        if isinstance(text, str) and may_have_figures(text):
            is_title, is_markdown = member == "headline", member == "body"
            yield member, Text(text, is_title=is_title, is_markdown=is_markdown)
    summary = item.get("summary")
    if isinstance(summary, str) and may_have_figures(summary):
        yield "summary", Text(summary, _context_of(item, names))


def _context_of(item: Mapping[str, object], names: NameIndex) -> NamedSubject | None:
    """The subject of an entry, or of an item that an address or its name identifies."""
    source, kind, external_id = (item.get(each) for each in ("source", "kind", "external_id"))
    if isinstance(source, str) and isinstance(kind, str) and isinstance(external_id, str):
        return names.subject(source, kind, external_id)
    url, name = item.get("url"), item.get("name")
    found = names.at(url) if isinstance(url, str) else None
    if found is None and isinstance(name, str):
        found = boxes.named_alone(name, names)
    return found


def _read(text: Text, names: NameIndex) -> Iterator[Found]:
    if not text.is_markdown:
        yield from _in_prose(text, text.text, names)
        return
    about: NamedSubject | None = None
    counter: ClaimCounter | None = None
    span: Window | None = None
    is_plan, above = False, ""
    for is_list, group in groupby(blocks(text.text), key=attrgetter("is_item")):
        together = list(group)
        items = bare_items([each.text for each in together], counter, names) if is_list else ()
        if items:
            yield from items
            continue
        for block in together:
            if block.is_heading:
                about = _named_by(block.text, names)
                # A heading that is only a name stands below the one before it.
                is_plan = _is_of_plans(block.text) or (is_plan and about is not None)
            found = _in_block(text, block, names, about=about, span=span if is_list else None)
            if is_plan:
                found = map(_undecided, found)
            yield from _below(above, found) if is_list or block.rows else found
            if not is_list:
                above = block.text if block.is_heading or block.text.endswith(":") else ""
        head = together[-1].text
        counter, span = counter_of_items(head), window_of_items(head)


_PLANS = re.compile(
    r"\b(?=\w)(?:goals?|forecasts?|predict\w+|targets?|wish(?:es)?|bets?|dreams?|hopes?|expect\w*|plans?|next\s+year|(?:year|month|week)s?\s+ago|years?\s+on"
    r"|archives?|errata|corrections?|rumou?rs?|jokes?|quiz|what\s+if|timeline|history)\b",
    re.IGNORECASE,
)


def _is_of_plans(head: str) -> bool:
    """Whether the figures below a heading, or below a line before a list, are not of now."""
    return _PLANS.search(head) is not None or is_a_month(head)


def _below(head: str, found: Iterator[Found]) -> Iterator[Found]:
    """Take what a list or a table says of now as uncertain, if the line above it denies that."""
    if _is_of_plans(head) or (names_a_time(head) and window_in(head) is None):
        return map(_undecided, found)
    return map(_undecided_total, found) if is_of_changes(head) else found


def _undecided(found: Found) -> Found:
    figure, subject = found
    return replace(figure, range=None), subject


def _undecided_total(found: Found) -> Found:
    """Judge a total below "New this week" as unknown: it may be meant as a change."""
    return found if found[0].is_change else _undecided(found)


def _in_block(
    text: Text,
    block: Block,
    names: NameIndex,
    *,
    about: NamedSubject | None,
    span: Window | None,
) -> Iterator[Found]:
    """`span`: the window that the line before a list names for the changes in it."""
    if block.rows:
        yield from tables.figures_in(block.rows, names)
    elif may_have_figures(block.text):
        prose = with_window(block.text, span)
        yield from _in_prose(text, prose, names, about=about, is_title=block.is_heading)


def _named_by(heading: str, names: NameIndex) -> NamedSubject | None:
    return boxes.named_alone(heading, names) if len(heading) <= MAX_NAMING_HEADING else None


def _in_prose(
    text: Text,
    prose: str,
    names: NameIndex,
    *,
    about: NamedSubject | None = None,
    is_title: bool = False,
) -> Iterator[Found]:
    """`about`: the subject of the heading, for fragments and pronouns below it."""
    if found_in_list := tuple(listed(prose, names)):
        yield from found_in_list
        return
    earlier: list[str] = []
    of_last: NamedSubject | None = None
    counter: ClaimCounter | None = None
    for printed, after in pairwise(chain(sentences(prose), ("",))):
        each, words = _spelled(printed, earlier, after)
        # A headline in capitals is read in lower case, its names as they are printed.
        spoken = in_lower_case(each)
        found = figures(spoken, before=earlier[-1] if earlier else "")
        if found:
            mentions = names.mentions(each)
            pronoun = pronoun_in(each, earlier, names, about=about)
            if spoken != each and not stand_alone(each, mentions):
                mentions, pronoun = [], None
            context = text.context
            if context is None and is_fragment(each, found):
                entry = None if about else subject_of_entry(prose, names)
                context = entry or of_last or _subject_before(earlier, names, about=about)
                if entry and len(earlier) > 1 and brings_another(earlier[-1], entry, names):
                    context = None
            sentence = Sentence(
                spoken,
                found,
                mentions if pronoun is None else _with(pronoun, mentions),
                context=context,
                only_subject=partial(only_subject, sentences=[*earlier, each], names=names),
                is_title=spoken != each or ((text.is_title or is_title) and _has_capitals(each)),
            )
            claims = sentence.figures_with_subjects()
            owners = {subject.row_id: subject for _, subject in claims if subject is not None}
            of_last = owners.popitem()[1] if len(owners) == 1 else None
            for figure, subject in claims:
                yield _as_printed(figure, words, each), subject
            counter = shared_counter(each, claims)
        else:
            of_last = None
            item = bare_item(each, counter, names) if counter else None
            yield from () if item is None else (item,)
            if item is None or not each.endswith(";"):
                counter = None
        earlier.append(each)


def _subject_before(
    earlier: Sequence[str], names: NameIndex, *, about: NamedSubject | None
) -> NamedSubject | None:
    """Return what a sentence of figures alone is about, by the sentences before or the heading."""
    subject = subject_of_fragment(earlier, names)
    return about if subject is None and not any(map(introduces, earlier)) else subject


def _spelled(printed: str, earlier: Sequence[str], after: str) -> tuple[str, Mapping[str, str]]:
    """Write a sentence in the form that is read; return it, and what is printed for its words."""
    asked = answer_to(earlier[-1], printed, after) if earlier else None
    if asked is None:
        return in_digits(with_gains(without_fillers(printed)))
    sentence, added = asked
    return sentence, {added: ""}


def _with(pronoun: Mention, mentions: Sequence[Mention]) -> list[Mention]:
    return sorted([pronoun, *mentions], key=lambda each: each.start)


def _as_printed(figure: Figure, words: Mapping[str, str], sentence: str) -> Figure:
    text = figure.text
    if text not in sentence:
        start = sentence.lower().find(text)
        text = sentence[start : start + len(text)]
    for digits, printed in words.items():
        text = text.replace(digits, printed)
    return figure if text == figure.text else replace(figure, text=text)


def _has_capitals(title: str) -> bool:
    """Whether most long words of a title begin with a capital."""
    words = [word for word in title.split() if len(word) > 3 and word[0].isalpha()]
    return sum(word[0].isupper() for word in words) * 2 > len(words)
