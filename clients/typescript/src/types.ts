/** The shapes of the API. Generated from the OpenAPI document; do not edit. */

/** Where a subject was printed. */
export type Appearance = {
  /** The issue that printed it. */
  issue: IssueReference;
  /** Its printed rank. */
  rank: number;
  /** The slug of its section in that issue. */
  section: string;
};

/** One attempt to deliver an event, made or still to be made. */
export type Attempt = {
  /** Counts the attempts of this event from 1. */
  attempt: number;
  /** When it was made; null if pending. */
  attempted_at: string | null;
  /** Milliseconds until the response ended. */
  duration_ms: number | null;
  /** Why it failed, in words. */
  error: string | null;
  /** The id of the event, sent as `webhook-id`. */
  event: string;
  /** When the next attempt is made, of a pending one when this one is made; null if there is none, or if an earlier event of the same issue must be delivered first. */
  next_attempt_at: string | null;
  /** The first 1,000 characters of the response. */
  response_body: string | null;
  /** The HTTP status; null without a response. */
  response_status: number | null;
  /** `succeeded`: the receiver answered with 2xx. `pending`: not made yet. */
  status: AttemptStatus;
  /** The type of the event, or `webhook.ping`. */
  type: string;
};

export type AttemptStatus = "succeeded" | "failed" | "pending";

/** What a board is: of when, compared with what, and how far it is to be trusted. */
export type Board = {
  /** The snapshot compared with; null where the source's own history was. */
  baseline_snapshot_id: number | null;
  /** The UTC day of `observed_at`. */
  date: string | null;
  /** What was asked of the entries; everything else here is of the whole board. */
  filter: BoardFilter | null;
  /** What is compared; null across kinds. */
  kind: EntryKind | null;
  /** The versioned name of the formula. */
  method: string;
  /** When the numbers were read. */
  observed_at: string | null;
  /** Why it is not `ok`. */
  reason: string | null;
  /** The snapshot that they stand in. */
  snapshot_id: number | null;
  /** Whose numbers; null across sources. */
  source: SourceName | null;
  /** The true distance of the two snapshots compared, in days. */
  span_days: number | null;
  /** Whether it is whole, lacks subjects, is of an earlier day, or is not shown. */
  status: BoardStatus;
  /** How many subjects could be compared. */
  tracked: number;
  /** How far back the comparison looks. */
  window: Window;
};

/** The subjects that entered and left a board since the day before. */
export type BoardChange = {
  board: Board;
  /** Entries that are new on the board, by rank. */
  entered: Array<TrendingEntry>;
  /** One for each of `entered`: whether it is new or has come back. */
  entered_notes: Array<EntryNote>;
  /** Entries that left the board, with the numbers of the earlier day. */
  left: Array<TrendingEntry>;
  /** The last board of an earlier day; null where there is none to compare with. */
  previous: Board | null;
};

/** The changes of every requested board. */
export type BoardChanges = {
  /** By source and kind. */
  data: Array<BoardChange>;
};

/** Which entries of a board were asked for; null asks for any. */
export type BoardFilter = {
  /** Whether re-packed copies stand for themselves or with their base model. */
  copies: BoardFilterCopies;
  /** What its entries are mostly written in. */
  language: string | null;
  /** The licence of its entries. */
  licence: string | null;
  /** The owner of its entries. */
  owner: string | null;
  /** How many entries of the whole board were looked at. */
  places: number;
  /** What its entries are for. */
  task: string | null;
  /** A topic or tag of its entries. */
  topic: string | null;
};

export type BoardFilterCopies = "shown" | "folded";

/** A board over time: the ranks of its present leaders, day by day. */
export type BoardHistory = {
  /** The newest of the boards. */
  board: Board;
  /** The UTC days that have a board, oldest first; others were not observed. */
  dates: Array<string>;
  /** The first of the newest board, in order. */
  subjects: Array<RankedSubject>;
};

/** A page of a board, by rank. */
export type BoardPage = {
  board: Board;
  /** Entries as of `board.observed_at`. */
  data: Array<TrendingEntry>;
  /** One for each entry, in the same order. */
  notes: Array<EntryNote>;
  page: PageInfo;
};

export type BoardStatus = "ok" | "partial" | "stale" | "withheld";

/** A board and its first entries. */
export type BoardWithEntries = {
  board: Board;
  /** Its first entries. */
  entries: Array<TrendingEntry>;
  /** One for each entry, in the same order. */
  notes: Array<EntryNote>;
};

/** Every board of a window. */
export type Boards = {
  /** By source and kind. */
  data: Array<BoardWithEntries>;
};

/** What happened on a day. */
export type Brief = {
  /** By source. */
  coverage: Record<string, SourceCoverage>;
  /** The UTC day. */
  date: string;
  /** Best first, at most 100. */
  facts: Array<Fact>;
};

/** One difference between two revisions. */
export type Change = {
  /** What the later revision has there, in the same form. Of a section or an item that was added, its name. */
  after: string | number | null;
  /** What the earlier revision has there: a text (at most 300 characters around the first difference), a number, or null. Of a section or an item that was removed, its name. */
  before: string | number | null;
  /** RFC 6901 pointer into the later revision; of what was removed, into the earlier one. */
  pointer: string;
  /** The slug of the section; null for a member of the issue itself. */
  section: string | null;
};

/** A figure in print, compared with what was observed. */
export type Claim = {
  /** The counter that it names. */
  counter: ClaimCounter;
  /** Whether it is a net change over a window. */
  is_change: boolean;
  /** The observation behind the verdict; null without one. */
  observed: ClaimEvidence | null;
  /** RFC 6901 pointer into the issue. */
  pointer: string;
  /** What it counts; null where that is not certain, or not observed. */
  subject: ClaimSubject | null;
  /** The figure as printed. */
  text: string;
  /** Its value: 66900 of "66.9k". Null of a ratio, such as "twice the stars". */
  value: number | null;
  /** `supported`: the newest observation before the first printing, at most 48 hours old, agrees. `stale`: only an older one agrees. `contradicted`: none agrees. `unknown`: the subject, the counter or the time is not certain, or was not observed. */
  verdict: ClaimVerdict;
  /** The window of a change; null of a total. */
  window: Window | null;
};

export type ClaimCounter = "stars" | "likes" | "downloads" | "forks" | "upvotes";

/** What was observed of a subject. */
export type ClaimEvidence = {
  /** When it was read from the source. */
  observed_at: string;
  /** The snapshot that it is part of. */
  snapshot_id: number;
  /** The page at the source that shows the counter. */
  source_url: string;
  /** The counter; of a change the net change over the window that ends with this observation. */
  value: number;
};

/** The subject of a figure. */
export type ClaimSubject = {
  /** Its present name at the source. */
  external_id: string;
  /** What it is. */
  kind: EntryKind;
  /** The source of the subject. */
  source: SourceName;
  /** Its page at the source. */
  url: string;
};

/** The number of claims by verdict. */
export type ClaimSummary = {
  /** Figures that the observations contradict. */
  contradicted: number;
  /** Figures that only an older observation supports. */
  stale: number;
  /** Figures that a fresh observation supports. */
  supported: number;
  /** Figures that cannot be judged. */
  unknown: number;
};

export type ClaimVerdict = "supported" | "contradicted" | "stale" | "unknown";

/** The figures of an issue, compared with what was observed. */
export type Claims = {
  /** In the order of the document, at most 5,000. */
  data: Array<Claim>;
  summary: ClaimSummary;
};

/** A column of the file. */
export type Column = {
  /** What the column holds. */
  description: string;
  /** As in the first line of the CSV. */
  name: string;
  /** `datetime` is an instant of RFC 3339 in UTC, `number` a double. */
  type: ColumnType;
  /** What is counted, or the time zone. */
  unit: string | null;
};

export type ColumnType = "string" | "integer" | "number" | "boolean" | "date" | "datetime";

/** A completion of a text whose last word is unfinished. */
export type Completion = {
  /** A printed title or name, or the name of an observed subject. */
  text: string;
  /** What bears the name. */
  type: CompletionType;
  /** The issue, the section or the subject as JSON. */
  url: string;
};

export type CompletionType = "issue" | "section" | "tool" | "entry" | "reading" | "subject";

/** Completions of a text whose last word is unfinished. */
export type Completions = {
  /** Completions, best first. */
  data: Array<Completion>;
};

/** A correction of an issue in print. */
export type Correction = {
  /** When the corrected revision was put in print. */
  at: string;
  /** What differs, in the order of the document. */
  changes: Array<Change>;
  /** The revision that was in print. */
  from_revision: number;
  /** Its id, unique. */
  id: string;
  /** What was wrong, in the words of the editor. */
  note: string;
  /** The revision that replaced it. */
  to_revision: number;
};

