"""How long an attempt may take, and how long to wait after one that failed."""

from collections.abc import Sequence

TIMEOUT_SECONDS = 15.0
"""For the response to arrive; Standard Webhooks advises 15 to 30."""
MAX_JITTER = 0.1
"""Share of a wait that chance adds, so that receivers that failed together are not met together."""


def wait_seconds(
    waits: Sequence[float], *, retries: int, retry_after: float | None, chance: float
) -> float:
    """Return the wait after the failure number `retries`, which counts from 0.

    The last wait repeats. A receiver's `Retry-After` is honoured where it is longer. `chance` is
    between 0 and 1.
    """
    wait = waits[min(retries, len(waits) - 1)]
    return max(wait * (1 + MAX_JITTER * chance), retry_after or 0.0)
