"""Numbers in boxes: the label and the value of a metric, and names that stand alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.content.facts.attachment import owner_of
from app.content.facts.counters import KINDS_OF
from app.content.facts.figure import Figure
from app.content.facts.lone_figures import count_word, figure_of_number, lone_figure
from app.content.facts.names import TOKEN, NamedSubject, NameIndex
from app.content.facts.number_words import SCALES
from app.content.facts.sentence_figures import figures
from app.content.facts.windows import window_of_label

_FILLERS_TEXT = """
on of for the a total count counts number now today github hugging face huggingface hf hub
platform repository repo model dataset space paper project library stars star likes like
downloads download forks fork upvotes upvote new gained added growth gain monthly this week
month day days hours d h seven seven-day thirty thirty-day daily weekly change net delta δ
rise increase w m since yesterday in per past last over its s by most-starred most-liked
most-downloaded most-forked
"""
_FILLERS = frozenset(_FILLERS_TEXT.split())
"""Words of a label that do not make it a label of something else."""


_YEAR = re.compile(r"(?:19|20)\d\d")
_IS_A_FORK = re.compile(r"\bfork\b", re.IGNORECASE)
_VERSION = re.compile(r"\s+v?\d{1,3}(?:\.\d+)*(?![\w,.]*\d|\w)")


@dataclass(frozen=True, slots=True)
class Box:
    """The figure of a metric."""

    member: str
    """The member that holds the figure: `value` or `number`."""
    figure: Figure
    subject: NamedSubject | None


def named_alone(text: str, names: NameIndex) -> NamedSubject | None:
    """Return the one subject that a text names, if it says nothing else."""
    mentions = names.mentions(text)
    if len(mentions) != 1 or len(mentions[0].subjects) != 1:
        return None
    (mention,) = mentions
    rest = f"{text[: mention.start]} {text[mention.end :]}"
    is_other = _VERSION.match(text, mention.end) or _IS_A_FORK.search(rest)
    return None if is_other or has_other_words(rest) else mention.subjects[0]


def read_box(metric: Mapping[str, Any], names: NameIndex) -> Box | None:
    """Read a metric whose label, value or unit names a counter."""
    label, value = metric["label"], _with_scale(metric["value"], metric.get("unit") or "")
    found = figures(value)
    if len(found) > 1:
        return None
    figure = found[0] if found else None
    if figure is None:
        word = count_word(label) or count_word(metric.get("unit") or "")
        unnamed = _without_names(label, names)
        figure = None if word is None else lone_figure(value, word, label=unnamed)
    elif not figure.is_change:
        figure = _as_labelled(figure, label)
    elif figure.window is None and (window := window_of_label(label)) is not None:
        # The label names the span of the change.
        figure = next(iter(figures(f"{value} in a {window}")), figure)
    member = "value"
    if figure is None:
        figure, member = _of_number(metric), "number"
    if figure is None:
        return None
    return Box(member, figure, _subject(metric, figure, names))


def _with_scale(value: str, unit: str) -> str:
    """Add the scale that a unit begins with, as in "59.4" and "thousand stars"."""
    scale = unit.partition(" ")[0].lower()
    return f"{value} {scale}" if scale in SCALES and value[-1:].isdigit() else value


def _as_labelled(figure: Figure, label: str) -> Figure:
    """A value such as "1,452 stars" below a label such as "This week" may be a change."""
    is_plain = re.search(r"\b(?:week|month|day|gain|growth|new|year)", label, re.IGNORECASE) is None
    return figure if is_plain else replace(figure, range=None)


def _of_number(metric: Mapping[str, Any]) -> Figure | None:
    number = metric.get("number")
    word = count_word(metric.get("unit") or "") or count_word(metric["label"])
    if number is None or word is None or re.search(r"\d", metric["value"]):
        return None
    return figure_of_number(number, word)


def _subject(metric: Mapping[str, Any], figure: Figure, names: NameIndex) -> NamedSubject | None:
    source = metric.get("source") or {}
    at = names.at(source["url"]) if source.get("url") else None
    if at is not None and at.kind in KINDS_OF[figure.counter]:
        return at
    text = f"{metric['label']} | {metric['value']}"
    mentions = names.mentions(text)
    owners = {owner.row_id: owner for each in mentions if (owner := owner_of(each, figure.counter))}
    if len(owners) != 1 or any(owner_of(each, figure.counter) is None for each in mentions):
        return None
    scale, _, unit = (metric.get("unit") or "").partition(" ")
    unit = unit if scale.lower() in SCALES else metric.get("unit") or ""
    rest = _without_names(f"{text.replace(figure.text, ' ')} {unit}", names)
    return None if has_other_words(rest) else next(iter(owners.values()))


def _without_names(text: str, names: NameIndex) -> str:
    for mention in reversed(names.mentions(text)):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return text


def has_other_words(text: str) -> bool:
    """Whether a label says more than what is counted, where, and over which span."""
    words = (found[0].casefold() for found in TOKEN.finditer(text))
    return any(
        word not in _FILLERS and (not word[0].isdigit() or _YEAR.fullmatch(word)) for word in words
    )