/** A correction, and the issue that it corrected. */
export type CorrectionInPrint = {
  /** When the corrected revision was put in print. */
  at: string;
  /** What differs, in the order of the document. */
  changes: Array<Change>;
  /** The revision that was in print. */
  from_revision: number;
  /** Its id, unique. */
  id: string;
  /** The issue that was corrected. */
  issue: IssueReference;
  /** What was wrong, in the words of the editor. */
  note: string;
  /** The revision that replaced it. */
  to_revision: number;
};

/** A correction of the issue in print. */
export type CorrectionInput = {
  /** What was wrong, for readers: 1 to 1,000 characters, such as "The lead named the wrong model." */
  note: string;
};

/** A page of corrections, newest first. */
export type CorrectionPage = {
  /** Corrections, each with its issue. */
  data: Array<CorrectionInPrint>;
  page: PageInfo;
};

/** A new API key, the only time that it is shown. */
export type CreatedKey = {
  /** When it was created. */
  created_at: string;
  /** When it expires; null if never. */
  expires_at: string | null;
  /** The key. Store it: it is shown only once. Null in a replayed response. */
  key: string | null;
  /** When it was last used, to the minute; null if never. */
  last_used_at: string | null;
  /** Name of the key. */
  name: string;
  /** The public part of the key, which identifies it. */
  prefix: string;
  /** Scopes of the key. */
  scopes: Array<Scope>;
};

/** A webhook endpoint with its secret, the only time that it is shown. */
export type CreatedWebhook = {
  /** When it was created. */
  created_at: string;
  /** What it is for. */
  description: string | null;
  /** `gone`: it answered 410. `failing`: nothing but failures for five days. `owner_gone`: the key that created it, which could read drafts, is revoked or expired. */
  disabled_reason: CreatedWebhookDisabledReason | null;
  /** The first failure since the last success; null while it succeeds. */
  failing_since: string | null;
  /** Its id. */
  id: string;
  /** Number of events in the log after `position`. */
  lag: number;
  /** The last response of 2xx. */
  last_success_at: string | null;
  /** `sequence` up to which every event was delivered or is of another type. */
  position: number;
  /** Signs every request: `whsec_…`, by Standard Webhooks. Store it: it is shown only once. Null in a replayed response. */
  secret: string | null;
  /** `pending` until a ping was answered with 2xx, then `active`. Only an active endpoint is sent events. */
  status: CreatedWebhookStatus;
  /** Event types that are sent; `issue.*` stands for all of that prefix. */
  types: Array<WebhookChangeInputTypes>;
  /** Where events are posted. */
  url: string;
};

export type CreatedWebhookDisabledReason = "gone" | "failing" | "owner_gone";

export type CreatedWebhookStatus = "pending" | "active" | "disabled";

/** How the rows were ranked. */
export type DataMethod = {
  /** The versioned name of the formula. */
  name: string;
  /** The page that explains it. */
  url: string;
};

/** A snapshot that the rows come from. */
export type DataSnapshot = {
  /** The earlier snapshot that a board compares with. */
  baseline_snapshot_id: number | null;
  /** As in the column `snapshot_id`. */
  id: number;
  /** The kind of subjects. */
  kind: EntryKind | null;
  /** Subjects in it. */
  observations: number | null;
  /** When it was made. */
  observed_at: string;
  /** Why it is not whole. */
  reason: string | null;
  /** The source. */
  source: SourceName | null;
  /** Days between the two. */
  span_days: number | null;
  /** `ok` or `complete`: whole. `partial`: subjects are missing. */
  status: string;
};

/** A source of the numbers. */
export type DataSource = {
  /** Its own spelling of its name. */
  label: string;
  /** As in the column `source`. */
  name: SourceName;
  /** Its API. */
  url: string;
};

/** Where the issue was written, and under what sky. */
export type Dateline = {
  /** The place. */
  place: string | null;
  /** The weather there. */
  weather: Weather | null;
};

/** Where the issue was written, and under what sky. */
export type DatelineInput = {
  /** The place. */
  place?: string | null;
  /** The weather there. */
  weather?: WeatherInput | null;
};

/** A page of attempts, newest first. */
export type DeliveryPage = {
  /** Attempts, those still to be made included. */
  data: Array<Attempt>;
  page: PageInfo;
};

/** A warning for an editor about a document. */
export type EditorWarning = {
  /** The stable code. */
  code: string;
  /** What is valid, or better. */
  detail: string;
  /** Of the same only: the counter, or the change, as observed. */
  observed?: number | null;
  /** RFC 6901 pointer into the document. */
  pointer: string;
  /** Of `number_contradicted` and `number_stale` only: the figure as printed. */
  printed?: string | null;
};

/** A section of kind `movers` or `trending`. */
export type EntriesSection = {
  /** The entries, in order of the size of the move. */
  entries: Array<TrendingEntry>;
  /** The rubric as printed. */
  heading: string;
  kind: "movers" | "trending";
  /** Who or what wrote it; null: what the issue says holds. */
  provenance: Provenance | null;
  /** Its address within the issue. */
  slug: string;
  /** The sentence below the heading. */
  standfirst: string | null;
};

/** A section of kind `movers` or `trending`. */
export type EntriesSectionInPrint = {
  /** The entries, in order of the size of the move. */
  entries: Array<TrendingEntry>;
  /** The rubric as printed. */
  heading: string;
  /** The issue that printed it. */
  issue: IssueReference;
  kind: "movers" | "trending";
  /** Who or what wrote it; null: what the issue says holds. */
  provenance: Provenance | null;
  /** The slug of its section in that issue. */
  section: string;
  /** Its address within the issue. */
  slug: string;
  /** The sentence below the heading. */
  standfirst: string | null;
};

/** A section of kind `movers` or `trending`. */
export type EntriesSectionInput = {
  /** The entries, in order of the size of the move. */
  entries?: Array<TrendingEntryInput> | null;
  /** In place of `entries`: the snapshot that they are filled in from when the section is saved. */
  from_snapshot?: FromSnapshotInput | null;
  /** The rubric as printed; the kind's own by default. */
  heading?: string | null;
  kind: "movers" | "trending";
  /** Who or what wrote it; null: what the issue says holds. */
  provenance?: ProvenanceInput | null;
  /** Its address within the issue; made of its headline or heading by default. */
  slug?: string | null;
  /** The sentence below the heading. */
  standfirst?: string | null;
};

export type EntryKind = "model" | "dataset" | "space" | "paper" | "repository";

/** What else is to be said of an entry, which itself can be posted as it is. */
export type EntryNote = {
  /** The model that it is a re-packed copy of. */
  base_model: string | null;
  /** What its gain is known from: our own observations; having been created since the baseline; or, for what is new to us, the source's trending score or star history. */
  basis: EntryNoteBasis;
  /** With `copies=folded`: what is folded into this entry, 20 at most. */
  copies: Array<string>;
  /** The entry it is about. */
  external_id: string;
  /** It was here before, and not the last time. */
  has_returned: boolean;
  /** Nearly all of its gain came between two looks. */
  is_burst: boolean;
  /** It is here for the first time. */
  is_newcomer: boolean;
  /** What its score is made of; null on mover lists, and where it cannot be told. */
  parts: ScoreParts | null;
  /** Days in a row on this board. */
  streak_days: number;
};

export type EntryNoteBasis = "observed" | "created" | "trending_score" | "star_history";

/** Something that happened. New types and members may be added at any time. */
export type Event = {
  /** What it concerns, by type. Events of issues have `issue` (a reference). Those of issues in print add `revision`, `etag`, `html` and `first` (never in print before); `issue.updated` and `issue.corrected` add `changed` (JSON pointers, at most 50), and `issue.corrected` adds `correction`. `trending.updated` has `source`, `kind`, `snapshot_id`, `observed_at` and `url`. */
  data: Record<string, unknown>;
  /** Its identifier, the same in every delivery. */
  id: string;
  /** Its place among the events that you may see: 1, 2, 3 and so on, without gaps. */
  sequence: number;
  /** When it happened. */
  timestamp: string;
  /** What happened. Everyone sees `issue.published`, `issue.updated`, `issue.corrected`, `issue.unpublished`, `trending.updated`; with `drafts:read` you also see `issue.created`, `issue.saved`, `issue.scheduled`, `issue.unscheduled`, `issue.deleted`, `content.rebuilt`, `sync.finished`, `webhook.disabled`. */
  type: string;
};

/** Events in the order in which they happened. */
export type EventLog = {
  /** Events, oldest first. */
  data: Array<Event>;
  page: EventLogPlace;
};

