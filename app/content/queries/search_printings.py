"""The issues that print the subjects of grouped hits."""

from collections.abc import Mapping, Sequence

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
    ids = [id_ for each in shown for id_ in each[:MAX_PRINTINGS]]
    issues = await _issues_of(asked, ids) if ids else {}
    return [
        {
            "total": len(each),
            "issues": [issues[id_] for id_ in each[:MAX_PRINTINGS] if id_ in issues],
        }
        if each
        else None
        for each in shown
    ]


def _first_of_each_day(group: Sequence[int]) -> list[int]:
    """There is one issue a day, which may print a subject twice."""
    return [*{place_of(id_)[0]: id_ for id_ in reversed(group)}.values()][::-1]


async def _issues_of(asked: Matches, ids: Sequence[int]) -> Mapping[int, dict[str, object]]:
    given = {"ids": ",".join(map(str, ids)), "now": asked.viewer.now}
    rows = await asked.reader.rows(select_printings(asked.index), given)
    return {
        row.id: reference_of(
            number=row.issue_number,
            date=place_of(row.id)[0],
            slug=row.issue_slug,
            title=row.issue_title,
            base_url=asked.viewer.base_url,
        )
        for row in rows
    }
