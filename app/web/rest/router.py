"""All routers of REST. A route comes before another whose path pattern matches its paths too."""

from app.web.rest import (
    account,
    catalogue,
    events,
    imports,
    issue_writes,
    issues,
    keys,
    previews,
    publishing,
    revisions,
    search,
    sync,
    system,
    trending,
    watch,
    webhooks,
)
from app.web.rest.open_data import boards, entries, observations, subjects

ROUTERS = (
    system.router,
    account.router,
    catalogue.router,
    search.router,
    boards.router,
    subjects.router,
    entries.router,
    observations.router,
    trending.router,
    sync.router,
    watch.router,
    events.router,
    issues.router,
    imports.router,
    issue_writes.router,
    publishing.router,
    previews.router,
    revisions.router,
    keys.router,
    webhooks.router,
)
