"""A figure: a number with its counter, as a text states it."""

from dataclasses import dataclass

from app.content.facts.counters import ClaimCounter
from app.content.facts.numbers import Printed, Range
from app.content.facts.phrases import Hedge
from app.models.values import Window

LEAST_COUNT = 6
"""Smaller numbers of stars are marks of a critic."""
LEAST_CHANGE = 10
"""A smaller one may be of places: "fourth with 66,912 stars, up 2 this week"."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its counter, as a sentence states it."""

    start: int
    """Where it begins, with the words that belong to the number, such as "more than"."""
    end: int
    text: str
    """As printed, without those words."""
    counter: ClaimCounter
    value: int | None
    """`None` for a ratio, such as "twice the stars"."""
    range: Range | None
    """The counts it agrees with; `None` if the text does not say it with certainty."""
    is_change: bool = False
    window: Window | None = None
    owner_is_inside: bool = False
    """Whether the name may stand between counter and number, as in "stars of X: 5"."""
    is_of_previous: bool = False
    """Whether it is a part of the figure before it, as in "66.9k stars, 509 this week"."""
    is_of_span: bool = False
    """Whether it is of downloads over a span: those of the span itself, or the change over it."""
    is_elsewhere: bool = False
    """Whether what stands behind it is another site, unless it is the subject: "5 stars on X"."""
    is_recent: bool = False
    """Whether it is dated to a day of the last week: "had 5 stars on Monday"."""
    is_headless: bool = False
    """Whether its noun is left out, as in "The total is now 5,000"."""


def range_of(printed: Printed, hedge: Hedge | None, *, has_tilde: bool) -> Range | None:
    """Return the counts that a hedged number agrees with; `None` if that is not certain."""
    if has_tilde:
        return printed.about()
    if printed.is_at_least:
        return printed.at_least()
    match hedge:
        case None:
            return printed.as_printed()
        case Hedge.MORE:
            return printed.at_least()
        case Hedge.REACHED:
            return printed.reached()
        case Hedge.ROUGHLY:
            return printed.roughly()
        case Hedge.NEARLY:
            return printed.nearly()
        case Hedge.JUST_OVER:
            return printed.just_over()
        case Hedge.FEWER:
            return printed.at_most()
        case Hedge.COUNTING:
            return printed.or_counting()
        case Hedge.UNCERTAIN:
            return None
