"""An issue as one document: Markdown for readers of text and for models, HTML for feeds.

Each body reads as it reads alone, whatever stands beside it.
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


def issue_body_html(document: Mapping[str, Any]) -> str:
    """Write what stands in an issue as HTML, of what is rendered already."""
    written, heading = [], None
    for section in document["sections"]:
        if section["heading"] != heading:
            heading = section["heading"]
            written.append(f"<h2>{HTML.text(heading)}</h2>\n")
        written.append(section_html(section))
    return "".join(written)


def section_html(section: Mapping[str, Any]) -> str:
    """Write a section as HTML, below its heading."""
    block = block_of(section["kind"])
    return block.html(block.output.model_validate(section))


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
    bodies = "\n".join(section.get("body") or "" for section in sections)
    for ordinal, section in enumerate(sections, start=1):
        block = block_of(section["kind"])
        # Neighbours under one rubric, such as two opinions, share its heading.
        if section["heading"] != heading:
            heading = section["heading"]
            written.append(f"## {escape(heading)}")
        prefix = prefix_for(ordinal, bodies)
        read = block.with_bodies(
            block.output.model_validate(section), partial(isolated, prefix=prefix)
        )
        written.append(block.markdown(read))
    return written
