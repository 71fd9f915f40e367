"""The provenance of a text: who or what wrote it, and who reviewed it."""

from typing import Literal

from pydantic import Field

from app.models.values import Instant, Shape, ShortText

DigitalSourceType = Literal[
    "humanEdits",
    "digitalCreation",
    "compositeWithTrainedAlgorithmicMedia",
    "trainedAlgorithmicMedia",
    "algorithmicallyEnhanced",
]
"""Terms of the IPTC vocabulary Digital Source Type (cv.iptc.org, read 2026-11)."""


class Provenance(Shape):
    """Who or what wrote an issue or a section, and who reviewed it."""

    digital_source_type: DigitalSourceType | None = Field(
        default=None,
        description="How it was written: a term of the IPTC vocabulary Digital Source Type.",
    )
    model: ShortText | None = Field(default=None, description="The AI model, if one was used.")
    reviewed_by: ShortText | None = Field(
        default=None, description="The person who reviewed it before it was published."
    )
    reviewed_at: Instant | None = Field(default=None, description="When it was reviewed.")
