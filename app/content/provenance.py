"""What the provenance of a text means: for readers in words, for machines as terms.

A section's own provenance replaces that of the issue as a whole: a review of the issue is no review
of a section that names its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from app.content.documents import IssueInput
from app.errors import Fault
from app.models.provenance import DigitalSourceType, Provenance

VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""The address of the IPTC vocabulary; a term follows."""

Disclosure = Literal["none", "ai-assisted", "ai-generated"]

_DISCLOSURES: dict[DigitalSourceType, Disclosure] = {
    "humanEdits": "none",
    "digitalCreation": "none",
    "algorithmicallyEnhanced": "ai-assisted",
    "compositeWithTrainedAlgorithmicMedia": "ai-assisted",
    "trainedAlgorithmicMedia": "ai-generated",
}
"""Values of `<meta name="ai-disclosure">` (W3C AI Content Disclosure CG, draft, read 2026-11)."""
_LEVELS: tuple[Disclosure, ...] = ("none", "ai-assisted", "ai-generated")

SOURCE_TYPE_WORDS: dict[str, str] = {
    "humanEdits": "Edited by people, without generative AI",
    "digitalCreation": "Written by people",
    "algorithmicallyEnhanced": "Prepared with the help of a program",
    "compositeWithTrainedAlgorithmicMedia": "Written in part by AI",
    "trainedAlgorithmicMedia": "Written by AI",
}
_BY_A_MODEL = frozenset({"compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"})


def provenance_line(provenance: Mapping[str, Any] | None) -> str | None:
    """Say in plain text who or what wrote a text; `None` if nothing is known of it."""
    if provenance is None:
        return None
    said = Provenance.model_validate(provenance)
    written = SOURCE_TYPE_WORDS[said.digital_source_type] if said.digital_source_type else None
    if said.model and said.model.strip():
        written = f"{written or 'Made with AI'} ({said.model.strip()})"
    sentences = [written, _review(said)]
    return (
        ". ".join(sentence for sentence in sentences if sentence) + "." if any(sentences) else None
    )


def _review(said: Provenance) -> str | None:
    on = f" on {said.reviewed_at:%-d %B %Y}" if said.reviewed_at else ""
    if said.reviewed_by and said.reviewed_by.strip():
        return f"Reviewed by {said.reviewed_by.strip()}{on}"
    if on:
        return f"Reviewed{on}"
    if said.digital_source_type in _BY_A_MODEL:
        return "No review by an editor is recorded"
    return None


def provenance_of(
    section: Mapping[str, Any], issue_provenance: Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    """Return the provenance that holds for a section: its own, else that of its issue."""
    own: Mapping[str, Any] | None = section.get("provenance")
    return issue_provenance if own is None else own


def term_address(provenance: Mapping[str, Any] | None) -> str | None:
    """Return the address of the IPTC term of a provenance; `None` without one."""
    term = provenance and provenance["digital_source_type"]
    return f"{VOCABULARY}{term}" if term else None


def disclosure_of(provenances: Iterable[Mapping[str, Any] | None]) -> Disclosure | None:
    """Return the strongest disclosure of several texts; `None` if none says how it was written."""
    terms = [given["digital_source_type"] for given in provenances if given is not None]
    levels = [_LEVELS.index(_DISCLOSURES[term]) for term in terms if term is not None]
    return _LEVELS[max(levels)] if levels else None


def provenance_faults(issue: IssueInput) -> Iterator[Fault]:
    """Yield a fault for each part of an issue that does not state how it was written."""
    detail = "Say how it was written: publishing needs a `digital_source_type`."
    own = [section.provenance for section in issue.sections or ()]
    if any(each is None for each in own) or not own:
        if issue.provenance is None:
            yield Fault("/provenance", "no_provenance", detail)
        elif issue.provenance.digital_source_type is None:
            yield Fault("/provenance/digital_source_type", "no_provenance", detail)
    for place, each in enumerate(own):
        if each is not None and each.digital_source_type is None:
            pointer = f"/sections/{place}/provenance/digital_source_type"
            yield Fault(pointer, "no_provenance", detail)