/** The position of a page in the event log. */
export type EventLogPlace = {
  /** Whether there are more events already. */
  has_more: boolean;
  /** Maximum number of events on the page. */
  limit: number;
  /** The `after` of the next request, also if there are no more events yet. */
  next_cursor: string;
  /** Whether events after your cursor are no longer kept; read all state again. */
  truncated: boolean;
};

/** Something that happened on a day, with its proof. */
export type Fact = {
  /** The observations that prove it. */
  evidence: Array<FactEvidence>;
  /** The same for the same fact, whenever it is read. */
  id: string;
  /** What kind of news it is. */
  kind: FactKind;
  /** What it was before. */
  previous: number | null;
  /** How much of a story it is. See docs/brief.md. */
  score: number;
  /** One English sentence with its numbers. */
  statement: string;
  /** Null for a fact about a whole board. */
  subject: FactSubject | null;
  /** The number of the fact, such as a gain's end. */
  value: number | null;
  /** The span between the two. */
  window: Window | null;
};

/** One observed number behind a fact. */
export type FactEvidence = {
  /** What was counted, such as `stars`, or `entries` of a board. */
  counter: string;
  /** When it was read. */
  observed_at: string;
  /** The snapshot that holds it. */
  snapshot_id: number;
  /** Where it can be checked upstream. */
  source_url: string;
  /** How many. */
  value: number;
};

export type FactKind = "top_mover" | "newcomer" | "milestone" | "record" | "streak" | "return" | "fall" | "rename" | "gone" | "overtakes" | "task_rise" | "language_rise" | "publisher";

/** The subject of a fact, under the name that it had on the day. */
export type FactSubject = {
  /** Its name at the source. */
  external_id: string;
  /** What it is. */
  kind: EntryKind;
  /** How it is shown. */
  name: string;
  /** The source. */
  source: SourceName;
  /** Its upstream page. */
  url: string;
};

/** Describes a file of open data. Read it before the file. */
export type FileMetadata = {
  /** When its newest numbers were read. */
  as_of: string | null;
  /** How to cite the file. */
  citation: string;
  /** In order. */
  columns: Array<Column>;
  /** What it has a row for, and in which order. */
  description: string;
  /** The address of each form, by media type. */
  formats: Record<string, string>;
  /** In the CSV, stands before a text that a spreadsheet would run as a formula. */
  guard: string;
  /** Whether the file at this address no longer changes. */
  is_final: boolean;
  /** What you may do with them. */
  licence_note: string;
  /** How rows are ranked; null where they are not. */
  method: DataMethod | null;
  /** What stands for null in the CSV: nothing. */
  null: string;
  /** The snapshots behind the rows, oldest first; empty where each row names one. */
  snapshot: Array<DataSnapshot>;
  /** Where the numbers come from. */
  source: Array<DataSource>;
  /** What the file is. */
  title: string;
  /** The CSV. */
  url: string;
};

/** An error or a warning about a document. */
export type Finding = {
  /** The stable code. */
  code: string;
  /** What is valid, or better. */
  detail: string;
  /** RFC 6901 pointer into the document. */
  pointer: string;
};

/** Where the entries of a section come from; they are filled in and frozen when it is saved. */
export type FromSnapshotInput = {
  /** How many entries: of each board in a trending section, of all together among movers (at most 50); 10 by default. */
  limit?: number | null;
  /** The id of a snapshot; "latest", the default, is the newest of each kind. */
  snapshot_id?: number | string | null;
  /** How far back the comparison looks; a week by default. */
  window?: Window | null;
};

/** A whole issue: everything a front end needs, in one call. */
export type Issue = {
  /** What was corrected after it was printed, newest first. */
  corrections: Array<Correction>;
  /** When it was made. */
  created_at: string;
  /** Its day, unique: one issue a day. */
  date: string;
  /** Where it was written. */
  dateline: Dateline | null;
  /** Where to go from here. */
  links: IssueLinks;
  /** Its number, unique. */
  number: number;
  /** Who or what wrote it; a section's own takes precedence. */
  provenance: Provenance | null;
  /** When it will appear, while it is scheduled. */
  publish_at: string | null;
  /** When it first came into print; stays. */
  published_at: string | null;
  /** The revision in print or pinned for it; shown with `drafts:read` only. */
  published_revision?: number | null;
  /** The revision shown; grows by one with every saved change. */
  revision: number;
  /** The blocks of the paper, in print order, each typed by its `kind`. */
  sections: Array<Section>;
  /** Its name in an address, unique. */
  slug: string;
  /** Where it stands. */
  status: IssueCreateStatus;
  /** Its summary; the lead's standfirst by default. */
  summary: string | null;
  /** Its title; the lead's headline by default. */
  title: string | null;
  /** When the revision shown was saved. */
  updated_at: string;
};

/** A new issue: only its date is required. No text in it holds control characters other than newline, return and tab. */
export type IssueCreate = {
  /** Ignored. */
  corrections?: Array<Correction> | null;
  /** Ignored. */
  created_at?: string | null;
  /** Its day: one issue a day. */
  date: string;
  /** Where it was written. */
  dateline?: DatelineInput | null;
  /** Ignored. */
  links?: IssueLinks | null;
  /** Its number; one above the highest in use by default. */
  number?: number | null;
  /** Who or what wrote it; a section's own takes precedence. */
  provenance?: ProvenanceInput | null;
  /** Ignored on create; else it must be the present one. */
  publish_at?: string | null;
  /** Ignored. */
  published_at?: string | null;
  /** Ignored on create; else it must be the present one. */
  published_revision?: number | null;
  /** Ignored on create; else it must be the present one. */
  revision?: number | null;
  /** The blocks of the paper, in print order, each typed by its `kind`. At most one of each of the kinds `tools`, `trending`, `movers` and `reading`. Their slugs are unique in the issue. A published issue has exactly one `lead`. */
  sections?: Array<SectionInput> | null;
  /** Its name in an address; by default `issue-<number>`, or where that is taken `issue-<number>-2` and so on. */
  slug?: string | null;
  /** Ignored on create; else it must be the present one. */
  status?: IssueCreateStatus | null;
  /** The lead's standfirst by default. */
  summary?: string | null;
  /** The lead's headline by default. */
  title?: string | null;
  /** Ignored. */
  updated_at?: string | null;
  /** Ignored: the answer of a publication has them. */
  warnings?: Array<EditorWarning> | null;
};

export type IssueCreateStatus = "draft" | "scheduled" | "published";

/** An issue as it is posted; what is left out is filled in when it is saved. No text in it holds control characters other than newline, return and tab. */
export type IssueInput = {
  /** Ignored. */
  corrections?: Array<Correction> | null;
  /** Ignored. */
  created_at?: string | null;
  /** Its day: one issue a day. */
  date?: string | null;
  /** Where it was written. */
  dateline?: DatelineInput | null;
  /** Ignored. */
  links?: IssueLinks | null;
  /** Its number; one above the highest in use by default. */
  number?: number | null;
  /** Who or what wrote it; a section's own takes precedence. */
  provenance?: ProvenanceInput | null;
  /** Ignored on create; else it must be the present one. */
  publish_at?: string | null;
  /** Ignored. */
  published_at?: string | null;
  /** Ignored on create; else it must be the present one. */
  published_revision?: number | null;
  /** Ignored on create; else it must be the present one. */
  revision?: number | null;
  /** The blocks of the paper, in print order, each typed by its `kind`. At most one of each of the kinds `tools`, `trending`, `movers` and `reading`. Their slugs are unique in the issue. A published issue has exactly one `lead`. */
  sections?: Array<SectionInput> | null;
  /** Its name in an address; by default `issue-<number>`, or where that is taken `issue-<number>-2` and so on. */
  slug?: string | null;
  /** Ignored on create; else it must be the present one. */
  status?: IssueCreateStatus | null;
  /** The lead's standfirst by default. */
  summary?: string | null;
  /** The lead's headline by default. */
  title?: string | null;
  /** Ignored. */
  updated_at?: string | null;
  /** Ignored: the answer of a publication has them. */
  warnings?: Array<EditorWarning> | null;
};

/** Absolute addresses of an issue and of its neighbours in print. */
export type IssueLinks = {
  /** Its page. */
  html: string;
  /** The same as Markdown. */
  markdown: string;
  /** The issue after it in print; null at the latest. */
  next: string | null;
  /** The issue before it in print; null at the first. */
  previous: string | null;
  /** This issue as JSON. */
  self: string;
};

/** A page of issues, newest date first. */
export type IssuePage = {
  /** Issues without their sections. */
  data: Array<IssueSummary>;
  page: PageInfo;
};

