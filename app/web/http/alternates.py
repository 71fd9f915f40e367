"""The other forms of an issue, as `Link` names them (RFC 8288, `rel="alternate"`)."""

HTML = "text/html"
JSON = "application/json"
MARKDOWN = "text/markdown"

_PATHS = {
    HTML: "/issues/{number}",
    JSON: "/v1/issues/{number}",
    MARKDOWN: "/v1/issues/{number}.md",
}


def alternates(base_url: str, number: int, *, but: str) -> str:
    """Write the `Link` field of an issue in one form, which names the others."""
    return ", ".join(
        f'<{base_url}{path.format(number=number)}>; rel="alternate"; type="{media_type}"'
        for media_type, path in _PATHS.items()
        if media_type != but
    )
