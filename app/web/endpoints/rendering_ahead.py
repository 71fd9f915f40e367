"""Rendering the bodies of a write in a thread, before it waits for the write lock."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TypeVar

from app.content.access import Principal
from app.content.markdown import Rendered
from app.errors import MorningPostError
from app.models.values import MAX_BODY

T = TypeVar("T")

_SMALL_BYTES = 4_096
"""Below it the bodies render in a millisecond or so, and a thread would only cost time."""


@cache
def _renderer() -> ThreadPoolExecutor:
    # One thread: several would share the interpreter, and each holds up the event loop a little.
    return ThreadPoolExecutor(1, thread_name_prefix="markdown")


async def rendered_ahead(
    sent: bytes, principal: Principal, *, parse: Callable[[], object]
) -> Rendered:
    """Render the bodies in a JSON document; refusals are kept and come up in their turn.

    `parse` returns what was sent as JSON. Nothing is rendered for callers who may not write.
    """
    rendered = Rendered()
    if len(sent) >= _SMALL_BYTES and "issues:write" in principal.scopes:
        await in_render_thread(partial(_render, parse, rendered))
    return rendered


async def in_render_thread(work: Callable[[], T]) -> T:
    """Run work that renders bodies, and return its result."""
    return await asyncio.get_running_loop().run_in_executor(_renderer(), work)


def _render(parse: Callable[[], object], rendered: Rendered) -> None:
    try:
        value = parse()
    except MorningPostError:
        return  # the command refuses it in its turn
    for body in _bodies(value):
        if len(body) <= MAX_BODY:
            rendered.prepare(body)


def _bodies(value: object) -> Iterator[str]:
    """All texts named `body`, wherever they stand: GraphQL has them in its variables."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list):
            waiting += here
        elif isinstance(here, dict):
            body = here.get("body")
            if isinstance(body, str):
                yield body
            waiting += here.values()
