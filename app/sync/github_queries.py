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
"""Of a run with a token: thirty a minute are allowed. Longer lists take turns by the day."""
ANONYMOUS_SEARCHES = 9
"""Of a run without: ten a minute are allowed."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """Where new repositories are looked for."""

    topics: tuple[str, ...] = TOPICS
    owners: tuple[str, ...] = ()
    """Users and organisations whose most starred repositories are all watched."""


def searches(discovery: Discovery, now: datetime, *, has_token: bool) -> list[str]:
    """The searches of a run: keywords and what was pushed recently first, then topics and owners.

    Where there are more than a minute allows, the topics and owners take turns by the day.
    """
    most = MAX_SEARCHES if has_token else ANONYMOUS_SEARCHES
    pushed = f"{now - timedelta(days=30):%Y-%m-%d}"
    created = f"{now - timedelta(days=60):%Y-%m-%d}"
    recently = f"{now - timedelta(days=2):%Y-%m-%d}"
    found = [f"{WORDS} created:>{created} stars:>50"]
    if has_token:
        # Finds what is old, was opened to the public lately, and is not among the largest.
        found.append(f"{WORDS} archived:false pushed:>{recently} stars:>200")
    found += [f"user:{owner} archived:false stars:>20" for owner in _turn(discovery.owners, 3, now)]
    for topic in _turn(discovery.topics, (most - len(found)) // 2, now):
        found.append(f"topic:{topic} archived:false stars:>500 pushed:>{pushed}")
        found.append(f"topic:{topic} created:>{created} stars:>20")
    return found


def _turn(names: Sequence[str], count: int, now: datetime) -> Sequence[str]:
    """So many of the names, others on the next day."""
    if len(names) <= count:
        return names
    start = now.toordinal() * count % len(names)
    return (*names, *names)[start : start + count]
