"""Converts the parser's events of one document to HTML."""

import re
from html import escape
from typing import cast

from app.content.markdown.addresses import href, is_whole
from app.content.markdown.autolinks import last_address, linked, may_hold_address, trimmed
from app.content.markdown.footnotes import Footnotes
from app.content.markdown.gaps import Dropped, Gaps
from app.content.markdown.limits import EXPANDED, MAX_DEPTH, MAX_ELEMENTS, too_deep, too_long
from app.content.markdown.parsing import BY_REFERENCE, Target, folded, parts
from app.content.markdown.tables import Tables
from app.models.values import FORBIDDEN_CHARACTERS

_FORBIDDEN = re.compile(f"[{FORBIDDEN_CHARACTERS}]")
_ADDRESS_IN_SOURCE = re.compile(rb"[^\s<]*")

_LEVELS = frozenset({"BlockQuote", "Item", "FootnoteDefinition"})
_SPANS = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image"})
_CUTS = frozenset({"Emphasis", "Strong", "Strikethrough"})
"""Markup whose delimiters may occur in an address."""
_LEAVES = frozenset({"Paragraph", "Heading", "CodeBlock", "HtmlBlock"})
_TAGS = {
    "Emphasis": ("<em>", "</em>"),
    "Strong": ("<strong>", "</strong>"),
    "Strikethrough": ("<del>", "</del>"),
}
_BLOCKS = {
    "Paragraph": ("<p>", "</p>\n"),
    "HtmlBlock": ("<p>", "</p>\n"),
    "BlockQuote": ("<blockquote>\n", "</blockquote>\n"),
    "Item": ("<li>", "</li>\n"),
}
_MARKS = {
    "False": '<input type="checkbox" disabled aria-label="To do"> ',
    "True": '<input type="checkbox" disabled checked aria-label="Done"> ',
}


