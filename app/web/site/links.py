"""Addresses of our own pages, as links write them."""

from urllib.parse import urlencode

from app.content.queries.paging import Page


def address(path: str, **parameters: str | None) -> str:
    """The address of a page with those of its parameters that have a value."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def next_page(path: str, found: Page, **parameters: str | None) -> str | None:
    """The address of the page after this one; `None` where it is the last."""
    if found.next_cursor is None:
        return None
    return address(path, **parameters, cursor=found.next_cursor)
