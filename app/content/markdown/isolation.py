"""Isolation: rewrite a body so that it can be combined with others in one Markdown document.

Labels of definitions and footnotes get a unique prefix, open code blocks are closed, raw HTML and
false definitions are escaped. The body then renders as it does alone.
"""

import re
from typing import cast

from app.content.markdown.addresses import is_whole
from app.content.markdown.gaps import Gaps
from app.content.markdown.parsing import BY_REFERENCE, Target, folded, parts, with_line_feeds
from app.content.markdown.writing import escape

_NEEDS_CARE = re.compile(r"[\[<|]|```|~~~")
_BLOCKS = frozenset(
    {"Paragraph", "Heading", "CodeBlock", "HtmlBlock", "BlockQuote", "List", "Item"}
    | {"FootnoteDefinition", "Table", "TableHead", "TableRow"}
)
_LEAVES = frozenset({"Paragraph", "Heading", "CodeBlock", "HtmlBlock", "TableCell"})
_NOT_A_QUOTE = re.compile(rb"[^>\s]")
_BULLET = re.compile(r"^[ \t>]*([-+*])(?=[ \t]|$)", re.MULTILINE)


def prefix_for(ordinal: int, bodies: str) -> str:
    """Return a prefix for the labels of one body that no body contains."""
    prefix = f"{ordinal}."
    while f"[{prefix}" in bodies or f"[^{prefix}" in bodies:
        prefix += "."
    return prefix


def isolated(markdown: str, *, prefix: str) -> str:
    """Rewrite a body so that it does not affect what surrounds it.

    Raises:
        MarkdownRefused: a line opens too many containers.
    """
    markdown = with_line_feeds(markdown)
    if not _NEEDS_CARE.search(markdown):
        return markdown
    return _Isolation(markdown, prefix).written()


def free_bullet(markdown: str) -> str | None:
    """Return a bullet that no list in a body uses, so that a following list is separate."""
    taken = set(_BULLET.findall(with_line_feeds(markdown)))
    return next((bullet for bullet in "-*+" if bullet not in taken), None)


def _order(edit: tuple[int, int, str]) -> tuple[int, int, bool]:
    # An inserted line sorts before edits of the line that follows it.
    start, end, text = edit
    return start, end, not text.endswith("\n")


