"""Facets of a search: how many hits there are of each type, kind, source and year."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, get_args

from sqlalchemy import Select, select

from app.content.print import in_print
from app.content.queries.search_matches import MAX_COUNTED, Matches
from app.content.search.entries import place_of
from app.content.search.index import SearchIndex
from app.models.base import columns
from app.models.search_entry import SearchEntry

Facet = Literal["type", "kind", "source", "year"]
FACETS: tuple[Facet, ...] = get_args(Facet)


async def count_facets(
    asked: Matches, facets: Sequence[Facet]
) -> Mapping[Facet, Mapping[str, int]]:
    """Count the hits by value, most frequent first; of more than 1,000 hits the newest 1,000.

    A hit without a value, such as the source of a section, is not counted in that facet.
    """
    ids = await asked.ids(limit=MAX_COUNTED)
    counts: dict[Facet, Counter[str]] = {facet: Counter() for facet in facets}
    if ids:
        given = {"ids": ",".join(map(str, ids)), "now": asked.viewer.now}
        for row in await asked.reader.slow_rows(_select_values(asked.index), given):
            year = place_of(row.id)[0].year
            values = {"type": row.type, "kind": row.kind, "source": row.source, "year": str(year)}
            for facet, counter in counts.items():
                if values[facet] is not None:
                    counter[values[facet]] += 1
    return {
        facet: dict(sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])))
        for facet, counter in counts.items()
    }


@cache
def _select_values(index: SearchIndex) -> Select[Any]:
    names = ("id", "type", "kind", "source")
    return select(*columns(SearchEntry, *names)).where(index.listed(), in_print(SearchEntry))
