"""The gate: checks a request before its route handles it, in the order of the contract.

Method 405, key 401, scope 403, rate limit 429, query parameters 400. `AdmittedRoute` passes every
REST route and page through it; GraphQL calls it itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request

from app.content.access import Principal
from app.database.replica import read_as_public
from app.errors import MethodNotAllowed, Unauthenticated
from app.web.admission.counting import NOT_COUNTED, count_request
from app.web.admission.credentials import authenticate
from app.web.admission.query_parameters import check_query
from app.web.admission.scopes import WITH_PUBLISH, WITH_STATUS, known_scopes, scopes_of
from app.web.http.route_match import SAFE_METHODS
from app.web.state import request_state

ACTIONS = frozenset({"import", "validate"})
"""Last segments of POST /v1/issues/<action>, which therefore cannot name an issue."""
_TRUE = frozenset({"true", "1", "yes", "on", "t", "y"})
"""The values that Pydantic reads as true."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a route declares for the gate."""

    template: str
    """The path as declared, such as `/v1/issues/{ref}`."""
    query_parameters: Mapping[str, bool] = field(default_factory=dict)
    """Names of the query parameters, and whether each may be repeated."""
    openapi_extra: Mapping[str, object] = field(default_factory=dict)
    """Holds what `needs` or `key_is_optional` declared."""


async def admit(request: Request, admission: Admission) -> Principal:
    """Admit a request and note its principal in the request state, or raise the first refusal.

    Raises:
        MethodNotAllowed: a write to `latest`, or a method that an action or the Markdown of an
            issue does not take.
        Unauthenticated: no key where one is needed, or a key that is not valid.
        Forbidden: the key lacks a scope of the route.
        RateLimited: the caller has used up this window.
        BadRequest: a query parameter that is unknown, repeated, or not text.
    """
    _refuse_reserved_words(request, admission)
    principal = await authenticate(request)
    request_state(request).principal = principal
    read_as_public(principal.is_public)
    _require(principal, admission, request)
    if admission.template not in NOT_COUNTED:
        await count_request(request, principal)
    check_query(
        request.scope["query_string"],
        admission.query_parameters,
        is_strict=admission.template.startswith("/v1/"),
    )
    return principal


def _refuse_reserved_words(request: Request, admission: Admission) -> None:
    """Refuse methods on `latest`, on the Markdown of an issue, and on the names of actions."""
    if not admission.template.startswith("/v1/issues/{ref}"):
        return
    ref = request.path_params.get("ref")
    if ref == "latest" and request.method not in SAFE_METHODS:
        raise MethodNotAllowed(
            "method_not_allowed",
            "What is latest may change between reading and writing; name the issue by its "
            "number, date or slug.",
            allow=("GET", "HEAD"),
        )
    if admission.template != "/v1/issues/{ref}" or not isinstance(ref, str):
        return
    if ref.endswith(".md") and ref != ".md":
        raise MethodNotAllowed(
            "method_not_allowed", "The Markdown of an issue is only read.", allow=("GET", "HEAD")
        )
    if ref in ACTIONS:
        raise MethodNotAllowed(
            "method_not_allowed", f"This is not an issue; POST to {ref}.", allow=("POST",)
        )


def _require(principal: Principal, admission: Admission, request: Request) -> None:
    query, declared = request.query_params, admission.openapi_extra
    for_drafts = declared.get(WITH_STATUS)
    if isinstance(for_drafts, list) and set(for_drafts) & set(query.getlist("status")):
        principal.require("drafts:read")
    scopes = scopes_of(declared)
    if scopes is None:
        return
    if not scopes and principal.is_public:
        raise Unauthenticated(
            "unauthenticated", "This needs a key: send Authorization: Bearer <key>."
        )
    principal.require(*scopes)
    with_publish = declared.get(WITH_PUBLISH)
    if with_publish and any(value.lower() in _TRUE for value in query.getlist("publish")):
        principal.require(*known_scopes(with_publish))
