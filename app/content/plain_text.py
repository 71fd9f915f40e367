"""HTML that we made ourselves, read as plain text: for search, and for readers without markup."""

import re
from html import unescape

_TAG = re.compile(
    r"<(?P<name>/?[a-z][a-z0-9]*)(?P<attributes>(?:\s+[a-z-]+(?:=\"[^\"]*\"|='[^']*')?)*)\s*/?>",
    re.IGNORECASE,
)
_SAID = re.compile(r"\salt=\"([^\"]*)\"")
_OF_FOOTNOTES = re.compile(
    r'<sup class="footnote-ref">.*?</sup>|<a class="footnote-back"[^>]*>[^<]*</a>', re.DOTALL
)
"""The numbers of footnotes and the arrows back: signs of the page, not words of the text."""

_INLINE = frozenset({"em", "strong", "s", "a", "code", "sup", "input"})


def plain_text(html: str) -> str:
    """Leave out the markup; what stands in lines of its own stays in lines.

    Only HTML that `app.content.markdown` made may be given.
    """
    if 'class="footnote' in html:
        html = _OF_FOOTNOTES.sub("", html)
    text = unescape(_TAG.sub(_break, html))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _break(tag: re.Match[str]) -> str:
    # Cells and items stand apart on a page without a space between them.
    name = tag["name"].lstrip("/").lower()
    if name == "img":
        said = _SAID.search(tag["attributes"])
        return f"{said[1]}\n" if said else "\n"
    return "" if name in _INLINE else "\n"
