"""The application: FastAPI, with the edge before it."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from app.web.caching.fast_path import Shortcut
from app.web.caching.middleware import Edge


class Application(FastAPI):
    """FastAPI whose edge stands outside even of the layers that the framework puts on itself."""

    def __init__(self, *, shortcuts: Sequence[Shortcut] = (), **options: Any) -> None:
        super().__init__(**options)
        self.edge = Edge(super().__call__, self.state, shortcuts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.edge(scope, receive, send)
