"""Log format: one event per line, with its fields and the time in UTC."""

import logging
import time
from typing import Any


class EventFormatter(logging.Formatter):
    """`2026-05-03T06:00:00Z INFO app.web.observability.request_log request_finished …`."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ"
        )

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return time.strftime(datefmt or "%c", time.gmtime(record.created))


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redaction": {"()": "app.web.observability.redaction.KeyRedaction"}},
    "formatters": {"event": {"()": "app.logs.EventFormatter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "event",
            "filters": ["redaction"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "app": {"level": "INFO"},
        "uvicorn": {"level": "WARNING"},
        "alembic": {"level": "WARNING"},
    },
}


def logging_config(*, access_log: bool) -> dict[str, Any]:
    """Return the configuration for `logging.config.dictConfig`; keys are never logged.

    `access_log` enables a line per request.
    """
    loggers = dict(LOGGING["loggers"])
    if not access_log:
        loggers["app.web.observability.request_log"] = {"level": "WARNING"}
    return {**LOGGING, "loggers": loggers}
