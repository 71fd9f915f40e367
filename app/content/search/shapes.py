"""A search hit as a public shape, shared by REST and GraphQL."""

from typing import Literal

from pydantic import Field

from app.content.search.entries import HitType
from app.content.shapes import IssueReference
from app.models.values import FiniteNumber, Shape, Slug, Url


class SearchPrintings(Shape):
    """The issues that print the subject of a hit, among the ranked hits."""

    total: int = Field(description="How many issues there are.")
    issues: list[IssueReference] = Field(description="Up to ten of them, newest first.")


class SearchHit(Shape):
    """Something in print that has the words that were looked for."""

    type: HitType = Field(description="What it is; `entry` is a trending or mover entry.")
    score: FiniteNumber | None = Field(
        description="How well it answers: larger is better, to be compared within one search. "
        "Null with `sort=newest`."
    )
    title: str = Field(description="Its title, headline or name.")
    snippet: str = Field(
        description="HTML: about 200 characters around the first match, each match in `<mark>`, "
        "everything else escaped."
    )
    issue: IssueReference = Field(description="The issue that printed it.")
    section: Slug | None = Field(
        description="The slug of the section that it is or stands in; null of an issue."
    )
    url: Url = Field(description="The issue or the section as JSON.")
    printings: SearchPrintings | None = Field(
        description="With `group=subject`, of a trending entry: the issues whose entries about the "
        "same subject are among the ranked hits. Null otherwise."
    )


class Completion(Shape):
    """A completion of a text whose last word is unfinished."""

    text: str = Field(description="A printed title or name, or the name of an observed subject.")
    type: HitType | Literal["subject"] = Field(description="What bears the name.")
    url: Url = Field(description="The issue, the section or the subject as JSON.")
