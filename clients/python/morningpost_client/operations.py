"""The operations of the API. Generated from the OpenAPI document; do not edit."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import NoneType
from typing import Any, TypeVar

from morningpost_client.answers import Answer, Rows, Text
from morningpost_client.call import Call, Lines, Ref, call_of

T = TypeVar("T")


class Operations(ABC):
    """One method for each operation of the API."""

    @abstractmethod
    def _exchange(self, call: Call, kind: type[T]) -> T: ...

    def read_liveness(self) -> Answer:
        """Check liveness."""
        return self._exchange(call_of("GET", "/livez", path={}, query={}, headers={}), Answer)

    def read_readiness(self, *, writes: bool | None = None) -> Answer:
        """Check readiness."""
        return self._exchange(
            call_of("GET", "/readyz", path={}, query={"writes": writes}, headers={}), Answer
        )

    def read_brief(self, *, date: str | None = None) -> Answer:
        """Read the brief of a day."""
        return self._exchange(
            call_of("GET", "/v1/brief", path={}, query={"date": date}, headers={}), Answer
        )

    def read_brief_as_markdown(self, *, date: str | None = None) -> Text:
        """Read the brief of a day as Markdown."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/brief.md",
                path={},
                query={"date": date},
                headers={},
                accept="text/markdown",
            ),
            Text,
        )

    def list_corrections(self, *, limit: int | None = None, cursor: str | None = None) -> Answer:
        """List corrections."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/corrections",
                path={},
                query={"limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    def list_entries(
        self,
        *,
        section: str | None = None,
        source: str | None = None,
        kind: str | None = None,
        external_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List trending entries in print."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/entries",
                path={},
                query={
                    "section": section,
                    "source": source,
                    "kind": kind,
                    "external_id": external_id,
                    "from": from_,
                    "to": to,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    def list_entries_as_csv(
        self,
        *,
        section: str | None = None,
        source: str | None = None,
        kind: str | None = None,
        external_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Text:
        """List trending entries in print as CSV."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/entries.csv",
                path={},
                query={
                    "section": section,
                    "source": source,
                    "kind": kind,
                    "external_id": external_id,
                    "from": from_,
                    "to": to,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    def read_entries_metadata(
        self,
        *,
        section: str | None = None,
        source: str | None = None,
        kind: str | None = None,
        external_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Describe the file of trending entries in print."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/entries.metadata.json",
                path={},
                query={
                    "section": section,
                    "source": source,
                    "kind": kind,
                    "external_id": external_id,
                    "from": from_,
                    "to": to,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    def list_events(
        self,
        *,
        after: str | None = None,
        types: str | None = None,
        limit: int | None = None,
        wait: int | None = None,
    ) -> Answer:
        """Read the event log."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/events",
                path={},
                query={"after": after, "types": types, "limit": limit, "wait": wait},
                headers={},
            ),
            Answer,
        )

    def list_issues(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        status: str | None = None,
        view: str | None = None,
        fields: str | None = None,
    ) -> Answer:
        """List issues."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/issues",
                path={},
                query={
                    "limit": limit,
                    "cursor": cursor,
                    "from": from_,
                    "to": to,
                    "status": status,
                    "view": view,
                    "fields": fields,
                },
                headers={},
            ),
            Answer,
        )

    def create_issue(
        self,
        body: Mapping[str, Any],
        *,
        publish: bool | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Create an issue."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/issues",
                path={},
                query={"publish": publish},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    def import_issues(self, body: Lines, *, publish: bool | None = None) -> Rows:
        """Import issues line by line."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/issues/import",
                path={},
                query={"publish": publish},
                headers={},
                accept="application/x-ndjson",
                body=body,
                media_type="application/x-ndjson",
            ),
            Rows,
        )

    def validate_issue(self, body: Mapping[str, Any]) -> Answer:
        """Check an issue without saving it."""
        return self._exchange(
            call_of("POST", "/v1/issues/validate", path={}, query={}, headers={}, body=body), Answer
        )

    def read_issue(self, ref: Ref, *, view: str | None = None, fields: str | None = None) -> Answer:
        """Read an issue."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}",
                path={"ref": ref},
                query={"view": view, "fields": fields},
                headers={},
            ),
            Answer,
        )

    def replace_issue(
        self,
        ref: Ref,
        body: Mapping[str, Any],
        *,
        publish: bool | None = None,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> Answer:
        """Replace an issue."""
        return self._exchange(
            call_of(
                "PUT",
                "/v1/issues/{ref}",
                path={"ref": ref},
                query={"publish": publish},
                headers={"If-Match": if_match, "If-None-Match": if_none_match},
                body=body,
            ),
            Answer,
        )

    def patch_issue(
        self,
        ref: Ref,
        body: Mapping[str, Any],
        *,
        publish: bool | None = None,
        if_match: str | None = None,
    ) -> Answer:
        """Change an issue."""
        return self._exchange(
            call_of(
                "PATCH",
                "/v1/issues/{ref}",
                path={"ref": ref},
                query={"publish": publish},
                headers={"If-Match": if_match},
                body=body,
                media_type="application/merge-patch+json",
            ),
            Answer,
        )

    def delete_issue(self, ref: Ref, *, if_match: str | None = None) -> None:
        """Delete a draft."""
        return self._exchange(
            call_of(
                "DELETE",
                "/v1/issues/{ref}",
                path={"ref": ref},
                query={},
                headers={"If-Match": if_match},
            ),
            NoneType,
        )

    def read_issue_as_markdown(self, ref: Ref, *, view: str | None = None) -> Text:
        """Read an issue as Markdown."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}.md",
                path={"ref": ref},
                query={"view": view},
                headers={},
                accept="text/markdown",
            ),
            Text,
        )

    def read_claims(self, ref: Ref, *, view: str | None = None) -> Answer:
        """Check the figures of an issue."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/claims",
                path={"ref": ref},
                query={"view": view},
                headers={},
            ),
            Answer,
        )

    def preview_issue(self, ref: Ref, *, idempotency_key: str | None = None) -> Answer:
        """Create a preview URL."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/issues/{ref}/preview",
                path={"ref": ref},
                query={},
                headers={"Idempotency-Key": idempotency_key},
            ),
            Answer,
        )

    def list_printings(
        self, ref: Ref, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer:
        """List the printings of an issue."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/printings",
                path={"ref": ref},
                query={"limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    def read_printing(self, ref: Ref, printing: str | int) -> Answer:
        """Read a printing."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/printings/{printing}",
                path={"ref": ref, "printing": printing},
                query={},
                headers={},
            ),
            Answer,
        )

    def publish_issue(
        self,
        ref: Ref,
        body: Mapping[str, Any] | None = None,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Publish an issue."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/issues/{ref}/publish",
                path={"ref": ref},
                query={},
                headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    def list_revisions(
        self, ref: Ref, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer:
        """List the revisions of an issue."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/revisions",
                path={"ref": ref},
                query={"limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    def read_revision(self, ref: Ref, number: str | int) -> Answer:
        """Read a revision."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/revisions/{number}",
                path={"ref": ref, "number": number},
                query={},
                headers={},
            ),
            Answer,
        )

    def compare_revisions(self, ref: Ref, number: str | int, *, with_: int) -> Answer:
        """Compare two revisions."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/revisions/{number}/diff",
                path={"ref": ref, "number": number},
                query={"with": with_},
                headers={},
            ),
            Answer,
        )

    def restore_revision(
        self,
        ref: Ref,
        number: str | int,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Restore a revision."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/issues/{ref}/revisions/{number}/restore",
                path={"ref": ref, "number": number},
                query={},
                headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            ),
            Answer,
        )

    def schedule_issue(
        self,
        ref: Ref,
        body: Mapping[str, Any],
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Schedule an issue."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/issues/{ref}/schedule",
                path={"ref": ref},
                query={},
                headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    def read_section(self, ref: Ref, slug: str | int, *, view: str | None = None) -> Answer:
        """Read a section of an issue."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/sections/{slug}",
                path={"ref": ref, "slug": slug},
                query={"view": view},
                headers={},
            ),
            Answer,
        )

    def patch_section(
        self,
        ref: Ref,
        slug: str | int,
        body: Mapping[str, Any],
        *,
        publish: bool | None = None,
        if_match: str | None = None,
    ) -> Answer:
        """Change a section."""
        return self._exchange(
            call_of(
                "PATCH",
                "/v1/issues/{ref}/sections/{slug}",
                path={"ref": ref, "slug": slug},
                query={"publish": publish},
                headers={"If-Match": if_match},
                body=body,
                media_type="application/merge-patch+json",
            ),
            Answer,
        )

    def unpublish_issue(
        self, ref: Ref, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Answer:
        """Unpublish an issue."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/issues/{ref}/unpublish",
                path={"ref": ref},
                query={},
                headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            ),
            Answer,
        )

    def list_keys(self, *, limit: int | None = None, cursor: str | None = None) -> Answer:
        """List the keys."""
        return self._exchange(
            call_of(
                "GET", "/v1/keys", path={}, query={"limit": limit, "cursor": cursor}, headers={}
            ),
            Answer,
        )

    def create_key(self, body: Mapping[str, Any], *, idempotency_key: str | None = None) -> Answer:
        """Create a key."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/keys",
                path={},
                query={},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    def revoke_key(self, prefix: str | int) -> None:
        """Revoke a key."""
        return self._exchange(
            call_of("DELETE", "/v1/keys/{prefix}", path={"prefix": prefix}, query={}, headers={}),
            NoneType,
        )

    def read_limits(self) -> Answer:
        """Read the limits."""
        return self._exchange(call_of("GET", "/v1/limits", path={}, query={}, headers={}), Answer)

    def read_own_key(self) -> Answer:
        """Read the key in use."""
        return self._exchange(call_of("GET", "/v1/me", path={}, query={}, headers={}), Answer)

    def read_observations(self, *, date: str) -> Text:
        """Read the observations of a day."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/observations",
                path={},
                query={"date": date},
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    def read_observations_as_csv(self, *, date: str) -> Text:
        """Read the observations of a day as CSV."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/observations.csv",
                path={},
                query={"date": date},
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    def read_observations_metadata(self, *, date: str) -> Answer:
        """Describe the file of a day's observations."""
        return self._exchange(
            call_of(
                "GET", "/v1/observations.metadata.json", path={}, query={"date": date}, headers={}
            ),
            Answer,
        )

    def read_publication(self) -> Answer:
        """Read the masthead."""
        return self._exchange(
            call_of("GET", "/v1/publication", path={}, query={}, headers={}), Answer
        )

    def list_reading(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List reading items in print."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/reading",
                path={},
                query={"from": from_, "to": to, "limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    def search(
        self,
        *,
        q: str,
        type: str | None = None,
        sort: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        group: str | None = None,
        facets: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Search the paper."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/search",
                path={},
                query={
                    "q": q,
                    "type": type,
                    "sort": sort,
                    "from": from_,
                    "to": to,
                    "group": group,
                    "facets": facets,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    def suggest_search(self, *, q: str) -> Answer:
        """Complete a search."""
        return self._exchange(
            call_of("GET", "/v1/search/suggest", path={}, query={"q": q}, headers={}), Answer
        )

    def list_sections(
        self,
        *,
        kind: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List sections in print."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/sections",
                path={},
                query={"kind": kind, "from": from_, "to": to, "limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    def list_runs(self, *, limit: int | None = None, cursor: str | None = None) -> Answer:
        """List sync runs."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/sync/runs",
                path={},
                query={"limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    def start_run(
        self, body: Mapping[str, Any] | None = None, *, idempotency_key: str | None = None
    ) -> Answer:
        """Start a sync run."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/sync/runs",
                path={},
                query={},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    def read_run(self, id: str | int) -> Answer:
        """Read a sync run."""
        return self._exchange(
            call_of("GET", "/v1/sync/runs/{id}", path={"id": id}, query={}, headers={}), Answer
        )

    def list_sources(self) -> Answer:
        """List the sources and their health."""
        return self._exchange(
            call_of("GET", "/v1/sync/sources", path={}, query={}, headers={}), Answer
        )

    def list_tools(
        self,
        *,
        category: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List tools in print."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/tools",
                path={},
                query={
                    "category": category,
                    "from": from_,
                    "to": to,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    def read_board(
        self,
        *,
        source: str,
        kind: str,
        window: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Read a trending board."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    def read_board_as_csv(
        self,
        *,
        source: str,
        kind: str,
        window: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Text:
        """Read a trending board as CSV."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending.csv",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    def read_board_metadata(
        self,
        *,
        source: str,
        kind: str,
        window: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Describe the file of a trending board."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending.metadata.json",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    def read_boards(
        self, *, window: str | None = None, date: str | None = None, limit: int | None = None
    ) -> Answer:
        """Read all boards."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending/boards",
                path={},
                query={"window": window, "date": date, "limit": limit},
                headers={},
            ),
            Answer,
        )

    def read_board_changes(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        window: str | None = None,
        date: str | None = None,
        limit: int | None = None,
    ) -> Answer:
        """Read the changes of boards."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending/changes",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "date": date,
                    "limit": limit,
                },
                headers={},
            ),
            Answer,
        )

    def read_board_history(
        self,
        *,
        source: str,
        kind: str,
        window: str | None = None,
        date: str | None = None,
        days: int | None = None,
        limit: int | None = None,
    ) -> Answer:
        """Read a board over time."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending/history",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "date": date,
                    "days": days,
                    "limit": limit,
                },
                headers={},
            ),
            Answer,
        )

    def list_movers(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        window: str | None = None,
        direction: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List the biggest movers."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending/movers",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "direction": direction,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    def list_movers_as_csv(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        window: str | None = None,
        direction: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Text:
        """List the biggest movers as CSV."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending/movers.csv",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "direction": direction,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    def read_movers_metadata(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        window: str | None = None,
        direction: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Describe the file of movers."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending/movers.metadata.json",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "direction": direction,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    def read_subject(
        self,
        source: str | int,
        kind: str | int,
        external_id: str | int,
        *,
        from_: str | None = None,
        to: str | None = None,
    ) -> Answer:
        """Read one subject and its history."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending/{source}/{kind}/{external_id}",
                path={"source": source, "kind": kind, "external_id": external_id},
                query={"from": from_, "to": to},
                headers={},
            ),
            Answer,
        )

    def read_subject_history_as_csv(
        self,
        source: str | int,
        kind: str | int,
        external_id: str | int,
        *,
        from_: str | None = None,
        to: str | None = None,
    ) -> Text:
        """Read the history of a subject as CSV."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending/{source}/{kind}/{external_id}/history.csv",
                path={"source": source, "kind": kind, "external_id": external_id},
                query={"from": from_, "to": to},
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    def read_subject_history_metadata(
        self,
        source: str | int,
        kind: str | int,
        external_id: str | int,
        *,
        from_: str | None = None,
        to: str | None = None,
    ) -> Answer:
        """Describe the file of a subject's history."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/trending/{source}/{kind}/{external_id}/history.metadata.json",
                path={"source": source, "kind": kind, "external_id": external_id},
                query={"from": from_, "to": to},
                headers={},
            ),
            Answer,
        )

    def list_watched(self, *, limit: int | None = None, cursor: str | None = None) -> Answer:
        """List the watch list."""
        return self._exchange(
            call_of(
                "GET", "/v1/watch", path={}, query={"limit": limit, "cursor": cursor}, headers={}
            ),
            Answer,
        )

    def watch_subject(
        self, body: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> Answer:
        """Watch a subject."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/watch",
                path={},
                query={},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    def unwatch_subject(self, id: str | int) -> None:
        """Unwatch a subject."""
        return self._exchange(
            call_of("DELETE", "/v1/watch/{id}", path={"id": id}, query={}, headers={}), NoneType
        )

    def list_webhooks(self, *, limit: int | None = None, cursor: str | None = None) -> Answer:
        """List the webhooks."""
        return self._exchange(
            call_of(
                "GET", "/v1/webhooks", path={}, query={"limit": limit, "cursor": cursor}, headers={}
            ),
            Answer,
        )

    def create_webhook(
        self, body: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> Answer:
        """Create a webhook."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/webhooks",
                path={},
                query={},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    def read_webhook(self, id: str | int) -> Answer:
        """Read a webhook."""
        return self._exchange(
            call_of("GET", "/v1/webhooks/{id}", path={"id": id}, query={}, headers={}), Answer
        )

    def patch_webhook(self, id: str | int, body: Mapping[str, Any]) -> Answer:
        """Change a webhook."""
        return self._exchange(
            call_of(
                "PATCH",
                "/v1/webhooks/{id}",
                path={"id": id},
                query={},
                headers={},
                body=body,
                media_type="application/merge-patch+json",
            ),
            Answer,
        )

    def delete_webhook(self, id: str | int) -> None:
        """Delete a webhook."""
        return self._exchange(
            call_of("DELETE", "/v1/webhooks/{id}", path={"id": id}, query={}, headers={}), NoneType
        )

    def list_deliveries(
        self,
        id: str | int,
        *,
        status: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List the deliveries of a webhook."""
        return self._exchange(
            call_of(
                "GET",
                "/v1/webhooks/{id}/deliveries",
                path={"id": id},
                query={"status": status, "limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    def enable_webhook(self, id: str | int, *, idempotency_key: str | None = None) -> Answer:
        """Enable a webhook."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/webhooks/{id}/enable",
                path={"id": id},
                query={},
                headers={"Idempotency-Key": idempotency_key},
            ),
            Answer,
        )

    def ping_webhook(self, id: str | int, *, idempotency_key: str | None = None) -> Answer:
        """Ping a webhook."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/webhooks/{id}/ping",
                path={"id": id},
                query={},
                headers={"Idempotency-Key": idempotency_key},
            ),
            Answer,
        )

    def replay_webhook(
        self, id: str | int, body: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> Answer:
        """Send events again."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/webhooks/{id}/replay",
                path={"id": id},
                query={},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    def rotate_webhook(self, id: str | int, *, idempotency_key: str | None = None) -> Answer:
        """Rotate the secret of a webhook."""
        return self._exchange(
            call_of(
                "POST",
                "/v1/webhooks/{id}/rotate",
                path={"id": id},
                query={},
                headers={"Idempotency-Key": idempotency_key},
            ),
            Answer,
        )


class AsyncOperations(ABC):
    """One method for each operation of the API, async."""

    @abstractmethod
    async def _exchange(self, call: Call, kind: type[T]) -> T: ...

    async def read_liveness(self) -> Answer:
        """Check liveness."""
        return await self._exchange(call_of("GET", "/livez", path={}, query={}, headers={}), Answer)

    async def read_readiness(self, *, writes: bool | None = None) -> Answer:
        """Check readiness."""
        return await self._exchange(
            call_of("GET", "/readyz", path={}, query={"writes": writes}, headers={}), Answer
        )

    async def read_brief(self, *, date: str | None = None) -> Answer:
        """Read the brief of a day."""
        return await self._exchange(
            call_of("GET", "/v1/brief", path={}, query={"date": date}, headers={}), Answer
        )

    async def read_brief_as_markdown(self, *, date: str | None = None) -> Text:
        """Read the brief of a day as Markdown."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/brief.md",
                path={},
                query={"date": date},
                headers={},
                accept="text/markdown",
            ),
            Text,
        )

    async def list_corrections(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer:
        """List corrections."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/corrections",
                path={},
                query={"limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    async def list_entries(
        self,
        *,
        section: str | None = None,
        source: str | None = None,
        kind: str | None = None,
        external_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List trending entries in print."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/entries",
                path={},
                query={
                    "section": section,
                    "source": source,
                    "kind": kind,
                    "external_id": external_id,
                    "from": from_,
                    "to": to,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    async def list_entries_as_csv(
        self,
        *,
        section: str | None = None,
        source: str | None = None,
        kind: str | None = None,
        external_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Text:
        """List trending entries in print as CSV."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/entries.csv",
                path={},
                query={
                    "section": section,
                    "source": source,
                    "kind": kind,
                    "external_id": external_id,
                    "from": from_,
                    "to": to,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    async def read_entries_metadata(
        self,
        *,
        section: str | None = None,
        source: str | None = None,
        kind: str | None = None,
        external_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Describe the file of trending entries in print."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/entries.metadata.json",
                path={},
                query={
                    "section": section,
                    "source": source,
                    "kind": kind,
                    "external_id": external_id,
                    "from": from_,
                    "to": to,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    async def list_events(
        self,
        *,
        after: str | None = None,
        types: str | None = None,
        limit: int | None = None,
        wait: int | None = None,
    ) -> Answer:
        """Read the event log."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/events",
                path={},
                query={"after": after, "types": types, "limit": limit, "wait": wait},
                headers={},
            ),
            Answer,
        )

    async def list_issues(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        status: str | None = None,
        view: str | None = None,
        fields: str | None = None,
    ) -> Answer:
        """List issues."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/issues",
                path={},
                query={
                    "limit": limit,
                    "cursor": cursor,
                    "from": from_,
                    "to": to,
                    "status": status,
                    "view": view,
                    "fields": fields,
                },
                headers={},
            ),
            Answer,
        )

    async def create_issue(
        self,
        body: Mapping[str, Any],
        *,
        publish: bool | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Create an issue."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/issues",
                path={},
                query={"publish": publish},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    async def import_issues(self, body: Lines, *, publish: bool | None = None) -> Rows:
        """Import issues line by line."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/issues/import",
                path={},
                query={"publish": publish},
                headers={},
                accept="application/x-ndjson",
                body=body,
                media_type="application/x-ndjson",
            ),
            Rows,
        )

    async def validate_issue(self, body: Mapping[str, Any]) -> Answer:
        """Check an issue without saving it."""
        return await self._exchange(
            call_of("POST", "/v1/issues/validate", path={}, query={}, headers={}, body=body), Answer
        )

    async def read_issue(
        self, ref: Ref, *, view: str | None = None, fields: str | None = None
    ) -> Answer:
        """Read an issue."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}",
                path={"ref": ref},
                query={"view": view, "fields": fields},
                headers={},
            ),
            Answer,
        )

    async def replace_issue(
        self,
        ref: Ref,
        body: Mapping[str, Any],
        *,
        publish: bool | None = None,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> Answer:
        """Replace an issue."""
        return await self._exchange(
            call_of(
                "PUT",
                "/v1/issues/{ref}",
                path={"ref": ref},
                query={"publish": publish},
                headers={"If-Match": if_match, "If-None-Match": if_none_match},
                body=body,
            ),
            Answer,
        )

    async def patch_issue(
        self,
        ref: Ref,
        body: Mapping[str, Any],
        *,
        publish: bool | None = None,
        if_match: str | None = None,
    ) -> Answer:
        """Change an issue."""
        return await self._exchange(
            call_of(
                "PATCH",
                "/v1/issues/{ref}",
                path={"ref": ref},
                query={"publish": publish},
                headers={"If-Match": if_match},
                body=body,
                media_type="application/merge-patch+json",
            ),
            Answer,
        )

    async def delete_issue(self, ref: Ref, *, if_match: str | None = None) -> None:
        """Delete a draft."""
        return await self._exchange(
            call_of(
                "DELETE",
                "/v1/issues/{ref}",
                path={"ref": ref},
                query={},
                headers={"If-Match": if_match},
            ),
            NoneType,
        )

    async def read_issue_as_markdown(self, ref: Ref, *, view: str | None = None) -> Text:
        """Read an issue as Markdown."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}.md",
                path={"ref": ref},
                query={"view": view},
                headers={},
                accept="text/markdown",
            ),
            Text,
        )

    async def read_claims(self, ref: Ref, *, view: str | None = None) -> Answer:
        """Check the figures of an issue."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/claims",
                path={"ref": ref},
                query={"view": view},
                headers={},
            ),
            Answer,
        )

    async def preview_issue(self, ref: Ref, *, idempotency_key: str | None = None) -> Answer:
        """Create a preview URL."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/issues/{ref}/preview",
                path={"ref": ref},
                query={},
                headers={"Idempotency-Key": idempotency_key},
            ),
            Answer,
        )

    async def list_printings(
        self, ref: Ref, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer:
        """List the printings of an issue."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/printings",
                path={"ref": ref},
                query={"limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    async def read_printing(self, ref: Ref, printing: str | int) -> Answer:
        """Read a printing."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/printings/{printing}",
                path={"ref": ref, "printing": printing},
                query={},
                headers={},
            ),
            Answer,
        )

    async def publish_issue(
        self,
        ref: Ref,
        body: Mapping[str, Any] | None = None,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Publish an issue."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/issues/{ref}/publish",
                path={"ref": ref},
                query={},
                headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    async def list_revisions(
        self, ref: Ref, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer:
        """List the revisions of an issue."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/revisions",
                path={"ref": ref},
                query={"limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    async def read_revision(self, ref: Ref, number: str | int) -> Answer:
        """Read a revision."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/revisions/{number}",
                path={"ref": ref, "number": number},
                query={},
                headers={},
            ),
            Answer,
        )

    async def compare_revisions(self, ref: Ref, number: str | int, *, with_: int) -> Answer:
        """Compare two revisions."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/revisions/{number}/diff",
                path={"ref": ref, "number": number},
                query={"with": with_},
                headers={},
            ),
            Answer,
        )

    async def restore_revision(
        self,
        ref: Ref,
        number: str | int,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Restore a revision."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/issues/{ref}/revisions/{number}/restore",
                path={"ref": ref, "number": number},
                query={},
                headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            ),
            Answer,
        )

    async def schedule_issue(
        self,
        ref: Ref,
        body: Mapping[str, Any],
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Schedule an issue."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/issues/{ref}/schedule",
                path={"ref": ref},
                query={},
                headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    async def read_section(self, ref: Ref, slug: str | int, *, view: str | None = None) -> Answer:
        """Read a section of an issue."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/issues/{ref}/sections/{slug}",
                path={"ref": ref, "slug": slug},
                query={"view": view},
                headers={},
            ),
            Answer,
        )

    async def patch_section(
        self,
        ref: Ref,
        slug: str | int,
        body: Mapping[str, Any],
        *,
        publish: bool | None = None,
        if_match: str | None = None,
    ) -> Answer:
        """Change a section."""
        return await self._exchange(
            call_of(
                "PATCH",
                "/v1/issues/{ref}/sections/{slug}",
                path={"ref": ref, "slug": slug},
                query={"publish": publish},
                headers={"If-Match": if_match},
                body=body,
                media_type="application/merge-patch+json",
            ),
            Answer,
        )

    async def unpublish_issue(
        self, ref: Ref, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Answer:
        """Unpublish an issue."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/issues/{ref}/unpublish",
                path={"ref": ref},
                query={},
                headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            ),
            Answer,
        )

    async def list_keys(self, *, limit: int | None = None, cursor: str | None = None) -> Answer:
        """List the keys."""
        return await self._exchange(
            call_of(
                "GET", "/v1/keys", path={}, query={"limit": limit, "cursor": cursor}, headers={}
            ),
            Answer,
        )

    async def create_key(
        self, body: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> Answer:
        """Create a key."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/keys",
                path={},
                query={},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    async def revoke_key(self, prefix: str | int) -> None:
        """Revoke a key."""
        return await self._exchange(
            call_of("DELETE", "/v1/keys/{prefix}", path={"prefix": prefix}, query={}, headers={}),
            NoneType,
        )

    async def read_limits(self) -> Answer:
        """Read the limits."""
        return await self._exchange(
            call_of("GET", "/v1/limits", path={}, query={}, headers={}), Answer
        )

    async def read_own_key(self) -> Answer:
        """Read the key in use."""
        return await self._exchange(call_of("GET", "/v1/me", path={}, query={}, headers={}), Answer)

    async def read_observations(self, *, date: str) -> Text:
        """Read the observations of a day."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/observations",
                path={},
                query={"date": date},
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    async def read_observations_as_csv(self, *, date: str) -> Text:
        """Read the observations of a day as CSV."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/observations.csv",
                path={},
                query={"date": date},
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    async def read_observations_metadata(self, *, date: str) -> Answer:
        """Describe the file of a day's observations."""
        return await self._exchange(
            call_of(
                "GET", "/v1/observations.metadata.json", path={}, query={"date": date}, headers={}
            ),
            Answer,
        )

    async def read_publication(self) -> Answer:
        """Read the masthead."""
        return await self._exchange(
            call_of("GET", "/v1/publication", path={}, query={}, headers={}), Answer
        )

    async def list_reading(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List reading items in print."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/reading",
                path={},
                query={"from": from_, "to": to, "limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    async def search(
        self,
        *,
        q: str,
        type: str | None = None,
        sort: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        group: str | None = None,
        facets: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Search the paper."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/search",
                path={},
                query={
                    "q": q,
                    "type": type,
                    "sort": sort,
                    "from": from_,
                    "to": to,
                    "group": group,
                    "facets": facets,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    async def suggest_search(self, *, q: str) -> Answer:
        """Complete a search."""
        return await self._exchange(
            call_of("GET", "/v1/search/suggest", path={}, query={"q": q}, headers={}), Answer
        )

    async def list_sections(
        self,
        *,
        kind: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List sections in print."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/sections",
                path={},
                query={"kind": kind, "from": from_, "to": to, "limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    async def list_runs(self, *, limit: int | None = None, cursor: str | None = None) -> Answer:
        """List sync runs."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/sync/runs",
                path={},
                query={"limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    async def start_run(
        self, body: Mapping[str, Any] | None = None, *, idempotency_key: str | None = None
    ) -> Answer:
        """Start a sync run."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/sync/runs",
                path={},
                query={},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    async def read_run(self, id: str | int) -> Answer:
        """Read a sync run."""
        return await self._exchange(
            call_of("GET", "/v1/sync/runs/{id}", path={"id": id}, query={}, headers={}), Answer
        )

    async def list_sources(self) -> Answer:
        """List the sources and their health."""
        return await self._exchange(
            call_of("GET", "/v1/sync/sources", path={}, query={}, headers={}), Answer
        )

    async def list_tools(
        self,
        *,
        category: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List tools in print."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/tools",
                path={},
                query={
                    "category": category,
                    "from": from_,
                    "to": to,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    async def read_board(
        self,
        *,
        source: str,
        kind: str,
        window: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Read a trending board."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    async def read_board_as_csv(
        self,
        *,
        source: str,
        kind: str,
        window: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Text:
        """Read a trending board as CSV."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending.csv",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    async def read_board_metadata(
        self,
        *,
        source: str,
        kind: str,
        window: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Describe the file of a trending board."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending.metadata.json",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    async def read_boards(
        self, *, window: str | None = None, date: str | None = None, limit: int | None = None
    ) -> Answer:
        """Read all boards."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending/boards",
                path={},
                query={"window": window, "date": date, "limit": limit},
                headers={},
            ),
            Answer,
        )

    async def read_board_changes(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        window: str | None = None,
        date: str | None = None,
        limit: int | None = None,
    ) -> Answer:
        """Read the changes of boards."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending/changes",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "date": date,
                    "limit": limit,
                },
                headers={},
            ),
            Answer,
        )

    async def read_board_history(
        self,
        *,
        source: str,
        kind: str,
        window: str | None = None,
        date: str | None = None,
        days: int | None = None,
        limit: int | None = None,
    ) -> Answer:
        """Read a board over time."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending/history",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "date": date,
                    "days": days,
                    "limit": limit,
                },
                headers={},
            ),
            Answer,
        )

    async def list_movers(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        window: str | None = None,
        direction: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List the biggest movers."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending/movers",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "direction": direction,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    async def list_movers_as_csv(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        window: str | None = None,
        direction: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Text:
        """List the biggest movers as CSV."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending/movers.csv",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "direction": direction,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    async def read_movers_metadata(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        window: str | None = None,
        direction: str | None = None,
        date: str | None = None,
        task: str | None = None,
        language: str | None = None,
        topic: str | None = None,
        licence: str | None = None,
        owner: str | None = None,
        copies: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Describe the file of movers."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending/movers.metadata.json",
                path={},
                query={
                    "source": source,
                    "kind": kind,
                    "window": window,
                    "direction": direction,
                    "date": date,
                    "task": task,
                    "language": language,
                    "topic": topic,
                    "licence": licence,
                    "owner": owner,
                    "copies": copies,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={},
            ),
            Answer,
        )

    async def read_subject(
        self,
        source: str | int,
        kind: str | int,
        external_id: str | int,
        *,
        from_: str | None = None,
        to: str | None = None,
    ) -> Answer:
        """Read one subject and its history."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending/{source}/{kind}/{external_id}",
                path={"source": source, "kind": kind, "external_id": external_id},
                query={"from": from_, "to": to},
                headers={},
            ),
            Answer,
        )

    async def read_subject_history_as_csv(
        self,
        source: str | int,
        kind: str | int,
        external_id: str | int,
        *,
        from_: str | None = None,
        to: str | None = None,
    ) -> Text:
        """Read the history of a subject as CSV."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending/{source}/{kind}/{external_id}/history.csv",
                path={"source": source, "kind": kind, "external_id": external_id},
                query={"from": from_, "to": to},
                headers={},
                accept="text/csv",
            ),
            Text,
        )

    async def read_subject_history_metadata(
        self,
        source: str | int,
        kind: str | int,
        external_id: str | int,
        *,
        from_: str | None = None,
        to: str | None = None,
    ) -> Answer:
        """Describe the file of a subject's history."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/trending/{source}/{kind}/{external_id}/history.metadata.json",
                path={"source": source, "kind": kind, "external_id": external_id},
                query={"from": from_, "to": to},
                headers={},
            ),
            Answer,
        )

    async def list_watched(self, *, limit: int | None = None, cursor: str | None = None) -> Answer:
        """List the watch list."""
        return await self._exchange(
            call_of(
                "GET", "/v1/watch", path={}, query={"limit": limit, "cursor": cursor}, headers={}
            ),
            Answer,
        )

    async def watch_subject(
        self, body: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> Answer:
        """Watch a subject."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/watch",
                path={},
                query={},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    async def unwatch_subject(self, id: str | int) -> None:
        """Unwatch a subject."""
        return await self._exchange(
            call_of("DELETE", "/v1/watch/{id}", path={"id": id}, query={}, headers={}), NoneType
        )

    async def list_webhooks(self, *, limit: int | None = None, cursor: str | None = None) -> Answer:
        """List the webhooks."""
        return await self._exchange(
            call_of(
                "GET", "/v1/webhooks", path={}, query={"limit": limit, "cursor": cursor}, headers={}
            ),
            Answer,
        )

    async def create_webhook(
        self, body: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> Answer:
        """Create a webhook."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/webhooks",
                path={},
                query={},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    async def read_webhook(self, id: str | int) -> Answer:
        """Read a webhook."""
        return await self._exchange(
            call_of("GET", "/v1/webhooks/{id}", path={"id": id}, query={}, headers={}), Answer
        )

    async def patch_webhook(self, id: str | int, body: Mapping[str, Any]) -> Answer:
        """Change a webhook."""
        return await self._exchange(
            call_of(
                "PATCH",
                "/v1/webhooks/{id}",
                path={"id": id},
                query={},
                headers={},
                body=body,
                media_type="application/merge-patch+json",
            ),
            Answer,
        )

    async def delete_webhook(self, id: str | int) -> None:
        """Delete a webhook."""
        return await self._exchange(
            call_of("DELETE", "/v1/webhooks/{id}", path={"id": id}, query={}, headers={}), NoneType
        )

    async def list_deliveries(
        self,
        id: str | int,
        *,
        status: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """List the deliveries of a webhook."""
        return await self._exchange(
            call_of(
                "GET",
                "/v1/webhooks/{id}/deliveries",
                path={"id": id},
                query={"status": status, "limit": limit, "cursor": cursor},
                headers={},
            ),
            Answer,
        )

    async def enable_webhook(self, id: str | int, *, idempotency_key: str | None = None) -> Answer:
        """Enable a webhook."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/webhooks/{id}/enable",
                path={"id": id},
                query={},
                headers={"Idempotency-Key": idempotency_key},
            ),
            Answer,
        )

    async def ping_webhook(self, id: str | int, *, idempotency_key: str | None = None) -> Answer:
        """Ping a webhook."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/webhooks/{id}/ping",
                path={"id": id},
                query={},
                headers={"Idempotency-Key": idempotency_key},
            ),
            Answer,
        )

    async def replay_webhook(
        self, id: str | int, body: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> Answer:
        """Send events again."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/webhooks/{id}/replay",
                path={"id": id},
                query={},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Answer,
        )

    async def rotate_webhook(self, id: str | int, *, idempotency_key: str | None = None) -> Answer:
        """Rotate the secret of a webhook."""
        return await self._exchange(
            call_of(
                "POST",
                "/v1/webhooks/{id}/rotate",
                path={"id": id},
                query={},
                headers={"Idempotency-Key": idempotency_key},
            ),
            Answer,
        )
