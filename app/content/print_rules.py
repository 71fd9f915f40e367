"""Rules for publication that an operator turns on by settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrintRules:
    """What publication requires beyond the rules of the document."""

    requires_provenance: bool = False
    """Every text states how it was written."""
    refuses_contradicted: bool = False
    """No figure is contradicted by what was observed."""


NO_RULES = PrintRules()
