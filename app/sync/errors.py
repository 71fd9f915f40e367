"""What a source did not give. Apart from the client, so that it is known without httpx."""

_ENDS = frozenset({"rate_limited", "bad_token", "out_of_budget", "unavailable", "anonymous_quota"})


class UpstreamError(Exception):
    """An unusable answer; `reason` is a stable code.

    `timeout`, `unreachable`, `server_error`, `unavailable` (a 5xx with a longer wait than a run
    has), `rate_limited`, `bad_token`, `refused` (any other 4xx), `not_found`, `not_json`,
    `too_large`, `truncated`, `bad_encoding`, `foreign_redirect`, `too_many_redirects`,
    `out_of_budget`, `anonymous_quota`.
    """

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason if status is None else f"{reason} ({status})")
        self.reason = reason
        self.status = status

    @property
    def ends_source(self) -> bool:
        """Whether no more requests may be sent in this bucket, or to this source."""
        return self.reason in _ENDS
