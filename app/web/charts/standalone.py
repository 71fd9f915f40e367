"""SVG files that stand alone: title, drawing, source line, alternative text, light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.charts import series as lines

MEDIA_TYPE = "image/svg+xml"
WIDTH = lines.WIDTH
_HEAD, _FOOT = 78, 40
_ROW = 40
MAX_BARS = 50

_STYLE = """\
svg{--paper:#fbf8f2;--ink:#1c1a17;--soft:#5c564d;--rule:#d9d2c4;--line:#8c1d18;--down:#8c1d18;\
--c1:#8c1d18;--c2:#1f4e79;--c3:#2f6b2f;--c4:#8a5a00;--c5:#5b3a8c;--c6:#006d6d;--c7:#a0346e;\
--c8:#4a4a4a}
@media (prefers-color-scheme:dark){svg{--paper:#191715;--ink:#f1ece3;--soft:#b5ada0;\
--rule:#413c36;--line:#ef8d80;--down:#ef8d80;--c1:#ef8d80;--c2:#8fbfe8;--c3:#93cf93;--c4:#e0b050;\
--c5:#c3a6f0;--c6:#6fd0d0;--c7:#f09cc8;--c8:#c8c8c8}}
.paper{fill:var(--paper)}
text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--soft)}
.title{font:700 20px Georgia,"Times New Roman",serif;fill:var(--ink)}
.name{font-weight:600;fill:var(--ink)}
.value,.tick,.last{text-anchor:end}
.axis{fill:none;stroke:var(--rule)}
.series{fill:none;stroke-width:2.5;stroke-linejoin:round}
.bar{fill:var(--line)}.rail{fill:var(--rule)}
.end{font-weight:700}
"""
_COLOURS = (
    "".join(f".c{n}{{--own:var(--c{n})}}" for n in range(1, lines.MAX_SERIES + 1))
    + ".series{stroke:var(--own)}.dot,.end{fill:var(--own)}"
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
        style=Markup(_STYLE + _COLOURS),
        subtitle=shortened(caption.subtitle, 100),
        source=shortened(caption.source, 110),
        drawn=drawn,
        foot=whole - 14,
    )
    return text.encode()


def shortened(text: str, most: int) -> str:
    """Cut a text that would run out of the picture; its whole stands in the alternative text."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
