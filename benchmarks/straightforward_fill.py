"""Fills the database of `benchmarks/straightforward.py` with documents as our API shows them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date as Date
from itertools import count, islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import SQLModel

from benchmarks.straightforward import (
    INDEX,
    Base,
    Entry,
    EntryBase,
    Issue,
    Metric,
    ReadingItem,
    ReadingItemBase,
    Section,
    SectionBase,
    Tool,
    ToolBase,
    metric_values,
    open_engine,
)

_STEP = 200
"""Issues in a transaction."""

Row = tuple[type[SQLModel], dict[str, Any]]

_ITEMS: tuple[tuple[str, type[SQLModel], type[SQLModel]], ...] = (
    ("tools", Tool, ToolBase),
    ("entries", Entry, EntryBase),
    ("items", ReadingItem, ReadingItemBase),
)


def fill(path: Path, documents: Iterable[Mapping[str, Any]]) -> None:
    """Make the tables and write documents into them, a few at a time."""
    engine = open_engine(path)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for statement in INDEX:
            connection.execute(text(statement))
    issue_ids, section_ids = count(1), count(1)
    rest = iter(documents)
    while step := list(islice(rest, _STEP)):
        rows: dict[type[SQLModel], list[dict[str, Any]]] = {}
        for document in step:
            for table, values in _rows(document, next(issue_ids), section_ids):
                rows.setdefault(table, []).append(values)
        with engine.begin() as connection:
            for table, members in rows.items():
                connection.execute(insert(table), members)
    engine.dispose()


def _rows(document: Mapping[str, Any], issue_id: int, section_ids: Iterator[int]) -> Iterator[Row]:
    own = {name: document[name] for name in ("number", "slug", "title", "summary")}
    dateline = document["dateline"] or {}
    weather = dateline.get("weather") or {}
    own["date"] = Date.fromisoformat(document["date"])
    own["place"] = dateline.get("place")
    own["weather_summary"] = weather.get("summary")
    own["temperature_c"] = weather.get("temperature_c")
    yield Issue, {"id": issue_id, **own}
    for position, section in enumerate(document["sections"]):
        section_id = next(section_ids)
        metrics = section.get("metrics") or {"title": None, "items": []}
        values = {name: section.get(name) for name in SectionBase.model_fields}
        values["metrics_title"] = metrics["title"]
        yield Section, {"id": section_id, "issue_id": issue_id, "position": position, **values}
        for item in metrics["items"]:
            yield Metric, {"section_id": section_id, **metric_values(item)}
        for member, table, base in _ITEMS:
            for item in section.get(member, ()):
                values = {name: item.get(name) for name in base.model_fields}
                yield table, {"section_id": section_id, **values}
