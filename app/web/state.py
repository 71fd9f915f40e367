"""Typed state: what an application holds, and what the layers of one request tell each other.

`app.state` is an `AppState`; handlers read it with `app_state(request)`. Each request has a
`RequestState`, read with `request_state(request)`.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Scope

from app.config import Settings
from app.content.access import PUBLIC, Principal
from app.content.changes import ChangeWatch
from app.content.checked_heads import CheckedHeads
from app.content.event_feed import EventFeed
from app.content.known_trends import KnownTrends
from app.content.print_rules import PrintRules
from app.content.queries.brief import BriefStore
from app.content.queries.issues import Viewer
from app.db import Database
from app.errors import MorningPostError
from app.sync.runner import SyncService
from app.web.caching.posted import PostedQuery
from app.web.caching.response_cache import ResponseCache
from app.web.ending import Ending
from app.web.http.headers import new_request_id
from app.web.http.negotiation import Offered
from app.web.http.representation import Representation
from app.web.limits.rate_limit import Quota, RateLimiter
from app.web.limits.shares import Shares
from app.web.observability.metrics import Metrics
from app.web.observability.readiness import Readiness

if TYPE_CHECKING:
    from app.web.observability.spans import Tracing

ProblemPage = Callable[[Request, Mapping[str, object]], Response | None]
"""Renders a problem document as an HTML page; `None` where the client prefers the document."""

_REQUEST_STATE = "request_state"
"""Key of the `RequestState` in `scope["state"]`."""


@dataclass(kw_only=True)
class AppState:
    """The services of one application.

    `create_app` builds it; the lifespan sets the fields without a default. Reading one of those
    before startup raises `AttributeError`.
    """

    settings: Settings
    clock: Callable[[], datetime]
    """Returns the current instant in UTC."""
    limiter: RateLimiter
    metrics: Metrics = field(default_factory=Metrics)
    ending: Ending = field(default_factory=Ending)
    tracing: "Tracing | None" = None
    """Makes spans of requests; `None` where OpenTelemetry is not configured."""
    briefs: BriefStore = field(default_factory=BriefStore)
    known_trends: KnownTrends = field(default_factory=KnownTrends)
    """Names and snapshots that were read last, for checks of figures."""
    checked_heads: CheckedHeads = field(default_factory=CheckedHeads)
    response_cache: ResponseCache = field(init=False)
    subscriptions: Shares = field(init=False)
    """The limit of GraphQL subscriptions and event streams together."""
    graphql: object = None
    """The services of GraphQL. Only `graphql/transport/service.py` knows their type."""
    count_streams: Callable[[], Mapping[str, int]] = dict
    """Returns the open sockets and subscriptions, by the names of their metrics."""
    problem_page: ProblemPage | None = None
    check_drafts: Callable[[Iterable[int]], None] = lambda _: None
    """Has the figures of drafts judged soon, by the numbers of their issues."""
    wake_deliveries: Callable[[], None] = lambda: None
    """Tells the dispatcher of webhooks, if this process runs one, that there is new work."""
    owns_process: bool = False
    """Whether the process serves this application only, so that it may tune the interpreter."""
    openapi: Callable[[], bytes] = field(init=False)
    """Returns the OpenAPI document as JSON."""

    identity: bytes | None = None
    """The identity of the paper; `None` where it could not be read or made at startup."""
    database: Database = field(init=False)
    watch: ChangeWatch = field(init=False)
    events: EventFeed = field(init=False)
    sync: SyncService = field(init=False)
    readiness: Readiness = field(init=False)
    touch_key: Callable[[int], Awaitable[None]] = field(init=False)
    """Stores the time of use of the API key with this id."""

    @property
    def print_rules(self) -> PrintRules:
        """What the settings require of a published issue."""
        return print_rules_of(self.settings)


def print_rules_of(settings: Settings) -> PrintRules:
    """Return what the settings require of a published issue."""
    return PrintRules(
        requires_provenance=settings.require_provenance,
        refuses_contradicted=settings.refuse_contradicted,
    )


@dataclass(slots=True)
class RequestState:
    """What the layers of one request tell each other. The first layer that needs it makes it."""

    request_id: str = field(default_factory=new_request_id)
    trace_id: str | None = None
    """The trace that the request belongs to, if this process traces."""
    method: str = ""
    """The method as sent: routes see GET for a HEAD request."""
    principal: Principal = PUBLIC
    """The caller; the public until the credential was checked."""
    key_to_touch: int | None = None
    """Id of the API key whose time of use is stored after the response."""
    is_counted: bool = False
    """Whether the rate limit has counted the request."""
    quota: Quota | None = None
    """What the caller has left; `None` also when the rate limit is off."""
    route_template: str | None = None
    """The path template, where the request was answered without the router."""
    representation: Representation | None = None
    """The public representation that a route answered with, for the response cache."""
    offered: Offered | None = None
    """The media types from which the route chose."""
    wants_representation: bool = False
    """Whether the fast path calls the route, and makes the response itself."""
    posted: PostedQuery | None = None
    """The keys of a POST whose response may be cached; `None` for all other requests."""
    refusal: MorningPostError | None = None
    """The error that a layer outside the routes ended with; an inner layer answers it."""
    cache_failure: Exception | None = None
    """An unexpected error of the caching middleware; an inner layer raises it again."""
    logged_failure: Exception | None = None
    """The unexpected error that is in the log already."""
    is_endless: bool = False
    """Whether the response goes on until the client disconnects."""

    def note_count(self, quota: Quota | None) -> None:
        """Note that the rate limit has counted the request."""
        self.is_counted = True
        self.quota = quota


def app_state(connection: HTTPConnection | Scope) -> AppState:
    """Return the state of the application that serves a request or WebSocket."""
    state: AppState = connection["app"].state
    return state


def request_state(connection: HTTPConnection | Scope) -> RequestState:
    """Return the state of a request or WebSocket; the first call makes it."""
    scope = connection.scope if isinstance(connection, HTTPConnection) else connection
    shared = scope.setdefault("state", {})
    state: RequestState | None = shared.get(_REQUEST_STATE)
    if state is None:
        state = shared[_REQUEST_STATE] = RequestState()
    return state


def reader_of(request: Request) -> Viewer:
    """Return a viewer who sees what the public sees, also if the request has a key."""
    state = app_state(request)
    return Viewer(principal=PUBLIC, now=state.clock(), base_url=state.settings.public_url)
