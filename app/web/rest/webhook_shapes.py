"""Public shapes of webhooks: endpoints, and attempts to deliver to them."""

from pydantic import Field

from app.content.webhook_types import EndpointType
from app.models.values import Count, Instant, PositiveInteger, Shape, SmallCount
from app.models.webhook_delivery import AttemptStatus
from app.models.webhook_endpoint import DisabledReason, EndpointStatus
from app.web.rest.shapes import PageInfo


class WebhookShape(Shape):
    """A webhook endpoint: where events are posted, and how far it has come."""

    id: str = Field(description="Its id.")
    url: str = Field(description="Where events are posted.")
    types: list[EndpointType] = Field(
        description="Event types that are sent; `issue.*` stands for all of that prefix."
    )
    description: str | None = Field(description="What it is for.")
    status: EndpointStatus = Field(
        description="`pending` until a ping was answered with 2xx, then `active`. Only an active "
        "endpoint is sent events."
    )
    disabled_reason: DisabledReason | None = Field(
        description="`gone`: it answered 410. `failing`: nothing but failures for five days. "
        "`owner_gone`: the key that created it, which could read drafts, is revoked or expired."
    )
    failing_since: Instant | None = Field(
        description="The first failure since the last success; null while it succeeds."
    )
    last_success_at: Instant | None = Field(description="The last response of 2xx.")
    position: Count = Field(
        description="`sequence` up to which every event was delivered or is of another type."
    )
    lag: Count = Field(description="Number of events in the log after `position`.")
    created_at: Instant = Field(description="When it was created.")


class CreatedWebhook(WebhookShape):
    """A webhook endpoint with its secret, the only time that it is shown."""

    secret: str | None = Field(
        description="Signs every request: `whsec_…`, by Standard Webhooks. Store it: it is shown "
        "only once. Null in a replayed response."
    )


class WebhookPage(Shape):
    """A page of webhook endpoints, newest first."""

    data: list[WebhookShape] = Field(description="Webhook endpoints.")
    page: PageInfo


class AttemptShape(Shape):
    """One attempt to deliver an event, made or still to be made."""

    event: str = Field(description="The id of the event, sent as `webhook-id`.")
    type: str = Field(description="The type of the event, or `webhook.ping`.")
    attempt: PositiveInteger = Field(description="Counts the attempts of this event from 1.")
    status: AttemptStatus = Field(
        description="`succeeded`: the receiver answered with 2xx. `pending`: not made yet."
    )
    attempted_at: Instant | None = Field(description="When it was made; null if pending.")
    duration_ms: SmallCount | None = Field(description="Milliseconds until the response ended.")
    response_status: int | None = Field(description="The HTTP status; null without a response.")
    response_body: str | None = Field(description="The first 1,000 characters of the response.")
    error: str | None = Field(description="Why it failed, in words.")
    next_attempt_at: Instant | None = Field(
        description="When the next attempt is made, of a pending one when this one is made; null "
        "if there is none, or if an earlier event of the same issue must be delivered first."
    )


class DeliveryPage(Shape):
    """A page of attempts, newest first."""

    data: list[AttemptShape] = Field(description="Attempts, those still to be made included.")
    page: PageInfo