/** A JSON Merge Patch (RFC 7396) of an issue: omitted members stay, null resets a member to its default, lists are replaced whole. */
export type IssuePatch = {
  /** Ignored. */
  corrections?: Array<Correction> | null;
  /** Ignored. */
  created_at?: string | null;
  /** Its day: one issue a day. */
  date?: string;
  /** Where it was written. */
  dateline?: DatelineInput | null;
  /** Ignored. */
  links?: IssueLinks | null;
  /** Its number; one above the highest in use by default. */
  number?: number | null;
  /** Who or what wrote it; a section's own takes precedence. */
  provenance?: ProvenanceInput | null;
  /** Ignored on create; else it must be the present one. */
  publish_at?: string | null;
  /** Ignored. */
  published_at?: string | null;
  /** Ignored on create; else it must be the present one. */
  published_revision?: number | null;
  /** Ignored on create; else it must be the present one. */
  revision?: number | null;
  /** The blocks of the paper, in print order, each typed by its `kind`. At most one of each of the kinds `tools`, `trending`, `movers` and `reading`. Their slugs are unique in the issue. A published issue has exactly one `lead`. */
  sections?: Array<SectionInput> | null;
  /** Its name in an address; by default `issue-<number>`, or where that is taken `issue-<number>-2` and so on. */
  slug?: string | null;
  /** Ignored on create; else it must be the present one. */
  status?: IssueCreateStatus | null;
  /** The lead's standfirst by default. */
  summary?: string | null;
  /** The lead's headline by default. */
  title?: string | null;
  /** Ignored. */
  updated_at?: string | null;
  /** Ignored: the answer of a publication has them. */
  warnings?: Array<EditorWarning> | null;
};

/** How something in print names its issue. */
export type IssueReference = {
  /** Its day. */
  date: string;
  /** Its number. */
  number: number;
  /** Its name in an address. */
  slug: string;
  /** Its title. */
  title: string | null;
  /** The issue as JSON. */
  url: string;
};

/** An issue in a list: all of it but its sections. */
export type IssueSummary = {
  /** What was corrected after it was printed, newest first. */
  corrections: Array<Correction>;
  /** When it was made. */
  created_at: string;
  /** Its day, unique: one issue a day. */
  date: string;
  /** Where it was written. */
  dateline: Dateline | null;
  /** Where to go from here. */
  links: IssueLinks;
  /** Its number, unique. */
  number: number;
  /** Who or what wrote it; a section's own takes precedence. */
  provenance: Provenance | null;
  /** When it will appear, while it is scheduled. */
  publish_at: string | null;
  /** When it first came into print; stays. */
  published_at: string | null;
  /** The revision in print or pinned for it; shown with `drafts:read` only. */
  published_revision?: number | null;
  /** The revision shown; grows by one with every saved change. */
  revision: number;
  /** Its name in an address, unique. */
  slug: string;
  /** Where it stands. */
  status: IssueCreateStatus;
  /** Its summary; the lead's standfirst by default. */
  summary: string | null;
  /** Its title; the lead's headline by default. */
  title: string | null;
  /** When the revision shown was saved. */
  updated_at: string;
};

/** An API key as it is listed: never the key itself. */
export type Key = {
  /** When it was created. */
  created_at: string;
  /** When it expires; null if never. */
  expires_at: string | null;
  /** When it was last used, to the minute; null if never. */
  last_used_at: string | null;
  /** Name of the key. */
  name: string;
  /** The public part of the key, which identifies it. */
  prefix: string;
  /** Scopes of the key. */
  scopes: Array<Scope>;
};

/** A key to be made. */
export type KeyInput = {
  /** When it ends; null: never. */
  expires_at?: string | null;
  /** What it is for. */
  name: string;
  /** What it may do; none: it has just its own rate limit. */
  scopes?: Array<Scope>;
};

/** A page of keys, newest first. */
export type KeyPage = {
  /** Keys that are not revoked. */
  data: Array<Key>;
  page: PageInfo;
};

/** Every limit of the service. */
export type Limits = {
  /** Seconds in which a body, or a line of an import, must arrive. */
  body_timeout_seconds: number;
  /** Days for which an `Idempotency-Key` is stored. */
  idempotency_key_days: number;
  /** Largest body of a request, or line of an import. */
  max_body_bytes: number;
  /** Sections of an issue. */
  max_sections: number;
  /** Page sizes of collections. */
  page: PageLimit;
  /** Counted by key, else by address; null if there is no limit. */
  rate_limit: RateLimit | null;
};

/** A place where the paper can be followed. */
export type Link = {
  /** What it is. */
  name: string;
  /** Where it is. */
  url: string;
};

/** One number in the box: as printed, and where it is known as a value. */
export type Metric = {
  /** What is counted. */
  label: string;
  /** The number as a value. */
  number: number | null;
  /** Where it comes from. */
  source: MetricSource | null;
  /** The unit of `number`. */
  unit: string | null;
  /** The number as printed, such as "66.9k GitHub stars". */
  value: string;
};

/** One number in the box: as printed, and where it is known as a value. */
export type MetricInput = {
  /** What is counted. */
  label: string;
  /** The number as a value. */
  number?: number | null;
  /** Where it comes from. */
  source?: MetricSourceInput | null;
  /** The unit of `number`. */
  unit?: string | null;
  /** The number as printed, such as "66.9k GitHub stars". */
  value: string;
};

/** Where a number comes from. */
export type MetricSource = {
  /** Who says so. */
  name: string | null;
  /** When it was read there. */
  observed_at: string | null;
  /** Where it can be checked. */
  url: string | null;
};

/** Where a number comes from. */
export type MetricSourceInput = {
  /** Who says so. */
  name?: string | null;
  /** When it was read there. */
  observed_at?: string | null;
  /** Where it can be checked. */
  url?: string | null;
};

/** The box of numbers as it is read. */
export type Metrics = {
  /** The numbers, in print order. */
  items: Array<Metric>;
  /** Its title, such as "By the Numbers". */
  title: string | null;
};

/** The box of numbers beside a story. */
export type MetricsInput = {
  /** The numbers, in print order. */
  items?: Array<MetricInput> | null;
  /** Its title, such as "By the Numbers". */
  title?: string | null;
};

/** The counters of a subject as they were seen. */
export type Observation = {
  /** Downloads of the 30 days before. */
  downloads: number | null;
  /** Forks. */
  forks: number | null;
  /** Likes; of a paper its upvotes. */
  likes: number | null;
  /** When they were read. */
  observed_at: string;
  /** On the week board of that snapshot. */
  rank: number | null;
  /** On the week board of that snapshot. */
  score: number | null;
  /** The snapshot that they stand in. */
  snapshot_id: number;
  /** Stars. */
  stars: number | null;
};

/** A section of a kind that this document does not name yet. New kinds are added without a new version of the API. Such a section has at least these members. */
export type OtherSection = {
  /** The rubric as printed. */
  heading: string;
  /** What kind of section it is; decides the fields that follow. */
  kind: string;
  /** Who or what wrote it; null: what the issue says holds. */
  provenance: Provenance | null;
  /** Its address within the issue. */
  slug: string;
  /** The sentence below the heading. */
  standfirst: string | null;
};

/** A section of a kind that this document does not name yet, and where it was printed. */
export type OtherSectionInPrint = {
  /** The rubric as printed. */
  heading: string;
  /** The issue that printed it. */
  issue: IssueReference;
  /** What kind of section it is; decides the fields that follow. */
  kind: string;
  /** Who or what wrote it; null: what the issue says holds. */
  provenance: Provenance | null;
  /** The slug of its section in that issue. */
  section: string;
  /** Its address within the issue. */
  slug: string;
  /** The sentence below the heading. */
  standfirst: string | null;
};

/** The key in use and its limits. */
export type OwnKey = {
  /** When it expires; null if never. */
  expires_at: string | null;
  /** When it was last used, to the minute; null if never. */
  last_used_at: string | null;
  /** Its limits. */
  limits: Limits;
  /** Name of the key. */
  name: string;
  /** The public part of the key, which identifies it. */
  prefix: string;
  /** Scopes of the key. */
  scopes: Array<Scope>;
};

/** The position of a page in its collection. */
export type PageInfo = {
  /** Whether there is a next page. */
  has_more: boolean;
  /** Maximum number of items on the page. */
  limit: number;
  /** The `cursor` of the next page; null on the last. */
  next_cursor: string | null;
  /** Number of items on all pages. */
  total: number;
};

/** Page sizes. */
export type PageLimit = {
  /** Default of `limit`. */
  default: number;
  /** Maximum of `limit`. */
  max: number;
};

/** A preview URL, which shows a draft to anyone who has it. */
export type Preview = {
  /** When it expires. */
  expires_at: string;
  /** The preview page. It needs no key. */
  url: string;
};

