"""What partners post: one issue, issues in turn, a list with tools; warm, cold, beside Apollo."""

import random
from pathlib import Path
from typing import Any

import orjson

from benchmarks.datasets import Dataset
from benchmarks.graphql import servers
from benchmarks.graphql.borrowed import CannotBorrow
from benchmarks.output import tell
from benchmarks.servers import OURS, UNCACHED, Fleet, fetch
from benchmarks.workloads import PLAIN, Lane

PARTNERS = "graphql-post"
"""The name of the workload."""

ISSUE, ROTATING, RECENT = "one issue", "issues in turn", "list of 20"
KINDS = (ISSUE, ROTATING, RECENT)

ROTATED = 400
"""Issues in turn: more than parsed documents are kept of, fewer than Apollo has to hold."""
_PATH = "/graphql"
_JSON = PLAIN | {"Content-Type": "application/json"}
_FOLDER = Path(__file__).parent


def posted(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    """Each kind from ready answers, made anew, and of Apollo Server over the same in memory."""
    numbers = list(range(1, dataset.issues + 1))
    random.Random(dataset.issues).shuffle(numbers)
    rotated = numbers[:ROTATED]
    bodies = {
        ISSUE: [_body("issue", number=dataset.issues // 2)],
        ROTATING: [_body("issue", number=number) for number in rotated],
        RECENT: [_body("recent")],
    }
    lanes = [
        Lane(f"{kind}, {name}", server, [_PATH], _JSON, bodies=bodies[kind])
        for kind in KINDS
        for name, server in (("warm", OURS), ("cold", UNCACHED))
    ]
    found = [_data(fleet, UNCACHED, body)["issue"] for body in bodies[ISSUE] + bodies[ROTATING]]
    recent = _data(fleet, UNCACHED, bodies[RECENT][0])["issues"]["nodes"]
    held = {issue["number"]: issue for issue in found}
    # What the list shows of an issue that is asked for alone too is a part of the same object.
    held |= {issue["number"]: held.get(issue["number"], {}) | issue for issue in recent}
    ordered = sorted(held.values(), key=lambda issue: str(issue["date"]), reverse=True)
    (fleet.answers / servers.MANY).write_bytes(orjson.dumps(ordered))
    return [*lanes, *_apollo(fleet, bodies)]


def _apollo(fleet: Fleet, bodies: dict[str, list[bytes]]) -> list[Lane]:
    try:
        fleet[servers.APOLLO_MANY]
    except CannotBorrow as reason:
        tell(f"{servers.APOLLO_MANY} is left out: {reason}")
        return []
    for kind in KINDS:
        for body in bodies[kind]:
            ours = _data(fleet, UNCACHED, body)
            if _data(fleet, servers.APOLLO_MANY, body) != ours:
                raise RuntimeError(f"Apollo Server gives another answer to {body[:200]!r}")
    return [
        Lane(f"{kind}, Apollo", servers.APOLLO_MANY, [_PATH], _JSON, bodies=bodies[kind])
        for kind in KINDS
    ]


def _body(name: str, **variables: Any) -> bytes:
    query = (_FOLDER / f"{name}.graphql").read_text("utf-8")
    return orjson.dumps({"query": query, "variables": variables})


def _data(fleet: Fleet, server: str, body: bytes) -> dict[str, Any]:
    answer = fetch(fleet[server].port, _PATH, _JSON, body)
    given: dict[str, Any] = orjson.loads(answer.body)
    if answer.status != 200 or "errors" in given:
        raise RuntimeError(f"{server} answers {answer.status}: {answer.body[:500]!r}")
    data: dict[str, Any] = given["data"]
    return data
