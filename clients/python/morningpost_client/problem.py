"""Refusals of the server (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

import httpx


class Problem(Exception):
    """The server refused a request, or failed."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        errors: list[dict[str, Any]],
        request_id: str | None,
    ) -> None:
        super().__init__(f"{status} {code}: {detail or title}")
        self.status = status
        """The HTTP status."""
        self.code = code
        """What happened, as a word that never changes, such as `number_taken`."""
        self.title = title
        self.detail = detail
        """What happened and what to do, in English."""
        self.errors = errors
        """One dict for each faulty field, with `pointer`, `code` and `detail`."""
        self.request_id = request_id
        """Names the request in the server's log."""

    @classmethod
    def of(cls, response: httpx.Response) -> "Problem":
        """Read a response of status 400 or above; a proxy's own page gets the code `http_error`."""
        try:
            document = response.json()
        except ValueError:
            document = None
        given: Mapping[str, Any] = document if isinstance(document, dict) else {}
        return cls(
            response.status_code,
            str(given.get("code") or "http_error"),
            str(given.get("title") or response.reason_phrase),
            str(given.get("detail") or ""),
            list(given.get("errors") or []),
            given.get("request_id") or response.headers.get("x-request-id"),
        )
