"""SVG files that stand alone: title, drawing, source line, alternative text, light and dark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.charts import series as lines

MEDIA_TYPE = "image/svg+xml"
WIDTH = lines.WIDTH
_HEAD, _FOOT = 78, 40
_ROW = 40
MAX_BARS = 50

_LIGHT = {
    "paper": "#fbf8f2",
    "ink": "#1c1a17",
    "soft": "#5c564d",
    "rule": "#d9d2c4",
    "line": "#8c1d18",
}
_DARK = {
    "paper": "#191715",
    "ink": "#f1ece3",
    "soft": "#b5ada0",
    "rule": "#413c36",
    "line": "#ef8d80",
}


def _colours(palette: Mapping[str, str]) -> str:
    """The rules that differ between light and dark.

    Plain colours: programs other than browsers often do not know CSS variables.
    """
    return (
        ".paper{{fill:{paper}}}text{{fill:{soft}}}.title,.name{{fill:{ink}}}"
        ".axis{{stroke:{rule}}}.rail{{fill:{rule}}}.bar,.dot{{fill:{line}}}"
        ".series{{stroke:{line}}}"
    ).format(**palette)


_STYLE = (
    'text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif}'
    '.title{font:700 20px Georgia,"Times New Roman",serif}.name{font-weight:600}'
    ".value,.tick,.last{text-anchor:end}.axis{fill:none}"
    ".series{fill:none;stroke-width:2.5;stroke-linejoin:round}"
    + _colours(_LIGHT)
    + "@media (prefers-color-scheme:dark){"
    + _colours(_DARK)
    + "}"
)


@dataclass(frozen=True, slots=True)
class Caption:
    """The words of a chart."""

    title: str
    subtitle: str
    source: str
    """Where the numbers come from, and as of when."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart."""

    name: str
    value: float
    label: str
    """What stands at the end of the row."""


def history_chart(series: lines.Series | None, caption: Caption, *, what: str) -> bytes:
    """Draw the history of one subject; without one, say that nothing was observed."""
    if series is None:
        return _document(caption, "Nothing was observed.", _nothing(), 60)
    drawn = lines.draw([series], top=_HEAD)
    return _document(caption, lines.said(series, what=what), drawn, lines.HEIGHT)


def bar_chart(bars: Sequence[Bar], caption: Caption) -> bytes:
    """Draw up to 50 rows, each a bar in proportion to the largest."""
    if not bars:
        return _document(caption, "The board has no entries.", _nothing(), 60)
    largest = max(abs(bar.value) for bar in bars) or 1
    rows = Markup("").join(
        _row(bar, place, abs(bar.value) / largest) for place, bar in enumerate(bars, start=1)
    )
    said = " ".join(f"{place}. {bar.name}, {bar.label}." for place, bar in enumerate(bars, start=1))
    return _document(caption, said, rows, len(bars) * _ROW)


def _row(bar: Bar, place: int, share: float) -> Markup:
    top = _HEAD + (place - 1) * _ROW
    return Markup(
        '<text class="tick" x="44" y="{text}">{place}</text>'
        '<text class="name" x="56" y="{text}">{name}</text>'
        '<text class="value" x="{right}" y="{text}">{label}</text>'
        '<rect class="rail" x="56" y="{bar}" width="{whole}" height="6"/>'
        '<rect class="bar" x="56" y="{bar}" width="{width:.1f}" height="6"/>'
    ).format(
        text=top + 16,
        bar=top + 23,
        place=place,
        name=shortened(bar.name, 58),
        label=bar.label,
        right=WIDTH - 28,
        whole=WIDTH - 84,
        width=(WIDTH - 84) * share,
    )


def _nothing() -> Markup:
    return Markup('<text x="28" y="{}">Nothing was observed.</text>').format(_HEAD + 24)


def _document(caption: Caption, said: str, drawn: Markup, height: int) -> bytes:
    whole = _HEAD + height + _FOOT
    text = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{whole}" '
        'viewBox="0 0 {width} {whole}" role="img" aria-labelledby="title description">'
        '<title id="title">{title}</title><desc id="description">{said}</desc>'
        '<style>{style}</style><rect class="paper" width="{width}" height="{whole}"/>'
        '<text class="title" x="28" y="36">{heading}</text>'
        '<text x="28" y="60">{subtitle}</text>{drawn}'
        '<text x="28" y="{foot}">{source}</text></svg>\n'
    ).format(
        width=WIDTH,
        whole=whole,
        title=caption.title,
        heading=shortened(caption.title, 64),
        said=f"{caption.subtitle} {said} {caption.source}",
        style=Markup(_STYLE),
        subtitle=shortened(caption.subtitle, 100),
        source=shortened(caption.source, 110),
        drawn=drawn,
        foot=whole - 14,
    )
    return text.encode()


def shortened(text: str, most: int) -> str:
    """Cut a text that would run out of the picture; its whole stands in the alternative text."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
