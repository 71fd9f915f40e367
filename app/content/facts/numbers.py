"""Numbers as printed: their value, and the whole numbers that they can stand for."""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import inf
from typing import NamedTuple

_SUFFIXES = {
    **dict.fromkeys(("k", "thousand"), 1_000),
    **dict.fromkeys(("lakh", "lakhs"), 100_000),
    **dict.fromkeys(("crore", "crores"), 10_000_000),
    **dict.fromkeys(("m", "mn", "mln", "mio", "million", "millions"), 1_000_000),
    **dict.fromkeys(("b", "bn", "billion", "billions"), 1_000_000_000),
}
SUFFIX = r"[Tt]housand|[Mm]illions?|[Bb]illions?|lakhs?|crores?|[Mm]ln|[Mm]io|mn|bn|[kKmMbB]"
SPACES = "\u00a0\u2009\u202f"
"""Spaces that group digits."""
_GROUPS = f",'’{SPACES}"
"""What groups digits: 66,912 in English, 66'912 in Switzerland."""
NUMBER = (
    rf"(?P<digits>\d{{1,2}}(?:,\d\d)+,\d{{3}}(?!,?\d)|\d{{1,3}}(?:[{_GROUPS}]\d{{3}}(?!\d))+(?:\.\d+)?|\d{{1,13}}(?:\.\d{{1,6}})?)"
    rf"(?:[ {SPACES}]?(?P<suffix>{SUFFIX})(?![A-Za-z]))?(?P<plus>\+)?"
)
"""A count as printed, such as 66.9k, 160,400+ and 1.2 million."""
_UNTIED = r"(?<![\w.,$€£¥#/%^@:+−–~≈-])"
COUNT = (
    rf"(?=[+−~≈\d-])(?:(?<![\w.,$€£¥])(?P<sign>[+−-])(?=[~≈\d])|{_UNTIED})"
    rf"(?P<tilde>[~≈]\s?)?{NUMBER}"
)
"""A number that is no part of a price, a version or an address, with a sign or a tilde.

Its first part is a test of one character, which spares the rest of it at most places of a text.
"""
_GROUPING = re.compile(f"[{_GROUPS}]")

LEAST_ROUND = 100
"""Numbers that end with this many zeros may be rounded, without saying so."""
CLOSE = Decimal("0.05")
"""How far a number printed with a tilde may be from the count."""


class Range(NamedTuple):
    """The counts that a printed number agrees with, and those that cannot be told from it.

    All bounds are inclusive. A count outside of `possible` contradicts the number.
    """

    least: float
    most: float
    possible_least: float
    possible_most: float

    @classmethod
    def exactly(cls, least: float, most: float) -> "Range":
        """A range that leaves no doubt."""
        return cls(least, most, least, most)

    def agrees(self, count: int) -> bool:
        return self.least <= count <= self.most

    def contradicts(self, count: int) -> bool:
        return not self.possible_least <= count <= self.possible_most

    def as_part(self) -> "Range":
        """Return the range of a part of a count: only a smaller count contradicts it."""
        return Range(inf, -inf, self.possible_least, inf)

    def uncontradicted(self) -> "Range":
        """Return a range that no count contradicts, for words that may also mean something else."""
        return Range(self.least, self.most, -inf, inf)

    def negative(self) -> "Range":
        """Return the range of a loss of this size."""
        return Range(-self.most, -self.least, -self.possible_most, -self.possible_least)


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed."""

    value: Decimal
    unit: Decimal
    """What its last digit counts: 100 in 66.9k."""
    is_abbreviated: bool
    is_at_least: bool
    """Whether it ends with a plus sign."""

    @property
    def number(self) -> int:
        return int(self.value)

    @property
    def is_count(self) -> bool:
        """Whether it can be a count: 66.9k can, 4.5 and 160.400 cannot."""
        return self.value == self.value.to_integral_value()

    def as_printed(self) -> Range:
        """The counts that round to it.

        A bare number with zeros at its end may be exact or rounded: only its own value agrees, and
        only what does not round to it contradicts.
        """
        if self.is_abbreviated:
            return Range.exactly(*self._rounded(self.unit))
        number = self.number
        zeros = 1
        while number and number % (zeros * 10) == 0:
            zeros *= 10
        if zeros < LEAST_ROUND:
            return Range.exactly(number, number)
        return Range(number, number, *self._rounded(Decimal(zeros)))

    def _rounded(self, unit: Decimal) -> tuple[int, int]:
        half = unit / 2
        least = (self.value - half).to_integral_value(ROUND_CEILING)
        most = (self.value + half).to_integral_value(ROUND_CEILING) - 1
        return int(least), int(max(most, least))

    def about(self) -> Range:
        """The counts within 5 %, as after a tilde."""
        return Range.exactly(*self._within(CLOSE, CLOSE))

    def roughly(self) -> Range:
        """After a word such as "about": within 5 % agrees, beyond 15 % contradicts."""
        return Range(*self._within(CLOSE, CLOSE), *self._within(CLOSE * 3, CLOSE * 3))

    def nearly(self) -> Range:
        """After a word such as "almost": up to a tenth below."""
        return Range(*self._within(CLOSE * 2, Decimal(0)), *self._within(CLOSE * 4, CLOSE))

    def just_over(self) -> Range:
        """After a word such as "just over": up to a tenth above."""
        return Range(*self._within(Decimal(0), CLOSE * 2), *self._within(CLOSE, CLOSE * 4))

    def at_least(self) -> Range:
        """At least this many, as after "more than" or before a plus sign; or what rounds to it."""
        value = float(self.value)
        least = self.as_printed().least if self.is_abbreviated else value
        return Range(value, inf, least, inf)

    def reached(self) -> Range:
        """At least what rounds to it, as after "hit"."""
        printed = self.as_printed()
        return Range(printed.least, inf, printed.possible_least, inf)

    def or_counting(self) -> Range:
        """The same as printed, and what is cut to it: 44,780 is "44k and counting"."""
        printed = self.as_printed()
        if not self.is_abbreviated:
            return printed
        return Range.exactly(printed.least, int(self.value + self.unit) - 1)

    def at_most(self) -> Range:
        """Fewer than this many."""
        most = float(self.value)
        return Range(0, most, 0, float(self.value * (1 + CLOSE)))

    def _within(self, below: Decimal, above: Decimal) -> tuple[int, int]:
        least = (self.value * (1 - below)).to_integral_value(ROUND_CEILING)
        most = (self.value * (1 + above)).to_integral_value(ROUND_FLOOR)
        return int(least), int(most)


def read_number(found: re.Match[str]) -> Printed:
    """Read a match of `NUMBER`."""
    digits = _GROUPING.sub("", found["digits"])
    factor = _SUFFIXES.get((found["suffix"] or "").lower(), 1)
    value = Decimal(digits)
    decimals = len(digits.partition(".")[2])
    unit = Decimal(factor) / (10**decimals)
    return Printed(value * factor, unit, found["suffix"] is not None, found["plus"] is not None)
