"""Parsing the Hub's rows: models, datasets, spaces and daily papers.

Hub API endpoints, and the sources of huggingface_hub, read 2026-11.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.models.sighting import Sighting
from app.models.source import source_named
from app.models.values import EntryKind
from app.sync import rows
from app.sync.families import base_model_of

_SHARED = ("createdAt", "disabled", "likes", "private", "tags", "trendingScore")
EXPAND: Mapping[str, tuple[str, ...]] = {
    "model": (*_SHARED, "downloads", "pipeline_tag"),
    "dataset": (*_SHARED, "description", "downloads"),
    "space": _SHARED,
}
"""Requested members by kind. A name that a kind does not have gives a 400 for the whole listing."""

_OBJECT_ID = "[0-9a-f]{24}"
_ARXIV_ID = r"[A-Za-z.\-]{1,20}/\d{7}|[A-Za-z0-9.\-]{4,40}"
"""Since 2007 "2605.00001"; before "hep-th/9901001" or "math.GT/0309136"."""

Parse = Callable[[Mapping[str, Any]], Sighting]


def parser_of(kind: EntryKind) -> Parse:
    """Return the row parser of a kind, which raises `BadRow`."""
    return _paper if kind == "paper" else _repository(kind)


def id_of(kind: EntryKind, row: object) -> str | None:
    """Return the upstream id of a row, even if the rest of it is bad."""
    if kind != "paper":
        return rows.find_identity(row, "_id", _OBJECT_ID)
    paper = row.get("paper") if isinstance(row, Mapping) else None
    return rows.find_identity(paper, "id", _ARXIV_ID)


def _repository(kind: EntryKind) -> Parse:
    def parse(row: Mapping[str, Any]) -> Sighting:
        name = rows.external_id(row.get("id"))
        tags = row.get("tags")
        words = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
        return Sighting(
            upstream_id=rows.identity(row, "_id", _OBJECT_ID),
            external_id=name,
            name=name.rsplit("/", 1)[-1],
            url=_page_of(kind, name),
            summary=rows.text(row.get("description"), most=1000),
            task=rows.text(row.get("pipeline_tag"), most=200),
            likes=rows.count(row, "likes", is_required=True),
            downloads=rows.count(row, "downloads"),
            score=rows.number(row, "trendingScore"),
            created_at=rows.instant(row.get("createdAt")),
            licence=_licence(words),
            base_model=base_model_of(words),
            # Tags with a colon are other facts: licences, regions, arXiv ids.
            topics=rows.words([word for word in words if ":" not in word]),
            status="disabled" if row.get("disabled") is True else "active",
        )

    return parse


def _paper(row: Mapping[str, Any]) -> Sighting:
    paper = row.get("paper")
    if not isinstance(paper, Mapping):
        raise rows.BadRow("paper")
    name = rows.external_id(paper.get("id"))
    title = rows.text(paper.get("title"), most=300)
    return Sighting(
        upstream_id=rows.identity(paper, "id", _ARXIV_ID),
        external_id=name,
        name=title or name,
        url=_page_of("paper", name),
        summary=rows.text(_first(paper.get("ai_summary"), paper.get("summary")), most=1000),
        likes=rows.count(paper, "upvotes", is_required=True),
        created_at=rows.instant(_first(paper.get("submittedOnDailyAt"), paper.get("publishedAt"))),
    )


def _licence(tags: list[str]) -> str | None:
    found = next((tag for tag in tags if tag.startswith("license:")), None)
    return None if found is None else rows.text(found.removeprefix("license:"), most=100)


def _first(*values: object) -> object:
    return next((value for value in values if value), None)


def _page_of(kind: EntryKind, name: str) -> str:
    return source_named("huggingface").page_of(kind=kind, external_id=name)
