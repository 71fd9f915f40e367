"""The searches that discover repositories on GitHub: by keyword, topic, owner and age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TOPICS = (
    *("llm", "machine-learning", "artificial-intelligence", "generative-ai", "ai-agents", "rag"),
    *("deep-learning", "computer-vision", "diffusion-models", "mcp", "transformers", "robotics"),
)
WORDS = '"large language model" OR "ai agent" in:name,description'
MAX_SEARCHES = 28
"""Per run with a token: 30 per minute are allowed. Longer lists rotate daily."""
ANONYMOUS_SEARCHES = 9
"""Per run without a token: 10 per minute are allowed."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """Where new repositories are searched."""

    topics: tuple[str, ...] = TOPICS
    owners: tuple[str, ...] = ()
    """Users and organisations whose most starred repositories are all tracked."""


def searches(discovery: Discovery, now: datetime, *, has_token: bool) -> list[str]:
    """Return the searches of a run: keywords first, then owners and topics.

    If there are more than the rate limit allows, owners and topics rotate daily.
    """
    most = MAX_SEARCHES if has_token else ANONYMOUS_SEARCHES
    pushed = f"{now - timedelta(days=30):%Y-%m-%d}"
    created = f"{now - timedelta(days=60):%Y-%m-%d}"
    recently = f"{now - timedelta(days=2):%Y-%m-%d}"
    found = [f"{WORDS} created:>{created} stars:>50"]
    if has_token:
        # Finds older repositories that became public recently and are not among the largest.
        found.append(f"{WORDS} archived:false pushed:>{recently} stars:>200")
    found += [f"user:{owner} archived:false stars:>20" for owner in _turn(discovery.owners, 3, now)]
    for topic in _turn(discovery.topics, (most - len(found)) // 2, now):
        found.append(f"topic:{topic} archived:false stars:>500 pushed:>{pushed}")
        found.append(f"topic:{topic} created:>{created} stars:>20")
    return found


def _turn(names: Sequence[str], count: int, now: datetime) -> Sequence[str]:
    """Return `count` of the names, other ones each day."""
    if len(names) <= count:
        return names
    start = now.toordinal() * count % len(names)
    return (*names, *names)[start : start + count]
