"""The closed list of sources, one line each. `app/sync/<name>.py` surveys a source.

Behind validation, filters, enums and addresses. A source has things of the kinds below; a new kind
needs a rule of its own in `content/trends/ranking.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import quote

EntryKind = Literal["model", "dataset", "space", "paper", "repository"]

KIND_LABELS: Mapping[EntryKind, str] = {
    "model": "models",
    "dataset": "datasets",
    "space": "spaces",
    "paper": "papers",
    "repository": "repositories",
}
"""The plural of each kind, as in headings."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source: its API, and the beginning of page addresses for each of its kinds."""

    name: str
    label: str
    """Its own spelling of its name."""
    api: str
    """The API's origin, unless a setting overrides it."""
    pages: Mapping[EntryKind, str]

    @property
    def kinds(self) -> tuple[EntryKind, ...]:
        return tuple(self.pages)

    def page_of(self, *, kind: EntryKind, external_id: str) -> str:
        """Return the upstream page of a subject."""
        return self.pages[kind] + quote(external_id, safe="/")


_HUB = "https://huggingface.co/"
_HUB_PAGES: Mapping[EntryKind, str] = {
    "model": _HUB,
    **{kind: f"{_HUB}{KIND_LABELS[kind]}/" for kind in ("dataset", "space", "paper")},
}

SOURCES: tuple[Source, ...] = (
    Source("huggingface", "Hugging Face", "https://huggingface.co", _HUB_PAGES),
    Source("github", "GitHub", "https://api.github.com", {"repository": "https://github.com/"}),
)

KIND_COUNT = sum(len(source.kinds) for source in SOURCES)
"""The number of kinds of all sources: each has a board of its own."""

if TYPE_CHECKING:
    SourceName: TypeAlias = str
else:
    # Pydantic and the enums read the values; type checkers cannot.
    SourceName = Literal[tuple(each.name for each in SOURCES)]

_BY_NAME = {source.name: source for source in SOURCES}


def source_named(name: SourceName) -> Source:
    """Return a source by name."""
    return _BY_NAME[name]


def missing_kind(
    source: SourceName | None, kind: EntryKind | None, *, spell: Callable[[str], str] = str
) -> str | None:
    """Return a sentence that refuses a kind that the source does not have, else `None`.

    `spell`: how the interface writes a source or kind; GraphQL writes enum members in capitals.
    """
    if source is None or kind is None or kind in (kinds := source_named(source).kinds):
        return None
    known = ", ".join(spell(each) for each in kinds)
    return f"{spell(source)} has no kind {spell(kind)}. Its kinds: {known}."
