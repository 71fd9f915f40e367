"""One kind of problem, as its page explains it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem, as its page explains it."""

    code: str
    status: int
    title: str
    meaning: str
    remedy: str
