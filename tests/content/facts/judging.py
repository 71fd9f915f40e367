"""The labelled corpus: cases in files, subjects as observed, and how a case is judged."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.content.facts.claims import claims_of
from app.content.facts.names import NamedSubject, NameIndex
from app.content.facts.text_claims import TextClaims
from app.content.facts.verdicts import History, Judged, Observed, judge
from app.models.snapshot import COUNTERS
from app.models.source import source_named

CORPUS = Path(__file__).parent / "corpus"


class Case(NamedTuple):
    """One case of the corpus."""

    label: str
    """`+` true, `-` false, `~` true of an earlier observation, `0` not to be judged."""
    text: str
    line: int


class World(NamedTuple):
    """The subjects of the corpus and what was observed of them."""

    names: NameIndex
    histories: dict[int, History]
    printed_at: datetime


def cases(name: str) -> Iterator[Case]:
    """Read a file of the corpus."""
    for number, line in enumerate((CORPUS / name).read_text().splitlines(), start=1):
        if line and not line.startswith("#"):
            label, _, text = line.partition("|")
            yield Case(label, text, number)


@cache
def world() -> World:
    """Read the subjects of the corpus."""
    given = json.loads((CORPUS / "observed.json").read_text())
    instants = {name: datetime.fromisoformat(at) for name, at in given["observed_at"].items()}
    subjects, histories = [], {}
    for row_id, each in enumerate(given["subjects"], start=1):
        source, kind, external_id = each["id"].split(" ")
        url = source_named(source).page_of(kind=kind, external_id=external_id)
        subjects.append(
            NamedSubject(row_id, source, kind, external_id, url, title=each.get("name"))
        )
        histories[row_id] = History(
            [
                Observed(instants[name], place, True, [each[name].get(c) for c in COUNTERS])
                for place, name in enumerate(instants, start=1)
                if name in each
            ]
        )
    return World(NameIndex(subjects), histories, datetime.fromisoformat(given["printed_at"]))


def document_of(text: str) -> dict[str, object]:
    """Make the document that a case stands in, by its first letter."""
    kind, _, rest = text.partition(" ")
    match kind:
        case "M":
            label, _, value = rest.partition(" :: ")
            items = [{"label": label, "value": value}]
            return {"sections": [{"metrics": {"items": items}}]}
        case "T":
            name, _, summary = rest.partition(" :: ")
            return {"sections": [{"tools": [{"name": name, "summary": summary}]}]}
        case "B":
            return {"sections": [{"body": rest.replace("\\n", "\n")}]}
        case "H":
            return {"sections": [{"headline": rest}]}
    return {"sections": [{"body": text}]}


def judged(text: str) -> list[Judged]:
    """Judge every claim of a case."""
    known = world()
    return [
        judge(
            claim,
            known.histories[claim.subject.row_id] if claim.subject else History(),
            printed_at=known.printed_at,
        )
        for claim in claims_of(document_of(text), TextClaims(known.names))
    ]


def report(part: str) -> Counter[tuple[str, str]]:
    """Count the cases of a part of the corpus by label and verdict."""
    return Counter((case.label, verdict_on(case)) for case in cases(part))


def main() -> None:
    """Print precision and recall of each verdict: `python -m tests.content.facts.judging`."""
    labels = {"supported": "+", "contradicted": "-", "stale": "~", "unknown": "0"}
    sys.stdout.write("| part | verdict | cases | found | recall | precision |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    for part in sorted(path.name for path in CORPUS.glob("*.txt") if path.stem != "not_false"):
        counts = report(part)
        for verdict, label in labels.items():
            right = counts[label, verdict]
            meant = sum(counts[label, each] for each in labels)
            said = sum(counts[each, verdict] for each in labels.values())
            shares = (f"{right / of:.1%}" if of else "–" for of in (meant, said))
            row = (part, verdict, str(meant), str(right), *shares)
            sys.stdout.write(f"| {' | '.join(row)} |\n")


def verdict_on(case: Case) -> str:
    """The verdict on a whole case: the worst of its figures."""
    found = {each.verdict for each in judged(case.text)}
    for verdict in ("contradicted", "stale", "supported"):
        if verdict in found:
            return verdict
    return "unknown"


if __name__ == "__main__":
    main()
