"""Problem codes of 401 and 403: who asks, and what they may do."""

from app.web.problems.kind import ProblemKind

ACCESS_KINDS = (
    ProblemKind(
        "unauthenticated",
        401,
        "Key needed",
        "This needs an API key, and none was sent.",
        "Send Authorization: Bearer <key>. Keys are made with: morningpost keys create.",
    ),
    ProblemKind(
        "invalid_key",
        401,
        "Invalid key",
        "The API key that was sent is unknown, damaged or revoked. Public content can be read "
        "without a key, but not with a wrong one.",
        "Check that the whole key was sent, or ask for a new one.",
    ),
    ProblemKind(
        "expired_key",
        401,
        "Key expired",
        "The API key that was sent was valid until a date that has passed.",
        "Ask for a new key.",
    ),
    ProblemKind(
        "unsupported_scheme",
        401,
        "Unsupported authentication scheme",
        "Only the scheme Bearer is read here.",
        "Send Authorization: Bearer <key>.",
    ),
    ProblemKind(
        "missing_scope",
        403,
        "Missing scope",
        "The key is valid, but it lacks the scope that the detail names.",
        "Use a key that has this scope, or ask for one.",
    ),
    ProblemKind(
        "scope_not_held",
        403,
        "Scope not held",
        "A key can give to another only the scopes that it has itself, and can revoke only keys "
        "whose scopes it has itself.",
        "Use a key that has the scopes that the detail names, or the command line.",
    ),
    ProblemKind(
        "expiry_not_held",
        403,
        "Expiry not held",
        "A key that expires cannot make a key that expires later, or never.",
        "Give expires_at of the time that the detail names, or before; or make the key with one "
        "that lasts longer.",
    ),
)
