"""Claims: every figure of an issue that counts something, with its place and its subject.

Pure functions of a document and of the names of subjects. `verdicts.py` compares claims with
observations.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from app.content.facts import boxes
from app.content.facts.counters import ClaimCounter, counter_for
from app.content.facts.figure import Figure
from app.content.facts.names import NamedSubject, NameIndex
from app.content.facts.numbers import Range
from app.content.facts.text_claims import MAX_TEXT_CLAIMS, TextClaims, texts_of
from app.models.counter import counter_of, counter_word
from app.models.values import Window

MAX_CLAIMS = 5_000
"""Claims of one issue; an issue of entries alone has 1,250."""
MAX_TEXT = 200
"""Characters of a claim's text."""

Document = Mapping[str, Any]


class Claim(NamedTuple):
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
    is_of_span: bool = False
    """Whether it is of downloads over a span: those of the span itself, or the change over it."""
    is_recent: bool = False
    """Whether it is dated to a day of the last week: "had 5 stars on Monday"."""


def claims_of(document: Document, texts: TextClaims) -> list[Claim]:
    """Return the claims of a document in its order, at most `MAX_CLAIMS`.

    Of those in texts at most `MAX_TEXT_CLAIMS`. `texts` keeps what it reads.
    """
    reader = _Reader(texts)
    found = (
        claim
        for place, section in enumerate(document.get("sections") or ())
        for claim in _of_section(f"/sections/{place}", section, reader)
    )
    return list(islice(found, MAX_CLAIMS))


class _Reader:
    """Reads the texts of an issue until `MAX_TEXT_CLAIMS` figures are found."""

    def __init__(self, texts: TextClaims) -> None:
        self.names = texts.names
        self._texts = texts
        self._left = MAX_TEXT_CLAIMS

    def claims(self, pointer: str, item: Document) -> Iterator[Claim]:
        """The claims in the texts of a section or an item."""
        for member, text in texts_of(item, self.names):
            found = self._texts.of(text)[: self._left] if self._left else ()
            self._left -= len(found)
            for figure, subject in found:
                yield _claim(f"{pointer}/{member}", figure, subject)


def _of_section(pointer: str, section: Document, reader: _Reader) -> Iterator[Claim]:
    yield from reader.claims(pointer, section)
    metrics = section.get("metrics") or {}
    for place, metric in enumerate(metrics.get("items") or ()):
        yield from _of_metric(f"{pointer}/metrics/items/{place}", metric, reader.names)
    for name in ("tools", "entries", "items"):
        for place, item in enumerate(section.get(name) or ()):
            yield from reader.claims(f"{pointer}/{name}/{place}", item)
            if name == "entries":
                yield from _of_entry(f"{pointer}/{name}/{place}", item, reader.names)


def _of_entry(pointer: str, entry: Document, names: NameIndex) -> Iterator[Claim]:
    subject = names.subject(entry["source"], entry["kind"], entry["external_id"])
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
        figure.is_of_span,
        figure.is_recent,
    )
