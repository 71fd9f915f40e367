/** The operations of the API. Generated from the OpenAPI document; do not edit. */

import { type Call, type Lines, type Ref, callOf } from "./call.js";
import type * as types from "./types.js";

/** One method for each operation of the API. */
export abstract class Operations {
  protected abstract exchange(call: Call): Promise<unknown>;

  /** Check liveness. */
  readLiveness(): Promise<types.State> {
    const call = callOf({"method": "GET", "path": "/livez"}, {});
    return this.exchange(call) as Promise<types.State>;
  }

  /** Check readiness. */
  readReadiness(parameters: { writes?: boolean | undefined } = {}): Promise<types.State> {
    const call = callOf({"method": "GET", "path": "/readyz", "query": ["writes"]}, {}, parameters);
    return this.exchange(call) as Promise<types.State>;
  }

  /** Read the brief of a day. */
  readBrief(parameters: { date?: string | undefined } = {}): Promise<types.Brief> {
    const call = callOf({"method": "GET", "path": "/v1/brief", "query": ["date"]}, {}, parameters);
    return this.exchange(call) as Promise<types.Brief>;
  }

  /** Read the brief of a day as Markdown. */
  readBriefAsMarkdown(parameters: { date?: string | undefined } = {}): Promise<string> {
    const call = callOf({"method": "GET", "path": "/v1/brief.md", "query": ["date"], "accept": "text/markdown"}, {}, parameters);
    return this.exchange(call) as Promise<string>;
  }