/** A printing, as it was. */
export type Printing = {
  /** Its day, unique: one issue a day. */
  date: string;
  /** Where it was written. */
  dateline: Dateline | null;
  /** When it came into print. */
  from: string;
  /** Its number, unique. */
  number: number;
  /** Counts the printings of the issue from 1. */
  printing: number;
  /** Who or what wrote it; a section's own takes precedence. */
  provenance: Provenance | null;
  /** The revision that was in print. */
  revision: number;
  /** The blocks of the paper, in print order, each typed by its `kind`. */
  sections: Array<Section>;
  /** Its name in an address, unique. */
  slug: string;
  /** Its summary; the lead's standfirst by default. */
  summary: string | null;
  /** Its title; the lead's headline by default. */
  title: string | null;
  /** When it was replaced or withdrawn; null while it is in print. */
  until: string | null;
};

/** A page of printings, newest first. */
export type PrintingPage = {
  /** Printings without their sections. */
  data: Array<PrintingSummary>;
  page: PageInfo;
};

/** A printing in a list: all of it but its sections. */
export type PrintingSummary = {
  /** Its day, unique: one issue a day. */
  date: string;
  /** Where it was written. */
  dateline: Dateline | null;
  /** When it came into print. */
  from: string;
  /** Its number, unique. */
  number: number;
  /** Counts the printings of the issue from 1. */
  printing: number;
  /** Who or what wrote it; a section's own takes precedence. */
  provenance: Provenance | null;
  /** The revision that was in print. */
  revision: number;
  /** Its name in an address, unique. */
  slug: string;
  /** Its summary; the lead's standfirst by default. */
  summary: string | null;
  /** Its title; the lead's headline by default. */
  title: string | null;
  /** When it was replaced or withdrawn; null while it is in print. */
  until: string | null;
};

/** What went wrong, and what would be right (RFC 9457). */
export type Problem = {
  /** The stable code: decide by this one. */
  code: string;
  /** What was wrong with this request. */
  detail: string;
  /** Each place that needs attention, at most 100. */
  errors?: Array<ProblemError> | null;
  /** The path that was asked for. */
  instance?: string | null;
  /** What our log calls the request. */
  request_id?: string | null;
  /** The HTTP status. */
  status: number;
  /** The code in words. */
  title: string;
  /** The trace of the request: ours, or that of the `traceparent` it came with. */
  trace_id?: string | null;
  /** The page that explains this code. */
  type: string;
};

/** One thing wrong, and where: in the body (`pointer`) or in a parameter (`parameter`). */
export type ProblemError = {
  /** The stable code of the fault. */
  code: string;
  /** What would be right. */
  detail: string;
  /** Name of the parameter or header. */
  parameter?: string | null;
  /** RFC 6901 pointer into the body. */
  pointer?: string | null;
};

/** Who or what wrote an issue or a section, and who reviewed it. */
export type Provenance = {
  /** How it was written: a term of the IPTC vocabulary Digital Source Type. */
  digital_source_type: ProvenanceInputDigitalSourceType | null;
  /** The AI model, if one was used. */
  model: string | null;
  /** When it was reviewed. */
  reviewed_at: string | null;
  /** The person who reviewed it before it was published. */
  reviewed_by: string | null;
};

/** Who or what wrote an issue or a section, and who reviewed it. */
export type ProvenanceInput = {
  /** How it was written: a term of the IPTC vocabulary Digital Source Type. */
  digital_source_type?: ProvenanceInputDigitalSourceType | null;
  /** The AI model, if one was used. */
  model?: string | null;
  /** When it was reviewed. */
  reviewed_at?: string | null;
  /** The person who reviewed it before it was published. */
  reviewed_by?: string | null;
};

export type ProvenanceInputDigitalSourceType = "humanEdits" | "digitalCreation" | "compositeWithTrainedAlgorithmicMedia" | "trainedAlgorithmicMedia" | "algorithmicallyEnhanced";

/** The masthead with everything that a front end frames an issue with. */
export type Publication = {
  /** The year of its first issue. */
  established: number;
  /** Feeds of the paper. */
  feeds: Array<Link>;
  /** Its language, as BCP 47 writes it. */
  language: string;
  /** What it promises its readers. */
  motto: string;
  /** Where it is made. */
  place: string;
  /** Headings and intros, by kind of section. */
  rubrics: Array<Rubric>;
  /** Where to subscribe. */
  subscribe: Array<Link>;
  /** Its subjects, as they stand below the name. */
  tagline: string;
  /** The name of the paper. */
  title: string;
};

/** How an issue is published. */
export type PublishInput = {
  /** Publish the change as a correction, with a note to readers. Without one it is a quiet change. Only where another revision is in print. */
  correction?: CorrectionInput | null;
};

/** An issue after a write that published it. */
export type PublishedIssue = {
  /** What was corrected after it was printed, newest first. */
  corrections: Array<Correction>;
  /** When it was made. */
  created_at: string;
  /** Its day, unique: one issue a day. */
  date: string;
  /** Where it was written. */
  dateline: Dateline | null;
  /** Where to go from here. */
  links: IssueLinks;
  /** Its number, unique. */
  number: number;
  /** Who or what wrote it; a section's own takes precedence. */
  provenance: Provenance | null;
  /** When it will appear, while it is scheduled. */
  publish_at: string | null;
  /** When it first came into print; stays. */
  published_at: string | null;
  /** The revision in print or pinned for it; shown with `drafts:read` only. */
  published_revision?: number | null;
  /** The revision shown; grows by one with every saved change. */
  revision: number;
  /** The blocks of the paper, in print order, each typed by its `kind`. */
  sections: Array<Section>;
  /** Its name in an address, unique. */
  slug: string;
  /** Where it stands. */
  status: IssueCreateStatus;
  /** Its summary; the lead's standfirst by default. */
  summary: string | null;
  /** Its title; the lead's headline by default. */
  title: string | null;
  /** When the revision shown was saved. */
  updated_at: string;
  /** Figures that are contradicted or stale; present if there are any. */
  warnings?: Array<EditorWarning>;
};

/** A subject of a board, and where it stood on each day. */
export type RankedSubject = {
  /** Its name on the newest of the days. */
  external_id: string;
  /** How it is shown. */
  name: string;
  /** Its rank on each of `dates`; null where it was not on the board. */
  ranks: Array<number | null>;
  /** Its page upstream. */
  url: string;
};

/** The rate limit of a caller. */
export type RateLimit = {
  /** Requests per window. */
  requests: number;
  /** Length of the window. */
  window_seconds: number;
};

/** Something worth reading at the weekend. */
export type ReadingItem = {
  /** Who wrote it. */
  author: string | null;
  /** How long it takes to read, in minutes. */
  minutes: number | null;
  /** Who published it. */
  source: string | null;
  /** What it says, in a sentence. */
  summary: string | null;
  /** Its title. */
  title: string;
  /** Where it is read. */
  url: string | null;
};

/** Something worth reading, and where it was printed. */
export type ReadingItemInPrint = {
  /** Who wrote it. */
  author: string | null;
  /** The issue that printed it. */
  issue: IssueReference;
  /** How long it takes to read, in minutes. */
  minutes: number | null;
  /** The slug of its section in that issue. */
  section: string;
  /** Who published it. */
  source: string | null;
  /** What it says, in a sentence. */
  summary: string | null;
  /** Its title. */
  title: string;
  /** Where it is read. */
  url: string | null;
};

/** Something worth reading at the weekend. */
export type ReadingItemInput = {
  /** Who wrote it. */
  author?: string | null;
  /** How long it takes to read, in minutes. */
  minutes?: number | null;
  /** Who published it. */
  source?: string | null;
  /** What it says, in a sentence. */
  summary?: string | null;
  /** Its title. */
  title: string;
  /** Where it is read. */
  url?: string | null;
};

/** A page of reading items in print, newest issue first. */
export type ReadingPage = {
  /** Items, inside an issue as printed. */
  data: Array<ReadingItemInPrint>;
  page: PageInfo;
};

/** Weekend reading as it is read. */
export type ReadingSection = {
  /** The rubric as printed. */
  heading: string;
  /** What to read, in print order. */
  items: Array<ReadingItem>;
  kind: "reading";
  /** Who or what wrote it; null: what the issue says holds. */
  provenance: Provenance | null;
  /** Its address within the issue. */
  slug: string;
  /** The sentence below the heading. */
  standfirst: string | null;
};

/** Weekend reading as it is read, and where it was printed. */
export type ReadingSectionInPrint = {
  /** The rubric as printed. */
  heading: string;
  /** The issue that printed it. */
  issue: IssueReference;
  /** What to read, in print order. */
  items: Array<ReadingItem>;
  kind: "reading";
  /** Who or what wrote it; null: what the issue says holds. */
  provenance: Provenance | null;
  /** The slug of its section in that issue. */
  section: string;
  /** Its address within the issue. */
  slug: string;
  /** The sentence below the heading. */
  standfirst: string | null;
};

