"""The application: FastAPI with typed state and the caching middleware around it."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from app.web.caching.fast_path import PostedFastPath, ReadFastPath
from app.web.middleware.caching import CachingMiddleware
from app.web.state import AppState


class Application(FastAPI):
    """FastAPI whose caching middleware is outside even the layers that the framework adds."""

    state: AppState  # type: ignore[assignment]

    def __init__(
        self,
        state: AppState,
        *,
        fast_paths: Sequence[ReadFastPath] = (),
        posted: PostedFastPath | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.state = state
        self.caching = CachingMiddleware(super().__call__, state, fast_paths, posted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.caching(scope, receive, send)
