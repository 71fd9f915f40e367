"""How much of a bounded thing one caller may hold: connections, sockets, subscriptions."""

from collections import Counter
from typing import Literal

from app.errors import RateLimited

Refused = Literal["caller", "process"]
"""Which of the two limits is reached."""


class Shares:
    """Counts what is held in this process, in all and by caller; a limit of 0 is off."""

    def __init__(self, most: int, most_per_caller: int) -> None:
        self.most = most
        self.most_per_caller = most_per_caller
        self._held: Counter[str] = Counter()
        self._total = 0

    def __len__(self) -> int:
        return self._total

    def take(self, caller: str, *, is_exempt: bool = False) -> Refused | None:
        """Take one; where a limit is reached, nothing is taken and it is named.

        `is_exempt`: the caller's own limit does not count, as that of a proxy does not.
        """
        if self.most and self._total >= self.most:
            return "process"
        if self.most_per_caller and not is_exempt and self._held[caller] >= self.most_per_caller:
            return "caller"
        self._held[caller] += 1
        self._total += 1
        return None

    def leave(self, caller: str) -> None:
        """Give back one that was taken."""
        self._total -= 1
        self._held[caller] -= 1
        if not self._held[caller]:
            del self._held[caller]


def take_share(shares: Shares, caller: str, code: str, *, of: str, end: str) -> None:
    """Take one of the things `of`; `end` says how a caller gives one back.

    Raises:
        RateLimited: with `code`, if a limit is reached.
    """
    match shares.take(caller):
        case "caller":
            detail = f"You have {shares.most_per_caller} {of} open here; {end} one."
        case "process":
            detail = f"{shares.most} {of} are open here; try again later."
        case None:
            return
    raise RateLimited(code, detail, retry_after_seconds=60)
