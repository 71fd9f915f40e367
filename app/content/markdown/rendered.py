"""The bodies of one unit of work as HTML: each rendered at most once, or taken from what is stored.

A body is rendered before the write lock is taken, and looked up here while it is held.
"""

from collections.abc import Callable, Iterable
from html import escape

from app.content.markdown.limits import MarkdownRefused
from app.content.markdown.rendering import render, with_slug

Stored = tuple[str, str, str]
"""A body, the slug of its section, and the HTML that the present compiler made of them."""


class Rendered:
    """What bodies were rendered to; renders what it is asked for and does not have."""

    def __init__(self) -> None:
        self._html: dict[str, str | MarkdownRefused] = {}
        self._stored: dict[tuple[str, str], str] = {}
        self._accepted: set[str] = set()
        self._offers: dict[object, Callable[[], Iterable[Stored]]] = {}
        self._seen: set[object] = set()

    def offer(self, name: object, read: Callable[[], Iterable[Stored]]) -> None:
        """Name a stored document whose HTML may be used again; `read` is called when it is."""
        if name not in self._seen:
            self._seen.add(name)
            self._offers[name] = read

    def prepare(self, body: str) -> None:
        """Render a body now. A refusal is kept for later."""
        if body not in self._html:
            try:
                self._html[body] = render(body)
            except MarkdownRefused as refusal:
                self._html[body] = refusal

    def refusal(self, body: str) -> MarkdownRefused | None:
        """Why a body is refused; `None` where it is not, or is stored already."""
        if body not in self._html:
            self._read_offers()
            if body in self._accepted:
                return None
            self.prepare(body)
        made = self._html[body]
        return made if isinstance(made, MarkdownRefused) else None

    def html(self, body: str, *, slug: str) -> str:
        """The HTML of a body in the section of this slug; what is refused is shown as its text.

        Only a document that an older version accepted can hold such a body.
        """
        if body not in self._html:
            self._read_offers()
            stored = self._stored.get((body, slug))
            if stored is not None:
                return stored
            self.prepare(body)
        made = self._html[body]
        return _as_text(body) if isinstance(made, MarkdownRefused) else with_slug(made, slug)

    def _read_offers(self) -> None:
        while self._offers:
            _, read = self._offers.popitem()
            for body, slug, html in read():
                self._stored[body, slug] = html
                self._accepted.add(body)


def _as_text(body: str) -> str:
    lines = "<br>\n".join(escape(body, quote=False).splitlines())
    return f"<p>{lines}</p>\n"
