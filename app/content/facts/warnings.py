"""Warnings for editors about figures that are contradicted or stale."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.content.facts.verdicts import Evidence, Judged
from app.errors import Fault

MAX_WARNINGS = 100
"""Warnings of one answer about figures; the contradicted ones come first."""
_MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class NumberWarning:
    """A printed number that the observations do not support."""

    pointer: str
    code: str
    detail: str
    printed: str
    """As printed."""
    observed: int

    @property
    def fault(self) -> Fault:
        return Fault(self.pointer, self.code, self.detail)

    def document(self) -> dict[str, object]:
        """Return the public shape."""
        return {
            "pointer": self.pointer,
            "code": self.code,
            "detail": self.detail,
            "printed": self.printed,
            "observed": self.observed,
        }


def number_warnings(judged: Iterable[Judged]) -> list[NumberWarning]:
    """Return a warning for each contradicted or stale figure, contradicted ones first."""
    found = [
        _warning(each, each.evidence)
        for each in judged
        if each.verdict in ("contradicted", "stale") and each.evidence is not None
    ]
    found.sort(key=lambda each: each.code != "number_contradicted")
    return found[:MAX_WARNINGS]


def _warning(judged: Judged, evidence: Evidence) -> NumberWarning:
    claim = judged.claim
    assert claim.subject is not None, "a judged claim has a subject"
    name = _short(claim.subject.external_id)
    printed = _short(claim.text)
    if claim.is_change:
        seen = f"{evidence.value:+,} {claim.counter} over a {claim.window}"
    else:
        seen = f"{evidence.value:,} {claim.counter}"
    when = _day(evidence.observed_at)
    if judged.verdict == "contradicted":
        detail = f"Printed: {printed}. Observed: {name} had {seen} on {when}."
    else:
        detail = f"Printed: {printed}. That is out of date: {name} had {seen} on {when}."
    return NumberWarning(
        claim.pointer, f"number_{judged.verdict}", detail, claim.text, evidence.value
    )


def _short(text: str) -> str:
    return text if len(text) <= _MAX_NAME else f"{text[: _MAX_NAME - 1]}…"


def _day(instant: datetime) -> str:
    return f"{instant:%-d %B %Y at %H:%M} UTC"
