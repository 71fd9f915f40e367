"""The surveyor of each source: the `SOURCE` of the module with its name in this folder."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from app.config import Settings
from app.models.source import SOURCES
from app.sync.source import Surveyor


def _surveyor(name: str) -> Surveyor:
    surveyor: Surveyor = import_module(f"app.sync.{name}").SOURCE
    return surveyor


SURVEYORS: Mapping[str, Surveyor] = {each.name: _surveyor(each.name) for each in SOURCES}


def configured(surveyor: Surveyor, settings: Settings) -> Surveyor:
    """Return a surveyor for the settings, or the given one if it has none."""
    configure: Any = getattr(surveyor, "configured", None)
    if configure is None:
        return surveyor
    found: Surveyor = configure(settings)
    return found