class Page:
    """Renders one document. For a single use."""

    def __init__(self, markdown: str) -> None:
        self.source = markdown.encode()
        self.cut_addresses: list[tuple[int, int]] = []
        """Bare addresses that markup cut short, as byte ranges of the source."""
        self._markdown = markdown
        # Only character references can produce forbidden characters.
        self._has_references = "&#" in markdown
        self._may_define = "]:" in markdown
        self._out: list[str] = []
        self._around: list[tuple[str, list[str]]] = []
        """The labels of open footnotes, with the output outside of each."""
        self._notes = Footnotes()
        self._tables = Tables()
        self._gaps = Gaps(markdown, self.source)
        self._is_between = True
        """Whether no text followed the last start or end of a block."""
        self._text: list[tuple[str, int]] = []
        """Text that is not yet written, each piece with its place in the source."""
        self._text_end = 0
        self._cell_end: int | None = None
        """End of the current table cell in the source."""
        self._open: list[str] = []
        """The closing HTML of open links and images."""
        self._links = 0
        self._alternative: list[str] | None = None
        """The alternative text of the current image."""
        self._picture = ("", 0)
        """The current image before its alternative text, and the number of open targets around."""
        self._is_verbatim = False
        self._elements = self._levels = self._spans = 0
        self._unused: list[tuple[list[str], int, Dropped]] = []
        self._used: set[str] = set()
        self._expanded = self._largest = 0

    def write(self) -> str:
        """Render the document; the result is not yet checked.

        Raises:
            MarkdownRefused: the document exceeds a limit.
        """
        for kind, name, detail, start, end in parts(self._markdown):
            if kind == "Text" or kind == "Html":
                if self._is_between:
                    self._show(start)
                    self._is_between = False
                self._text.append((name, start))
                self._text_end = end
                continue
            if self._text:
                self._write_text(name if kind == "Start" else "")
            if kind == "Start":
                self._elements += 1
                if self._elements > MAX_ELEMENTS:
                    raise too_long(f"It has more than {MAX_ELEMENTS} elements; shorten it.")
                self._start(name, detail, start, end)
            elif kind == "End":
                self._end(name, detail, end)
            else:
                self._inline(kind, name, start, end)
        if self._text:
            self._write_text("")
        self._show(len(self.source))
        for out, place, dropped in self._unused:
            if dropped.label not in self._used:
                out[place] = self._paragraph(dropped.text)
        return "".join([*self._out, self._notes.html()])

    # ------------------------------------------------------------------ text

    def _plain(self, text: str) -> str:
        if self._has_references:
            text = _FORBIDDEN.sub("\ufffd", text)
        return escape(text, quote=False)

    def _attribute(self, text: str) -> str:
        return escape(_FORBIDDEN.sub("\ufffd", text))

    def _anchor(self, address: str, text: str) -> str:
        rel = 'rel="nofollow noopener"'
        return f'<a href="{self._attribute(href(address))}" {rel}>{self._plain(text)}</a>'

    def _linked(self, text: str) -> str:
        if may_hold_address(text):
            return linked(text, anchor=self._anchor, escape=self._plain)
        return self._plain(text)

    def _write_text(self, opens: str) -> None:
        """Write the pending text; `opens` is the markup that follows, if any."""
        text = "".join([piece for piece, _ in self._text])
        if opens in _CUTS and "://" in text:
            self._note_cut(text)
        self._text.clear()
        if self._alternative is not None:
            self._alternative.append(text)
        elif self._is_verbatim or self._links:
            self._out.append(self._plain(text))
        else:
            self._out.append(self._linked(text))

    def _note_cut(self, text: str) -> None:
        if self._is_verbatim or self._links or (begin := last_address(text)) is None:
            return
        passed = start = 0
        for piece, place in self._text:
            if passed <= begin < passed + len(piece):
                start = place + len(piece[: begin - passed].encode())
            passed += len(piece)
        stop = len(self.source) if self._cell_end is None else self._cell_end
        found = _ADDRESS_IN_SOURCE.match(self.source, start, stop)
        address = trimmed(found[0].decode(errors="replace")) if found else ""
        if address.startswith(text[begin:]) and len(address) > len(text) - begin:
            self.cut_addresses.append((start, start + len(address.encode())))

    def _inline(self, kind: str, name: str, start: int, end: int) -> None:
        if self._is_between:
            self._show(start)
            self._is_between = kind == "Rule"
        self._text_end = end
        if self._alternative is not None:
            said = {"SoftBreak": "\n", "HardBreak": "\n", "FootnoteReference": f"[{name}]"}
            self._alternative.append(said.get(kind, name))
        elif kind == "SoftBreak":
            self._out.append("\n")
        elif kind == "HardBreak":
            self._out.append("<br>\n")
        elif kind == "Code":
            self._out.append(f"<code>{self._plain(name)}</code>")
        elif kind == "InlineHtml":
            self._out.append(self._plain(name))
        elif kind == "FootnoteReference":
            # Links cannot be nested: inside a link a reference is only its number.
            number = self._notes.number(name) if self._links else 0
            self._out.append(f"[{number}]" if number else self._notes.reference(name))
        elif kind == "TaskListMarker":
            self._out.append(_MARKS[name])
        elif kind == "Rule":
            self._block("<hr>\n")

    # ------------------------------------------------------------------ elements

    def _start(self, name: str, detail: object, start: int, end: int) -> None:
        if name in _SPANS:
            self._start_span(name, detail, start)
            return
        self._show(start)
        self._is_between = name not in _LEAVES
        if name in _LEVELS:
            self._levels += 1
            if self._levels > MAX_DEPTH:
                raise too_deep()
        if name in _BLOCKS:
            self._block(_BLOCKS[name][0])
            self._is_verbatim = name == "HtmlBlock"
        elif name == "List":
            number = "" if detail in (None, 1) else f' start="{detail}"'
            self._block("<ul>\n" if detail is None else f"<ol{number}>\n")
        elif name == "Heading":
            self._block(f"<{cast('dict[str, str]', detail)['level'].lower()}>")
        elif name == "CodeBlock":
            self._block(self._code(detail))
            self._is_verbatim = True
        elif name == "FootnoteDefinition":
            self._gaps.reach(self.source.index(b"]:", start) + 2)
            self._around.append((str(detail), self._out))
            self._out = []
        else:
            self._start_of_table(name, detail, start, end)

    def _start_of_table(self, name: str, detail: object, start: int, end: int) -> None:
        if name == "Table":
            self._block(self._tables.begin(cast("tuple[str, ...]", detail)))
        elif name == "TableCell":
            self._is_between = False
            self._cell_end = end
            self._out.append(self._tables.begin_cell(start, end))
        else:
            self._block(self._tables.begin_row(is_head=name == "TableHead"))

    def _code(self, detail: object) -> str:
        info = detail["Fenced"] if isinstance(detail, dict) else ""
        language, _, more = info.strip().partition(" ")
        named = f' class="language-{self._attribute(language)}"' if language else ""
        titled = f' title="{self._attribute(more.strip())}"' if more.strip() else ""
        return f"<pre><code{named}{titled}>"

    def _end(self, name: str, detail: object, end: int) -> None:
        if name in _SPANS:
            self._end_span(name, end)
            return
        if name in _LEAVES or name == "TableCell":
            self._gaps.reach(end)
        else:
            if name == "TableRow":
                self._write_surplus(end)
            self._show(end)
        self._is_between = True
        self._levels -= name in _LEVELS
        if name == "HtmlBlock":
            self._out[-1] = self._out[-1].rstrip("\n")
        if name in _BLOCKS:
            self._out.append(_BLOCKS[name][1])
        elif name == "List":
            self._out.append("</ol>\n" if detail else "</ul>\n")
        elif name == "Heading":
            self._out.append(f"</{str(detail).lower()}>\n")
        elif name == "CodeBlock":
            self._out.append("</code></pre>\n")
        elif name == "FootnoteDefinition":
            label, around = self._around.pop()
            self._notes.add(label, self._out)
            self._out = around
        else:
            self._end_of_table(name, end)
        self._is_verbatim = False

    def _end_of_table(self, name: str, end: int) -> None:
        if name == "TableCell":
            self._cell_end = None
            self._out.append(self._tables.end_cell(end))
        elif name == "Table":
            self._out.append(self._tables.end())
        else:
            self._out.append(self._tables.end_row())

    def _write_surplus(self, end: int) -> None:
        """Append the cells beyond the width of the table to the last cell."""
        surplus = self.source[self._tables.cell_end : end].decode().strip("|> \t\r\n")
        if surplus:
            self._out[-1:] = [f" | {self._linked(surplus)}", self._out[-1]]
        self._gaps.reach(end)

    # ------------------------------------------------------------------ spans

    def _start_span(self, name: str, detail: object, start: int) -> None:
        if self._is_between:
            self._show(start)
            self._is_between = False
        self._spans += 1
        if self._spans > MAX_DEPTH:
            raise too_deep()
        if name not in _TAGS:
            self._open.append(self._start_target(name, cast("Target", detail)))
        elif self._alternative is None:
            self._out.append(_TAGS[name][0])

    def _start_target(self, name: str, target: Target) -> str:
        """Begin a link or image; return its closing HTML."""
        is_mail = target["link_type"] == "Email"
        address = f"mailto:{target['dest_url']}" if is_mail else target["dest_url"]
        written = self._attribute(href(address))
        is_referring = target["link_type"] in BY_REFERENCE
        if is_referring:
            self._note_use(target)
        if self._alternative is not None:
            return ""
        if not is_whole(address):
            if not is_referring or name == "Image":
                return ""
            # Its definition is shown as text, so the reference is text too.
            self._out.append("[")
            return f"][{self._plain(target['id'])}]" if target["link_type"] == "Reference" else "]"
        title = f' title="{self._attribute(target["title"])}"' if target["title"] else ""
        if name == "Image":
            self._alternative = []
            self._picture = (f'<img src="{written}"{title}', len(self._open))
            return ""
        self._links += 1
        self._out.append(f'<a href="{written}"{title} rel="nofollow noopener">')
        return "</a>"

    def _note_use(self, target: Target) -> None:
        """Count what references repeat; the parser silently stops repeating at this limit.

        Raises:
            MarkdownRefused: the parser may have stopped.
        """
        self._used.add(folded(target["id"]))
        size = len(target["dest_url"].encode()) + len(target["title"].encode())
        self._expanded += size
        self._largest = max(self._largest, size)
        limit = max(len(self.source), EXPANDED)
        if self._expanded + self._largest > limit:
            raise too_long(
                f"Links by reference repeat more than {limit} characters of addresses; use fewer."
            )

    def _end_span(self, name: str, end: int) -> None:
        self._spans -= 1
        self._text_end = end
        if name in _TAGS:
            if self._alternative is None:
                self._out.append(_TAGS[name][1])
            return
        closing = self._open.pop()
        picture, depth = self._picture
        if self._alternative is None:
            self._links -= closing == "</a>"
            self._out.append(closing)
        elif name == "Image" and depth == len(self._open):
            said = self._attribute("".join(self._alternative))
            self._alternative = None
            self._out.append(f'{picture} alt="{said}">')

    # ------------------------------------------------------------------ blocks

    def _block(self, html: str) -> None:
        """Write the beginning of a block on a new line."""
        if self._out and self._out[-1] and not self._out[-1].endswith("\n"):
            self._out.append("\n")
        self._out.append(html)

    def _show(self, start: int) -> None:
        """Write skipped definitions before a place; used ones are removed at the end."""
        if not self._may_define:
            return
        self._gaps.reach(self._text_end)
        for dropped in self._gaps.before(start):
            if dropped.label is None:
                self._block(self._paragraph(dropped.text))
            else:
                self._unused.append((self._out, len(self._out), dropped))
                self._out.append("")

    def _paragraph(self, text: str) -> str:
        return f"<p>{self._linked(text)}</p>\n"
