"""Log formats: one event per line, with its fields and the time in UTC, as text or JSON."""

import logging
import re
import time
from collections.abc import Mapping
from typing import Any, Literal

import orjson


class EventFormatter(logging.Formatter):
    """`2026-05-03T06:00:00Z INFO app.web.observability.request_log request_finished …`."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ"
        )

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return time.strftime(datefmt or "%c", time.gmtime(record.created))


_FIELD = re.compile(r"(\w+)=(%[-+ 0#]*[\d.]*[a-z])")
_EVENT = re.compile(r"[a-z][a-z0-9_]*")


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time, level, logger, event, and the fields of the event.

    A record that is no event of ours has `message` instead of `event`.
    """

    def format(self, record: logging.LogRecord) -> str:
        document: dict[str, object] = {
            "time": f"{_instant(record.created)}.{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            **_members(record),
        }
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            document["exception"] = record.exc_text
        return orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _members(record: logging.LogRecord) -> Mapping[str, object]:
    """Read the event and its fields from the format of a message and its arguments."""
    text = record.msg if isinstance(record.msg, str) else str(record.msg)
    event, arguments = text.partition(" ")[0], record.args
    fields = _FIELD.findall(text)
    if not isinstance(arguments, tuple) or len(fields) != len(arguments):
        return {"message": record.getMessage()}
    if not _EVENT.fullmatch(event) or not (fields or event == text):
        return {"message": record.getMessage()}
    values = {
        name: _value(form, argument)
        for (name, form), argument in zip(fields, arguments, strict=True)
    }
    return {"event": event, **values}


def _value(form: str, argument: object) -> object:
    if isinstance(argument, float):
        return float(form % argument)  # with as many digits as the text has
    if argument is None or isinstance(argument, bool | int):
        return argument
    text = str(argument).encode("utf-8", "replace").decode()
    return None if text == "-" else text


def _instant(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redaction": {"()": "app.web.observability.redaction.KeyRedaction"}},
    "formatters": {
        "text": {"()": "app.logs.EventFormatter"},
        "json": {"()": "app.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "text",
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


def logging_config(*, access_log: bool, form: Literal["text", "json"] = "text") -> dict[str, Any]:
    """Return the configuration for `logging.config.dictConfig`; keys are never logged.

    `access_log` enables a line per request.
    """
    loggers = dict(LOGGING["loggers"])
    if not access_log:
        loggers["app.web.observability.request_log"] = {"level": "WARNING"}
    handler = {**LOGGING["handlers"]["stderr"], "formatter": form}
    return {**LOGGING, "loggers": loggers, "handlers": {"stderr": handler}}