/** Weekend reading as it is posted. */
export type ReadingSectionInput = {
  /** The rubric as printed; the kind's own by default. */
  heading?: string | null;
  /** What to read, in print order. */
  items?: Array<ReadingItemInput> | null;
  kind: "reading";
  /** Who or what wrote it; null: what the issue says holds. */
  provenance?: ProvenanceInput | null;
  /** Its address within the issue; made of its headline or heading by default. */
  slug?: string | null;
  /** The sentence below the heading. */
  standfirst?: string | null;
};

/** What to send again: give `after` or `event`. */
export type ReplayInput = {
  /** A cursor of the event log: all events after it that the endpoint takes. */
  after?: string | null;
  /** The id of one event. */
  event?: string | null;
};

/** A revision, whole and unchangeable. */
export type Revision = {
  /** When it was saved. */
  created_at: string;
  /** The prefix of the key that saved it, or `cli`. */
  created_by: string;
  /** Its day, unique: one issue a day. */
  date: string;
  /** Where it was written. */
  dateline: Dateline | null;
  /** Its number, unique. */
  number: number;
  /** Who or what wrote it; a section's own takes precedence. */
  provenance: Provenance | null;
  /** Its number within the issue. */
  revision: number;
  /** The blocks of the paper, in print order, each typed by its `kind`. */
  sections: Array<Section>;
  /** Its name in an address, unique. */
  slug: string;
  /** Its summary; the lead's standfirst by default. */
  summary: string | null;
  /** Its title; the lead's headline by default. */
  title: string | null;
};

/** What differs between two revisions. */
export type RevisionDiff = {
  /** What differs, in the order of the document. */
  changes: Array<Change>;
  /** The earlier revision. */
  from: number;
  /** The later revision. */
  to: number;
};

/** A page of revisions, newest first. */
export type RevisionPage = {
  /** Revisions without their sections. */
  data: Array<RevisionSummary>;
  page: PageInfo;
};

/** A revision in a list: all of it but its sections. */
export type RevisionSummary = {
  /** When it was saved. */
  created_at: string;
  /** The prefix of the key that saved it, or `cli`. */
  created_by: string;
  /** Its day, unique: one issue a day. */
  date: string;
  /** Where it was written. */
  dateline: Dateline | null;
  /** Its number, unique. */
  number: number;
  /** Who or what wrote it; a section's own takes precedence. */
  provenance: Provenance | null;
  /** Its number within the issue. */
  revision: number;
  /** Its name in an address, unique. */
  slug: string;
  /** Its summary; the lead's standfirst by default. */
  summary: string | null;
  /** Its title; the lead's headline by default. */
  title: string | null;
};

/** The heading that stands above a kind of section, and the sentence below it. */
export type Rubric = {
  /** The heading by default. */
  heading: string;
  /** The sentence that introduces it. */
  intro: string | null;
  /** The kind of section. */
  kind: string;
};

/** One source in a run. */
export type RunSource = {
  /** Bytes of response bodies, as transferred. */
  bytes: number;
  /** The source. */
  name: SourceName;
  /** Subjects seen. */
  observations: number;
  /** Why the status is not `complete`. */
  reason: string | null;
  /** Known subjects that the source did not show to us. */
  refused: number;
  /** Requests that were sent. */
  requests: number;
  /** Rows that were rejected as implausible. */
  skipped: number;
  /** `complete` if every request succeeded and no row was rejected. */
  status: RunStatus;
};

export type RunStatus = "running" | "complete" | "partial" | "failed";

/** When an issue is to appear. */
export type ScheduleInput = {
  publish_at: string;
};

export type Scope = "drafts:read" | "issues:write" | "issues:publish" | "sync:run" | "keys:manage" | "webhooks:manage";

/** What a score is made of: gain / sqrt(size + smoothing) * boost. */
export type ScoreParts = {
  /** How the pace compares with the window before, 0.5 to 2; 1 where unknown. */
  boost: number;
  /** Stars, likes or upvotes gained over the window. */
  gain: number;
  /** The counter at the baseline; 0 where there was none. */
  size: number;
  /** Added to the size, by kind: few of few are no rise. */
  smoothing: number;
};

/** Something in print that has the words that were looked for. */
export type SearchHit = {
  /** The issue that printed it. */
  issue: IssueReference;
  /** With `group=subject`, of a trending entry: the issues whose entries about the same subject are among the ranked hits. Null otherwise. */
  printings: SearchPrintings | null;
  /** How well it answers: larger is better, to be compared within one search. Null with `sort=newest`. */
  score: number | null;
  /** The slug of the section that it is or stands in; null of an issue. */
  section: string | null;
  /** HTML: about 200 characters around the first match, each match in `<mark>`, everything else escaped. */
  snippet: string;
  /** Its title, headline or name. */
  title: string;
  /** What it is; `entry` is a trending or mover entry. */
  type: SearchHitType;
  /** The issue or the section as JSON. */
  url: string;
};

export type SearchHitType = "issue" | "section" | "tool" | "entry" | "reading";

/** A page of hits, the best or the newest first. */
export type SearchPage = {
  /** Hits. */
  data: Array<SearchHit>;
  page: SearchPageInfo;
};

/** The position of a page among the hits of a search. */
export type SearchPageInfo = {
  /** Number of hits by value, most frequent first, for each facet that was asked for; exact up to 1,000 hits, above of the newest 1,000. Null where none was asked for. */
  facets: Record<string, Record<string, number>> | null;
  /** Whether there is a next page. */
  has_more: boolean;
  /** Maximum number of items on the page. */
  limit: number;
  /** The `cursor` of the next page; null on the last. */
  next_cursor: string | null;
  /** The corrected question where fewer than five hits were found and it finds more; else null. */
  suggestion: string | null;
  /** Number of hits on all pages; null above 1,000. With `group=subject` the number of groups, null from 500 matching entries on. */
  total: number | null;
};

/** The issues that print the subject of a hit, among the ranked hits. */
export type SearchPrintings = {
  /** Up to ten of them, newest first. */
  issues: Array<IssueReference>;
  /** How many issues there are. */
  total: number;
};

/** A section of any kind. */
export type Section = StorySection | EntriesSection | ReadingSection | ToolsSection | OtherSection;

/** A section of any kind, and where it was printed. */
export type SectionInPrint = StorySectionInPrint | EntriesSectionInPrint | ReadingSectionInPrint | ToolsSectionInPrint | OtherSectionInPrint;

/** A section of any kind in a request. */
export type SectionInput = StorySectionInput | EntriesSectionInput | ReadingSectionInput | ToolsSectionInput;

/** A page of sections in print, newest issue first. */
export type SectionPage = {
  /** Sections, inside an issue as printed. */
  data: Array<SectionInPrint>;
  page: PageInfo;
};

/** A JSON Merge Patch (RFC 7396) of a section: omitted members stay, null resets a member to its default. The members that apply depend on the section's kind. */
export type SectionPatch = {
  /** `lead`, `deep_dive`, `opinion`, `analysis`, `brief`: The story, in GitHub Flavored Markdown with footnotes. Raw HTML is text. */
  body?: string | null;
  /** `lead`, `deep_dive`, `opinion`, `analysis`, `brief`: Ignored: it is made of `body`. */
  body_html?: string | null;
  /** `lead`, `deep_dive`, `opinion`, `analysis`, `brief`: Who wrote it. */
  byline?: string | null;
  /** `trending`, `movers`: The entries, in print order. */
  entries?: Array<TrendingEntryInput> | null;
  /** `trending`, `movers`: In place of `entries`: the snapshot that they are filled in from when the section is saved. */
  from_snapshot?: FromSnapshotInput | null;
  /** The rubric as printed; the kind's own by default. */
  heading?: string | null;
  /** `lead`, `deep_dive`, `opinion`, `analysis`, `brief`: The headline. */
  headline?: string;
  /** `reading`: What to read, in print order. */
  items?: Array<ReadingItemInput> | null;
  /** `lead`, `deep_dive`, `opinion`, `analysis`, `brief`: The words above the headline. */
  kicker?: string | null;
  /** Its present kind. */
  kind?: "lead" | "deep_dive" | "opinion" | "analysis" | "brief" | "tools" | "trending" | "movers" | "reading";
  /** `lead`, `deep_dive`, `opinion`, `analysis`, `brief`: The box of numbers. */
  metrics?: MetricsInput | null;
  /** Who or what wrote it; null: what the issue says holds. */
  provenance?: ProvenanceInput | null;
  /** `lead`, `deep_dive`, `opinion`, `analysis`, `brief`: How much it matters, 0 to 10. */
  significance?: number | null;
  /** Its address within the issue; made of its headline or heading by default. */
  slug?: string | null;
  /** The sentence below the heading. */
  standfirst?: string | null;
  /** `tools`: The tools, in print order. */
  tools?: Array<ToolInput> | null;
};

