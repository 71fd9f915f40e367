"""Provenance in words, as terms, and as a condition for publication."""

from typing import Any

import pytest

from app.content.documents import read_issue
from app.content.provenance import disclosure_of, provenance_faults, provenance_line, provenance_of
from tests.factories import Document, issue, lead, provenance, story

NOTHING: Document = dict.fromkeys(("digital_source_type", "model", "reviewed_by", "reviewed_at"))


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (None, None),
        (NOTHING, None),
        (
            provenance(digital_source_type="trainedAlgorithmicMedia"),
            "Written by AI (orca-7b). Reviewed by E. Ditor on 3 May 2026.",
        ),
        (
            {**NOTHING, "digital_source_type": "compositeWithTrainedAlgorithmicMedia"},
            "Written in part by AI. No review by an editor is recorded.",
        ),
        ({**NOTHING, "digital_source_type": "digitalCreation"}, "Written by people."),
        ({**NOTHING, "model": "orca-7b"}, "Made with AI (orca-7b)."),
        ({**NOTHING, "reviewed_at": "2026-05-03T05:45:00Z"}, "Reviewed on 3 May 2026."),
    ],
)
def test_readers_are_told_in_words(given: Document | None, line: str | None) -> None:
    assert provenance_line(given) == line


def test_a_sections_own_provenance_replaces_that_of_the_issue() -> None:
    own, of_issue = {**NOTHING, "model": "orca-7b"}, provenance()

    assert provenance_of({"provenance": own}, of_issue) == own
    assert provenance_of({"provenance": None}, of_issue) == of_issue


@pytest.mark.parametrize(
    ("terms", "disclosure"),
    [
        ([None], None),
        (["humanEdits", "digitalCreation"], "none"),
        (["digitalCreation", "algorithmicallyEnhanced"], "ai-assisted"),
        (["trainedAlgorithmicMedia", "humanEdits", None], "ai-generated"),
    ],
)
def test_a_page_discloses_the_strongest(terms: list[Any], disclosure: str | None) -> None:
    given = [{**NOTHING, "digital_source_type": term} for term in terms]

    assert disclosure_of([None, *given]) == disclosure


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        (issue(), ["/provenance"]),
        (issue(provenance={"model": "x"}), ["/provenance/digital_source_type"]),
        (issue(provenance=provenance()), []),
        (issue(sections=[lead(provenance=provenance())]), []),
        (issue(sections=[lead(provenance=provenance()), story()]), ["/provenance"]),
        (
            issue(provenance=provenance(), sections=[lead(provenance={})]),
            ["/sections/0/provenance/digital_source_type"],
        ),
    ],
)
def test_every_text_must_state_how_it_was_written(document: Document, pointers: list[str]) -> None:
    assert [fault.pointer for fault in provenance_faults(read_issue(document))] == pointers
