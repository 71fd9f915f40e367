"""Display names of entries and subjects: their title or their id."""


def has_title(name: str | None, external_id: str) -> bool:
    """Whether a name differs from the last part of the id, like the title of a paper."""
    return (name or "").strip().casefold() not in ("", external_id.rpartition("/")[2].casefold())


def shown_name(name: str | None, external_id: str) -> str:
    """Return the title if there is one, otherwise the whole id, which includes the owner."""
    return name if name is not None and has_title(name, external_id) else external_id
