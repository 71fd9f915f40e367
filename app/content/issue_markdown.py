"""An issue as a single document: Markdown, and HTML for feeds.

Each body is isolated, so that it renders as it does alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import orjson

from app.content.blocks.base import lines
from app.content.blocks.registry import block_of
from app.content.corrections import change_words
from app.content.markdown import escape, isolated, prefix_for
from app.content.marks import HTML, MARKDOWN, paragraph
from app.content.provenance import provenance_line, provenance_of
from app.content.publication import PUBLICATION


def issue_markdown(document: Mapping[str, Any]) -> str:
    """Format a whole issue with parsed `sections` as Markdown with front matter."""
    return (
        lines(
            _front_matter(document),
            f"# {escape(PUBLICATION.title)}",
            _dateline(document),
            f"*{escape(document['summary'])}*" if (document["summary"] or "").strip() else None,
            _emphasised_line(document.get("provenance")),
            *_sections(document["sections"]),
            _corrections(document.get("corrections") or ()),
        )
        + "\n"
    )


def issue_body_html(document: Mapping[str, Any]) -> str:
    """Format the sections of an issue as HTML; nothing is rendered."""
    written, heading = [_html_line(document.get("provenance"))], None
    for section in document["sections"]:
        if section["heading"] != heading:
            heading = section["heading"]
            written.append(f"<h2>{HTML.text(heading)}</h2>\n")
        written.append(section_html(section))
    return "".join(written) + corrections_html(document.get("corrections") or ())


def corrections_html(corrections: Sequence[Mapping[str, Any]]) -> str:
    """Format corrections as HTML under a heading; empty if there are none."""
    if not corrections:
        return ""
    return "".join(["<h2>Corrections</h2>\n", *map(correction_html, corrections)])


def correction_html(correction: Mapping[str, Any]) -> str:
    """Format a correction as HTML: its day, its note and its changes."""
    day = HTML.strong(HTML.text(_day_of(correction)))
    changes = [HTML.text(change_words(change)) for change in correction["changes"]]
    return paragraph(f"{day}: {HTML.text(correction['note'])}") + HTML.items(changes)


def section_html(
    section: Mapping[str, Any], *, issue_provenance: Mapping[str, Any] | None = None
) -> str:
    """Format a section as HTML, without its heading and with a line on its provenance.

    `issue_provenance` holds for a section that stands alone and has none of its own.
    """
    block = block_of(section["kind"])
    line = _html_line(provenance_of(section, issue_provenance))
    return block.html(block.output.model_validate(section)) + line


def _front_matter(document: Mapping[str, Any]) -> str:
    members = {
        **{name: document[name] for name in ("number", "date", "slug", "title", "published_at")},
        "url": document["links"]["self"],
    }
    if document.get("provenance") is not None:
        members["provenance"] = document["provenance"]
    # JSON is valid YAML.
    written = (f"{name}: {orjson.dumps(value).decode()}" for name, value in members.items())
    return "\n".join(["---", *written, "---"])


def _corrections(corrections: Sequence[Mapping[str, Any]]) -> str | None:
    if not corrections:
        return None
    return lines("## Corrections", *map(_correction, corrections))


def _correction(correction: Mapping[str, Any]) -> str:
    changes = [MARKDOWN.text(change_words(change)) for change in correction["changes"]]
    said = f"{MARKDOWN.strong(_day_of(correction))}: {MARKDOWN.text(correction['note'])}"
    return lines(said, MARKDOWN.items(changes))


def _day_of(correction: Mapping[str, Any]) -> str:
    return f"{datetime.fromisoformat(correction['at']):%-d %B %Y}"


def _emphasised_line(provenance: Mapping[str, Any] | None) -> str | None:
    line = provenance_line(provenance)
    return None if line is None else f"*{escape(line)}*"


def _html_line(provenance: Mapping[str, Any] | None) -> str:
    line = provenance_line(provenance)
    return paragraph(f"<small>{HTML.text(line)}</small>") if line else ""


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
        written.append(lines(block.markdown(read), _emphasised_line(section.get("provenance"))))
    return written
