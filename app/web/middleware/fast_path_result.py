"""What the caching middleware decided about a request before any route sees it."""

from typing import NamedTuple

from app.errors import MorningPostError
from app.web.caching.posted import PostedQuery
from app.web.caching.response_cache import CachedResponse
from app.web.http.representation import Field
from app.web.limits.rate_limit import Quota
from app.web.state import RequestState


class FastPathResult(NamedTuple):
    """Outcome of the fast path: a response, or a refusal, or neither."""

    cached: CachedResponse | None
    quota: Quota | None
    refusal: MorningPostError | None
    route: str | None
    posted: PostedQuery | None = None
    """Of a query by POST that the protocol class has looked up."""

    def hand_over(self, state: RequestState) -> None:
        """Give the outcome to the inner layers: they do not count again, and answer the refusal."""
        state.note_count(self.quota)
        state.route_template = self.route
        state.refusal = self.refusal
        state.posted = self.posted or state.posted


def rate_fields(quota: Quota | None) -> list[Field]:
    """The fields of a counted response, beside the policy."""
    return [] if quota is None else [(b"ratelimit", quota.field.encode())]
