"""The one dependency that stands first on every route: who calls, may they, how often, with what.

It keeps the order of refusals: method 405, key 401, scope 403, rate 429, parameters 400.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from app.content.access import SCOPES, Principal, Scope
from app.errors import (
    BadRequest,
    Fault,
    Hints,
    MethodNotAllowed,
    RateLimited,
    Unauthenticated,
    quoted,
)
from app.models.values import NOT_TEXT
from app.web.admission.credentials import authenticate
from app.web.admission.rate_limit import Quota, RateLimiter
from app.web.http.negotiation import combined
from app.web.http.route_match import SAFE_METHODS, RouteFacts, facts_of
from app.web.problems.handlers import MAX_FAULTS

SECURITY_SCHEME = "apiKey"
"""Name of the scheme in the OpenAPI document."""

WITH_PUBLISH = "x-scopes-with-publish"
_WITH_STATUS = "x-drafts-read-with-status"
NOT_COUNTED = frozenset({"/livez", "/readyz", "/metrics", "/v1/limits"})
ACTIONS = frozenset({"import", "validate"})
"""Words that stand where an issue could, and take a POST."""
_TRUE = frozenset({"true", "1", "yes", "on", "t", "y"})  # what FastAPI takes for true


def needs(*scopes: Scope, with_publish: bool = False) -> dict[str, object]:
    """Declare the scopes of a route, as its `openapi_extra`: what is documented is enforced.

    Without scopes any valid key will do. `with_publish`: `?publish=true` needs `issues:publish`
    as well.
    """
    extra: dict[str, object] = {"security": [{SECURITY_SCHEME: list(scopes)}]}
    if with_publish:
        extra[WITH_PUBLISH] = ["issues:publish"]
    return extra


def key_is_optional(*, with_status: Sequence[str] = ()) -> dict[str, object]:
    """Declare that a public route shows more to a key, as its `openapi_extra`.

    `with_status`: the words of `?status=` that need `drafts:read`.
    """
    extra: dict[str, object] = {"security": [{}, {SECURITY_SCHEME: []}]}
    if with_status:
        extra[_WITH_STATUS] = list(with_status)
    return extra


async def gate(request: Request) -> Principal:
    """Let a request in, or say the first thing that is in its way.

    Raises:
        MethodNotAllowed: a write to `latest`, which may be another issue by then; anything but a
            POST to what is no issue, but an action on all of them.
        Unauthenticated: no key where one is needed, or one that is not valid.
        Forbidden: a key without the scope of the route.
        RateLimited: one request too many in this window.
        BadRequest: a query parameter that is unknown, doubled, or not text.
    """
    facts = facts_of(request.scope) or RouteFacts(request.scope["path"], {}, {})
    _refuse_reserved_words(request, facts)
    principal = await authenticate(request)
    request.state.principal = principal
    _require(principal, facts, request)
    if facts.template not in NOT_COUNTED:
        await _count(request, principal)
    _check_parameters(request, facts)
    return principal


Caller = Annotated[Principal, Depends(gate)]
"""The principal of a request that passed the gate."""


def _refuse_reserved_words(request: Request, facts: RouteFacts) -> None:
    """Keep words that no issue can be called from being taken for issues."""
    if not facts.template.startswith("/v1/issues/{ref}"):
        return
    ref = request.path_params.get("ref")
    if ref == "latest" and request.method not in SAFE_METHODS:
        raise MethodNotAllowed(
            "method_not_allowed",
            "What is latest may change between reading and writing; name the issue by its "
            "number, date or slug.",
            allow=("GET", "HEAD"),
        )
    if facts.template != "/v1/issues/{ref}" or not isinstance(ref, str):
        return
    if ref.endswith(".md"):
        raise MethodNotAllowed(
            "method_not_allowed", "The Markdown of an issue is only read.", allow=("GET", "HEAD")
        )
    if ref in ACTIONS:
        raise MethodNotAllowed(
            "method_not_allowed", f"This is not an issue; POST to {ref}.", allow=("POST",)
        )


def _require(principal: Principal, facts: RouteFacts, request: Request) -> None:
    for_drafts = facts.openapi_extra.get(_WITH_STATUS)
    if isinstance(for_drafts, list) and set(for_drafts) & set(
        request.query_params.getlist("status")
    ):
        principal.require("drafts:read")
    scopes = scopes_of(facts.openapi_extra)
    if scopes is None:
        return
    if not scopes and principal.is_public:
        raise Unauthenticated(
            "unauthenticated", "This needs a key: send Authorization: Bearer <key>."
        )
    principal.require(*scopes)
    with_publish = facts.openapi_extra.get(WITH_PUBLISH)
    if with_publish and any(
        value.lower() in _TRUE for value in request.query_params.getlist("publish")
    ):
        principal.require(*_known(with_publish))


def scopes_of(openapi_extra: Mapping[str, object]) -> tuple[Scope, ...] | None:
    """Read back what `needs` declared; `None` where no key is needed."""
    security = openapi_extra.get("security")
    # An empty requirement among the alternatives makes the key optional (OpenAPI 3.1, 4.8.30).
    if not isinstance(security, list) or not security or {} in security:
        return None
    return _known(security[0][SECURITY_SCHEME])


def _known(scopes: object) -> tuple[Scope, ...]:
    assert isinstance(scopes, Sequence)
    return tuple(scope for scope in SCOPES if scope in scopes)


async def _count(request: Request, principal: Principal) -> None:
    """Count a request against its caller, unless the edge has done so.

    Raises:
        RateLimited: it is one too many.
    """
    state = request.state
    if not hasattr(state, "quota"):
        limiter: RateLimiter = request.app.state.limiter
        state.quota = await limiter.hit(identity_of(request, principal))
    quota: Quota | None = state.quota
    if quota is not None and quota.exceeded:
        raise RateLimited("rate_limited", _sentence(quota), retry_after_seconds=quota.reset_seconds)


def identity_of(request: HTTPConnection, principal: Principal) -> str:
    """Name who is counted for this request: the key, else the client's address."""
    limiter: RateLimiter = request.app.state.limiter
    client = request.client.host if request.client else None
    return limiter.identity_of(principal, client, combined(request.headers, "x-forwarded-for"))


