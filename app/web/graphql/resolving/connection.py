"""Values of connections (Relay, Cursor Connections Specification, read 2026-11)."""

from collections.abc import Sequence

from app.content.queries.paging import Page
from app.web.graphql.documents.selection import Wanted
from app.web.graphql.resolving.sources import Members


def connection(page: Page, items: Sequence[Members], wanted: Wanted) -> Members:
    """Return the value of a connection; cursors only where selected: they cost more than rows."""
    value: Members = {"nodes": items, "total_count": page.total}
    if "edges" in wanted:
        value["edges"] = [
            {"cursor": page.cursor_of(place), "node": item} for place, item in enumerate(items)
        ]
    if "pageInfo" in wanted:
        value["page_info"] = {
            "has_next_page": page.has_next,
            "has_previous_page": page.has_previous,
            "start_cursor": page.cursor_of(0) if items else None,
            "end_cursor": page.cursor_of(len(items) - 1) if items else None,
        }
    return value
