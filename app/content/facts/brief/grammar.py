"""English for numbers, spans and lists, right in grammar."""

from collections.abc import Sequence

from app.models.values import Window

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth"),
)


def spelled(number: int) -> str:
    """Write a number from 0 to 10 as a word, others in digits."""
    return _SMALL[number] if 0 <= number <= 10 else f"{number:,}"


def ordinal(number: int) -> str:
    """Write the first ten ordinals as words, others in digits: "third", "11th", "22nd"."""
    if 1 <= number <= 10:
        return _ORDINALS[number - 1]
    ending = "th"
    if number % 100 not in (11, 12, 13):
        ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def count(number: int, plural: str) -> str:
    """Write a number with its noun: "1 star", "1,452 stars"."""
    return f"{number:,} {plural.removesuffix('s') if number == 1 else plural}"


def within(window: Window) -> str:
    """Write the span of a window."""
    return f"in a {window}"


def listed(words: Sequence[str]) -> str:
    """Join words: "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def percent(share: float) -> str:
    """Write a share from 0 to 1 without decimals."""
    return f"{share * 100:.0f}%"
