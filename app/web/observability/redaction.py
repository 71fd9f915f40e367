"""Removes API keys from log lines and responses, those of libraries included."""

import logging
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

SHOWN = "amp_REDACTED"
MAX_SHOWN_PATH = 200

_LOGGERS = ("", "uvicorn", "uvicorn.access", "uvicorn.error", "uvicorn.asgi")
_FORMATTER = logging.Formatter()
_HALF_ESCAPE = re.compile(r"%[0-9A-F]?$")

# Either as typed or percent-encoded: uvicorn logs the query string as it came.
_KEY = re.compile(r"(?:a|%61)(?:m|%6d)(?:p|%70)(?:_|%5f)[A-Za-z0-9_%-]+", re.IGNORECASE)
# The URL of a preview is a secret: it shows a draft.
_PREVIEW = re.compile(r"(/preview/)[^/?\s\"']+")
_PARAMETER = re.compile(r"([?&](?:api_key|key|token|access_token)=)[^&\s\"']+", re.IGNORECASE)


def redact(text: str) -> str:
    """Replace whatever looks like a key or opens a preview, and the value of a parameter that
    should not hold a key."""
    text = _PREVIEW.sub(r"\1REDACTED", _KEY.sub(SHOWN, text))
    return _PARAMETER.sub(rf"\1{SHOWN}", text)


def shown_path(path: str) -> str:
    """Write a request's path for a log line or a problem: encoded, redacted, and cut.

    Percent-encoding keeps it one word, so that no path can forge a field of the log.
    """
    # Cut before encoding too: a path may be 64 KB, and this runs on every request.
    encoded = quote(redact(path[: 2 * MAX_SHOWN_PATH]), safe="/:@!$&'()*+,;=~-._")
    return _HALF_ESCAPE.sub("", encoded[:MAX_SHOWN_PATH])


class KeyRedaction(logging.Filter):
    """Rewrites log records so that no key stands in message, arguments or traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):
            record.msg = redact(record.msg)
        if isinstance(record.args, Mapping):
            record.args = {name: _clean(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(map(_clean, record.args))
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(_FORMATTER.formatException(record.exc_info))
        return True


def _clean(argument: object) -> object:
    return redact(argument) if isinstance(argument, str) else argument


def redact_logs(loggers: Iterable[str] = _LOGGERS) -> None:
    """Attach the filter to these loggers and to their handlers; again does nothing more.

    Handlers as well, because a logger's own filters do not see what its children pass up.
    """
    for name in loggers:
        logger = logging.getLogger(name)
        for place in (logger, *logger.handlers):
            if not any(isinstance(present, KeyRedaction) for present in place.filters):
                place.addFilter(KeyRedaction())
