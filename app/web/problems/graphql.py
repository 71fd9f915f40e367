"""What GraphQL refuses queries for; as `application/json` these refusals are sent with 200."""

from app.web.problems.kind import ProblemKind

GRAPHQL_KINDS = (
    ProblemKind(
        "malformed_request",
        400,
        "Malformed GraphQL request",
        "The body or the query string is no GraphQL request: `query` is missing, or a member "
        "has the wrong type.",
        "Send an object with `query`, and perhaps `operationName`, `variables` and `extensions`.",
    ),
    ProblemKind(
        "batching_refused",
        400,
        "No batches",
        "The body is a list. One request carries out one operation.",
        "Send each operation by itself; aliases ask one field several times.",
    ),
    ProblemKind(
        "syntax_error",
        400,
        "Syntax error",
        "The query is not GraphQL.",
        "Mend it at the line and column that the error names.",
    ),
    ProblemKind(
        "invalid_query",
        400,
        "Invalid query",
        "The query asks for what the schema does not have, or in a way that it does not allow.",
        "Compare it with /graphql/schema.graphql; GraphiQL at /graphql marks the place.",
    ),
    ProblemKind(
        "invalid_variables",
        400,
        "Invalid variables",
        "A variable is missing, or its value does not fit its type.",
        "Send values of the types that the operation declares.",
    ),
    ProblemKind(
        "invalid_argument",
        400,
        "Invalid argument",
        "An argument has a value that the field does not take.",
        "The message names it and what it takes.",
    ),
    ProblemKind(
        "invalid_page_size",
        400,
        "Invalid page size",
        "`first` and `last` take 1 to 100, and not both at once.",
        "Ask for 100 at most, and page on with `after` or `before`.",
    ),
    ProblemKind(
        "unknown_operation",
        400,
        "Unknown operation",
        "The document has no operation of that name, or several and none was named.",
        "Name one of its operations in `operationName`.",
    ),
    ProblemKind(
        "query_too_long",
        400,
        "Query too long",
        "The text of the query is longer than 20,000 bytes.",
        "Ask for less, or in several requests.",
    ),
    ProblemKind(
        "too_many_tokens",
        400,
        "Too many tokens",
        "The query has more than 2,000 tokens, or 500 comments.",
        "Ask for less, or use fragments for what stands in it more than once.",
    ),
    ProblemKind(
        "too_deep",
        400,
        "Too deep",
        "The query is more than 12 levels deep, or below `__schema` more than 20, or its fragments "
        "more than 100; or lists of the schema stand in one another three times.",
        "Ask for what lies deeper in a request of its own, by `node`.",
    ),
    ProblemKind(
        "too_many_aliases",
        400,
        "Too many aliases",
        "The query has more than 30 aliases, with its fragments written out.",
        "Use lists and `nodes(ids:)` to ask for many things of one kind.",
    ),
    ProblemKind(
        "too_many_directives",
        400,
        "Too many directives",
        "The query has more than 50 directives.",
        "Leave out fields in the text of the query rather than by directives.",
    ),
    ProblemKind(
        "too_many_operations",
        400,
        "Too many operations",
        "The document has more than 20 operations.",
        "Send only the operation that is wanted, with its fragments.",
    ),
    ProblemKind(
        "too_many_fields",
        400,
        "Too many fields",
        "The query has more than 5,000 fields, with its fragments written out.",
        "Ask for less; fields that stand twice are answered once.",
    ),
    ProblemKind(
        "too_costly",
        400,
        "Too costly",
        "The query could have more than 1,000 objects: each counts 1, pages multiply what they "
        "hold, lists inside an issue count for 10.",
        "Ask for smaller pages; `extensions.cost` tells what a query costs.",
    ),
    ProblemKind(
        "answer_too_large",
        400,
        "Answer too large",
        "The answer grew beyond 5,000 objects or 16 million characters while it was built.",
        "Ask for smaller pages.",
    ),
    ProblemKind(
        "subscription_transport",
        400,
        "Subscription over plain HTTP",
        "A subscription was sent as if it had one answer.",
        "Send it over WebSocket as graphql-transport-ws, or with Accept: text/event-stream.",
    ),
    ProblemKind(
        "mutation_transport",
        400,
        "Mutation over WebSocket",
        "A mutation was sent where it cannot have an `Idempotency-Key`.",
        "Send it by POST.",
    ),
    ProblemKind(
        "too_many_subscriptions",
        429,
        "Too many subscriptions",
        "A socket has 100 operations at a time. Each key, or each address without one, has 500 "
        "subscriptions in a server process, and the process 2,000 in all; both are settings.",
        "Complete those that are no longer read, or try again later.",
    ),
    ProblemKind(
        "too_many_sockets",
        429,
        "Too many sockets",
        "Each key, or each address without one, has 500 WebSockets in a server process, and the "
        "process 2,000 in all; both are settings. One socket carries 100 operations.",
        "Close those that are no longer read, or try again after as many seconds as Retry-After "
        "says.",
    ),
    ProblemKind(
        "subscription_too_slow",
        429,
        "Subscription too slow",
        "More than 16 events waited to be read, or the server process stood still for days and "
        "missed events.",
        "Subscribe again, and read what was missed by `issues`.",
    ),
    ProblemKind(
        "PERSISTED_QUERY_NOT_FOUND",  # as clients for Apollo's protocol look for it
        400,
        "Persisted query not found",
        "The query is asked for by its hash, and this server process does not know it.",
        "Send the hash and the text together once; clients for persisted queries do so by "
        "themselves.",
    ),
    ProblemKind(
        "persisted_query_mismatch",
        400,
        "Hash of another query",
        "The hash is not the SHA-256 of the query that came with it.",
        "Hash the text as it is sent, as UTF-8, and write the hash in hexadecimal.",
    ),
    ProblemKind(
        "query_not_registered",
        400,
        "Query not registered",
        "This server carries out only queries that were registered in advance.",
        "Use the hash of a registered query, or have yours registered.",
    ),
)
"""In the order in which a query may meet them."""
