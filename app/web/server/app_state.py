"""What the protocol class needs of the application, handed over in the lifespan's state."""

from dataclasses import dataclass

from app.config import Settings
from app.web.caching.response_cache import ResponseCache
from app.web.middleware.caching import Edge
from app.web.observability.metrics import Metrics
from app.web.server.connections import Connections

STATE_KEY = "service"
"""Its name in the lifespan's state."""


@dataclass(frozen=True, slots=True)
class Service:
    """One running application, as seen from below ASGI."""

    settings: Settings
    ready: ResponseCache
    metrics: Metrics
    edge: Edge
    connections: Connections
    reads_at_once: bool
    """Whether a short way never waits: the database and the count are in this process."""
