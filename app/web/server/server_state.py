"""What the protocol classes need of the application, handed over in the state of the lifespan."""

from dataclasses import dataclass

from app.web.middleware.caching import CachingMiddleware
from app.web.server.connections import Connections
from app.web.state import AppState

STATE_KEY = "server"
"""Its key in the state of the lifespan."""


@dataclass(frozen=True, slots=True)
class ServerServices:
    """One running application, as the protocol classes see it."""

    app: AppState
    middleware: CachingMiddleware
    connections: Connections
    reads_at_once: bool
    """Whether the fast path never waits: the database and the rate limit are in this process."""
