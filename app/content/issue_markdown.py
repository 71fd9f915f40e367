"""An issue as Markdown: for readers of text, and for models that are fed with it."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from app.content.blocks.base import lines
from app.content.blocks.registry import block_of
from app.content.markdown import escape
from app.content.publication import PUBLICATION


def issue_markdown(document: Mapping[str, Any]) -> str:
    """Write a whole issue, `sections` parsed, as one Markdown document with front matter."""
    return (
        lines(
            _front_matter(document),
            f"# {escape(PUBLICATION.title)}",
            _dateline(document),
            f"*{escape(document['summary'])}*" if (document["summary"] or "").strip() else None,
            *_sections(document["sections"]),
        )
        + "\n"
    )


def issue_body_markdown(document: Mapping[str, Any]) -> str:
    """Write what stands in an issue, `sections` parsed, without what frames it."""
    return lines(*_sections(document["sections"]))


def _front_matter(document: Mapping[str, Any]) -> str:
    members = {
        **{name: document[name] for name in ("number", "date", "slug", "title", "published_at")},
        "url": document["links"]["self"],
    }
    # JSON strings are YAML strings too, whatever stands in them.
    written = (f"{name}: {orjson.dumps(value).decode()}" for name, value in members.items())
    return "\n".join(["---", *written, "---"])


def _dateline(document: Mapping[str, Any]) -> str:
    parts = [f"No. {document['number']}", str(document["date"])]
    dateline = document["dateline"] or {}
    if dateline.get("place"):
        parts.append(escape(dateline["place"]))
    weather = dateline.get("weather") or {}
    if weather.get("summary"):
        parts.append(escape(weather["summary"]))
    if weather.get("temperature_c") is not None:
        parts.append(f"{weather['temperature_c']} °C")
    return " | ".join(parts)


def _sections(sections: Sequence[Mapping[str, Any]]) -> list[str]:
    written, heading = [], None
    for section in sections:
        block = block_of(section["kind"])
        # Neighbours under one rubric, such as two opinions, share its heading.
        if section["heading"] != heading:
            heading = section["heading"]
            written.append(f"## {escape(heading)}")
        written.append(block.markdown(block.output.model_validate(section)))
    return written
