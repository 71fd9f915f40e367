"""What is asked by GraphQL: the same issue of every server, and that all give the same of it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from benchmarks.answers import issue_path
from benchmarks.datasets import Dataset
from benchmarks.graphql import servers
from benchmarks.graphql.borrowed import CannotBorrow
from benchmarks.output import tell
from benchmarks.servers import OURS, UNCACHED, Fleet, fetch
from benchmarks.workloads import PLAIN, Lane

GRAPHQL = "graphql"
"""The name of the workload."""

GET = "ours, GET"
GET_BY_HASH = "ours, GET by hash"
POST = "ours, POST"
GET_COLD = "ours, GET, no cache"
REST = "REST"
REST_COLD = "REST, no cache"

_PATH = "/graphql"
_QUERY = Path(__file__).with_name("whole_issue.graphql").read_text("utf-8")
_JSON = PLAIN | {"Content-Type": "application/json"}


def whole_issue(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    """One issue with everything in it, ready and made anew; beside REST and the yardsticks."""
    rest = issue_path(dataset)
    variables = {"number": dataset.issues // 2}
    text, by_hash = _urls(variables)
    body = orjson.dumps({"query": _QUERY, "variables": variables})
    # Whoever asks by a hash for the first time sends the text with it.
    fetch(fleet[OURS].port, f"{by_hash}&{urlencode({'query': _QUERY})}", PLAIN)
    ours = [
        Lane(GET, OURS, [text]),
        Lane(GET_BY_HASH, OURS, [by_hash]),
        Lane(POST, OURS, [_PATH], _JSON, bodies=[body]),
        Lane(GET_COLD, UNCACHED, [text]),
    ]
    expected = _data(fleet, ours[0])
    (fleet.answers / servers.DATA).write_bytes(orjson.dumps(expected["issue"]))
    yardsticks = list(_present(fleet, body))
    for lane in (*ours, *yardsticks):
        if _data(fleet, lane) != expected:
            raise RuntimeError(f"{lane.name} gives another answer to the same query")
    return [*ours, Lane(REST, OURS, [rest]), Lane(REST_COLD, UNCACHED, [rest]), *yardsticks]


def _urls(variables: dict[str, int]) -> tuple[str, str]:
    """The request by its text and by the hash of it."""
    given = {"variables": orjson.dumps(variables)}
    sha256 = hashlib.sha256(_QUERY.encode()).hexdigest()
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": sha256}}
    return (
        f"{_PATH}?{urlencode({'query': _QUERY} | given)}",
        f"{_PATH}?{urlencode({'extensions': orjson.dumps(persisted)} | given)}",
    )


def _present(fleet: Fleet, body: bytes) -> Iterator[Lane]:
    """The yardsticks that can be started here; of the others it is said why not."""
    for name in servers.YARDSTICKS:
        try:
            fleet[name]
        except CannotBorrow as reason:
            tell(f"{name} is left out: {reason}")
            continue
        yield Lane(name, name, [_PATH], _JSON, bodies=[body])


def _data(fleet: Fleet, lane: Lane) -> dict[str, Any]:
    answer = fetch(fleet[lane.server].port, lane.paths[0], lane.headers, *lane.bodies[:1])
    given: dict[str, Any] = orjson.loads(answer.body)
    if answer.status != 200 or "errors" in given or not given["data"]["issue"]:
        raise RuntimeError(f"{lane.name} answers {answer.status}: {answer.body[:500]!r}")
    data: dict[str, Any] = given["data"]
    return data
