"""The settings of what is kept for a time, a part of `app.config.Settings`."""

from pydantic import Field
from pydantic_settings import BaseSettings


class RetentionSettings(BaseSettings):
    """How long rows are kept that are deleted by age."""

    events_keep_days: int = Field(
        default=90, ge=1, le=36_500, description="Days that the event log keeps events."
    )
    deliveries_keep_days: int = Field(
        default=30,
        ge=1,
        le=36_500,
        description="Days that finished webhook deliveries and their attempts are kept.",
    )
    sync_runs_keep_days: int = Field(
        default=365,
        ge=1,
        le=36_500,
        description="Days that sync runs are kept that observed nothing. Runs with a snapshot stay "
        "as long as their boards.",
    )
