"""Public shapes of claims."""

from collections.abc import Iterable

from pydantic import Field

from app.content.facts.claims import MAX_TEXT
from app.content.facts.counters import ClaimCounter
from app.content.facts.verdicts import Judged, Verdict, count_of
from app.models.values import (
    Change,
    EntryKind,
    ExternalId,
    Instant,
    PositiveInteger,
    Shape,
    SmallCount,
    SourceName,
    Url,
    Window,
    format_instant,
)


class ClaimSubject(Shape):
    """The subject of a figure."""

    source: SourceName = Field(description="The source of the subject.")
    kind: EntryKind = Field(description="What it is.")
    external_id: ExternalId = Field(description="Its present name at the source.")
    url: Url = Field(description="Its page at the source.")


class ClaimEvidence(Shape):
    """What was observed of a subject."""

    value: Change = Field(
        description="The counter; of a change the net change over the window that ends with this "
        "observation."
    )
    observed_at: Instant = Field(description="When it was read from the source.")
    snapshot_id: PositiveInteger = Field(description="The snapshot that it is part of.")
    source_url: Url = Field(description="The page at the source that shows the counter.")


class ClaimShape(Shape):
    """A figure in print, compared with what was observed."""

    pointer: str = Field(description="RFC 6901 pointer into the issue.")
    text: str = Field(max_length=MAX_TEXT, description="The figure as printed.")
    subject: ClaimSubject | None = Field(
        description="What it counts; null where that is not certain, or not observed."
    )
    counter: ClaimCounter = Field(description="The counter that it names.")
    value: Change | None = Field(
        description='Its value: 66900 of "66.9k". Null of a ratio, such as "twice the stars".'
    )
    is_change: bool = Field(description="Whether it is a net change over a window.")
    window: Window | None = Field(description="The window of a change; null of a total.")
    verdict: Verdict = Field(
        description="`supported`: the newest observation before the first printing, at most 48 "
        "hours old, agrees. `stale`: only an older one agrees. `contradicted`: none agrees. "
        "`unknown`: the subject, the counter or the time is not certain, or was not observed."
    )
    observed: ClaimEvidence | None = Field(
        description="The observation behind the verdict; null without one."
    )


class EditorWarning(Shape):
    """A warning for an editor about a document."""

    pointer: str = Field(description="RFC 6901 pointer into the document.")
    code: str = Field(description="The stable code.")
    detail: str = Field(description="What is valid, or better.")
    printed: str | None = Field(
        default=None,
        description="Of `number_contradicted` and `number_stale` only: the figure as printed.",
    )
    observed: Change | None = Field(
        default=None, description="Of the same only: the counter, or the change, as observed."
    )


class ClaimSummary(Shape):
    """The number of claims by verdict."""

    supported: SmallCount = Field(description="Figures that a fresh observation supports.")
    contradicted: SmallCount = Field(description="Figures that the observations contradict.")
    stale: SmallCount = Field(description="Figures that only an older observation supports.")
    unknown: SmallCount = Field(description="Figures that cannot be judged.")


class Claims(Shape):
    """The figures of an issue, compared with what was observed."""

    data: list[ClaimShape] = Field(description="In the order of the document, at most 5,000.")
    summary: ClaimSummary


def claim_document(judged: Judged) -> dict[str, object]:
    """Return a judged claim as `ClaimShape`."""
    claim, evidence = judged.claim, judged.evidence
    subject = claim.subject
    return {
        "pointer": claim.pointer,
        "text": claim.text,
        "subject": None
        if subject is None
        else {
            "source": subject.source,
            "kind": subject.kind,
            "external_id": subject.external_id,
            "url": subject.url,
        },
        "counter": claim.counter,
        "value": claim.value,
        "is_change": claim.is_change,
        "window": claim.window,
        "verdict": judged.verdict,
        "observed": None
        if evidence is None or subject is None
        else {
            "value": evidence.value,
            "observed_at": format_instant(evidence.observed_at),
            "snapshot_id": evidence.snapshot_id,
            "source_url": subject.url,
        },
    }


def claims_document(judged: Iterable[Judged]) -> dict[str, object]:
    """Return judged claims as `Claims`."""
    found = list(judged)
    return {"data": [claim_document(each) for each in found], "summary": count_of(found)}
