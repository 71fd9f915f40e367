"""Log lines as JSON: the fields of an event, and nothing that is not JSON."""

import json
import logging
import sys

import pytest

from app.logs import JsonFormatter, logging_config
from app.web.observability.redaction import KeyRedaction


def written(message: object, *arguments: object, exc_info: object = None) -> dict[str, object]:
    record = logging.LogRecord(
        "app.x",
        logging.INFO,
        "x.py",
        1,
        message,
        arguments,
        None,
    )
    record.exc_info = exc_info  # type: ignore[assignment]
    KeyRedaction().filter(record)
    found: dict[str, object] = json.loads(JsonFormatter().format(record))
    return found


def test_an_event_has_its_fields_with_their_types() -> None:
    line = written(
        "request_finished path=%s status=%d duration_ms=%.1f key=%s", "/", 200, 1.27, "-"
    )

    assert line.pop("time")
    assert line == {
        "level": "INFO",
        "logger": "app.x",
        "event": "request_finished",
        "path": "/",
        "status": 200,
        "duration_ms": 1.3,
        "key": None,
    }


@pytest.mark.parametrize("message", ["Something else happened", "", 7, "%d%% done"])
def test_what_is_no_event_is_a_message(message: object) -> None:
    arguments = (5,) if message == "%d%% done" else ()

    assert "message" in written(message, *arguments)


def test_keys_and_broken_texts_are_safe_in_it() -> None:
    line = written("odd path=%s", "/amp_abc_secret/\udcff\n")

    assert line["path"] == "/amp_REDACTED/?\n"


def test_a_trace_is_one_member() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        line = written("request_failed path=%s", "/", exc_info=sys.exc_info())

    assert str(line["exception"]).endswith("ValueError: no")


def test_the_setting_chooses_the_format() -> None:
    config = logging_config(access_log=True, form="json")

    assert config["handlers"]["stderr"]["formatter"] == "json"
