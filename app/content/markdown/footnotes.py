"""Footnotes: numbered in order of reference and listed at the end of the document."""

from app.content.markdown.parsing import folded

SLUG = "\ufdd0"
"""Placeholder for the slug of the section in ids. Texts must not contain it."""

# Slugs have no underscore, so these ids never equal that of a section.
_NOTE = f"fn_{SLUG}_"
_REFERENCE = f"fnref_{SLUG}_"


class Footnotes:
    """The footnotes of a document; unreferenced and duplicate ones are kept."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._notes: dict[str, list[str]] = {}
        self._linked: set[str] = set()

    def number(self, label: str) -> int:
        """Return the number of a footnote that is referenced."""
        return self._numbers.setdefault(folded(label), len(self._numbers) + 1)

    def reference(self, label: str) -> str:
        """Format a reference; the footnote links back to the first one."""
        number, key = self.number(label), folded(label)
        anchor = "" if key in self._linked else f' id="{_REFERENCE}{number}"'
        self._linked.add(key)
        link = f'<a href="#{_NOTE}{number}"{anchor}>{number}</a>'
        return f'<sup class="footnote-ref">{link}</sup>'

    def add(self, label: str, html: list[str]) -> None:
        """Store the content of a footnote, as pieces that may still change."""
        key = folded(label)
        if key in self._notes:
            key = f"{key}\n{len(self._notes)}"  # unique, as labels have no line breaks
        self._notes[key] = html

    def html(self) -> str:
        """Format all footnotes as a list in order of their numbers; empty if there are none."""
        if not self._notes:
            return ""
        for key in self._notes:
            self._numbers.setdefault(key, len(self._numbers) + 1)
        notes = [
            self._note(number, key, "".join(self._notes.get(key, ())))
            for key, number in self._numbers.items()
        ]
        return f'<div class="footnotes">\n<ol>\n{"".join(notes)}</ol>\n</div>\n'

    def _note(self, number: int, key: str, html: str) -> str:
        if key in self._linked:
            back = (
                f'<a class="footnote-back" href="#{_REFERENCE}{number}"'
                f' aria-label="Back to reference {number}">↩</a>'
            )
            paragraph = "</p>\n"
            if html.endswith(paragraph):
                html = f"{html.removesuffix(paragraph)} {back}{paragraph}"
            else:
                html += f"<p>{back}</p>\n"
        return f'<li id="{_NOTE}{number}">\n{html}</li>\n'
