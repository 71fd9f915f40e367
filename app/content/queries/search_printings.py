"""The issues that print the subjects of grouped hits."""

from collections.abc import Mapping, Sequence
from datetime import date as Date

from app.content.issue_view import reference_of
from app.content.queries.search_matches import Matches
from app.content.queries.search_statements import select_printings
from app.content.search.entries import place_of

MAX_PRINTINGS = 10
"""Issues shown for one subject, the newest."""


async def read_printings(
    asked: Matches, groups: Sequence[Sequence[int]]
) -> list[dict[str, object] | None]:
    """Return `printings` for each group of entries, `None` for an empty one. One statement.

    The ids of a group are newest first.
    """
    shown = [_first_of_each_day(group) for group in groups]
    # Different subjects in one issue need it once.
    days = {day: id_ for each in shown for day, id_ in [*each.items()][:MAX_PRINTINGS]}
    issues = await _issues_of(asked, [*days.values()]) if days else {}
    return [
        {
            "total": len(each),
            "issues": [issues[day] for day in [*each][:MAX_PRINTINGS] if day in issues],
        }
        if each
        else None
        for each in shown
    ]


def _first_of_each_day(group: Sequence[int]) -> dict[Date, int]:
    """Return an entry of each day, newest first: there is one issue a day."""
    days: dict[Date, int] = {}
    for id_ in group:
        days.setdefault(place_of(id_)[0], id_)
    return days


async def _issues_of(asked: Matches, ids: Sequence[int]) -> Mapping[Date, dict[str, object]]:
    given = {"ids": ",".join(map(str, ids)), "now": asked.viewer.now}
    rows = await asked.reader.slow_rows(select_printings(asked.index), given)
    return {
        day: reference_of(
            number=row.issue_number,
            date=day,
            slug=row.issue_slug,
            title=row.issue_title,
            base_url=asked.viewer.base_url,
        )
        for row, day in ((row, place_of(row.id)[0]) for row in rows)
    }
