"""How an entry or a subject is called where people read: by its title, or by its id."""


def has_title(name: str | None, external_id: str) -> bool:
    """Whether a name says more than the last part of the id, as the title of a paper does."""
    return (name or "").strip().casefold() not in ("", external_id.rpartition("/")[2].casefold())


def shown_name(name: str | None, external_id: str) -> str:
    """The title where there is one, else the whole id, whose owner matters."""
    return name if name is not None and has_title(name, external_id) else external_id
