"""Addresses of our own pages, and the pages of a list that they lead to."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlencode

from app.content.queries.paging import Page, Part


def address(path: str, **parameters: str | None) -> str:
    """The address of a page with those of its parameters that have a value."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def older_page(path: str, found: Page, **parameters: str | None) -> str | None:
    """The address of the page after this one; `None` where it is the last."""
    if found.next_cursor is None:
        return None
    return address(path, **parameters, cursor=found.next_cursor)


def newer_page(path: str, found: Page, **parameters: str | None) -> str | None:
    """The address of the page before this one; `None` where it is the first."""
    if not found.has_previous:
        return None
    if not found.places:
        return address(path, **parameters)
    return address(path, **parameters, before=found.cursor_of(0))


PAGE_SIZE = 20

PageT = TypeVar("PageT", bound=Page)


async def read_page(
    read: Callable[[Part], Awaitable[PageT]], *, cursor: str | None, before: str | None
) -> PageT:
    """Read the rows after `cursor`, or the last rows before `before`; a first page is whole."""
    if before is None:
        return await read(Part(PAGE_SIZE, after=cursor))
    found = await read(Part(PAGE_SIZE, after=cursor, before=before, is_last=True))
    return found if found.has_previous else await read(Part(PAGE_SIZE))
