"""What the protocol class needs of the application, handed over in the lifespan's state."""

from dataclasses import dataclass

from app.config import Settings
from app.web.metrics import Metrics
from app.web.ready import ReadyAnswers

STATE_KEY = "service"
"""Its name in the lifespan's state."""


@dataclass(frozen=True, slots=True)
class Service:
    """One running application, as seen from below ASGI."""

    settings: Settings
    ready: ReadyAnswers
    metrics: Metrics
