"""Footnotes: numbered as they are referred to, gathered at the end of their document."""

from app.content.markdown.parsing import folded

SLUG = "\ufdd0"
"""Stands in ids for the slug of the section, which is known later. No text may hold it."""

# An underscore stands in no slug, so no id of ours is that of a section.
_NOTE = f"fn_{SLUG}_"
_REFERENCE = f"fnref_{SLUG}_"


class Footnotes:
    """The notes of one document. One that nothing refers to, or whose label is taken, is kept."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._notes: dict[str, list[str]] = {}
        self._linked: set[str] = set()

    def number(self, label: str) -> int:
        """The number of a note that the text refers to."""
        return self._numbers.setdefault(folded(label), len(self._numbers) + 1)

    def reference(self, label: str) -> str:
        """A reference as HTML. The first to a note is where the note leads back to."""
        number, key = self.number(label), folded(label)
        anchor = "" if key in self._linked else f' id="{_REFERENCE}{number}"'
        self._linked.add(key)
        link = f'<a href="#{_NOTE}{number}"{anchor}>{number}</a>'
        return f'<sup class="footnote-ref">{link}</sup>'

    def add(self, label: str, html: list[str]) -> None:
        """Keep the content of a note, pieces that may still change."""
        key = folded(label)
        if key in self._notes:
            key = f"{key}\n{len(self._notes)}"  # a label holds no line break
        self._notes[key] = html

    def html(self) -> str:
        """All notes as a list, in the order of their numbers; empty where there are none."""
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
