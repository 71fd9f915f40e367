"""The stories of a draft, written from the facts of a day."""

from collections.abc import Sequence
from typing import Any

from app.content.facts.brief.fact import Evidence, Fact, FactKind
from app.content.markdown import escape
from app.models.source import source_named
from app.models.values import format_instant

NOT_DRAFTED: frozenset[FactKind] = frozenset({"gone"})
"""Their last number is old: a check of printed numbers would call it stale."""
MOST_METRICS = 6
MOST_BRIEFS = 8
MAX_SIGNIFICANCE = 10


def stories(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """Return a lead with the best fact, and a brief story with the next eight.

    Sections as a draft takes them; none without a fact.
    """
    drafted = [fact for fact in facts if fact.kind not in NOT_DRAFTED]
    if not drafted:
        return []
    best, *others = drafted
    own = [fact for fact in others if _is_about(fact, best)]
    further = [fact for fact in others if not _is_about(fact, best)]
    paragraphs = [escape(fact.statement) for fact in (best, *own)]
    lead = {
        "kind": "lead",
        "headline": best.statement.removesuffix("."),
        "body": "\n\n".join(paragraphs),
        "significance": min(round(best.score / 10), MAX_SIGNIFICANCE),
        "metrics": _metrics([best, *further]),
    }
    if not further:
        return [lead]
    body = "\n".join(f"- {escape(fact.statement)}" for fact in further[:MOST_BRIEFS])
    return [lead, {"kind": "brief", "headline": "Also today", "body": body}]


def _is_about(fact: Fact, other: Fact) -> bool:
    return fact.subject is not None and fact.subject == other.subject


def _metrics(facts: Sequence[Fact]) -> dict[str, Any] | None:
    """The present counters of the first subjects, each once."""
    items: dict[int, dict[str, Any]] = {}
    for fact in facts:
        subject = fact.subject
        if subject is None or subject.id in items or len(items) == MOST_METRICS:
            continue
        newest = max(fact.evidence, key=lambda each: each.observed_at)
        own = [each for each in fact.evidence if each.source_url == subject.url]
        items[subject.id] = _metric(fact, own[0] if own else newest)
    return {"title": "By the Numbers", "items": list(items.values())} if items else None


def _metric(fact: Fact, evidence: Evidence) -> dict[str, Any]:
    assert fact.subject is not None
    word = "upvotes" if fact.subject.kind == "paper" else evidence.counter
    return {
        "label": fact.subject.shown,
        "value": f"{evidence.value:,} {word}",
        "number": evidence.value,
        "unit": word,
        "source": {
            "name": source_named(fact.source).label,
            "url": evidence.source_url,
            "observed_at": format_instant(evidence.observed_at),
        },
    }
