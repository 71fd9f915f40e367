"""A throwaway application with a route of each sort, to drive the outer layers of `web`.

Its fixtures have names of their own (`bare_app`, `bare`), so that the faces below this folder keep
the real `app` and `client`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Annotated, Literal

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query, Request, Response
from sqlalchemy.exc import IntegrityError, TimeoutError as PoolTimeout
from starlette.responses import StreamingResponse

from app.config import Settings
from app.content.access import NewKey, Principal, Scope
from app.content.commands.selection import members_of
from app.content.queries.api_keys import StoredKey
from app.errors import Conflict, ContentInvalid, Fault, PreconditionFailed
from app.web.admission import credentials
from app.web.admission.counting import identity_of
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import key_is_optional, needs
from app.web.documentation import problem_pages
from app.web.http.payload import idempotency_key, parse_json, read_body
from app.web.http.representation import Freshness
from app.web.limits.rate_limit import MemoryWindows, RateLimiter
from app.web.middleware.framing import Framing
from app.web.middleware.request_context import RequestContext
from app.web.problems import handlers as problems
from app.web.responses import answer
from app.web.rest import system
from app.web.state import AppState, app_state

NOW = datetime(2026, 5, 3, 6, 0, 0, tzinfo=UTC)
BODY = b'{"title":"' + b"The paper of today. " * 100 + b'"}'


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()


@dataclass
class Keys:
    """Stands in for the table of keys."""

    stored: dict[str, StoredKey] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)

    def give(
        self,
        *scopes: Scope,
        expires_at: datetime | None = None,
        last_used_at: datetime | None = None,
        revoked_at: datetime | None = None,
    ) -> dict[str, str]:
        """Make a key and return the header that presents it."""
        new = NewKey.generate()
        principal = Principal(
            key_id=len(self.stored) + 1,
            prefix=new.prefix,
            name="a script",
            granted=scopes,
            expires_at=expires_at,
            last_used_at=last_used_at,
        )
        self.stored[new.prefix] = StoredKey(principal, new.digest, revoked_at)
        return {"Authorization": f"Bearer {new.key}"}

    async def find(self, _reader: object, prefix: str) -> StoredKey | None:
        self.looked_up.append(prefix)
        return self.stored.get(prefix)

    async def touch(self, key_id: int) -> None:
        self.touched.append(key_id)


@pytest.fixture
def fake_clock() -> Clock:
    return Clock()


@pytest.fixture
def fake_keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    keys = Keys()
    monkeypatch.setattr(credentials, "find_key", keys.find)
    return keys


@pytest.fixture
def make_bare_app(fake_clock: Clock, fake_keys: Keys) -> Callable[..., FastAPI]:
    def make(**changes: object) -> FastAPI:
        values = {"public_url": "https://post.example", "max_body_bytes": 2048, **changes}
        return build(Settings.model_validate(values), fake_clock, fake_keys)

    return make


@pytest.fixture
def bare_app(make_bare_app: Callable[..., FastAPI]) -> FastAPI:
    return make_bare_app()


@pytest.fixture
async def bare(bare_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(bare_app) as client:
        yield client


def client_of(app: FastAPI, address: str = "192.0.2.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(address, 4711), raise_app_exceptions=False)
    # No Accept-Encoding of httpx' own: each test says what it takes.
    return httpx.AsyncClient(
        transport=transport, base_url="http://post.example", headers={"Accept-Encoding": "identity"}
    )


def build(settings: Settings, clock: Clock, keys: Keys) -> FastAPI:
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    limiter = RateLimiter(settings.rate, MemoryWindows(clock.seconds), settings.trusted_proxies)
    app.state = AppState(settings=settings, clock=clock, limiter=limiter)  # type: ignore[assignment]
    app.state.database = SimpleNamespace(reader=None, primary=None)
    app.state.touch_key = keys.touch
    app.state.freshness = Freshness()
    for router in (issues, others, problem_pages.router, system.router):
        app.router.routes.extend(router.routes)
    problems.install(app)
    app.add_middleware(Framing)
    app.add_middleware(RequestContext)
    return app


issues = APIRouter(prefix="/v1", route_class=AdmittedRoute)
others = APIRouter(route_class=AdmittedRoute)


@issues.get("/issues", openapi_extra=key_is_optional())
async def list_issues(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    kind: Literal["lead", "brief"] | None = None,
    tag: Annotated[list[str] | None, Query()] = None,
    start: Annotated[str | None, Query(alias="from", max_length=10)] = None,
) -> dict[str, object]:
    return {"limit": limit, "kind": kind, "tag": tag, "from": start}


@issues.get("/issues/{ref}")
async def read_issue(request: Request, ref: str) -> Response:
    return answer(
        request,
        BODY,
        etag_stem="r7.41",
        freshness=request.app.state.freshness,
        vary_accept=True,
        headers={"Link": "</v1/issues>"},
    )


@issues.post("/issues", openapi_extra=needs("issues:write", with_publish=True))
async def create_issue(
    request: Request, caller: Caller, publish: bool = False
) -> dict[str, object]:
    body = await read_body(request, media_types=["application/json"], max_bytes=2048)
    key = idempotency_key(request)
    return {"by": caller.prefix, "key": key, "publish": publish, **members_of(parse_json(body))}


@issues.put("/issues/{ref}", openapi_extra=needs("issues:write"))
async def replace_issue(ref: str) -> dict[str, str]:
    return {"ref": ref}


@issues.post("/issues/{ref}/publish", openapi_extra=needs("issues:publish"))
async def publish_issue(ref: str) -> dict[str, str]:
    return {"ref": ref}


@issues.get("/runs/{number}")
async def read_run(number: int) -> dict[str, int]:
    return {"number": number}


@others.get("/v1/me", openapi_extra=needs())
async def read_me(caller: Caller) -> dict[str, object]:
    return {"prefix": caller.prefix}


@others.get("/v1/limits")
async def read_limits(request: Request, caller: Caller) -> dict[str, object]:
    quota = await app_state(request).limiter.look(identity_of(request, caller))
    return {"remaining": quota.remaining if quota else None}


@others.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


@others.get("/search")
async def search_page(q: str = "") -> dict[str, str]:
    return {"q": q}


def _raise(error: Exception) -> Callable[[], Awaitable[None]]:
    async def raise_it() -> None:
        raise error

    return raise_it


for name, error in {
    "boom": RuntimeError("the password is hunter2"),
    "pool": PoolTimeout("QueuePool limit"),
    "constraint": IntegrityError("INSERT", {}, Exception("UNIQUE")),
    "taken": Conflict("number_taken", "Number 95 is taken; update issue 95."),
    "changed": PreconditionFailed("precondition_failed", "It changed.", etag='"r8.41.ab"'),
    "invalid": ContentInvalid(
        "validation_failed",
        "2 fields are wrong.",
        faults=[Fault(f"/{n}" + "x" * 300, "unknown_field", "No such field.") for n in range(150)],
    ),
}.items():
    others.add_api_route(f"/errors/{name}", _raise(error))


@others.get("/half")
async def half_an_answer() -> Response:
    async def halves() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("the other half is missing")

    return StreamingResponse(halves())
