"""Checked numbers on a page: a mark beside each number, and a list of what was observed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from app.content.facts.verdicts import Evidence, Judged, Verdict
from app.web.site.moment import moment

MAX_MARKS = 100
"""Marks in one body, and numbers of one list."""
MARKS: Mapping[Verdict, str] = {"supported": "✓", "stale": "↺", "contradicted": "≠"}
WORDS: Mapping[Verdict, str] = {
    "supported": "confirmed",
    "stale": "out of date",
    "contradicted": "differs",
}
_TAG = re.compile(r"(<[^>]*>)")
_CLOSED = re.compile(r"<(/?)(a|code|pre|del)\b")
_EMPHASIS = re.compile(r"</?(?:strong|em)>")
_GAP = "\ufffc"
_POINTER = re.compile(r"/sections/(\d+)/(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CheckedNumber:
    """A number in print that was observed."""

    id: str
    """Of its place in the list, unique on the page."""
    member: str
    """Pointer within the section, such as `body` or `metrics/items/0/value`."""
    printed: str
    observed: str
    """Name, counter and time of the observation, in words."""
    verdict: Verdict
    url: str
    """The page of the subject at the source."""

    @property
    def mark(self) -> str:
        return MARKS[self.verdict]

    @property
    def word(self) -> str:
        return WORDS[self.verdict]


@dataclass(frozen=True, slots=True)
class SectionChecks:
    """The checked numbers of a section."""

    numbers: Sequence[CheckedNumber] = ()

    @property
    def listed(self) -> Sequence[CheckedNumber]:
        """Those to list: entries that agree show their observation already."""
        listed = [
            each
            for each in self.numbers
            if each.verdict != "supported" or not each.member.startswith("entries/")
        ]
        return listed[:MAX_MARKS]

    def at(self, member: str) -> CheckedNumber | None:
        """Return the first number of a member."""
        return next((each for each in self.numbers if each.member == member), None)

    def count(self, verdict: Verdict) -> int:
        """Count the numbers with a verdict."""
        return sum(each.verdict == verdict for each in self.numbers)

    def marked(self, html: Markup) -> Markup:
        """Put a mark behind each checked number of a body."""
        numbers = [each for each in self.numbers if each.member == "body"][:MAX_MARKS]
        return Markup(_marked(str(html), numbers)) if numbers else html


def checks_of(
    judged: Sequence[Judged], sections: Sequence[Mapping[str, Any]]
) -> dict[str, SectionChecks]:
    """Return the checked numbers of each section by its slug."""
    found: dict[str, list[CheckedNumber]] = {}
    for each in judged:
        place = _POINTER.match(each.claim.pointer)
        if place is None or each.evidence is None or each.verdict == "unknown":
            continue
        slug = sections[int(place[1])]["slug"]
        numbers = found.setdefault(slug, [])
        numbers.append(
            _checked(each, each.evidence, f"checked-{slug}-{len(numbers) + 1}", place[2])
        )
    return {section["slug"]: SectionChecks(found.get(section["slug"], ())) for section in sections}


def _checked(judged: Judged, evidence: Evidence, id_: str, member: str) -> CheckedNumber:
    claim = judged.claim
    assert claim.subject is not None, "what was observed has a subject"
    if claim.is_change:
        seen = f"{evidence.value:+,} {claim.counter} in a {claim.window}"
    else:
        seen = f"{evidence.value:,} {claim.counter}"
    observed = f"{claim.subject.external_id}: {seen}, observed {moment(evidence.observed_at)}"
    return CheckedNumber(id_, member, claim.text, observed, judged.verdict, claim.subject.url)


def _marked(html: str, numbers: Sequence[CheckedNumber]) -> str:
    """Put a link behind each number outside of links and code.

    A number may be partly emphasised, as in "**66,912** stars". One that is not found in order has
    no mark; it stands in the list.
    """
    text, ends = _text_of(html)
    written, cut, start = [], 0, 0
    for each in numbers:
        words = r"\s+".join(re.escape(escape(word, quote=False)) for word in each.printed.split())
        found = re.compile(rf"(?<![\w.,]){words}(?!\w)").search(text, start)
        if found is None:
            continue
        start = found.end()
        place = ends[start - 1]
        written += [html[cut:place], _link(each)]
        cut = place
    return "".join([*written, html[cut:]])


def _text_of(html: str) -> tuple[str, list[int]]:
    """Return the text in which numbers are looked for, and where each character ends in the HTML.

    Tags of emphasis are no part of it; others, links and code stand as one sign.
    """
    parts: list[str] = []
    ends: list[int] = []
    place = depth = 0
    for number, part in enumerate(_TAG.split(html)):
        place += len(part)
        if number % 2:
            closed = _CLOSED.match(part)
            if closed:
                depth += -1 if closed[1] else 1
            if not _EMPHASIS.match(part):
                parts.append(_GAP)
                ends.append(place)
        elif depth == 0:
            parts.append(part)
            ends += range(place - len(part) + 1, place + 1)
    return "".join(parts), ends


def _link(number: CheckedNumber) -> str:
    label = escape(f"{number.word}: {number.observed}")
    return (
        f'<a class="check {number.verdict}" href="#{number.id}" aria-label="{label}"'
        f' title="{label}">{number.mark}</a>'
    )
