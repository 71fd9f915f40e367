"""Parsing GitHub's rows: REST, GraphQL and star histories.

GitHub REST (repositories, stargazer history) and GraphQL, read 2026-11.
"""

from collections.abc import Mapping
from datetime import UTC, date as Date, datetime, timedelta
from typing import Any

from app.models.sighting import KnownSubject, Sighting
from app.models.subject import SubjectStatus
from app.sync import rows

FIELDS = (
    "id databaseId fullDatabaseId nameWithOwner description stargazerCount forkCount createdAt "
    "isArchived isDisabled isPrivate primaryLanguage{name} licenseInfo{spdxId}"
)
MAX_WEEKS = 60
_ID = r"[1-9]\d{0,18}"
_NO_LICENCE = frozenset({"NOASSERTION", "NONE"})


def id_of(row: object) -> str | None:
    """Return the id of a row of the REST API, even if the rest of it is bad."""
    return rows.find_identity(row, "id", _ID)


def repository(row: object) -> Sighting:
    """Parse a repository of the REST API. Raises `BadRow`."""
    if not isinstance(row, Mapping):
        raise rows.BadRow("row")
    name = rows.external_id(row.get("full_name"))
    if "/" not in name:
        raise rows.BadRow("full_name")
    licence = row.get("license")
    return Sighting(
        upstream_id=rows.identity(row, "id", _ID),
        external_id=name,
        name=name.rsplit("/", 1)[-1],
        url=f"https://github.com/{name}",
        summary=rows.text(row.get("description"), most=1000),
        language=rows.text(row.get("language"), most=200),
        stars=rows.count(row, "stargazers_count", is_required=True),
        forks=rows.count(row, "forks_count"),
        created_at=rows.instant(row.get("created_at")),
        handle=rows.text(row.get("node_id"), most=200),
        licence=_licence(licence.get("spdx_id")) if isinstance(licence, Mapping) else None,
        topics=rows.words(row.get("topics")),
        status=_status(row, archived="archived", disabled="disabled"),
    )


def node(row: Mapping[str, Any], known: KnownSubject) -> Sighting:
    """Parse a repository of the GraphQL API, requested as a known subject. Raises `BadRow`.

    `databaseId` has 32 bits and is null beyond them; older servers lack `fullDatabaseId`.
    """
    numbers = (row.get("databaseId"), row.get("fullDatabaseId"), known.upstream_id)
    language, licence = row.get("primaryLanguage"), row.get("licenseInfo")
    sighting = repository(
        {
            "id": next(number for number in numbers if number is not None),
            "node_id": row.get("id"),
            "full_name": row.get("nameWithOwner"),
            "description": row.get("description"),
            "language": language.get("name") if isinstance(language, Mapping) else None,
            "stargazers_count": row.get("stargazerCount"),
            "forks_count": row.get("forkCount"),
            "created_at": row.get("createdAt"),
            "license": {"spdx_id": licence.get("spdxId")} if isinstance(licence, Mapping) else None,
            # Topics of 100 repositories would cost a point each; searches return them for free.
            "topics": known.latest.topics.split() if known.latest.topics else None,
            "archived": row.get("isArchived"),
            "disabled": row.get("isDisabled"),
        }
    )
    if sighting.upstream_id != known.upstream_id:
        raise rows.BadRow("id")
    return sighting


def star_days(weeks: object) -> list[tuple[Date, int]]:
    """Parse weeks of stars, newest first, into days, oldest first. Raises `BadRow`."""
    if not isinstance(weeks, list):
        raise rows.BadRow("weeks")
    days: list[tuple[Date, int]] = []
    for week in weeks[:MAX_WEEKS]:
        start = week.get("week") if isinstance(week, Mapping) else None
        given = week.get("days") if isinstance(week, Mapping) else None
        if not isinstance(start, int) or not 0 < start < 2**33 or not isinstance(given, list):
            raise rows.BadRow("week")
        first = datetime.fromtimestamp(start, UTC).date()
        for place, stars in enumerate(given[:7]):
            number = rows.count({"stars": stars}, "stars", is_required=True)
            days.append((first + timedelta(days=place), number or 0))
    return sorted(days)


def _status(row: Mapping[str, Any], *, archived: str, disabled: str) -> SubjectStatus:
    if row.get(disabled) is True:
        return "disabled"
    return "archived" if row.get(archived) is True else "active"


def _licence(value: object) -> str | None:
    licence = rows.text(value, most=100)
    return None if licence in _NO_LICENCE else licence
