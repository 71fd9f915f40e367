"""Days counted from a day that a caller may choose."""

from datetime import date as Date


def add_days(date: Date, days: int) -> Date:
    """Return the day so many days later, or earlier if negative.

    Beyond the first or last day that Python has, 0001-01-01 and 9999-12-31, it returns that day.
    """
    last = Date.max.toordinal()
    return Date.fromordinal(min(max(date.toordinal() + days, 1), last))
