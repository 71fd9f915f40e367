"""The limit of subscriptions: GraphQL subscriptions and event streams count together."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.web.limits.shares import Shares, take_share


def take_subscription(shares: Shares, caller: str) -> None:
    """Count a subscription; `shares.leave` ends it.

    Raises:
        RateLimited: the caller has too many subscriptions, or the process has.
    """
    take_share(shares, caller, "too_many_subscriptions", of="subscriptions", end="complete")


@contextmanager
def subscribed(shares: Shares, caller: str) -> Iterator[None]:
    """Count a subscription while the block runs. Raises `RateLimited`."""
    take_subscription(shares, caller)
    try:
        yield
    finally:
        shares.leave(caller)
