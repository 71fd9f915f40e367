"""HTML that we made ourselves, read as plain text: for search, and for whoever takes no markup."""

from html.parser import HTMLParser

_INLINE = frozenset({"em", "strong", "s", "a", "code"})


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)

    def _part(self, tag: str) -> None:
        # Cells and items stand apart on a page without a space between them.
        if tag not in _INLINE:
            self.parts.append("\n")


def plain_text(html: str) -> str:
    """Leave out the markup; what stands in lines of its own stays in lines."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).splitlines())
    return "\n".join(line for line in lines if line)
