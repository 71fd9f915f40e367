"""The composition root: builds the application and opens its services. Import has no effects.

`uvicorn app.main:app` builds the application on first access; tests and the command line call
`create_app`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from secrets import token_bytes, token_hex
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from starlette.routing import BaseRoute

from app import __version__
from app.background import running
from app.config import Settings
from app.content.announcer import announcing
from app.content.changes import watch_changes
from app.content.commands.api_keys import provision_key, touch_key
from app.content.commands.demo import seed
from app.content.commands.paper_identity import provision_identity
from app.content.commands.transaction import Transaction, perform_as_operator
from app.content.commands.write_probe import MIN_BYTES, check_write
from app.content.event_feed import open_feed
from app.content.housekeeping import Chore, chores, housekeeping
from app.content.paper_identity import PURPOSE
from app.content.queries.signing_secrets import find_secret
from app.content.replica_comparison import following_replica
from app.db import Database, open_database
from app.delivery.dispatcher import Dispatcher, dispatching
from app.delivery.followers import following
from app.demo import demo_issues
from app.demo.history import demo_history
from app.errors import DatabaseAway, Outage
from app.interpreter import collect_when_idle, tune_interpreter
from app.sync.runner import SyncService
from app.web.application import Application
from app.web.caching.response_cache import ResponseCache
from app.web.documentation import page as docs_page, problem_pages
from app.web.documentation.openapi import describe
from app.web.endpoints.draft_checks import checking_drafts
from app.web.feeds import router as feeds
from app.web.gauges import measuring
from app.web.graphql.transport import router as graphql
from app.web.graphql.transport.queries import posted_fast_path
from app.web.graphql.transport.service import GraphQLService, graphql_of
from app.web.graphql.transport.subscriptions import Subscriptions
from app.web.limits.rate_limit import RateLimiter
from app.web.limits.shares import Shares
from app.web.middleware.framing import Framing
from app.web.middleware.request_context import RequestContext
from app.web.observability.metrics import Metrics
from app.web.observability.readiness import Readiness
from app.web.observability.redaction import redact_logs
from app.web.observability.tracing import tracing_requests
from app.web.problems import handlers as problems
from app.web.rest import catalogue, issues, router as rest, search
from app.web.server.connections import Connections, connections_within
from app.web.server.server_state import STATE_KEY, ServerServices
from app.web.site import (
    brief_router,
    card_router,
    data_router,
    discovery,
    previews,
    router as site,
    trending_router,
)
from app.web.site.problem_page import problem_page
from app.web.state import AppState

logger = logging.getLogger(__name__)

T = TypeVar("T")

Clock = Callable[[], datetime]

_PAGES = (
    *(problem_pages.router, docs_page.router),
    *(discovery.router, feeds.router, previews.router, site.router),
    *(data_router.router, brief_router.router, trending_router.router, card_router.router),
)


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Application:
    """Build the application; the database is opened at startup.

    `clock` returns the current instant in UTC; tests pass their own.
    """
    settings = settings or Settings()
    state = AppState(
        settings=settings,
        clock=clock or _utc_now,
        limiter=RateLimiter.from_settings(settings),
        metrics=Metrics(folder=settings.metrics_folder),
        graphql=GraphQLService(settings),
        problem_page=problem_page,
    )
    state.subscriptions = Shares(settings.max_subscriptions, settings.max_subscriptions_per_caller)
    policy = state.limiter.policy
    state.response_cache = ResponseCache(
        max_bytes=settings.cache_bytes,
        clock=state.clock,
        rate={"RateLimit-Policy": policy} if policy else {},
        is_away=lambda: state.watch.is_away,
    )
    app = Application(
        state,
        fast_paths=(
            *issues.issue_fast_paths(state),
            search.search_fast_path(state),
            *catalogue.catalogue_fast_paths(state),
        ),
        posted=posted_fast_path(state),
        title="The AI Morning Post",
        version=__version__,
        lifespan=_lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # A redirect would go to whatever host the client names.
        redirect_slashes=False,
    )
    problems.install(app)
    app.router.routes.extend(_routes())
    # Made on first use, so that it does not delay the start.
    state.openapi = cache(lambda: describe(app))
    app.add_middleware(Framing)
    app.add_middleware(RequestContext)
    redact_logs()
    return app


@cache
def _routes() -> list[BaseRoute]:
    """List the routes of every router, in the order in which a request tries them.

    Joined instead of included: each router declares its whole prefix, so `app.routes` is one flat
    list. Routes do not depend on an application; all applications of a process share them.
    """
    return [route for router in (graphql.router, *rest.ROUTERS, *_PAGES) for route in router.routes]


@asynccontextmanager
async def _lifespan(app: Application) -> AsyncIterator[dict[str, object]]:
    state, settings = app.state, app.state.settings
    graphql_of(state).check_registered()
    async with (
        open_database(settings.database, settings.postgres) as database,
        watch_changes(
            database, clock=state.clock, patience_seconds=settings.stale_while_revalidate
        ) as watch,
        following_replica(database, watch, clock=state.clock),
        open_feed(database.reader, watch) as state.events,
        tracing_requests() as state.tracing,
    ):
        state.watch = watch
        state.database = database
        _follow_changes(state)

        perform_as_ourselves = partial(
            perform_as_operator, database, clock=state.clock, base_url=settings.public_url
        )
        _write_through(state, perform_as_ourselves)
        await _write_what_is_configured(settings, perform_as_ourselves)
        shares = Shares(
            connections_within(settings.max_connections), settings.max_connections_per_address
        )
        connections = Connections(shares, state.limiter.addresses)
        state.identity = await _identity(database)
        async with (
            announcing(database, watch, clock=state.clock, base_url=settings.public_url),
            housekeeping(perform_as_ourselves, _chores(settings)),
            dispatching(_dispatcher_of(state)),
            following(database, watch, settings, clock=state.clock),
            _syncing(state.sync, hours=settings.sync_interval_hours),
            measuring(state, connections),
            checking_drafts(state),
            _settling(state),
        ):
            # The protocol classes read this before there is a request.
            yield {
                STATE_KEY: ServerServices(
                    app=state,
                    middleware=app.caching,
                    connections=connections,
                    reads_at_once=database.reads_at_once and state.limiter.counts_at_once,
                )
            }


def _follow_changes(state: AppState) -> None:
    """Join what depends on the content to the change watch and the event log."""
    graphql, responses, watch = graphql_of(state), state.response_cache, state.watch
    state.ending.listen(state.events.close)
    state.count_streams = lambda: {
        "morningpost_websockets": len(graphql.sockets),
        "morningpost_subscriptions": len(state.subscriptions),
    }
    graphql.subscriptions = Subscriptions(
        state.events, state.database.reader, clock=state.clock, shares=state.subscriptions
    )
    state.sync = SyncService(state.database, state.settings, clock=state.clock)
    responses.clear()
    responses.reschedule(watch.next_publication_at)
    watch.listen_to_keys(responses.invalidate)
    watch.listen_to_schedules(responses.reschedule)


def _write_through(
    state: AppState,
    perform_as_ourselves: Callable[[Callable[[Transaction], object]], Awaitable[object]],
) -> None:
    """Set up what the server itself writes: the last use of keys, and the check of `/readyz`."""

    async def touch(key_id: int) -> None:
        await perform_as_ourselves(lambda tx: touch_key(tx, key_id))

    async def check() -> None:
        identity, body = token_hex(32), token_bytes(MIN_BYTES)
        await perform_as_ourselves(lambda tx: check_write(tx, identity=identity, body=body))

    state.touch_key = touch
    state.readiness = Readiness(state.database.primary, state.watch, write=check)


def _dispatcher_of(state: AppState) -> Dispatcher | None:
    """Make the sender of webhooks, if this process delivers."""
    if not state.settings.deliveries:
        return None
    dispatcher = Dispatcher(state.database, state.settings, clock=state.clock)
    state.wake_deliveries = dispatcher.wake
    return dispatcher


def _chores(settings: Settings) -> tuple[Chore, ...]:
    """List what is pruned hourly."""
    return chores(
        events_kept_for=timedelta(days=settings.events_keep_days),
        deliveries_kept_for=timedelta(days=settings.deliveries_keep_days),
        sync_runs_kept_for=timedelta(days=settings.sync_runs_keep_days),
    )


async def _write_what_is_configured(
    settings: Settings,
    perform_as_ourselves: Callable[[Callable[[Transaction], object]], Awaitable[object]],
) -> None:
    """Store the bootstrap key and the demo issues, where the settings have them.

    A database that takes no changes can still be read: then the server starts without them.

    Raises:
        DatabaseAway: the database does not answer, or not in time.
    """
    works: list[tuple[str, Callable[[Transaction], object]]] = []
    if settings.bootstrap_key is not None:
        key = settings.bootstrap_key.get_secret_value()
        works.append(("bootstrap_key", lambda tx: provision_key(tx, key)))
    if settings.demo:
        works.append(("demo", lambda tx: seed(tx, demo_issues(), demo_history(until=tx.now))))
    for name, work in works:
        try:
            await perform_as_ourselves(work)
        except DatabaseAway as error:
            if error.outage not in {Outage.READ_ONLY, Outage.FULL}:
                raise
            logger.warning("%s_not_stored reason=%s", name, error.outage)


async def _identity(database: Database) -> bytes | None:
    """Read the identity of the paper, or make it; `None` if the database does not let us."""
    try:
        known = await find_secret(database.reader, PURPOSE)
        return known or await perform_as_operator(database, provision_identity, clock=_utc_now)
    except (DatabaseAway, SQLAlchemyError) as error:
        logger.warning("identity_not_read cause=%s", type(error).__name__)
        return None


@asynccontextmanager
async def _syncing(sync: SyncService, *, hours: float) -> AsyncIterator[None]:
    """Sync every `hours`, if not 0; a run in progress is stopped at shutdown."""
    try:
        async with running(sync.every(hours)) if hours else nullcontext():
            yield
    finally:
        await sync.close()


@asynccontextmanager
async def _settling(state: AppState) -> AsyncIterator[None]:
    """Where the process serves only this application, tune the interpreter after startup.

    The GraphQL schema is built beside the first requests, before `tune_interpreter`.
    """
    graphql = graphql_of(state)

    async def settle() -> None:
        await asyncio.to_thread(lambda: graphql.documents)
        tune_interpreter()
        await collect_when_idle()

    try:
        async with running(settle()) if state.owns_process else nullcontext():
            yield
    finally:
        graphql.close()


def _utc_now() -> datetime:
    return datetime.now(UTC)


@cache
def _default_app() -> Application:
    app = create_app()
    app.state.owns_process = True
    return app


def __getattr__(name: str) -> Application:
    if name == "app":
        return _default_app()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
