"""How a route declares the API key and the scopes that it needs, as its `openapi_extra`.

The gate reads the declaration back, so a route enforces what the OpenAPI document says.
"""

from collections.abc import Mapping, Sequence

from app.content.access import SCOPES, Scope

SECURITY_SCHEME = "apiKey"
"""Name of the security scheme in the OpenAPI document."""

WITH_PUBLISH = "x-scopes-with-publish"
"""Member of an operation: the scopes that `?publish=true` needs in addition."""
WITH_STATUS = "x-drafts-read-with-status"
"""Member of a route, left out of the document: values of `?status=` that need `drafts:read`."""


def needs(*scopes: Scope, with_publish: bool = False) -> dict[str, object]:
    """Declare the scopes of a route; without any, every valid key is admitted.

    `with_publish`: `?publish=true` needs `issues:publish` in addition.
    """
    extra: dict[str, object] = {"security": [{SECURITY_SCHEME: list(scopes)}]}
    if with_publish:
        extra[WITH_PUBLISH] = ["issues:publish"]
    return extra


def key_is_optional(*, with_status: Sequence[str] = ()) -> dict[str, object]:
    """Declare that a public route shows more to a request with a key.

    `with_status`: the values of `?status=` that need `drafts:read`.
    """
    extra: dict[str, object] = {"security": [{}, {SECURITY_SCHEME: []}]}
    if with_status:
        extra[WITH_STATUS] = list(with_status)
    return extra


def scopes_of(openapi_extra: Mapping[str, object]) -> tuple[Scope, ...] | None:
    """Read back what `needs` declared; `None` if the route needs no key."""
    security = openapi_extra.get("security")
    # An empty requirement among the alternatives makes the key optional (OpenAPI 3.1, 4.8.30).
    if not isinstance(security, list) or not security or {} in security:
        return None
    return known_scopes(security[0][SECURITY_SCHEME])


def known_scopes(scopes: object) -> tuple[Scope, ...]:
    """Narrow declared names to scopes, in the order of `SCOPES`."""
    assert isinstance(scopes, Sequence)
    return tuple(scope for scope in SCOPES if scope in scopes)