/** How far the boards of a source can be relied on for the day. */
export type SourceCoverage = {
  /** The newest observation. */
  observed_at: string | null;
  /** `partial`: not every board is whole and of the day. Facts come from boards that are. */
  status: BoardStatus;
  /** Subjects that could be compared. */
  tracked: number;
};

/** The health of a source. */
export type SourceHealth = {
  /** Since `last_success_at`. */
  age_seconds: number | null;
  /** When it was last part of a run. */
  last_run_at: string | null;
  /** When a run last succeeded, at least in part. */
  last_success_at: string | null;
  /** The source. */
  name: SourceName;
  /** Why the status is not `ok`. */
  reason: string | null;
  /** Subjects whose status is `refused`. */
  refused: number;
  /** Rows that the last run rejected as implausible. */
  skipped: number;
  /** By its last run: whole, in part, failed; or it was never asked. With no success for 36 hours it is `degraded`, for a week `down`. */
  status: SourceHealthStatus;
  /** Number of subjects that are observed. */
  subjects: number;
};

/** Every source. */
export type SourceHealthPage = {
  /** In the order of the list of sources. */
  data: Array<SourceHealth>;
  page: PageInfo;
};

export type SourceHealthStatus = "ok" | "degraded" | "down" | "never";

export type SourceName = "huggingface" | "github";

/** The state of the service. */
export type State = {
  /** `degraded`: the database does not respond, and responses come from the cache. */
  status: StateStatus;
};

export type StateStatus = "ok" | "degraded";

/** A story as it is read. */
export type StorySection = {
  /** The story, in GitHub Flavored Markdown with footnotes. Raw HTML is text. */
  body: string | null;
  /** The same as HTML, sanitised. */
  body_html: string | null;
  /** Who wrote it. */
  byline: string | null;
  /** The rubric as printed. */
  heading: string;
  /** The headline. */
  headline: string;
  /** The words above the headline. */
  kicker: string | null;
  kind: "lead" | "deep_dive" | "opinion" | "analysis" | "brief";
  /** The box of numbers. */
  metrics: Metrics | null;
  /** Who or what wrote it; null: what the issue says holds. */
  provenance: Provenance | null;
  /** How much it matters, 0 to 10. */
  significance: number | null;
  /** Its address within the issue. */
  slug: string;
  /** The sentence below the heading. */
  standfirst: string | null;
};

/** A story as it is read, and where it was printed. */
export type StorySectionInPrint = {
  /** The story, in GitHub Flavored Markdown with footnotes. Raw HTML is text. */
  body: string | null;
  /** The same as HTML, sanitised. */
  body_html: string | null;
  /** Who wrote it. */
  byline: string | null;
  /** The rubric as printed. */
  heading: string;
  /** The headline. */
  headline: string;
  /** The issue that printed it. */
  issue: IssueReference;
  /** The words above the headline. */
  kicker: string | null;
  kind: "lead" | "deep_dive" | "opinion" | "analysis" | "brief";
  /** The box of numbers. */
  metrics: Metrics | null;
  /** Who or what wrote it; null: what the issue says holds. */
  provenance: Provenance | null;
  /** The slug of its section in that issue. */
  section: string;
  /** How much it matters, 0 to 10. */
  significance: number | null;
  /** Its address within the issue. */
  slug: string;
  /** The sentence below the heading. */
  standfirst: string | null;
};

/** A story as it is posted. */
export type StorySectionInput = {
  /** The story, in GitHub Flavored Markdown with footnotes. Raw HTML is text. */
  body?: string | null;
  /** Ignored: it is made of `body`. */
  body_html?: string | null;
  /** Who wrote it. */
  byline?: string | null;
  /** The rubric as printed; the kind's own by default. */
  heading?: string | null;
  /** The headline. */
  headline: string;
  /** The words above the headline. */
  kicker?: string | null;
  kind: "lead" | "deep_dive" | "opinion" | "analysis" | "brief";
  /** The box of numbers. */
  metrics?: MetricsInput | null;
  /** Who or what wrote it; null: what the issue says holds. */
  provenance?: ProvenanceInput | null;
  /** How much it matters, 0 to 10. */
  significance?: number | null;
  /** Its address within the issue; made of its headline or heading by default. */
  slug?: string | null;
  /** The sentence below the heading. */
  standfirst?: string | null;
};

/** A model, dataset, space, paper or repository, and all that was seen of it. */
export type Subject = {
  /** Newest issue first, 100 at most. */
  appearances: Array<Appearance>;
  /** Its present name. */
  external_id: string;
  /** When it was first seen here. */
  first_seen_at: string;
  /** Oldest first, 1,000 at most. */
  history: Array<Observation>;
  /** What it is. */
  kind: EntryKind;
  /** What a repository is mostly written in. */
  language: string | null;
  /** What was seen last. */
  latest: Observation;
  /** How it is shown. */
  name: string;
  /** Its names, oldest first. */
  names: Array<SubjectName>;
  /** Where it lives. */
  source: SourceName;
  /** `refused`: the source does not show it to us; `archived` and `disabled`: as the source says; `gone`: it was asked for on two days and is not there. What is not `active` stands on no board. */
  status: SubjectStatus;
  /** When `status` became what it is. */
  status_since: string;
  /** What it is, in its own words. */
  summary: string | null;
  /** What a model is for. */
  task: string | null;
  /** The source's own identity, which survives renames. */
  upstream_id: string;
  /** Its page upstream. */
  url: string;
};

/** A name that a subject bore. */
export type SubjectName = {
  /** The name. */
  external_id: string;
  /** When it was first seen under it. */
  from: string;
  /** When it was first seen under another; null: now. */
  to: string | null;
};

export type SubjectStatus = "active" | "refused" | "archived" | "disabled" | "gone";

/** One sync run. */
export type SyncRun = {
  /** When it ended; null while it is running. */
  finished_at: string | null;
  /** Its number. */
  id: number;
  /** One for each source of the run. */
  sources: Array<RunSource>;
  /** When it began. */
  started_at: string;
  /** By the statuses of its sources. */
  status: RunStatus;
};

/** The sources of a run. */
export type SyncRunInput = {
  /** Default: all sources. */
  sources?: Array<SourceName> | null;
};

/** A page of runs, newest first. */
export type SyncRunPage = {
  /** Runs. */
  data: Array<SyncRun>;
  page: PageInfo;
};

/** A tool that deserves attention. */
export type Tool = {
  /** The shelf it stands on; `/v1/tools?category=` filters by it. */
  category: string | null;
  /** What it is called. */
  name: string;
  /** What it does, in a sentence. */
  summary: string | null;
  /** Where it is found. */
  url: string | null;
};

/** A tool, and where it was printed. */
export type ToolInPrint = {
  /** The shelf it stands on; `/v1/tools?category=` filters by it. */
  category: string | null;
  /** The issue that printed it. */
  issue: IssueReference;
  /** What it is called. */
  name: string;
  /** The slug of its section in that issue. */
  section: string;
  /** What it does, in a sentence. */
  summary: string | null;
  /** Where it is found. */
  url: string | null;
};

/** A tool that deserves attention. */
export type ToolInput = {
  /** The shelf it stands on; `/v1/tools?category=` filters by it. */
  category?: string | null;
  /** What it is called. */
  name: string;
  /** What it does, in a sentence. */
  summary?: string | null;
  /** Where it is found. */
  url?: string | null;
};

/** A page of tools in print, newest issue first. */
export type ToolPage = {
  /** Tools, inside an issue as printed. */
  data: Array<ToolInPrint>;
  page: PageInfo;
};

/** Tools of the week as they are read. */
export type ToolsSection = {
  /** The rubric as printed. */
  heading: string;
  kind: "tools";
  /** Who or what wrote it; null: what the issue says holds. */
  provenance: Provenance | null;
  /** Its address within the issue. */
  slug: string;
  /** The sentence below the heading. */
  standfirst: string | null;
  /** The tools, in print order. */
  tools: Array<Tool>;
};

/** Tools of the week as they are read, and where it was printed. */
export type ToolsSectionInPrint = {
  /** The rubric as printed. */
  heading: string;
  /** The issue that printed it. */
  issue: IssueReference;
  kind: "tools";
  /** Who or what wrote it; null: what the issue says holds. */
  provenance: Provenance | null;
  /** The slug of its section in that issue. */
  section: string;
  /** Its address within the issue. */
  slug: string;
  /** The sentence below the heading. */
  standfirst: string | null;
  /** The tools, in print order. */
  tools: Array<Tool>;
};

