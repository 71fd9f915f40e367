"""The settings of what is kept for a time, a part of `app.config.Settings`."""

from datetime import timedelta

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

    @property
    def events_kept_for(self) -> timedelta:
        return timedelta(days=self.events_keep_days)

    @property
    def deliveries_kept_for(self) -> timedelta:
        return timedelta(days=self.deliveries_keep_days)

    @property
    def sync_runs_kept_for(self) -> timedelta:
        return timedelta(days=self.sync_runs_keep_days)