  /** List corrections. */
  listCorrections(parameters: { limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.CorrectionPage> {
    const call = callOf({"method": "GET", "path": "/v1/corrections", "query": ["limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.CorrectionPage>;
  }

  /** List trending entries in print. */
  listEntries(parameters: { section?: "trending" | "movers" | undefined; source?: types.SourceName | undefined; kind?: types.EntryKind | undefined; external_id?: string | undefined; from?: string | undefined; to?: string | undefined; limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.TrendingEntryPage> {
    const call = callOf({"method": "GET", "path": "/v1/entries", "query": ["section", "source", "kind", "external_id", "from", "to", "limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.TrendingEntryPage>;
  }

  /** List trending entries in print as CSV. */
  listEntriesAsCsv(parameters: { section?: "trending" | "movers" | undefined; source?: types.SourceName | undefined; kind?: types.EntryKind | undefined; external_id?: string | undefined; from?: string | undefined; to?: string | undefined; limit?: number | undefined; cursor?: string | undefined } = {}): Promise<string> {
    const call = callOf({"method": "GET", "path": "/v1/entries.csv", "query": ["section", "source", "kind", "external_id", "from", "to", "limit", "cursor"], "accept": "text/csv"}, {}, parameters);
    return this.exchange(call) as Promise<string>;
  }

  /** Describe the file of trending entries in print. */
  readEntriesMetadata(parameters: { section?: "trending" | "movers" | undefined; source?: types.SourceName | undefined; kind?: types.EntryKind | undefined; external_id?: string | undefined; from?: string | undefined; to?: string | undefined; limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.FileMetadata> {
    const call = callOf({"method": "GET", "path": "/v1/entries.metadata.json", "query": ["section", "source", "kind", "external_id", "from", "to", "limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.FileMetadata>;
  }

  /** Read the event log. */
  listEvents(parameters: { after?: string | undefined; types?: string | undefined; limit?: number | undefined; wait?: number | undefined } = {}): Promise<types.EventLog> {
    const call = callOf({"method": "GET", "path": "/v1/events", "query": ["after", "types", "limit", "wait"]}, {}, parameters);
    return this.exchange(call) as Promise<types.EventLog>;
  }

  /** List issues. */
  listIssues(parameters: { limit?: number | undefined; cursor?: string | undefined; from?: string | undefined; to?: string | undefined; status?: "published" | "draft" | "scheduled" | "all" | undefined; view?: "published" | undefined; fields?: string | undefined } = {}): Promise<types.IssuePage> {
    const call = callOf({"method": "GET", "path": "/v1/issues", "query": ["limit", "cursor", "from", "to", "status", "view", "fields"]}, {}, parameters);
    return this.exchange(call) as Promise<types.IssuePage>;
  }

  /** Create an issue. */
  createIssue(body: types.IssueCreate, parameters: { publish?: boolean | undefined; idempotencyKey?: string | undefined } = {}): Promise<types.PublishedIssue> {
    const call = callOf({"method": "POST", "path": "/v1/issues", "query": ["publish"], "headers": {"idempotencyKey": "Idempotency-Key"}}, {}, parameters, body);
    return this.exchange(call) as Promise<types.PublishedIssue>;
  }

  /** Import issues line by line. */
  importIssues(body: Lines, parameters: { publish?: boolean | undefined } = {}): Promise<Record<string, unknown>[]> {
    const call = callOf({"method": "POST", "path": "/v1/issues/import", "query": ["publish"], "accept": "application/x-ndjson", "mediaType": "application/x-ndjson"}, {}, parameters, body);
    return this.exchange(call) as Promise<Record<string, unknown>[]>;
  }

  /** Check an issue without saving it. */
  validateIssue(body: types.IssueCreate): Promise<types.Verdict> {
    const call = callOf({"method": "POST", "path": "/v1/issues/validate"}, {}, {}, body);
    return this.exchange(call) as Promise<types.Verdict>;
  }

  /** Read an issue. */
  readIssue(ref: Ref, parameters: { view?: "published" | undefined; fields?: string | undefined } = {}): Promise<types.Issue> {
    const call = callOf({"method": "GET", "path": "/v1/issues/{ref}", "query": ["view", "fields"]}, { ref }, parameters);
    return this.exchange(call) as Promise<types.Issue>;
  }

  /** Replace an issue. */
  replaceIssue(ref: Ref, body: types.IssueInput, parameters: { publish?: boolean | undefined; ifMatch?: string | undefined; ifNoneMatch?: string | undefined } = {}): Promise<types.PublishedIssue> {
    const call = callOf({"method": "PUT", "path": "/v1/issues/{ref}", "query": ["publish"], "headers": {"ifMatch": "If-Match", "ifNoneMatch": "If-None-Match"}}, { ref }, parameters, body);
    return this.exchange(call) as Promise<types.PublishedIssue>;
  }

  /** Change an issue. */
  patchIssue(ref: Ref, body: types.IssuePatch, parameters: { publish?: boolean | undefined; ifMatch?: string | undefined } = {}): Promise<types.PublishedIssue> {
    const call = callOf({"method": "PATCH", "path": "/v1/issues/{ref}", "query": ["publish"], "headers": {"ifMatch": "If-Match"}, "mediaType": "application/merge-patch+json"}, { ref }, parameters, body);
    return this.exchange(call) as Promise<types.PublishedIssue>;
  }

  /** Delete a draft. */
  deleteIssue(ref: Ref, parameters: { ifMatch?: string | undefined } = {}): Promise<void> {
    const call = callOf({"method": "DELETE", "path": "/v1/issues/{ref}", "headers": {"ifMatch": "If-Match"}}, { ref }, parameters);
    return this.exchange(call) as Promise<void>;
  }

  /** Read an issue as Markdown. */
  readIssueAsMarkdown(ref: Ref, parameters: { view?: "published" | undefined } = {}): Promise<string> {
    const call = callOf({"method": "GET", "path": "/v1/issues/{ref}.md", "query": ["view"], "accept": "text/markdown"}, { ref }, parameters);
    return this.exchange(call) as Promise<string>;
  }

  /** Check the figures of an issue. */
  readClaims(ref: Ref, parameters: { view?: "published" | undefined } = {}): Promise<types.Claims> {
    const call = callOf({"method": "GET", "path": "/v1/issues/{ref}/claims", "query": ["view"]}, { ref }, parameters);
    return this.exchange(call) as Promise<types.Claims>;
  }

  /** Create a preview URL. */
  previewIssue(ref: Ref, parameters: { idempotencyKey?: string | undefined } = {}): Promise<types.Preview> {
    const call = callOf({"method": "POST", "path": "/v1/issues/{ref}/preview", "headers": {"idempotencyKey": "Idempotency-Key"}}, { ref }, parameters);
    return this.exchange(call) as Promise<types.Preview>;
  }

  /** List the printings of an issue. */
  listPrintings(ref: Ref, parameters: { limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.PrintingPage> {
    const call = callOf({"method": "GET", "path": "/v1/issues/{ref}/printings", "query": ["limit", "cursor"]}, { ref }, parameters);
    return this.exchange(call) as Promise<types.PrintingPage>;
  }

  /** Read a printing. */
  readPrinting(ref: Ref, printing: string | number): Promise<types.Printing> {
    const call = callOf({"method": "GET", "path": "/v1/issues/{ref}/printings/{printing}"}, { ref, printing });
    return this.exchange(call) as Promise<types.Printing>;
  }

  /** Publish an issue. */
  publishIssue(ref: Ref, body?: types.PublishInput | null, parameters: { ifMatch?: string | undefined; idempotencyKey?: string | undefined } = {}): Promise<types.PublishedIssue> {
    const call = callOf({"method": "POST", "path": "/v1/issues/{ref}/publish", "headers": {"ifMatch": "If-Match", "idempotencyKey": "Idempotency-Key"}}, { ref }, parameters, body);
    return this.exchange(call) as Promise<types.PublishedIssue>;
  }

  /** List the revisions of an issue. */
  listRevisions(ref: Ref, parameters: { limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.RevisionPage> {
    const call = callOf({"method": "GET", "path": "/v1/issues/{ref}/revisions", "query": ["limit", "cursor"]}, { ref }, parameters);
    return this.exchange(call) as Promise<types.RevisionPage>;
  }

  /** Read a revision. */
  readRevision(ref: Ref, number: string | number): Promise<types.Revision> {
    const call = callOf({"method": "GET", "path": "/v1/issues/{ref}/revisions/{number}"}, { ref, number });
    return this.exchange(call) as Promise<types.Revision>;
  }

  /** Compare two revisions. */
  compareRevisions(ref: Ref, number: string | number, parameters: { with: number }): Promise<types.RevisionDiff> {
    const call = callOf({"method": "GET", "path": "/v1/issues/{ref}/revisions/{number}/diff", "query": ["with"]}, { ref, number }, parameters);
    return this.exchange(call) as Promise<types.RevisionDiff>;
  }

  /** Restore a revision. */
  restoreRevision(ref: Ref, number: string | number, parameters: { ifMatch?: string | undefined; idempotencyKey?: string | undefined } = {}): Promise<types.Issue> {
    const call = callOf({"method": "POST", "path": "/v1/issues/{ref}/revisions/{number}/restore", "headers": {"ifMatch": "If-Match", "idempotencyKey": "Idempotency-Key"}}, { ref, number }, parameters);
    return this.exchange(call) as Promise<types.Issue>;
  }

  /** Schedule an issue. */
  scheduleIssue(ref: Ref, body: types.ScheduleInput, parameters: { ifMatch?: string | undefined; idempotencyKey?: string | undefined } = {}): Promise<types.PublishedIssue> {
    const call = callOf({"method": "POST", "path": "/v1/issues/{ref}/schedule", "headers": {"ifMatch": "If-Match", "idempotencyKey": "Idempotency-Key"}}, { ref }, parameters, body);
    return this.exchange(call) as Promise<types.PublishedIssue>;
  }

  /** Read a section of an issue. */
  readSection(ref: Ref, slug: string | number, parameters: { view?: "published" | undefined } = {}): Promise<types.Section> {
    const call = callOf({"method": "GET", "path": "/v1/issues/{ref}/sections/{slug}", "query": ["view"]}, { ref, slug }, parameters);
    return this.exchange(call) as Promise<types.Section>;
  }

  /** Change a section. */
  patchSection(ref: Ref, slug: string | number, body: types.SectionPatch, parameters: { publish?: boolean | undefined; ifMatch?: string | undefined } = {}): Promise<types.Section> {
    const call = callOf({"method": "PATCH", "path": "/v1/issues/{ref}/sections/{slug}", "query": ["publish"], "headers": {"ifMatch": "If-Match"}, "mediaType": "application/merge-patch+json"}, { ref, slug }, parameters, body);
    return this.exchange(call) as Promise<types.Section>;
  }

  /** Unpublish an issue. */
  unpublishIssue(ref: Ref, parameters: { ifMatch?: string | undefined; idempotencyKey?: string | undefined } = {}): Promise<types.Issue> {
    const call = callOf({"method": "POST", "path": "/v1/issues/{ref}/unpublish", "headers": {"ifMatch": "If-Match", "idempotencyKey": "Idempotency-Key"}}, { ref }, parameters);
    return this.exchange(call) as Promise<types.Issue>;
  }

  /** List the keys. */
  listKeys(parameters: { limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.KeyPage> {
    const call = callOf({"method": "GET", "path": "/v1/keys", "query": ["limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.KeyPage>;
  }

  /** Create a key. */
  createKey(body: types.KeyInput, parameters: { idempotencyKey?: string | undefined } = {}): Promise<types.CreatedKey> {
    const call = callOf({"method": "POST", "path": "/v1/keys", "headers": {"idempotencyKey": "Idempotency-Key"}}, {}, parameters, body);
    return this.exchange(call) as Promise<types.CreatedKey>;
  }

  /** Revoke a key. */
  revokeKey(prefix: string | number): Promise<void> {
    const call = callOf({"method": "DELETE", "path": "/v1/keys/{prefix}"}, { prefix });
    return this.exchange(call) as Promise<void>;
  }

  /** Read the limits. */
  readLimits(): Promise<types.Limits> {
    const call = callOf({"method": "GET", "path": "/v1/limits"}, {});
    return this.exchange(call) as Promise<types.Limits>;
  }

  /** Read the key in use. */
  readOwnKey(): Promise<types.OwnKey> {
    const call = callOf({"method": "GET", "path": "/v1/me"}, {});
    return this.exchange(call) as Promise<types.OwnKey>;
  }

  /** Read the observations of a day. */
  readObservations(parameters: { date: string }): Promise<string> {
    const call = callOf({"method": "GET", "path": "/v1/observations", "query": ["date"], "accept": "text/csv"}, {}, parameters);
    return this.exchange(call) as Promise<string>;
  }

  /** Read the observations of a day as CSV. */
  readObservationsAsCsv(parameters: { date: string }): Promise<string> {
    const call = callOf({"method": "GET", "path": "/v1/observations.csv", "query": ["date"], "accept": "text/csv"}, {}, parameters);
    return this.exchange(call) as Promise<string>;
  }

  /** Describe the file of a day's observations. */
  readObservationsMetadata(parameters: { date: string }): Promise<types.FileMetadata> {
    const call = callOf({"method": "GET", "path": "/v1/observations.metadata.json", "query": ["date"]}, {}, parameters);
    return this.exchange(call) as Promise<types.FileMetadata>;
  }

  /** Read the masthead. */
  readPublication(): Promise<types.Publication> {
    const call = callOf({"method": "GET", "path": "/v1/publication"}, {});
    return this.exchange(call) as Promise<types.Publication>;
  }

  /** List reading items in print. */
  listReading(parameters: { from?: string | undefined; to?: string | undefined; limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.ReadingPage> {
    const call = callOf({"method": "GET", "path": "/v1/reading", "query": ["from", "to", "limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.ReadingPage>;
  }

  /** Search the paper. */
  search(parameters: { q: string; type?: "issue" | "section" | "tool" | "entry" | "reading" | undefined; sort?: "relevance" | "newest" | undefined; from?: string | undefined; to?: string | undefined; group?: "subject" | undefined; facets?: string | undefined; limit?: number | undefined; cursor?: string | undefined }): Promise<types.SearchPage> {
    const call = callOf({"method": "GET", "path": "/v1/search", "query": ["q", "type", "sort", "from", "to", "group", "facets", "limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.SearchPage>;
  }

  /** Complete a search. */
  suggestSearch(parameters: { q: string }): Promise<types.Completions> {
    const call = callOf({"method": "GET", "path": "/v1/search/suggest", "query": ["q"]}, {}, parameters);
    return this.exchange(call) as Promise<types.Completions>;
  }

  /** List sections in print. */
  listSections(parameters: { kind?: "lead" | "deep_dive" | "opinion" | "analysis" | "brief" | "tools" | "trending" | "movers" | "reading" | undefined; from?: string | undefined; to?: string | undefined; limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.SectionPage> {
    const call = callOf({"method": "GET", "path": "/v1/sections", "query": ["kind", "from", "to", "limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.SectionPage>;
  }

  /** List sync runs. */
  listRuns(parameters: { limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.SyncRunPage> {
    const call = callOf({"method": "GET", "path": "/v1/sync/runs", "query": ["limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.SyncRunPage>;
  }

  /** Start a sync run. */
  startRun(body?: types.SyncRunInput | null, parameters: { idempotencyKey?: string | undefined } = {}): Promise<types.SyncRun> {
    const call = callOf({"method": "POST", "path": "/v1/sync/runs", "headers": {"idempotencyKey": "Idempotency-Key"}}, {}, parameters, body);
    return this.exchange(call) as Promise<types.SyncRun>;
  }

  /** Read a sync run. */
  readRun(id: string | number): Promise<types.SyncRun> {
    const call = callOf({"method": "GET", "path": "/v1/sync/runs/{id}"}, { id });
    return this.exchange(call) as Promise<types.SyncRun>;
  }

  /** List the sources and their health. */
  listSources(): Promise<types.SourceHealthPage> {
    const call = callOf({"method": "GET", "path": "/v1/sync/sources"}, {});
    return this.exchange(call) as Promise<types.SourceHealthPage>;
  }

  /** List tools in print. */
  listTools(parameters: { category?: string | undefined; from?: string | undefined; to?: string | undefined; limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.ToolPage> {
    const call = callOf({"method": "GET", "path": "/v1/tools", "query": ["category", "from", "to", "limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.ToolPage>;
  }

  /** Read a trending board. */
  readBoard(parameters: { source: types.SourceName; kind: types.EntryKind; window?: types.Window | undefined; date?: string | undefined; task?: string | undefined; language?: string | undefined; topic?: string | undefined; licence?: string | undefined; owner?: string | undefined; copies?: "shown" | "folded" | undefined; limit?: number | undefined; cursor?: string | undefined }): Promise<types.BoardPage> {
    const call = callOf({"method": "GET", "path": "/v1/trending", "query": ["source", "kind", "window", "date", "task", "language", "topic", "licence", "owner", "copies", "limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.BoardPage>;
  }

  /** Read a trending board as CSV. */
  readBoardAsCsv(parameters: { source: types.SourceName; kind: types.EntryKind; window?: types.Window | undefined; date?: string | undefined; task?: string | undefined; language?: string | undefined; topic?: string | undefined; licence?: string | undefined; owner?: string | undefined; copies?: "shown" | "folded" | undefined; limit?: number | undefined; cursor?: string | undefined }): Promise<string> {
    const call = callOf({"method": "GET", "path": "/v1/trending.csv", "query": ["source", "kind", "window", "date", "task", "language", "topic", "licence", "owner", "copies", "limit", "cursor"], "accept": "text/csv"}, {}, parameters);
    return this.exchange(call) as Promise<string>;
  }

  /** Describe the file of a trending board. */
  readBoardMetadata(parameters: { source: types.SourceName; kind: types.EntryKind; window?: types.Window | undefined; date?: string | undefined; task?: string | undefined; language?: string | undefined; topic?: string | undefined; licence?: string | undefined; owner?: string | undefined; copies?: "shown" | "folded" | undefined; limit?: number | undefined; cursor?: string | undefined }): Promise<types.FileMetadata> {
    const call = callOf({"method": "GET", "path": "/v1/trending.metadata.json", "query": ["source", "kind", "window", "date", "task", "language", "topic", "licence", "owner", "copies", "limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.FileMetadata>;
  }

  /** Read all boards. */
  readBoards(parameters: { window?: types.Window | undefined; date?: string | undefined; limit?: number | undefined } = {}): Promise<types.Boards> {
    const call = callOf({"method": "GET", "path": "/v1/trending/boards", "query": ["window", "date", "limit"]}, {}, parameters);
    return this.exchange(call) as Promise<types.Boards>;
  }

  /** Read the changes of boards. */
  readBoardChanges(parameters: { source?: types.SourceName | undefined; kind?: types.EntryKind | undefined; window?: types.Window | undefined; date?: string | undefined; limit?: number | undefined } = {}): Promise<types.BoardChanges> {
    const call = callOf({"method": "GET", "path": "/v1/trending/changes", "query": ["source", "kind", "window", "date", "limit"]}, {}, parameters);
    return this.exchange(call) as Promise<types.BoardChanges>;
  }

  /** Read a board over time. */
  readBoardHistory(parameters: { source: types.SourceName; kind: types.EntryKind; window?: types.Window | undefined; date?: string | undefined; days?: number | undefined; limit?: number | undefined }): Promise<types.BoardHistory> {
    const call = callOf({"method": "GET", "path": "/v1/trending/history", "query": ["source", "kind", "window", "date", "days", "limit"]}, {}, parameters);
    return this.exchange(call) as Promise<types.BoardHistory>;
  }

  /** List the biggest movers. */
  listMovers(parameters: { source?: types.SourceName | undefined; kind?: types.EntryKind | undefined; window?: types.Window | undefined; direction?: "up" | "down" | undefined; date?: string | undefined; task?: string | undefined; language?: string | undefined; topic?: string | undefined; licence?: string | undefined; owner?: string | undefined; copies?: "shown" | "folded" | undefined; limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.BoardPage> {
    const call = callOf({"method": "GET", "path": "/v1/trending/movers", "query": ["source", "kind", "window", "direction", "date", "task", "language", "topic", "licence", "owner", "copies", "limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.BoardPage>;
  }

  /** List the biggest movers as CSV. */
  listMoversAsCsv(parameters: { source?: types.SourceName | undefined; kind?: types.EntryKind | undefined; window?: types.Window | undefined; direction?: "up" | "down" | undefined; date?: string | undefined; task?: string | undefined; language?: string | undefined; topic?: string | undefined; licence?: string | undefined; owner?: string | undefined; copies?: "shown" | "folded" | undefined; limit?: number | undefined; cursor?: string | undefined } = {}): Promise<string> {
    const call = callOf({"method": "GET", "path": "/v1/trending/movers.csv", "query": ["source", "kind", "window", "direction", "date", "task", "language", "topic", "licence", "owner", "copies", "limit", "cursor"], "accept": "text/csv"}, {}, parameters);
    return this.exchange(call) as Promise<string>;
  }

  /** Describe the file of movers. */
  readMoversMetadata(parameters: { source?: types.SourceName | undefined; kind?: types.EntryKind | undefined; window?: types.Window | undefined; direction?: "up" | "down" | undefined; date?: string | undefined; task?: string | undefined; language?: string | undefined; topic?: string | undefined; licence?: string | undefined; owner?: string | undefined; copies?: "shown" | "folded" | undefined; limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.FileMetadata> {
    const call = callOf({"method": "GET", "path": "/v1/trending/movers.metadata.json", "query": ["source", "kind", "window", "direction", "date", "task", "language", "topic", "licence", "owner", "copies", "limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.FileMetadata>;
  }

  /** Read one subject and its history. */
  readSubject(source: string | number, kind: string | number, external_id: string | number, parameters: { from?: string | undefined; to?: string | undefined } = {}): Promise<types.Subject> {
    const call = callOf({"method": "GET", "path": "/v1/trending/{source}/{kind}/{external_id}", "query": ["from", "to"]}, { source, kind, external_id }, parameters);
    return this.exchange(call) as Promise<types.Subject>;
  }

  /** Read the history of a subject as CSV. */
  readSubjectHistoryAsCsv(source: string | number, kind: string | number, external_id: string | number, parameters: { from?: string | undefined; to?: string | undefined } = {}): Promise<string> {
    const call = callOf({"method": "GET", "path": "/v1/trending/{source}/{kind}/{external_id}/history.csv", "query": ["from", "to"], "accept": "text/csv"}, { source, kind, external_id }, parameters);
    return this.exchange(call) as Promise<string>;
  }

  /** Describe the file of a subject's history. */
  readSubjectHistoryMetadata(source: string | number, kind: string | number, external_id: string | number, parameters: { from?: string | undefined; to?: string | undefined } = {}): Promise<types.FileMetadata> {
    const call = callOf({"method": "GET", "path": "/v1/trending/{source}/{kind}/{external_id}/history.metadata.json", "query": ["from", "to"]}, { source, kind, external_id }, parameters);
    return this.exchange(call) as Promise<types.FileMetadata>;
  }

  /** List the watch list. */
  listWatched(parameters: { limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.WatchPage> {
    const call = callOf({"method": "GET", "path": "/v1/watch", "query": ["limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.WatchPage>;
  }

  /** Watch a subject. */
  watchSubject(body: types.WatchInput, parameters: { idempotencyKey?: string | undefined } = {}): Promise<types.Watch> {
    const call = callOf({"method": "POST", "path": "/v1/watch", "headers": {"idempotencyKey": "Idempotency-Key"}}, {}, parameters, body);
    return this.exchange(call) as Promise<types.Watch>;
  }

  /** Unwatch a subject. */
  unwatchSubject(id: string | number): Promise<void> {
    const call = callOf({"method": "DELETE", "path": "/v1/watch/{id}"}, { id });
    return this.exchange(call) as Promise<void>;
  }

  /** List the webhooks. */
  listWebhooks(parameters: { limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.WebhookPage> {
    const call = callOf({"method": "GET", "path": "/v1/webhooks", "query": ["limit", "cursor"]}, {}, parameters);
    return this.exchange(call) as Promise<types.WebhookPage>;
  }

  /** Create a webhook. */
  createWebhook(body: types.WebhookInput, parameters: { idempotencyKey?: string | undefined } = {}): Promise<types.CreatedWebhook> {
    const call = callOf({"method": "POST", "path": "/v1/webhooks", "headers": {"idempotencyKey": "Idempotency-Key"}}, {}, parameters, body);
    return this.exchange(call) as Promise<types.CreatedWebhook>;
  }

  /** Read a webhook. */
  readWebhook(id: string | number): Promise<types.Webhook> {
    const call = callOf({"method": "GET", "path": "/v1/webhooks/{id}"}, { id });
    return this.exchange(call) as Promise<types.Webhook>;
  }

  /** Change a webhook. */
  patchWebhook(id: string | number, body: types.WebhookChangeInput): Promise<types.Webhook> {
    const call = callOf({"method": "PATCH", "path": "/v1/webhooks/{id}", "mediaType": "application/merge-patch+json"}, { id }, {}, body);
    return this.exchange(call) as Promise<types.Webhook>;
  }

  /** Delete a webhook. */
  deleteWebhook(id: string | number): Promise<void> {
    const call = callOf({"method": "DELETE", "path": "/v1/webhooks/{id}"}, { id });
    return this.exchange(call) as Promise<void>;
  }

  /** List the deliveries of a webhook. */
  listDeliveries(id: string | number, parameters: { status?: "succeeded" | "failed" | "pending" | undefined; limit?: number | undefined; cursor?: string | undefined } = {}): Promise<types.DeliveryPage> {
    const call = callOf({"method": "GET", "path": "/v1/webhooks/{id}/deliveries", "query": ["status", "limit", "cursor"]}, { id }, parameters);
    return this.exchange(call) as Promise<types.DeliveryPage>;
  }

  /** Enable a webhook. */
  enableWebhook(id: string | number, parameters: { idempotencyKey?: string | undefined } = {}): Promise<types.Webhook> {
    const call = callOf({"method": "POST", "path": "/v1/webhooks/{id}/enable", "headers": {"idempotencyKey": "Idempotency-Key"}}, { id }, parameters);
    return this.exchange(call) as Promise<types.Webhook>;
  }

  /** Ping a webhook. */
  pingWebhook(id: string | number, parameters: { idempotencyKey?: string | undefined } = {}): Promise<types.Webhook> {
    const call = callOf({"method": "POST", "path": "/v1/webhooks/{id}/ping", "headers": {"idempotencyKey": "Idempotency-Key"}}, { id }, parameters);
    return this.exchange(call) as Promise<types.Webhook>;
  }

  /** Send events again. */
  replayWebhook(id: string | number, body: types.ReplayInput, parameters: { idempotencyKey?: string | undefined } = {}): Promise<types.Webhook> {
    const call = callOf({"method": "POST", "path": "/v1/webhooks/{id}/replay", "headers": {"idempotencyKey": "Idempotency-Key"}}, { id }, parameters, body);
    return this.exchange(call) as Promise<types.Webhook>;
  }

  /** Rotate the secret of a webhook. */
  rotateWebhook(id: string | number, parameters: { idempotencyKey?: string | undefined } = {}): Promise<types.CreatedWebhook> {
    const call = callOf({"method": "POST", "path": "/v1/webhooks/{id}/rotate", "headers": {"idempotencyKey": "Idempotency-Key"}}, { id }, parameters);
    return this.exchange(call) as Promise<types.CreatedWebhook>;
  }
}
