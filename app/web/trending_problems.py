"""What trending and syncing refuse requests for."""

from app.web.problem_kind import ProblemKind

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
)
