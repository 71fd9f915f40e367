"""Which event types a webhook endpoint may name, and which events it then takes."""

from collections.abc import Iterable
from typing import Literal

from app.models.event import EVENT_TYPES, PUBLIC_TYPES, OwnerType, PublicType

TypePrefix = Literal["issue.*", "trending.*", "sync.*", "webhook.*"]
"""Stands for all types of this prefix that the endpoint's owner may see."""
EndpointType = Literal[PublicType, OwnerType, TypePrefix]

DEFAULT_TYPES: tuple[EndpointType, ...] = (
    "issue.published",
    "issue.updated",
    "issue.corrected",
    "issue.unpublished",
)
PING = "webhook.ping"
"""Type of the first delivery of an endpoint. It is not part of the log."""


def needs_drafts(types: Iterable[str]) -> bool:
    """Whether one of the types is only shown with `drafts:read`."""
    public = {*PUBLIC_TYPES, *(f"{name.partition('.')[0]}.*" for name in PUBLIC_TYPES)}
    return not public.issuperset(types)


def taken_types(types: Iterable[str], *, sees_drafts: bool) -> frozenset[str]:
    """Return the types of events that an endpoint with these types is sent."""
    visible = EVENT_TYPES if sees_drafts else PUBLIC_TYPES
    wanted = set(types)
    return frozenset(
        name for name in visible if name in wanted or f"{name.partition('.')[0]}.*" in wanted
    )
