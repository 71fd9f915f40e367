"""The body of a story as a page shows it: headings below the story's own, pictures of ours alone.

`body_html` is a document by itself and stays as it is in the API. In a page its headings continue
an outline, pictures of other hosts, which the policy refuses, become links to them, and what is
scrolled can be reached by keys. Cells are aligned by a class.
"""

import re
from html import escape
from html.parser import HTMLParser

from markupsafe import Markup

from app.web.site.address import host_of, href

_CHANGED = re.compile(r"<(?:h[1-6]|img|pre|table)\b")
_CELLS = frozenset({"th", "td"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LOWEST = 6
_SCROLLED = frozenset({"pre", "table"})
"""What is wider than its column and is scrolled: by keys too, once it can have the focus."""
_REL = "nofollow noopener"


def story_body(html: str | None, *, below: int, base_url: str) -> Markup:
    """Fit a cleaned body under a headline of the level `below`.

    The first headings stand one level below it, and none skips a level; `base_url` is where
    pictures may come from. Only what `app.content.markdown` cleaned may be given.
    """
    # Most bodies have neither, and are not read at all.
    if not html or not _CHANGED.search(html):
        return Markup(html or "")
    fitted = _Fitted(below, base_url)
    fitted.feed(html)
    fitted.close()
    return Markup("".join(fitted.written))


class _Fitted(HTMLParser):
    """Passes on what it reads as it was written, but for headings and pictures."""

    def __init__(self, below: int, base_url: str) -> None:
        # References stay as they are written: what was escaped is never read back.
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._below = below
        self._host = host_of(base_url)
        self._above: list[int] = []
        """The levels, as written, of the headings that the present place stands under."""
        self._links = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HEADINGS:
            level = _HEADINGS[tag]
            while self._above and self._above[-1] >= level:
                self._above.pop()
            self._above.append(level)
            self.written.append(f"<{self._heading()}>")
        elif tag in _SCROLLED:
            self.written.append(f'<{tag} tabindex="0">')
        elif tag in _CELLS and attrs:
            # `align` is no attribute of HTML today, and the policy allows no style of its own.
            self.written.append(f'<{tag} class="{dict(attrs).get("align")}">')
        elif tag == "img":
            self._picture({name: value or "" for name, value in attrs})
        else:
            self._links += tag == "a"
            self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._links -= tag == "a"
        self.written.append(f"</{self._heading() if tag in _HEADINGS else tag}>")

    def handle_data(self, data: str) -> None:
        self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")

    def _heading(self) -> str:
        return f"h{min(self._below + len(self._above), _LOWEST)}"

    def _picture(self, given: dict[str, str]) -> None:
        address, said = given.get("src", ""), escape(given.get("alt", "").strip())
        host = host_of(address)
        if not address:
            # It led nowhere that is allowed, and was cut off when the body was cleaned.
            return
        if host == self._host:
            self.written.append(self.get_starttag_text() or "")
        elif not host or self._links:
            # It leads nowhere, or to where the link around it leads: only its words are left.
            self.written.append(said)
        else:
            said = said or escape(f"Picture at {host}")
            self.written.append(f'<a href="{escape(href(address))}" rel="{_REL}">{said}</a>')
