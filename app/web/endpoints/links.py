"""The operations that can follow a response with a whole issue, by operation id.

`app/web/documentation/components.json` says where their parameters are in that response.
"""

OF_ISSUE = (
    "readIssue",
    "readIssueAsMarkdown",
    "replaceIssue",
    "patchIssue",
    "deleteIssue",
    "publishIssue",
    "unpublishIssue",
    "scheduleIssue",
    "listRevisions",
    "readRevision",
    "restoreRevision",
)
