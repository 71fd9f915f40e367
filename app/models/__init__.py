"""Stored tables and their public shapes, one noun per file. No logic."""

from app.models.api_key import ApiKey
from app.models.board import Board
from app.models.content_version import ContentChange, ContentVersion
from app.models.correction import Correction
from app.models.event import Event, EventReader
from app.models.idempotency import IdempotencyRecord
from app.models.issue import Issue
from app.models.printing import Printing
from app.models.reading import ReadingItem
from app.models.revision import IssueRevision
from app.models.search_entry import SearchEntry
from app.models.section import Section
from app.models.signing_secret import SigningSecret
from app.models.snapshot import ArchivedObservations, Observation, Snapshot
from app.models.subject import Departure, StarHistory, Subject, SubjectProfile
from app.models.sync_run import SyncRun, SyncRunSource
from app.models.tool import Tool
from app.models.trending import TrendingEntry
from app.models.watch import Watch
from app.models.webhook_delivery import WebhookAttempt, WebhookDelivery
from app.models.webhook_endpoint import WebhookEndpoint

PRINT_TABLES = (Section, Tool, TrendingEntry, ReadingItem, SearchEntry)
"""Tables whose rows exist only while their issue is in print or scheduled."""

TABLES_OF_SEARCH = frozenset({"search_entry"})
"""Names of tables that follow from what is in print, and differ between databases."""

__all__ = [
    "PRINT_TABLES",
    "TABLES_OF_SEARCH",
    "ApiKey",
    "ArchivedObservations",
    "Board",
    "ContentChange",
    "ContentVersion",
    "Correction",
    "Departure",
    "Event",
    "EventReader",
    "IdempotencyRecord",
    "Issue",
    "IssueRevision",
    "Observation",
    "Printing",
    "ReadingItem",
    "SearchEntry",
    "Section",
    "SigningSecret",
    "Snapshot",
    "StarHistory",
    "Subject",
    "SubjectProfile",
    "SyncRun",
    "SyncRunSource",
    "Tool",
    "TrendingEntry",
    "Watch",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
