"""HTML of the bodies of one unit of work: each rendered at most once, or reused from storage.

Bodies are rendered before the write lock is taken and looked up while it is held.
"""

from collections.abc import Callable, Iterable
from html import escape

from app.content.markdown.limits import MarkdownRefused
from app.content.markdown.rendering import render, with_slug

Stored = tuple[str, str, str]
"""A body, the slug of its section, and its HTML by the current compiler."""


class Rendered:
    """The HTML of bodies; renders missing ones on request."""

    def __init__(self) -> None:
        self._html: dict[str, str | MarkdownRefused] = {}
        self._stored: dict[tuple[str, str], str] = {}
        self._accepted: set[str] = set()
        self._offers: dict[object, Callable[[], Iterable[Stored]]] = {}
        self._seen: set[object] = set()

    def offer(self, name: object, read: Callable[[], Iterable[Stored]]) -> None:
        """Offer the HTML of a stored document for reuse; `read` is called when needed."""
        if name not in self._seen:
            self._seen.add(name)
            self._offers[name] = read

    def prepare(self, body: str) -> None:
        """Render a body now; a refusal is stored for later."""
        if body not in self._html:
            try:
                self._html[body] = render(body)
            except MarkdownRefused as refusal:
                self._html[body] = refusal

    def refusal(self, body: str) -> MarkdownRefused | None:
        """Return why a body is refused; `None` if it is accepted, or was stored before."""
        if body not in self._html:
            self._read_offers()
            if body in self._accepted:
                return None
            self.prepare(body)
        made = self._html[body]
        return made if isinstance(made, MarkdownRefused) else None

    def html(self, body: str, *, slug: str) -> str:
        """Return the HTML of a body in a section; a refused body is shown as plain text.

        Only documents that an older version accepted can contain a refused body.
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
