"""The templates, and how numbers, days and addresses are written in them."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.content.corrections import change_words, newest_of
from app.content.provenance import provenance_line
from app.content.queries.series import SERIES_DAYS, Series
from app.models import counter
from app.models.shown_name import has_title
from app.models.source import KIND_LABELS, source_named
from app.web.charts import inline as charts
from app.web.site.address import href
from app.web.site.agreement import agreement
from app.web.site.board_words import board_words
from app.web.site.links import address
from app.web.site.moment import day, day_of, instant, moment, short_day
from app.web.site.sides import sides
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
        "day_of": day_of,
        "short_day": short_day,
        "moment": moment,
        "instant": instant,
        "href": href,
        "data": data,
        "named": named,
        "unslugged": unslugged,
        "safe_html": Markup,
    }
    made.globals |= {
        "address": address,
        "agreement": agreement,
        "board_words": board_words,
        "counter_of": counter_of,
        "story_body": story_body,
        "kind_label": lambda kind: KIND_LABELS[kind],
        "source_label": lambda name: source_named(name).label,
        "subject_path": subject_path,
        "sides": sides,
        "provenance_line": provenance_line,
        "change_words": change_words,
        "newest_of": newest_of,
        "bar": charts.bar,
        "is_titled": is_titled,
        "marks": charts.marks,
        "spark": spark,
        "qr": qr,
    }
    return made


def number(value: float | None) -> str:
    """A number with its thousands apart; a dash where there is none."""
    return "–" if value is None else f"{value:,}"


def signed(value: int) -> str:
    """A change with its sign, the true minus; no change has none."""
    if value == 0:
        return "unchanged"
    return f"+{value:,}" if value > 0 else f"−{abs(value):,}"


def named(text: str | None, otherwise: str) -> str:
    """A text that names something, or what else to call it: blanks are no name of a link."""
    return text if text and text.strip() else otherwise


def unslugged(slug: str) -> str:
    """The heading that a slug was made of, as far as can be told."""
    words = slug.replace("-s-", "’s ").replace("-", " ")
    return words[:1].upper() + words[1:]


def data(value: object) -> Markup:
    """JSON to stand in a page: nothing in it can end the element."""
    text = orjson.dumps(value).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def counter_of(entry: Mapping[str, Any]) -> tuple[str, int | None]:
    """The counter by which a kind is judged: its word, and its number."""
    return counter.counter_word(entry["kind"]), entry[counter.counter_of(entry["kind"])]


def subject_path(entry: Mapping[str, Any]) -> str:
    """Our own page of a model or a repository."""
    name = quote(entry["external_id"], safe="/")
    return f"/trending/{entry['source']}/{entry['kind']}/{name}"


def spark(entry: Mapping[str, Any], series: Series) -> Markup:
    """How the counter of an entry went over 30 days, as far as we saw it."""
    seen = series.points.get((entry["source"], entry["kind"], entry["external_id"]), ())
    word, _ = counter_of(entry)
    return charts.sparkline(
        [charts.Point(at, value) for at, value in seen],
        until=series.until,
        window=timedelta(days=SERIES_DAYS),
        what=word,
    )


def is_titled(entry: Mapping[str, Any]) -> bool:
    """Whether an entry or a subject is shown by a title beside its id."""
    return has_title(entry["name"], entry["external_id"])


@cache
def qr(address: str) -> Markup:
    """An address to be scanned, as inline SVG."""
    import segno  # here, because only pages of issues show one

    drawn = segno.make(address, error="m").svg_inline(
        scale=3, border=2, title=f"QR code: {address}", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawn)
