"""Subjects: the models, repositories and the rest that boards are made of."""

from datetime import datetime

import strawberry

from app.web.graphql.types.enums import EntryKind, Source, SubjectStatus
from app.web.graphql.types.fields import Value, described, list_of, pure_field
from app.web.graphql.types.issue import Issue, Node
from app.web.graphql.types.pure_fields import history_of
from app.web.graphql.types.shapes import PRINTING_ISSUE, SECTION_IN_ISSUE, Observation


@strawberry.type(description="A name of a subject, with the time it was in use.")
class SubjectName:
    """A name with the time that it was in use."""

    external_id: str = described("The name.")
    since: datetime = described("When the subject was first observed under this name.", name="from")
    to: datetime | None = described(
        "When it was first observed under another name; null for the present name."
    )


@strawberry.type(description="Where a subject was printed.")
class Appearance:
    """A printed entry of a subject."""

    issue: Issue = described(PRINTING_ISSUE)
    section: str = described(SECTION_IN_ISSUE)
    rank: int = described("Its printed rank.")


@strawberry.type(description="A model, dataset, space, paper or repository, with its observations.")
class Subject(Node):
    """A subject with its history."""

    source: Source = described("Where it lives.")
    kind: EntryKind = described("What it is.")
    external_id: str = described("Its present name.")
    upstream_id: str = described("The source's own identity, which survives renames.")
    name: str = described("Its display name.")
    url: str = described("Its page upstream.")
    summary: str | None = described("Its own description.")
    task: str | None = described("What a model is for.")
    language: str | None = described("What a repository is mostly written in.")
    status: SubjectStatus = described(
        "`REFUSED`: the source does not show it to us; `GONE`: it is not there."
    )
    status_since: datetime = described("When `status` became what it is.")
    first_seen_at: datetime = described("When it was first observed here.")
    names: list[SubjectName] = described("Its names, oldest first.")
    latest: Value = described("The latest observation.", Observation)
    history: list[Value] = pure_field(
        history_of, list_of(Observation), "Its observations, oldest first; the newest 1,000 only."
    )
    appearances: list[Appearance] = described(
        "Its printed entries, newest issue first; 100 at most."
    )


@strawberry.type(description="The boards and movers of a source and kind were updated.")
class TrendingUpdate:
    """The event of the subscription `trendingUpdated`."""

    source: Source = described("The source that was read.")
    kind: EntryKind = described("The kind of subjects that was read.")
    observed_at: datetime = described("When the numbers were read.")
    snapshot_id: int = described("The snapshot with these numbers.")