/** Tools of the week as they are posted. */
export type ToolsSectionInput = {
  /** The rubric as printed; the kind's own by default. */
  heading?: string | null;
  kind: "tools";
  /** Who or what wrote it; null: what the issue says holds. */
  provenance?: ProvenanceInput | null;
  /** Its address within the issue; made of its headline or heading by default. */
  slug?: string | null;
  /** The sentence below the heading. */
  standfirst?: string | null;
  /** The tools, in print order. */
  tools?: Array<ToolInput> | null;
};

/** A trending entry as it is read: its rank, name and address are settled. */
export type TrendingEntry = {
  /** The move of stars or likes over the window. */
  change: number | null;
  /** Downloads over the upstream's own window, at `observed_at`. */
  downloads: number | null;
  /** "owner/name"; of a paper its arXiv id, of an old model a bare name. */
  external_id: string;
  /** Forks at `observed_at`. */
  forks: number | null;
  /** What it is. */
  kind: EntryKind;
  /** The language a repository is mostly written in. */
  language: string | null;
  /** Likes at `observed_at`; of a paper its upvotes. */
  likes: number | null;
  /** How it is shown. */
  name: string;
  /** When the numbers were read from the source. */
  observed_at: string | null;
  /** Its place on the board before. */
  previous_rank: number | null;
  /** Its place among its source and kind. */
  rank: number;
  /** What the board was ordered by. */
  score: number | null;
  /** The snapshot they come from; null where a person typed the entry. */
  snapshot_id: number | null;
  /** Whose numbers these are. */
  source: SourceName;
  /** Stars at `observed_at`. */
  stars: number | null;
  /** What it is, in a sentence. */
  summary: string | null;
  /** What a model is for. */
  task: string | null;
  /** Where it is found. */
  url: string;
  /** What `change` looks back over. */
  window: Window | null;
};

/** A trending or mover entry, and where it was printed. */
export type TrendingEntryInPrint = {
  /** The move of stars or likes over the window. */
  change: number | null;
  /** Downloads over the upstream's own window, at `observed_at`. */
  downloads: number | null;
  /** "owner/name"; of a paper its arXiv id, of an old model a bare name. */
  external_id: string;
  /** Forks at `observed_at`. */
  forks: number | null;
  /** The issue that printed it. */
  issue: IssueReference;
  /** What it is. */
  kind: EntryKind;
  /** The language a repository is mostly written in. */
  language: string | null;
  /** Likes at `observed_at`; of a paper its upvotes. */
  likes: number | null;
  /** How it is shown. */
  name: string;
  /** When the numbers were read from the source. */
  observed_at: string | null;
  /** Its place on the board before. */
  previous_rank: number | null;
  /** Its place among its source and kind. */
  rank: number;
  /** What the board was ordered by. */
  score: number | null;
  /** The slug of its section in that issue. */
  section: string;
  /** The snapshot they come from; null where a person typed the entry. */
  snapshot_id: number | null;
  /** Whose numbers these are. */
  source: SourceName;
  /** Stars at `observed_at`. */
  stars: number | null;
  /** What it is, in a sentence. */
  summary: string | null;
  /** What a model is for. */
  task: string | null;
  /** Where it is found. */
  url: string;
  /** What `change` looks back over. */
  window: Window | null;
};

/** A model, dataset, space, paper or repository on a board, with the numbers of that day. */
export type TrendingEntryInput = {
  /** The move of stars or likes over the window. */
  change?: number | null;
  /** Downloads over the upstream's own window, at `observed_at`. */
  downloads?: number | null;
  /** "owner/name"; of a paper its arXiv id, of an old model a bare name. Of a repository always "owner/name". */
  external_id: string;
  /** Forks at `observed_at`. */
  forks?: number | null;
  /** What it is. One of the kinds of its source. */
  kind: EntryKind;
  /** The language a repository is mostly written in. */
  language?: string | null;
  /** Likes at `observed_at`; of a paper its upvotes. */
  likes?: number | null;
  /** How it is shown; the last part of `external_id` by default. */
  name?: string | null;
  /** When the numbers were read from the source. */
  observed_at?: string | null;
  /** Its place on the board before. */
  previous_rank?: number | null;
  /** Its place among its source and kind. In `trending` it is unique inside one source and kind. */
  rank?: number | null;
  /** What the board was ordered by. */
  score?: number | null;
  /** The snapshot they come from; null where a person typed the entry. */
  snapshot_id?: number | null;
  /** Whose numbers these are. */
  source: SourceName;
  /** Stars at `observed_at`. */
  stars?: number | null;
  /** What it is, in a sentence. */
  summary?: string | null;
  /** What a model is for. */
  task?: string | null;
  /** The upstream page by default. */
  url?: string | null;
  /** What `change` looks back over. */
  window?: Window | null;
};

/** A page of trending and mover entries in print, newest issue first. */
export type TrendingEntryPage = {
  /** Entries, inside an issue as printed. */
  data: Array<TrendingEntryInPrint>;
  page: PageInfo;
};

/** The result of validating a document. */
export type Verdict = {
  /** Errors that prevent it from being created. */
  errors: Array<Finding>;
  /** Whether it could be created as it is. */
  valid: boolean;
  /** Warnings for an editor. */
  warnings: Array<EditorWarning>;
};

/** An entry of the watch list. */
export type Watch = {
  /** When a sync run last looked it up. */
  asked_at: string | null;
  /** When it was added. */
  created_at: string;
  /** Its name, as it was added. */
  external_id: string;
  /** Its number. */
  id: number;
  /** What it is. */
  kind: EntryKind;
  /** Why that look-up failed, such as `not_found`. */
  reason: string | null;
  /** The source of the subject. */
  source: SourceName;
  /** The current name of the subject; null until a sync run finds it. */
  subject: string | null;
};

/** A thing to be followed. */
export type WatchInput = {
  /** Its name there: "owner/name", or an arXiv id. */
  external_id: string;
  /** What it is. */
  kind: EntryKind;
  /** Where it lives. */
  source: SourceName;
};

/** A page of the watch list, newest first. */
export type WatchPage = {
  /** Entries. */
  data: Array<Watch>;
  page: PageInfo;
};

/** The weather at the place of the dateline. */
export type Weather = {
  /** In words, such as "Cloudy". */
  summary: string | null;
  /** In degrees Celsius. */
  temperature_c: number | null;
};

/** The weather at the place of the dateline. */
export type WeatherInput = {
  /** In words, such as "Cloudy". */
  summary?: string | null;
  /** In degrees Celsius. */
  temperature_c?: number | null;
};

/** A webhook endpoint: where events are posted, and how far it has come. */
export type Webhook = {
  /** When it was created. */
  created_at: string;
  /** What it is for. */
  description: string | null;
  /** `gone`: it answered 410. `failing`: nothing but failures for five days. `owner_gone`: the key that created it, which could read drafts, is revoked or expired. */
  disabled_reason: CreatedWebhookDisabledReason | null;
  /** The first failure since the last success; null while it succeeds. */
  failing_since: string | null;
  /** Its id. */
  id: string;
  /** Number of events in the log after `position`. */
  lag: number;
  /** The last response of 2xx. */
  last_success_at: string | null;
  /** `sequence` up to which every event was delivered or is of another type. */
  position: number;
  /** `pending` until a ping was answered with 2xx, then `active`. Only an active endpoint is sent events. */
  status: CreatedWebhookStatus;
  /** Event types that are sent; `issue.*` stands for all of that prefix. */
  types: Array<WebhookChangeInputTypes>;
  /** Where events are posted. */
  url: string;
};

/** Changes of a webhook endpoint; members that are left out stay as they are. */
export type WebhookChangeInput = {
  /** What it is for. */
  description?: string | null;
  /** Event types to send from now on. */
  types?: Array<WebhookChangeInputTypes>;
  /** A new URL, which is pinged before it gets events. */
  url?: string;
};

export type WebhookChangeInputTypes = "issue.published" | "issue.updated" | "issue.corrected" | "issue.unpublished" | "trending.updated" | "issue.created" | "issue.saved" | "issue.scheduled" | "issue.unscheduled" | "issue.deleted" | "content.rebuilt" | "sync.finished" | "webhook.disabled" | "issue.*" | "trending.*" | "sync.*" | "webhook.*";

/** A webhook endpoint to create. */
export type WebhookInput = {
  /** What it is for. */
  description?: string | null;
  /** Event types to send; `issue.*` stands for all of that prefix. Default: `issue.published`, `issue.updated`, `issue.corrected`, `issue.unpublished`. */
  types?: Array<WebhookChangeInputTypes>;
  /** Where events are posted: https, and a host on the public internet. */
  url: string;
};

/** A page of webhook endpoints, newest first. */
export type WebhookPage = {
  /** Webhook endpoints. */
  data: Array<Webhook>;
  page: PageInfo;
};

export type Window = "day" | "week" | "month";
