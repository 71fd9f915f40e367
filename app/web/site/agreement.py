"""What all entries of a list have in common, to be said once above it and not in every row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.web.site.moment import moment


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the rows of a list agree on; `None` where they do not, or one has no value."""

    source: str | None
    window: str | None
    """Of those that have a change."""
    observed_at: str | None
    """Any of them: they agree as printed, to the minute."""


def agreement(entries: Sequence[Mapping[str, Any]]) -> Agreement:
    """Find what entries agree on."""
    windows = {each["window"] for each in entries if each["change"] is not None}
    seen = {moment(each["observed_at"]) if each["observed_at"] else None for each in entries}
    return Agreement(
        source=_only({each["source"] for each in entries}),
        window=_only(windows),
        observed_at=entries[0]["observed_at"] if _only(seen) else None,
    )


def _only(values: set[str | None]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
