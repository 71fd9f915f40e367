"""The limit of subscriptions: GraphQL subscriptions and event streams count together."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import RateLimited
from app.web.limits.shares import Shares


def take_subscription(shares: Shares, caller: str) -> None:
    """Count a subscription; `shares.leave` ends it.

    Raises:
        RateLimited: the caller has too many subscriptions, or the process has.
    """
    match shares.take(caller):
        case "caller":
            detail = f"You have {shares.most_per_caller} subscriptions open here; complete one."
        case "process":
            detail = f"{shares.most} subscriptions are open here; try again later."
        case None:
            return
    raise RateLimited("too_many_subscriptions", detail, retry_after_seconds=60)


@contextmanager
def subscribed(shares: Shares, caller: str) -> Iterator[None]:
    """Count a subscription while the block runs. Raises `RateLimited`."""
    take_subscription(shares, caller)
    try:
        yield
    finally:
        shares.leave(caller)
