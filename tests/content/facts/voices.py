"""Texts of a writer who saw no rule: each figure is labelled, not each sentence.

A line of `corpus/voices_*.jsonl` is a text with its figures in order: printed, subject, counter,
window and truth. `true` agrees with `voices_world.json`, `false` is off by 20 % or more, `trap` is
no counter of a subject now.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from app.content.facts.claims import claims_of
from app.content.facts.names import NamedSubject, NameIndex
from app.content.facts.text_claims import TextClaims
from app.content.facts.verdicts import History, Judged, Observed, judge
from app.models.snapshot import COUNTERS
from app.models.source import source_named
from tests.content.facts.judging import CORPUS, World

_AGES = {"now": 0, "day_ago": 1, "week_ago": 7, "month_ago": 30}


@cache
def world() -> World:
    """Read the subjects of the texts."""
    given = json.loads((CORPUS / "voices_world.json").read_text())
    now = datetime.fromisoformat(given["observed_at"])
    subjects, histories = [], {}
    for row_id, each in enumerate(given["subjects"], start=1):
        source, kind, external_id = each["source"], each["kind"], each["external_id"]
        url = source_named(source).page_of(kind=kind, external_id=external_id)
        subjects.append(NamedSubject(row_id, source, kind, external_id, url, title=each["name"]))
        # The likes of a paper are its upvotes.
        counts = {name.replace("upvotes", "likes"): of for name, of in each["counters"].items()}
        histories[row_id] = History(
            [
                Observed(now - timedelta(days=days), place, True, values)
                for place, (age, days) in enumerate(_AGES.items(), start=1)
                if any(values := [counts.get(c, {}).get(age) for c in COUNTERS])
            ]
        )
    return World(NameIndex(subjects), histories, now + timedelta(hours=1))


def verdicts(part: str) -> Iterator[tuple[str, str]]:
    """Yield truth and verdict of each figure of a part; `unknown` of a figure that is no claim."""
    for line in (CORPUS / part).read_text().splitlines():
        text = json.loads(line)
        claims = _judged(text)
        for printed, _, _, _, truth in text["figures"]:
            found = next((each for each in claims if _is_printed(printed, each)), None)
            if found is not None:
                claims.remove(found)
            yield truth, "unknown" if found is None else found.verdict


def report(part: str) -> Counter[tuple[str, str]]:
    """Count the figures of a part by truth and verdict."""
    return Counter(verdicts(part))


def accused() -> list[str]:
    """Return the sentences of `not_false.txt` with a figure that is contradicted or stale."""
    lines = (CORPUS / "not_false.txt").read_text().splitlines()
    return [
        line
        for line in lines
        if not line.startswith("#")
        and any(
            each.verdict in ("contradicted", "stale")
            for each in _judged({"where": "body", "text": line})
        )
    ]


def _judged(text: Mapping[str, Any]) -> list[Judged]:
    known = world()
    where = text["where"]
    section = {where: text.get("text")}
    if where == "metric":
        section = {"metrics": {"items": [text]}}
    elif where == "summary":
        section = {"tools": [{"name": "-", "summary": text["text"]}]}
    return [
        judge(
            claim,
            known.histories[claim.subject.row_id] if claim.subject else History(),
            printed_at=known.printed_at,
        )
        for claim in claims_of({"sections": [section]}, TextClaims(known.names))
    ]


def _is_printed(printed: str, judged: Judged) -> bool:
    """Whether a claim is of a figure: "3" is not printed in "4,473 stars"."""
    number = re.escape(printed.lower().lstrip("+-~"))
    return re.search(rf"(?<![\d.,]){number}(?![.,]?\d)", judged.claim.text.lower()) is not None
