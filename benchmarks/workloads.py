"""What is read: for each workload the lanes, one a server, that take turns in every round."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import orjson

from benchmarks.answers import LIST, issue_path
from benchmarks.datasets import Dataset
from benchmarks.servers import (
    BARE,
    NGINX,
    NGINX_OPENING,
    OURS,
    STRAIGHTFORWARD,
    TRACED,
    TRACED_UNCACHED,
    UNCACHED,
    WIRE_OFF,
    Fleet,
    fetch,
)
from benchmarks.synthetic import vocabulary

PLAIN = {"Accept-Encoding": "identity"}
GZIP = {"Accept-Encoding": "gzip"}

SEARCHED = slice(150, 650, 5)
"""A hundred words of middling frequency: each stands in 2 to 8 of a hundred stories."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A server and what it is asked."""

    name: str
    server: str
    paths: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=lambda: PLAIN)
    bodies: Sequence[bytes] = ()
    """What is posted in turn; without any, it is a GET."""
    status: int = 200
    """What every answer must be; the first is looked at before anything is measured."""


class Unavailable(Exception):
    """This version of the paper does not have what the workload asks for."""


def one_issue(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    return _warm(dataset, "/issue", "/issue", issue_path(dataset), PLAIN)


def one_issue_gzip(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    # The straightforward server does not compress: it would be slower still.
    return _warm(dataset, "/issue", "/issue.gz", issue_path(dataset), GZIP)[:-1]


def unchanged(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    """304 to everybody who names the ETag that the server itself has given."""
    lanes = _warm(dataset, "/issue", "/unchanged", issue_path(dataset), PLAIN)
    return [
        Lane(lane.name, lane.server, lane.paths, PLAIN | _etag(fleet, lane), status=304)
        for lane in lanes
    ]


def _etag(fleet: Fleet, lane: Lane) -> dict[str, str]:
    answer = fetch(fleet[lane.server].port, lane.paths[0], PLAIN)
    return {"If-None-Match": answer.headers["etag"]}


def list_of_20(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    return _warm(dataset, "/list", "/list", LIST, PLAIN)


def _warm(
    dataset: Dataset, static: str, bare: str, path: str, headers: Mapping[str, str]
) -> list[Lane]:
    return [
        Lane(NGINX, NGINX, [static], headers),
        Lane(NGINX_OPENING, NGINX_OPENING, [static], headers),
        Lane(BARE, BARE, [bare], headers),
        Lane(OURS, OURS, [path], headers),
        Lane(WIRE_OFF, WIRE_OFF, [path], headers),
        Lane(STRAIGHTFORWARD, STRAIGHTFORWARD, [path], headers),
    ]


def cold_issue(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    """Every issue once, in no order; the cache of our server is off, so that each is a miss."""
    paths = all_issues(dataset)
    return [
        Lane(BARE, BARE, ["/issue"]),
        Lane(OURS, UNCACHED, paths),
        Lane(STRAIGHTFORWARD, STRAIGHTFORWARD, paths),
    ]


def all_issues(dataset: Dataset) -> list[str]:
    numbers = list(range(1, dataset.issues + 1))
    random.Random(dataset.issues).shuffle(numbers)
    return [f"/v1/issues/{number}" for number in numbers]


def cold_list(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    """The first page and those of the older half, made anew each time."""
    half = range(dataset.issues // 2, dataset.issues - 20, 100)
    return [
        Lane("ours, first page", UNCACHED, [LIST]),
        Lane("ours, deep pages", UNCACHED, deep_pages(dataset, fleet[UNCACHED].port)),
        Lane("straightforward, first page", STRAIGHTFORWARD, ["/v1/issues"]),
        Lane(
            "straightforward, deep pages",
            STRAIGHTFORWARD,
            [f"/v1/issues?offset={offset}" for offset in half],
        ),
    ]


def deep_pages(dataset: Dataset, port: int) -> list[str]:
    """Walk the whole list, and give pages of 20 of its older half by their cursors."""
    cursors: list[str] = []
    cursor = ""
    while True:
        query = {"limit": 100, "fields": "number"} | ({"cursor": cursor} if cursor else {})
        page = orjson.loads(fetch(port, f"/v1/issues?{urlencode(query)}", PLAIN).body)["page"]
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
        cursors.append(cursor)
    return [f"{LIST}&cursor={quote(cursor)}" for cursor in cursors[len(cursors) // 2 :]]


def search_newest(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    return _search(fleet, "/v1/search?sort=newest&q=", "/v1/search?q=")


def search_ranked(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    return _search(fleet, "/v1/search?q=", "/v1/search/ranked?q=")


def _search(fleet: Fleet, ours: str, straightforward: str) -> list[Lane]:
    words = list(vocabulary()[SEARCHED])
    if fetch(fleet[UNCACHED].port, ours + words[0]).status != 200:
        raise Unavailable("there is no /v1/search")
    return [
        Lane(OURS, UNCACHED, [ours + word for word in words]),
        Lane(STRAIGHTFORWARD, STRAIGHTFORWARD, [straightforward + word for word in words]),
    ]


def traced(dataset: Dataset, fleet: Fleet) -> list[Lane]:
    """One issue from the cache, and every issue without one, beside the same with traces at 1 %."""
    warm, cold = [issue_path(dataset)], all_issues(dataset)
    return [
        Lane(OURS, OURS, warm),
        Lane(TRACED, TRACED, warm),
        Lane(UNCACHED, UNCACHED, cold),
        Lane(TRACED_UNCACHED, TRACED_UNCACHED, cold),
    ]


READS: dict[str, Callable[[Dataset, Fleet], list[Lane]]] = {
    "issue": one_issue,
    "gzip": one_issue_gzip,
    "304": unchanged,
    "list": list_of_20,
    "cold": cold_issue,
    "cold-list": cold_list,
    "search-newest": search_newest,
    "search-ranked": search_ranked,
    "traced": traced,
}
"""Workloads of reading by name, in the order in which they run."""
