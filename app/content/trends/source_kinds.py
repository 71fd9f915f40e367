"""Which kinds of subjects a source has, as a check that REST and GraphQL share."""

from collections.abc import Callable

from app.models.source import source_named
from app.models.values import EntryKind, SourceName


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
