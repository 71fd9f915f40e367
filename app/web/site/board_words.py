"""What a board says of itself, in words for readers: how it is ranked, and how far to trust it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup

from app.models.source import KIND_LABELS
from app.web.site.moment import instant

_REASONS = {
    "no_baseline": "nothing was observed far enough back to compare with",
    "no_snapshot": "nothing was observed",
    "no_later_run": "no later observation",
    "later_run_failed": "the last observation failed",
    "star_history": "counted from the source's own star history",
    "anonymous_quota": "only some were seen",
    "not_all_refreshed": "only some were seen",
}
"""Reasons that readers meet most, in words; others are shown as they are."""


def board_words(board: Mapping[str, Any]) -> Markup:
    """How a board is ranked, over which days, and among how many."""
    reason = _reason(board["reason"])
    if board["status"] == "withheld":
        return Markup("This board is withheld: {}.").format(reason or "no reason was given")
    trust: Markup | str = ""
    if board["status"] != "ok":
        trust = Markup("<strong>{}</strong>{}. ").format(
            board["status"].capitalize(), f" ({reason})" if reason else ""
        )
    seen = datetime.fromisoformat(board["observed_at"])
    return Markup(
        '{trust}Ranked by {order}, {span} to <time datetime="{at}">{day}</time> at {time} UTC, '
        "{count:,} {kind} compared."
    ).format(
        trust=trust,
        order="gain against size" if board["method"].startswith("rise/") else "net change",
        span="up" if board["span_days"] is None else _days(board["span_days"]),
        at=instant(seen),
        day=f"{seen:%-d %B %Y}",
        time=f"{seen:%H:%M}",
        count=board["tracked"],
        kind=KIND_LABELS[board["kind"]] if board["kind"] else "of all kinds",
    )


def _days(span: float) -> str:
    rounded = round(span, 1)
    if rounded == int(rounded):
        return "1 day" if rounded == 1 else f"{int(rounded)} days"
    return f"{rounded} days"


def _reason(reason: str | None) -> str | None:
    if reason is None:
        return None
    return _REASONS.get(reason, reason.replace("_", " "))