def caller_of(request: Request, principal: Principal) -> str:
    """Name who holds what is shared out by caller: the key, else the client's address."""
    limiter: RateLimiter = request.app.state.limiter
    client = request.client.host if request.client else None
    return limiter.caller_of(principal, client, combined(request.headers, "x-forwarded-for"))


def _sentence(quota: Quota) -> str:
    return (
        f"More than {quota.limit} requests in {quota.window} seconds; "
        f"the next window begins in {quota.reset_seconds} seconds."
    )


def _check_parameters(request: Request, facts: RouteFacts) -> None:
    """Refuse parameters under /v1 that would be without effect, and text that is none anywhere."""
    query = request.scope["query_string"].decode("latin-1")
    if not query:
        return
    known = facts.query_parameters
    is_strict = facts.template.startswith("/v1/")
    faults: list[Fault] = []
    seen: set[str] = set()
    hints = Hints()
    for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape"):
        if name not in known:
            if is_strict and name not in seen:
                faults.append(_unknown(name, hints.hint(name, list(known))))
        elif not _is_text(value):
            faults.append(_wrong(name, "invalid_text", "must be UTF-8 without control characters."))
        elif name in seen and not known[name] and is_strict:
            faults.append(_wrong(name, "doubled", "may stand only once."))
        seen.add(name)
        if len(faults) == MAX_FAULTS:
            break  # an answer shows no more
    if not faults:
        return
    first = faults[0]
    if first.code == "unknown_parameter":
        raise BadRequest("unknown_parameter", first.detail, faults=faults)
    detail = f"The parameter {first.parameter} {first.detail}"
    raise BadRequest("invalid_parameter", detail, faults=faults)


def _unknown(name: str, hint: str) -> Fault:
    detail = f"There is no parameter {quoted(name)} here.{hint}"
    return _wrong(name, "unknown_parameter", detail)


def _wrong(name: str, code: str, detail: str) -> Fault:
    return Fault("", code, detail, parameter=quoted(name)[1:-1])


def _is_text(value: str) -> bool:
    """Whether a value is UTF-8 and free of what PostgreSQL or a terminal would trip over."""
    return not NOT_TEXT.search(value)
