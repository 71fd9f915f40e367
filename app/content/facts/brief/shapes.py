"""The public shapes of a brief, and its documents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date, datetime
from typing import Any, Literal

from pydantic import Field

from app.content.facts.brief.fact import Evidence, Fact, FactKind
from app.content.facts.brief.finding import id_of
from app.models.values import (
    Count,
    EntryKind,
    ExternalId,
    FiniteNumber,
    Instant,
    IssueDate,
    PositiveInteger,
    Shape,
    SmallCount,
    SourceName,
    Title,
    Window,
    format_instant,
)


class FactSubject(Shape):
    """The subject of a fact, under the name that it had on the day."""

    source: SourceName = Field(description="The source.")
    kind: EntryKind = Field(description="What it is.")
    external_id: ExternalId = Field(description="Its name at the source.")
    name: Title = Field(description="How it is shown.")
    url: str = Field(description="Its upstream page.")


class FactEvidence(Shape):
    """One observed number behind a fact."""

    snapshot_id: PositiveInteger = Field(description="The snapshot that holds it.")
    observed_at: Instant = Field(description="When it was read.")
    counter: str = Field(description="What was counted, such as `stars`, or `entries` of a board.")
    value: Count = Field(description="How many.")
    source_url: str = Field(description="Where it can be checked upstream.")


class FactShape(Shape):
    """Something that happened on a day, with its proof."""

    id: str = Field(description="The same for the same fact, whenever it is read.")
    kind: FactKind = Field(description="What kind of news it is.")
    statement: str = Field(description="One English sentence with its numbers.")
    score: int = Field(ge=0, le=100, description="How much of a story it is. See docs/brief.md.")
    subject: FactSubject | None = Field(description="Null for a fact about a whole board.")
    value: FiniteNumber | None = Field(description="The number of the fact, such as a gain's end.")
    previous: FiniteNumber | None = Field(description="What it was before.")
    window: Window | None = Field(description="The span between the two.")
    evidence: list[FactEvidence] = Field(description="The observations that prove it.")


class SourceCoverage(Shape):
    """How far the boards of a source can be relied on for the day."""

    status: Literal["ok", "partial", "stale", "withheld"] = Field(
        description="`partial`: not every board is whole and of the day. Facts come from boards "
        "that are."
    )
    observed_at: Instant | None = Field(description="The newest observation.")
    tracked: SmallCount = Field(description="Subjects that could be compared.")


class BriefShape(Shape):
    """What happened on a day."""

    date: IssueDate = Field(description="The UTC day.")
    facts: list[FactShape] = Field(description="Best first, at most 100.")
    coverage: dict[str, SourceCoverage] = Field(description="By source.")


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of one source."""

    status: str
    observed_at: datetime | None
    tracked: int


def brief_document(
    date: Date, facts: Iterable[Fact], coverage: Mapping[str, Coverage]
) -> dict[str, Any]:
    """Make the document of a brief."""
    return {
        "date": date.isoformat(),
        "facts": [fact_document(fact, date) for fact in facts],
        "coverage": {
            source: {
                "status": each.status,
                "observed_at": None
                if each.observed_at is None
                else format_instant(each.observed_at),
                "tracked": each.tracked,
            }
            for source, each in coverage.items()
        },
    }


def fact_document(fact: Fact, date: Date) -> dict[str, Any]:
    """Make the document of a fact."""
    subject = fact.subject
    return {
        "id": id_of(fact, date),
        "kind": fact.kind,
        "statement": fact.statement,
        "score": fact.score,
        "subject": None
        if subject is None
        else {
            "source": subject.source,
            "kind": subject.kind,
            "external_id": subject.external_id,
            "name": subject.name,
            "url": subject.url,
        },
        "value": fact.value,
        "previous": fact.previous,
        "window": fact.window,
        "evidence": _evidence(fact.evidence),
    }


def _evidence(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [
        {
            "snapshot_id": each.snapshot_id,
            "observed_at": format_instant(each.observed_at),
            "counter": each.counter,
            "value": each.value,
            "source_url": each.source_url,
        }
        for each in evidence
    ]
