"""Header fields of requests and answers, described once each."""

from typing import Any

Described = dict[str, Any]

RESPONSE_HEADERS: dict[str, Described] = {
    "ETag": {
        "description": "Strong validator of this representation. Of an issue it begins "
        '`"r<revision>.`; a write compares its `If-Match` by revision and issue alone.',
        "schema": {"type": "string", "pattern": '^"[!#-~]*"$'},
        "example": '"r3.5081.6b1f0c6d2f6e4b0f9a1c2d3e"',
    },
    "Last-Modified": {
        "description": "The second of the last public change of what is shown.",
        "schema": {"type": "string"},
        "example": "Sun, 03 May 2026 06:00:00 GMT",
    },
    "Cache-Control": {
        "description": "How long the answer may be kept; `private, no-store` where a key was sent.",
        "schema": {"type": "string"},
        "example": "public, max-age=60, stale-while-revalidate=600",
    },
    "Vary": {
        "description": "Header fields of the request that choose the representation.",
        "schema": {"type": "string"},
        "example": "Accept-Encoding, Authorization",
    },
    "Location": {
        "description": "Where the new issue is.",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "https://paper.example/v1/issues/95",
    },
    "Link": {
        "description": "The `first` and the `next` page (RFC 8288).",
        "schema": {"type": "string"},
        "example": '<https://paper.example/v1/issues>; rel="first"',
    },
    "RateLimit": {
        "description": "What is left (`r`) of the window, and in how many seconds it ends (`t`).",
        "schema": {"type": "string"},
        "example": '"default";r=599;t=42',
    },
    "RateLimit-Policy": {
        "description": "Requests (`q`) in a window of `w` seconds.",
        "schema": {"type": "string"},
        "example": '"default";q=600;w=60',
    },
    "Retry-After": {
        "description": "Try again after as many seconds.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 42,
    },
    "X-Request-Id": {
        "description": "What our log calls this request.",
        "required": True,
        "schema": {"type": "string"},
        "example": "req_0123456789abcdef01234567",
    },
    "Idempotent-Replayed": {
        "description": "`true` where this is the answer of the first time.",
        "schema": {"type": "string", "const": "true"},
        "example": "true",
    },
    "WWW-Authenticate": {
        "description": "The scheme that is read here.",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
        "example": "Bearer",
    },
    "Allow": {
        "description": "The methods that the path takes.",
        "required": True,
        "schema": {"type": "string"},
        "example": "GET, HEAD",
    },
}

REQUEST_HEADERS: dict[str, Described] = {
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "ETags that you hold: where one is current the answer is 304, without body.",
        "schema": {"type": "string"},
        "example": '"r3.5081.6b1f0c6d2f6e4b0f9a1c2d3e"',
    },
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that you read, so that no other change is overwritten, or `*` for "
        "whatever is there. Without it the answer is 428, with an old one 412.",
        "required": True,
        "schema": {"type": "string"},
        "example": "*",
    },
    "If-Match-or-new": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that you read, or `*`. Needed unless `If-None-Match: *` is sent.",
        "schema": {"type": "string"},
        "example": "*",
    },
    "If-None-Match-any": {
        "name": "If-None-Match",
        "in": "header",
        "description": "`*` creates the issue under the date or number of the path, and is refused "
        "with 412 where there is one already. Other values are without effect.",
        "schema": {"type": "string"},
    },
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A name for this operation, such as a new UUID: sent again with the same "
        "body within 7 days, it is answered as the first time and done once. 1 to 255 printable "
        "ASCII characters, bare or in double quotes.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~][!-~]*$"},
    },
}


def headers_of(*names: str) -> Described:
    """Refer to header fields of an answer, with those that every answer has."""
    everywhere = ("X-Request-Id", "RateLimit", "RateLimit-Policy")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *everywhere)}


def parameter(name: str) -> Described:
    """Refer to a header field of a request."""
    return {"$ref": f"#/components/parameters/{name}"}
