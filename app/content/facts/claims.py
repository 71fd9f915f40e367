"""Claims: every figure of an issue that counts something, with its place and its subject.

Pure functions of a document and of the names of subjects. `verdicts.py` compares claims with
observations.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.content.facts import boxes, tables
from app.content.facts.attachment import Sentence
from app.content.facts.counters import ClaimCounter, counter_for
from app.content.facts.figures import Figure, figures, may_have_figures, mentions_ratio
from app.content.facts.names import NamedSubject, NameIndex
from app.content.facts.numbers import Range
from app.content.facts.prose import blocks
from app.content.facts.sentences import sentences
from app.models.counter import counter_of, counter_word
from app.models.values import Window

MAX_CLAIMS = 5_000
"""Claims of one issue; an issue of entries alone has 1,250."""
MAX_TEXT = 200
"""Characters of a claim's text."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure as printed, and what it is about."""

    pointer: str
    """RFC 6901 pointer of the text into the document."""
    text: str
    subject: NamedSubject | None
    counter: ClaimCounter
    value: int | None
    range: Range | None
    """The counts it agrees with; `None` if it cannot be judged."""
    is_change: bool = False
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class _Text:
    pointer: str
    text: str
    context: NamedSubject | None = None
    is_title: bool = False
    is_markdown: bool = False


def claims_of(document: Document, names: NameIndex) -> list[Claim]:
    """Return the claims of a document in its order, at most `MAX_CLAIMS`."""
    found = (
        claim
        for place, section in enumerate(document.get("sections") or ())
        for claim in _of_section(f"/sections/{place}", section, names)
    )
    return list(islice(found, MAX_CLAIMS))


def claims_in(text: str, names: NameIndex, *, pointer: str = "") -> list[Claim]:
    """Return the claims of a text in Markdown that stands alone."""
    return list(islice(_of_text(_Text(pointer, text, is_markdown=True), names), MAX_CLAIMS))


def _of_section(pointer: str, section: Document, names: NameIndex) -> Iterator[Claim]:
    if section.get("standfirst"):
        yield from _of_text(_Text(f"{pointer}/standfirst", section["standfirst"]), names)
    if section.get("headline"):
        headline = _Text(f"{pointer}/headline", section["headline"], is_title=True)
        yield from _of_text(headline, names)
    if section.get("body"):
        yield from _of_text(_Text(f"{pointer}/body", section["body"], is_markdown=True), names)
    metrics = section.get("metrics") or {}
    for place, metric in enumerate(metrics.get("items") or ()):
        yield from _of_metric(f"{pointer}/metrics/items/{place}", metric, names)
    for place, tool in enumerate(section.get("tools") or ()):
        yield from _of_item(f"{pointer}/tools/{place}", tool, tool.get("name"), names)
    for place, entry in enumerate(section.get("entries") or ()):
        yield from _of_entry(f"{pointer}/entries/{place}", entry, names)
    for place, item in enumerate(section.get("items") or ()):
        yield from _of_item(f"{pointer}/items/{place}", item, None, names)


def _of_item(pointer: str, item: Document, name: str | None, names: NameIndex) -> Iterator[Claim]:
    """The claims of a tool, which a name or an address identifies, or of a reading item."""
    if not item.get("summary") or not may_have_figures(item["summary"]):
        return
    context = names.at(item["url"]) if item.get("url") else None
    if context is None and name:
        context = boxes.named_alone(name, names)
    yield from _of_text(_Text(f"{pointer}/summary", item["summary"], context), names)


def _of_entry(pointer: str, entry: Document, names: NameIndex) -> Iterator[Claim]:
    subject = names.subject(entry["source"], entry["kind"], entry["external_id"])
    if entry.get("summary"):
        yield from _of_text(_Text(f"{pointer}/summary", entry["summary"], subject), names)
    counters: tuple[ClaimCounter, ...] = ("stars", "likes", "downloads", "forks")
    for name in counters:
        if (value := entry.get(name)) is not None:
            counter = counter_for(name, entry["kind"])
            text, exact = f"{value:,} {counter}", Range.exactly(value, value)
            yield Claim(f"{pointer}/{name}", text, subject, counter, value, exact)
    if (change := entry.get("change")) is not None:
        ranked = counter_for(counter_of(entry["kind"]), entry["kind"])
        yield Claim(
            f"{pointer}/change",
            f"{change:+,} {counter_word(entry['kind'])}",
            subject,
            ranked,
            change,
            Range.exactly(change, change),
            is_change=True,
            window=entry.get("window"),
        )


def _of_metric(pointer: str, metric: Document, names: NameIndex) -> Iterator[Claim]:
    found = boxes.read_box(metric, names)
    if found is not None:
        yield _claim(f"{pointer}/{found.member}", found.figure, found.subject)


def _of_text(text: _Text, names: NameIndex) -> Iterator[Claim]:
    if not (may_have_figures(text.text) or mentions_ratio(text.text)):
        return
    if not text.is_markdown:
        yield from _of_prose(text, text.text, names)
        return
    for block in blocks(text.text):
        if block.rows:
            for figure, subject in tables.figures_in(block.rows, names):
                yield _claim(text.pointer, figure, subject)
        elif may_have_figures(block.text) or mentions_ratio(block.text):
            yield from _of_prose(text, block.text, names, is_title=block.is_heading)


def _of_prose(
    text: _Text, prose: str, names: NameIndex, *, is_title: bool = False
) -> Iterator[Claim]:
    for each in sentences(prose):
        found = figures(each)
        if not found:
            continue
        sentence = Sentence(
            each,
            found,
            names.mentions(each),
            context=text.context,
            is_title=(text.is_title or is_title) and has_capitals(each),
        )
        for figure, subject in zip(found, sentence.owners(), strict=True):
            yield _claim(text.pointer, figure, subject)


def has_capitals(title: str) -> bool:
    """Whether most long words of a title begin with a capital."""
    words = [word for word in title.split() if len(word) > 3 and word[0].isalpha()]
    return sum(word[0].isupper() for word in words) * 2 > len(words)


def _claim(pointer: str, figure: Figure, subject: NamedSubject | None) -> Claim:
    counter = figure.counter if subject is None else counter_for(figure.counter, subject.kind)
    return Claim(
        pointer,
        figure.text[:MAX_TEXT],
        subject,
        counter,
        figure.value,
        figure.range,
        figure.is_change,
        figure.window,
    )
