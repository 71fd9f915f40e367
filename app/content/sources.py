"""The closed list of sources: what each one counts, and where its things are found.

Behind validation, filters and enums. A source is one line here (and, for syncing, one file).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from app.models.values import EntryKind, SourceName


@dataclass(frozen=True, slots=True)
class Source:
    """One upstream: its name, and for each kind of thing it lists the start of its page's URL."""

    name: SourceName
    label: str
    """How it writes its own name."""
    pages: Mapping[EntryKind, str]

    @property
    def kinds(self) -> tuple[EntryKind, ...]:
        return tuple(self.pages)

    def page_of(self, *, kind: EntryKind, external_id: str) -> str:
        """Where a thing is found upstream."""
        return self.pages[kind] + quote(external_id, safe="/")


SOURCES: tuple[Source, ...] = (
    Source(
        "huggingface",
        "Hugging Face",
        {
            "model": "https://huggingface.co/",
            "dataset": "https://huggingface.co/datasets/",
            "space": "https://huggingface.co/spaces/",
            "paper": "https://huggingface.co/papers/",
        },
    ),
    Source("github", "GitHub", {"repository": "https://github.com/"}),
)

KIND_LABELS: Mapping[EntryKind, str] = {
    "model": "models",
    "dataset": "datasets",
    "space": "spaces",
    "paper": "papers",
    "repository": "repositories",
}
"""The kinds of things as a heading writes them."""

_BY_NAME = {source.name: source for source in SOURCES}


def source_named(name: SourceName) -> Source:
    return _BY_NAME[name]
