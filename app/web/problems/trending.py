"""What trending and syncing refuse requests for."""

from app.web.problems.kind import ProblemKind

TRENDING_KINDS = (
    ProblemKind(
        "subject_not_found",
        404,
        "Subject not found",
        "Nothing of this source and kind was ever seen under this name.",
        "Look for it on a board; names are as upstream writes them, capitals too.",
    ),
    ProblemKind(
        "run_not_found",
        404,
        "Sync run not found",
        "There is no sync run of this id.",
        "GET /v1/sync/runs lists them.",
    ),
    ProblemKind(
        "sync_running",
        409,
        "Sync already running",
        "A sync run is going on, and there is one at a time.",
        "Wait until it ends: GET /v1/sync/runs shows it.",
    ),
    ProblemKind(
        "already_watched",
        409,
        "Already watched",
        "The watch list has this thing, perhaps in another letter case.",
        "GET /v1/watch lists what is watched.",
    ),
    ProblemKind(
        "watch_list_full",
        409,
        "Watch list full",
        "Every entry costs a request a day, so their number is limited.",
        "Remove an entry with DELETE /v1/watch/{id} first.",
    ),
    ProblemKind(
        "watch_not_found",
        404,
        "Not on the watch list",
        "The watch list has no such entry.",
        "GET /v1/watch lists what is watched.",
    ),
)
