"""The templates, and how numbers, days and addresses are written in them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date as Date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.content.queries.series import SubjectName
from app.models.source import KIND_LABELS, source_named
from app.web.site import charts
from app.web.site.address import href
from app.web.site.story_body import story_body

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The environment of all pages, made once."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "number": number,
        "signed": signed,
        "day": day,
        "moment": moment,
        "instant": instant,
        "href": href,
        "data": data,
        "safe_html": Markup,
    }
    made.globals |= {
        "counter_of": counter_of,
        "story_body": story_body,
        "kind_label": lambda kind: KIND_LABELS[kind],
        "source_label": lambda name: source_named(name).label,
        "subject_path": subject_path,
        "bar": charts.bar,
        "spark": spark,
        "qr": qr,
    }
    return made


def number(value: float | None) -> str:
    """A number with its thousands apart; a dash where there is none."""
    return "–" if value is None else f"{value:,}"


def signed(value: int) -> str:
    """A change with its sign, the true minus."""
    return f"+{value:,}" if value > 0 else f"−{abs(value):,}"


def day(value: str | Date) -> str:
    """A day as a newspaper writes it."""
    return f"{Date.fromisoformat(str(value)):%A, %-d %B %Y}"


def moment(value: str | datetime) -> str:
    """An instant, in UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M} UTC"


def instant(value: str | datetime) -> str:
    """An instant as HTML reads it: to the millisecond."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def data(value: object) -> Markup:
    """JSON to stand in a page: nothing in it can end the element."""
    text = orjson.dumps(value).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def counter_of(entry: Mapping[str, Any]) -> tuple[str, int | None]:
    """The counter by which a kind is judged: its word, and its number."""
    if entry["kind"] == "repository":
        return "stars", entry["stars"]
    return ("upvotes" if entry["kind"] == "paper" else "likes"), entry["likes"]


def subject_path(entry: Mapping[str, Any]) -> str:
    """Our own page of a model or a repository."""
    name = quote(entry["external_id"], safe="/")
    return f"/trending/{entry['source']}/{entry['kind']}/{name}"


def spark(entry: Mapping[str, Any], series: Mapping[SubjectName, Sequence[int]]) -> Markup:
    """How the counter of an entry went, as far as we saw it."""
    values = series.get((entry["source"], entry["kind"], entry["external_id"]), ())
    if len(values) < 2:
        return Markup("")
    word, _ = counter_of(entry)
    title = f"{word.capitalize()} of 30 days: from {values[0]:,} to {values[-1]:,}"
    return charts.sparkline(values, title=title)


@cache
def qr(address: str) -> Markup:
    """An address to be scanned, as inline SVG."""
    drawn = segno.make(address, error="m").svg_inline(
        scale=3, border=2, title=f"QR code: {address}", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawn)
