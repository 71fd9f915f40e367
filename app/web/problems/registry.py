"""Every problem code, read from `problems.toml`: status, title, meaning and remedy."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One problem code, as its page at `/problems/<code>` explains it."""

    code: str
    status: int
    title: str
    meaning: str
    remedy: str
    graphql: bool = False
    """Whether only GraphQL uses the code."""


def _kinds() -> Iterator[ProblemKind]:
    document = tomllib.loads(files("app.web.problems").joinpath("problems.toml").read_text("utf-8"))
    limits = {name: f"{value:,}" for name, value in document["limits"].items()}
    for code, row in document["problems"].items():
        texts = {name: row[name].format(**limits) for name in ("meaning", "remedy")}
        yield ProblemKind(code, **{**row, **texts})


PROBLEMS: Mapping[str, ProblemKind] = MappingProxyType({kind.code: kind for kind in _kinds()})
"""Every code, in the order of the index at `/problems`."""

OF_REST: Mapping[str, ProblemKind] = MappingProxyType(
    {code: kind for code, kind in PROBLEMS.items() if not kind.graphql}
)
"""The codes that a problem document may have; GraphQL reports its own in `errors`."""
