"""Every problem code that an answer can bear: status, title, what it means and what to do.

`/problems/<code>` shows these lines; `problems.py` writes the documents. A new code is one entry
here, and a test fails for a code that is raised without one.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.web.problems.access import ACCESS_KINDS
from app.web.problems.graphql import GRAPHQL_KINDS
from app.web.problems.kind import ProblemKind
from app.web.problems.trending import TRENDING_KINDS

_KINDS = (
    # 400: how the request is put together
    ProblemKind(
        "bad_request",
        400,
        "Bad request",
        "The request could not be understood.",
        "Compare it with the documentation at /docs; the detail says what is in the way.",
    ),
    ProblemKind(
        "malformed_json",
        400,
        "Malformed JSON",
        "The body is not JSON as RFC 8259 has it. NaN, Infinity, numbers beyond a double, lone "
        "surrogates, a byte order mark and doubled member names are refused as well.",
        "Mend the body at the line and column that the detail names.",
    ),
    ProblemKind(
        "invalid_parameter",
        400,
        "Invalid parameter",
        "A parameter of the query string has a value that is not allowed, or stands twice.",
        "The member errors names each parameter and what it may be.",
    ),
    ProblemKind(
        "unknown_parameter",
        400,
        "Unknown parameter",
        "The query string has a parameter that this path does not know. It would have been "
        "without effect, which is seldom what was meant.",
        "Leave it out, or mend its spelling.",
    ),
    ProblemKind(
        "invalid_cursor",
        400,
        "Invalid cursor",
        "The cursor is none of ours, was cut, or belongs to other filters.",
        "Take next_cursor of the last page as it is, with the filters of that page; or start "
        "without a cursor.",
    ),
    ProblemKind(
        "cursor_expired",
        400,
        "Cursor expired",
        "Results sorted by relevance can be paged only while the paper stays the same, and "
        "something was published since.",
        "Search again from the first page, or use sort=newest, whose cursors do not expire.",
    ),
    ProblemKind(
        "key_in_url",
        400,
        "Key in the URL",
        "The query string holds an API key or a parameter meant for one. URLs end up in logs, "
        "histories and referrers, so keys are never read from there.",
        "Send the key as Authorization: Bearer <key>, and revoke the one that stood in the URL.",
    ),
    ProblemKind(
        "bad_host",
        400,
        "Bad Host header",
        "A request needs exactly one Host header, with a host name and perhaps a port.",
        "Send one Host header that names this server.",
    ),
    ProblemKind(
        "bad_path",
        400,
        "Bad path",
        "The path holds control characters or percent-escapes that are not UTF-8, or names a host.",
        "Begin the path with a slash, and encode it as UTF-8 without control characters.",
    ),
    ProblemKind(
        "invalid_idempotency_key",
        400,
        "Invalid Idempotency-Key",
        "The Idempotency-Key header must stand once and hold 1 to 255 printable ASCII characters.",
        "Send a new UUID for each operation, and the same one when you repeat it.",
    ),
    *ACCESS_KINDS,
    # 404 to 415: what is asked for, and how
    ProblemKind(
        "not_found",
        404,
        "Not found",
        "There is nothing at this path.",
        "Compare the path with the documentation at /docs.",
    ),
    ProblemKind(
        "issue_not_found",
        404,
        "Issue not found",
        "No issue that you may see has this number, date or slug.",
        "GET /v1/issues lists what is in print. Drafts need a key with drafts:read.",
    ),
    ProblemKind(
        "preview_not_found",
        404,
        "Preview not found",
        "The address of the preview was not made here, has expired, or its issue is no more.",
        "Make a new one with POST /v1/issues/{ref}/preview.",
    ),
    ProblemKind(
        "section_not_found",
        404,
        "Section not found",
        "The issue has no section of this slug.",
        "Read the whole issue; each of its sections has a slug.",
    ),
    ProblemKind(
        "revision_not_found",
        404,
        "Revision not found",
        "The issue has no revision of this number.",
        "GET /v1/issues/{ref}/revisions lists them.",
    ),
    ProblemKind(
        "key_not_found",
        404,
        "Key not found",
        "No API key has this prefix.",
        "GET /v1/keys lists the keys by prefix.",
    ),
    ProblemKind(
        "method_not_allowed",
        405,
        "Method not allowed",
        "This path does not take this method. Writes need an issue's number, date or slug: what "
        "is the latest issue may change between reading and writing.",
        "The Allow header lists the methods that it takes.",
    ),
    ProblemKind(
        "not_acceptable",
        406,
        "Not acceptable",
        "The Accept header allows none of the forms in which this can be sent.",
        "Ask for application/json, or leave the Accept header out.",
    ),
    ProblemKind(
        "body_timeout",
        408,
        "Body timeout",
        "The body of the request did not arrive in time.",
        "Send the request again.",
    ),
    # 409: the state of things
    ProblemKind(
        "number_taken",
        409,
        "Number taken",
        "Another issue has this number.",
        "Choose another number, leave it out, or update the issue that has it.",
    ),
    ProblemKind(
        "date_taken",
        409,
        "Date taken",
        "Another issue has this date, and there is one issue a day.",
        "Choose another date, or update the issue that has it.",
    ),
    ProblemKind(
        "slug_taken",
        409,
        "Slug taken",
        "Another issue has this slug.",
        "Choose another slug, leave it out, or update the issue that has it.",
    ),
    ProblemKind(
        "identity_in_print",
        409,
        "Identity in print",
        "Number, date and slug of an issue cannot change while it is scheduled or published, "
        "since links to it would break.",
        "Leave them as they are, or unpublish the issue first.",
    ),
    ProblemKind(
        "was_published",
        409,
        "Was published",
        "An issue that ever was in print is never deleted.",
        "Leave it unpublished: readers do not see it.",
    ),
    ProblemKind(
        "in_print",
        409,
        "In print",
        "A scheduled or published issue cannot be deleted.",
        "Unpublish a scheduled issue first; one that was in print stays.",
    ),
    ProblemKind(
        "not_in_print",
        409,
        "Not in print",
        "A draft cannot be unpublished.",
        "There is nothing to do: readers do not see it.",
    ),
    ProblemKind(
        "already_published",
        409,
        "Already published",
        "A published issue cannot be scheduled.",
        "Publish it again to print its newest revision, or unpublish it first.",
    ),
    ProblemKind(
        "idempotency_in_flight",
        409,
        "Still in flight",
        "A request with the same Idempotency-Key is still being worked on.",
        "Send the same request again in a moment.",
    ),
    ProblemKind(
        "still_in_flight",
        409,
        "Still in flight",
        "Another request is changing the same thing, and did not end while this one waited.",
        "Send the same request again in a moment.",
    ),
    # 412 and 428: what the caller believes
    ProblemKind(
        "precondition_failed",
        412,
        "Precondition failed",
        "The issue was changed since you read it, so that your change would undo another's. The "
        "ETag header has its present validator.",
        "Read the issue again, apply your change to it, and send the new ETag in If-Match.",
    ),
    ProblemKind(
        "already_exists",
        412,
        "Already exists",
        "If-None-Match: * asks for an issue that does not exist yet, and this one does.",
        "Send If-Match with its ETag to replace it.",
    ),
    ProblemKind(
        "precondition_required",
        428,
        "Precondition required",
        "Changes need an If-Match header, so that nobody overwrites what another has just saved.",
        "Send the ETag that you read in If-Match; or * to overwrite whatever is there.",
    ),
    # 413 to 422: the body
    ProblemKind(
        "body_too_large",
        413,
        "Body too large",
        "The body of the request is larger than this server takes.",
        "Send less at once; many issues go through POST /v1/issues/import, line by line.",
    ),
    ProblemKind(
        "unsupported_media_type",
        415,
        "Unsupported media type",
        "The body has a form, a charset or a content coding that is not read here.",
        "Send it as application/json in UTF-8, without a Content-Encoding.",
    ),
    ProblemKind(
        "body_not_an_object",
        422,
        "Body not an object",
        "The body is JSON, but not a JSON object.",
        "Send an object: {…}.",
    ),
    ProblemKind(
        "validation_failed",
        422,
        "Validation failed",
        "The body is well-formed, but something in it is not as it must be.",
        "The member errors has a pointer to each place and says what would be right.",
    ),
    ProblemKind(
        "read_only",
        422,
        "Read-only field",
        "The body changes a field that is not set by saving.",
        "Leave it out or send its present value; the detail names the action to use instead.",
    ),
    ProblemKind(
        "idempotency_key_reused",
        422,
        "Idempotency-Key reused",
        "This Idempotency-Key was sent before with another body or query string.",
        "Use a new key for each operation.",
    ),
    ProblemKind(
        "line_not_read",
        422,
        "Line not read",
        "A line of an import could not be read: it was too long, or did not arrive in time. The "
        "lines before it stand as they were answered.",
        "Mend the line and send the file again; what is there already is passed over.",
    ),
    ProblemKind(
        "answers_unread",
        422,
        "Answers unread",
        "An import ended because 64 MiB of its answers waited to be read. The lines before this "
        "one stand as they were answered.",
        "Read the answers while you send, and send the file again; what is there already is passed "
        "over.",
    ),
    # 429 and 5xx: too much, or our fault
    ProblemKind(
        "head_too_large",
        431,
        "Request head too large",
        "The address or the header fields of the request are larger than any that is needed here.",
        "Send an address of at most 8 KiB and at most 100 header fields of 64 KiB together.",
    ),
    ProblemKind(
        "rate_limited",
        429,
        "Too many requests",
        "More requests came in this window than the limit allows.",
        "Wait as many seconds as Retry-After says. GET /v1/limits shows the limits.",
    ),
    ProblemKind(
        "internal_error",
        500,
        "Internal error",
        "Something went wrong here, and it was not your fault.",
        "Try again; if it stays, tell us the request_id.",
    ),
    ProblemKind(
        "too_many_connections",
        503,
        "Too many connections",
        "Too many connections to this server are open, from your address or in all.",
        "Use connections again that are open, close idle ones, and try again after as many seconds "
        "as Retry-After says.",
    ),
    ProblemKind(
        "database_away",
        503,
        "Database away",
        "The database does not answer just now.",
        "Try again after as many seconds as Retry-After says.",
    ),
    ProblemKind(
        "not_ready",
        503,
        "Not ready",
        "This server is starting or stopping, or its database is not migrated.",
        "Try again in a moment.",
    ),
)

PROBLEMS: Mapping[str, ProblemKind] = MappingProxyType(
    {kind.code: kind for kind in (*_KINDS, *TRENDING_KINDS, *GRAPHQL_KINDS)}
)
"""Every code in the order of its page."""

OF_REST: Mapping[str, ProblemKind] = MappingProxyType(
    {kind.code: kind for kind in (*_KINDS, *TRENDING_KINDS)}
)
"""The codes that a problem document may bear: what is only GraphQL's is told in its own form."""
