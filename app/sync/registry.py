"""Whoever surveys each source: the `SOURCE` of the module that bears its name in this folder."""

from collections.abc import Mapping
from importlib import import_module

from app.models.source import SOURCES
from app.sync.source import Surveyor


def _surveyor(name: str) -> Surveyor:
    surveyor: Surveyor = import_module(f"app.sync.{name}").SOURCE
    return surveyor


SURVEYORS: Mapping[str, Surveyor] = {each.name: _surveyor(each.name) for each in SOURCES}
