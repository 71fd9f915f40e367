"""How operations follow one another: where the parameters of the next stand in an answer."""

from typing import Any

_ISSUE = {"ref": "$response.body#/number"}
_ETAG = {"header.If-Match": "$response.header.ETag"}
_REVISION = {"number": "$response.body#/revision"}

_PARAMETERS: dict[str, dict[str, str]] = {
    "readIssue": _ISSUE,
    "readIssueAsMarkdown": _ISSUE,
    "replaceIssue": {**_ISSUE, **_ETAG},
    "patchIssue": {**_ISSUE, **_ETAG},
    "deleteIssue": {**_ISSUE, **_ETAG},
    "publishIssue": {**_ISSUE, **_ETAG},
    "unpublishIssue": {**_ISSUE, **_ETAG},
    "scheduleIssue": {**_ISSUE, **_ETAG},
    "listRevisions": _ISSUE,
    "readRevision": {**_ISSUE, **_REVISION},
    "restoreRevision": {**_ISSUE, **_REVISION, **_ETAG},
    "revokeKey": {"prefix": "$response.body#/prefix"},
}

OF_ISSUE = tuple(name for name, found in _PARAMETERS.items() if found.items() >= _ISSUE.items())
"""What an answer that is a whole issue leads to."""


def component_links() -> dict[str, Any]:
    """All links, each named after the operation that it leads to."""
    return {
        name: {"operationId": name, "parameters": parameters}
        for name, parameters in _PARAMETERS.items()
    }
