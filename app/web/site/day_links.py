"""Links to the boards of other days, from the page of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date, datetime

from app.models.days import add_days
from app.web.site.links import address

MOST = 10
"""Days in a row of links, the newest of those that have a board."""


@dataclass(frozen=True, slots=True)
class DayLink:
    """A link to a board as it stood on a day."""

    label: str
    href: str
    date: str | None
    """`None` for the present board."""
    is_shown: bool


def day_links(
    path: str,
    asked: Mapping[str, str | None],
    *observed: str | None,
    date: Date | None,
    now: datetime,
) -> list[DayLink]:
    """The days before the one that is shown, oldest first; behind it the next, and the present.

    `observed`: days that have a board. `date`: the day that was asked for, `None` for the present.
    """
    days = sorted({day for day in observed if day is not None})[-MOST:]
    shown = days[-1] if days else None
    links = [
        DayLink(
            f"{Date.fromisoformat(day):%-d %b}",
            address(path, **{**asked, "date": day}),
            day,
            is_shown=day == shown,
        )
        for day in days
    ]
    if date is not None:
        following = add_days(date, 1)
        if following < now.date():
            day = following.isoformat()
            href = address(path, **{**asked, "date": day})
            links.append(DayLink(f"{following:%-d %b}", href, day, is_shown=False))
        links.append(DayLink("Latest", address(path, **asked), None, is_shown=False))
    return links
