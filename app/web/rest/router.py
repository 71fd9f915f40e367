"""All routes of the REST face. Longer paths stand before those that would swallow them."""

from app.web.rest import (
    account,
    catalogue,
    imports,
    issue_writes,
    issues,
    keys,
    publishing,
    revisions,
    search,
    system,
)

ROUTERS = (
    system.router,
    account.router,
    catalogue.router,
    search.router,
    issues.router,
    imports.router,
    issue_writes.router,
    publishing.router,
    revisions.router,
    keys.router,
)
