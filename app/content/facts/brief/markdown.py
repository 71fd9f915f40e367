"""A brief as Markdown."""

from collections.abc import Iterator, Mapping
from datetime import date as Date, datetime
from typing import Any

from app.content.markdown import escape, link
from app.models.source import source_named

KIND_TITLES: Mapping[str, str] = {
    "top_mover": "Top mover",
    "newcomer": "Newcomer",
    "milestone": "Milestone",
    "record": "Record",
    "streak": "Streak",
    "return": "Return",
    "fall": "Fall",
    "rename": "Renamed",
    "gone": "Gone",
    "overtakes": "Overtakes",
    "task_rise": "Task on the rise",
    "language_rise": "Language on the rise",
    "publisher": "Publisher",
}
"""How each kind of fact is called in headings."""


def brief_markdown(document: Mapping[str, Any]) -> str:
    """Write a brief: its facts with their sources, best first, and its coverage."""
    return "\n".join(_lines(document))


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    day = Date.fromisoformat(document["date"])
    yield f"# The brief of {day:%A, %-d %B %Y}"
    yield ""
    if not document["facts"]:
        yield "Nothing to report: no board of this day is whole."
        yield ""
    for fact in document["facts"]:
        yield f"- **{KIND_TITLES[fact['kind']]}** ({fact['score']}): {escape(fact['statement'])}"
        yield f"  {_proof(fact['evidence'])}"
    yield ""
    yield "| source | status | observed | tracked |"
    yield "|---|---|---|---|"
    for source, each in document["coverage"].items():
        label = source_named(source).label
        yield f"| {label} | {each['status']} | {each['observed_at'] or '–'} | {each['tracked']:,} |"
    yield ""


def _proof(evidence: list[Mapping[str, Any]]) -> str:
    parts = [
        f"{_source(each)}, "
        f"{datetime.fromisoformat(each['observed_at']):%-d %b %H:%M} UTC, "
        f"snapshot {each['snapshot_id']}"
        for each in evidence
    ]
    return f"{'; '.join(parts)}."


def _source(each: Mapping[str, Any]) -> str:
    return link(f"{each['value']:,} {each['counter']}", each["source_url"])
