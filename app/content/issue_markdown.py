"""An issue as a single document: Markdown, and HTML for feeds.

Each body is isolated, so that it renders as it does alone.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson

from app.content.blocks.base import lines
from app.content.blocks.registry import block_of
from app.content.markdown import escape, isolated, prefix_for
from app.content.marks import HTML
from app.content.publication import PUBLICATION


def issue_markdown(document: Mapping[str, Any]) -> str:
    """Format a whole issue with parsed `sections` as Markdown with front matter."""
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


def issue_body_html(document: Mapping[str, Any]) -> str:
    """Format the sections of an issue as HTML; nothing is rendered."""
    written, heading = [], None
    for section in document["sections"]:
        if section["heading"] != heading:
            heading = section["heading"]
            written.append(f"<h2>{HTML.text(heading)}</h2>\n")
        written.append(section_html(section))
    return "".join(written)


def section_html(section: Mapping[str, Any]) -> str:
    """Format a section as HTML, without its heading."""
    block = block_of(section["kind"])
    return block.html(block.output.model_validate(section))


def _front_matter(document: Mapping[str, Any]) -> str:
    members = {
        **{name: document[name] for name in ("number", "date", "slug", "title", "published_at")},
        "url": document["links"]["self"],
    }
    # JSON strings are valid YAML strings.
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
    bodies = "\n".join(section.get("body") or "" for section in sections)
    for ordinal, section in enumerate(sections, start=1):
        block = block_of(section["kind"])
        # Adjacent sections with the same heading, such as two opinions, share it.
        if section["heading"] != heading:
            heading = section["heading"]
            written.append(f"## {escape(heading)}")
        prefix = prefix_for(ordinal, bodies)
        read = block.with_bodies(
            block.output.model_validate(section), partial(isolated, prefix=prefix)
        )
        written.append(block.markdown(read))
    return written
