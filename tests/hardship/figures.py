"""What a trial found: counts, and each thing that was not as promised, in words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_TOLD = 20
"""Violations that are told one by one; a broken promise is usually broken often."""


@dataclass
class Figures:
    """The outcome of one trial."""

    name: str
    rounds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note a violation unless what was promised holds."""
        if not holds:
            self.violations.append(f"{self.name}, round {self.rounds}: {otherwise}")

    def row(self) -> tuple[str, ...]:
        """The trial as a row of a table."""
        counted = ", ".join(f"{name} {count}" for name, count in sorted(self.counts.items()))
        return self.name, str(self.rounds), counted, str(len(self.violations))


def told(figures: Iterable[Figures]) -> list[str]:
    """The first violations of several trials."""
    return [violation for trial in figures for violation in trial.violations][:MAX_TOLD]
