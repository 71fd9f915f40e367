"""Days and instants, as a newspaper and as HTML write them."""

from datetime import UTC, date as Date, datetime


def day(value: str | Date) -> str:
    """A day as a newspaper writes it."""
    return f"{Date.fromisoformat(str(value)):%A, %-d %B %Y}"


def short_day(value: str | Date) -> str:
    """A day where there is little room."""
    return f"{Date.fromisoformat(str(value)):%-d %b %Y}"


def day_of(value: str | datetime) -> str:
    """The day of an instant, in UTC."""
    return f"{_utc(value):%-d %B %Y}"


def moment(value: str | datetime) -> str:
    """An instant, in UTC."""
    return f"{_utc(value):%-d %b %Y, %H:%M} UTC"


def instant(value: str | datetime) -> str:
    """An instant as HTML reads it: to the millisecond."""
    return _utc(value).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _utc(value: str | datetime) -> datetime:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(UTC)