class _Isolation:
    """Collects edits of one source. For a single use."""

    def __init__(self, markdown: str, prefix: str) -> None:
        self._markdown = markdown
        self._source = markdown.encode()
        self._prefix = prefix
        self._edits: list[tuple[int, int, str]] = []
        self._gaps = Gaps(markdown, self._source)
        self._notes: dict[str, int] = {}
        self._defined: set[str] = set()
        self._referred: set[str] = set()
        self._count = 0
        self._labels: dict[str, str] = {}
        self._used: set[str] = set()
        self._candidates: list[tuple[int, int, str]] = []
        self._targets: list[tuple[Target, int]] = []
        self._text_end = self._inner_end = self._cell_end = 0
        self._depth = 0
        self._fence: tuple[int, int] | None = None

    def written(self) -> str:
        for kind, name, detail, start, end in parts(self._markdown):
            if kind == "Start":
                self._start(name, detail, start, end)
            elif kind == "End":
                self._end(name, start, end)
            else:
                self._inline(kind, name, start, end)
        self._definitions(len(self._source))
        for start, end, label in self._candidates:
            if label in self._used:
                self._edits.append((start, end, self._label(label)))
            else:
                self._as_text(start, end)
        unreferred = [key for key in self._notes if key not in self._referred]
        marks = " ".join(f"[^{self._prefix}{self._notes[key]}]" for key in unreferred)
        text = self._applied() + self._closing()
        return f"{text.rstrip()}\n\n{marks}" if marks else text

    # ------------------------------------------------------------------ reading

    def _inline(self, kind: str, name: str, start: int, end: int) -> None:
        self._definitions(start)
        self._reached(end)
        if kind == "FootnoteReference":
            key = folded(name)
            self._referred.add(key)
            self._edits.append((start, end, f"[^{self._prefix}{self._number(key)}]"))
        elif kind == "InlineHtml":
            self._edits.append((start, end, escape(name)))
        elif kind == "Html":
            line = escape(name)
            if line:
                self._edits.append((start, end, line + "\n"))

    def _start(self, name: str, detail: object, start: int, end: int) -> None:
        if name in ("Link", "Image"):
            self._definitions(start)
            self._targets.append((cast("Target", detail), start))
            self._inner_end = start + (2 if name == "Image" else 1)
            return
        if name not in _BLOCKS and name != "TableCell":
            self._definitions(start)
            return
        self._definitions(start)
        if name in ("BlockQuote", "Item", "FootnoteDefinition"):
            self._depth += 1
        if name == "FootnoteDefinition":
            self._footnote(str(detail), start)
        elif name == "HtmlBlock":
            self._edits.append((start, start, f"\n{self._inside(start)}"))
        elif name == "CodeBlock" and isinstance(detail, dict) and not self._depth:
            self._fence = (start, end)

    def _end(self, name: str, start: int, end: int) -> None:
        if name in _LEAVES:
            self._reached(end)
        if name in ("Link", "Image"):
            target, _ = self._targets.pop()
            self._use(target, start, end)
            self._reached(end)
            return
        if name == "TableCell":
            self._cell_end = end
        elif name == "TableRow":
            self._surplus(end)
        elif name in ("BlockQuote", "Item", "FootnoteDefinition"):
            self._depth -= 1
        elif name == "HtmlBlock":
            self._edits.append((end, end, f"{self._inside(start)}\n"))
        if name in _BLOCKS:
            self._definitions(end)
        else:
            self._reached(end)

    def _reached(self, end: int) -> None:
        self._gaps.reach(end)
        self._inner_end = end

    # ------------------------------------------------------------------ writing

    def _number(self, key: str) -> int:
        return self._notes.setdefault(key, len(self._notes) + 1)

    def _footnote(self, label: str, start: int) -> None:
        stop = self._source.index(b"]:", start) + 2
        key = folded(label)
        if key in self._defined:
            key = f"{key}\n{start}"
        self._defined.add(key)
        self._gaps.reach(stop)
        self._edits.append((start, stop, f"[^{self._prefix}{self._number(key)}]:"))

    def _use(self, target: Target, start: int, end: int) -> None:
        """Rewrite a reference to use the new label of its definition."""
        if target["link_type"] not in BY_REFERENCE or not is_whole(target["dest_url"]):
            return
        key = folded(target["id"])
        self._used.add(key)
        if target["link_type"] == "Shortcut":
            self._edits.append((end, end, f"[{self._label(key)}]"))
            return
        if target["link_type"] == "Collapsed":
            # The parser reports only the text of the link.
            stop = end if self._source[end - 2 : end] == b"[]" else end + 2
            self._edits.append((stop - 1, stop - 1, self._label(key)))
            return
        boundary = self._source.find(b"][", self._inner_end, end)
        if boundary >= 0:
            self._edits.append((boundary + 2, end - 1, self._label(key)))

    def _label(self, key: str) -> str:
        return self._labels.setdefault(key, f"{self._prefix}{len(self._labels) + 1}")

    def _definitions(self, start: int) -> None:
        for dropped in self._gaps.before(start):
            if dropped.label is None:
                self._as_text(dropped.start, dropped.end)
            else:
                stop = self._source.index(b"]:", dropped.start)
                self._candidates.append((dropped.start + 1, stop, dropped.label))

    def _as_text(self, start: int, end: int) -> None:
        start = self._source.rfind(b"[", 0, start + 1)
        self._edits.append((start, start, "\\"))
        line = self._source.find(b"\n", end)
        if line >= 0:
            self._edits.append((line + 1, line + 1, f"{self._inside(start)}\n"))

    def _surplus(self, end: int) -> None:
        row = self._source[self._cell_end : end]
        if row.strip(b"|> \t\r\n"):
            text = row.decode().strip("|> \t\r\n").replace("|", "\\|")
            self._edits.append((self._cell_end, end, f" \\| {text} |\n"))

    def _inside(self, place: int) -> str:
        """Return the beginning of a new line inside the containers that are open at a place."""
        line = self._source.rfind(b"\n", 0, place) + 1
        return _NOT_A_QUOTE.sub(b" ", self._source[line:place]).decode()

    def _applied(self) -> str:
        done, written = 0, list[bytes]()
        for start, end, text in sorted(self._edits, key=_order):
            if start < done:
                continue
            written += [self._source[done:start], text.encode()]
            done = end
        return b"".join([*written, self._source[done:]]).decode()

    def _closing(self) -> str:
        """Return the end of a code block that the body leaves open."""
        if self._fence is None:
            return ""
        lines = self._source[self._fence[0] : self._fence[1]].decode().rstrip().split("\n")
        opening = lines[0].lstrip()
        fence = opening[: len(opening) - len(opening.lstrip(opening[0]))]
        last = lines[-1].strip()
        is_closed = len(lines) > 1 and last == opening[0] * len(last) and len(last) >= len(fence)
        return "" if is_closed else f"\n{fence}"
