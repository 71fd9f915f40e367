"""The types of `benchmarks/graphql/straightforward.py`.

What stands in a section is handed over as its row, whose attributes are the fields: cheaper than to
make an object of each.
"""

from datetime import date as Date
from enum import Enum
from typing import Any

import strawberry

from benchmarks import straightforward as tables


@strawberry.enum
class SectionKind(Enum):
    LEAD = "lead"
    DEEP_DIVE = "deep_dive"
    OPINION = "opinion"
    ANALYSIS = "analysis"
    BRIEF = "brief"
    TOOLS = "tools"
    TRENDING = "trending"
    MOVERS = "movers"
    READING = "reading"


@strawberry.enum
class Source(Enum):
    HUGGINGFACE = "huggingface"
    GITHUB = "github"


@strawberry.enum
class EntryKind(Enum):
    MODEL = "model"
    DATASET = "dataset"
    SPACE = "space"
    PAPER = "paper"
    REPOSITORY = "repository"


@strawberry.enum
class Window(Enum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@strawberry.type
class MetricSource:
    name: str | None
    url: str | None
    observed_at: str | None


@strawberry.type
class Metric:
    label: str
    value: str
    number: float | None
    unit: str | None
    source: MetricSource | None

    @classmethod
    def of(cls, row: tables.Metric) -> "Metric":
        source = None
        if row.source_name or row.source_url:
            source = MetricSource(
                name=row.source_name, url=row.source_url, observed_at=row.source_observed_at
            )
        return cls(
            label=row.label, value=row.value, number=row.number, unit=row.unit, source=source
        )


@strawberry.type
class Metrics:
    title: str | None
    items: list[Metric]


@strawberry.type
class Tool:
    name: str
    summary: str | None
    url: str | None
    category: str | None


@strawberry.type
class TrendingEntry:
    source: Source
    kind: EntryKind
    external_id: str
    rank: int | None
    name: str | None
    url: str | None
    summary: str | None
    task: str | None
    language: str | None
    stars: int | None
    likes: int | None
    downloads: int | None
    forks: int | None
    score: float | None
    previous_rank: int | None
    change: int | None
    window: Window | None
    observed_at: str | None
    snapshot_id: int | None


@strawberry.type
class ReadingItem:
    title: str
    summary: str | None
    url: str | None
    source: str | None
    author: str | None
    minutes: int | None


@strawberry.interface
class Section:
    row_id: strawberry.Private[int]
    kind: SectionKind
    slug: str | None
    heading: str | None
    standfirst: str | None


@strawberry.type
class StorySection(Section):
    kicker: str | None
    headline: str | None
    byline: str | None
    body: str | None
    body_html: str | None
    significance: int | None
    metrics_title: strawberry.Private[str | None]

    @strawberry.field
    async def metrics(self, info: strawberry.Info) -> Metrics | None:
        rows: list[tables.Metric] = await info.context["metrics"].load(self.row_id)
        if not rows:
            return None
        return Metrics(title=self.metrics_title, items=[Metric.of(row) for row in rows])


@strawberry.type
class ToolsSection(Section):
    @strawberry.field
    async def tools(self, info: strawberry.Info) -> list[Tool]:
        rows: list[Tool] = await info.context["tools"].load(self.row_id)
        return rows


@strawberry.type
class TrendingSection(Section):
    @strawberry.field
    async def entries(self, info: strawberry.Info) -> list[TrendingEntry]:
        rows: list[TrendingEntry] = await info.context["entries"].load(self.row_id)
        return rows


@strawberry.type
class MoversSection(Section):
    @strawberry.field
    async def entries(self, info: strawberry.Info) -> list[TrendingEntry]:
        rows: list[TrendingEntry] = await info.context["entries"].load(self.row_id)
        return rows


@strawberry.type
class ReadingSection(Section):
    @strawberry.field
    async def items(self, info: strawberry.Info) -> list[ReadingItem]:
        rows: list[ReadingItem] = await info.context["items"].load(self.row_id)
        return rows


SECTIONS = (StorySection, ToolsSection, TrendingSection, MoversSection, ReadingSection)


def section_of(row: tables.Section) -> Section:
    """Make the type that a row's kind asks for."""
    assert row.id is not None, "it was read"
    shared: dict[str, Any] = {
        "row_id": row.id,
        "kind": SectionKind(row.kind),
        "slug": row.slug,
        "heading": row.heading,
        "standfirst": row.standfirst,
    }
    match row.kind:
        case "tools":
            return ToolsSection(**shared)
        case "trending":
            return TrendingSection(**shared)
        case "movers":
            return MoversSection(**shared)
        case "reading":
            return ReadingSection(**shared)
    return StorySection(
        **shared,
        kicker=row.kicker,
        headline=row.headline,
        byline=row.byline,
        body=row.body,
        body_html=row.body_html,
        significance=row.significance,
        metrics_title=row.metrics_title,
    )


@strawberry.type
class Weather:
    summary: str | None
    temperature_c: float | None


@strawberry.type
class Dateline:
    place: str | None
    weather: Weather | None


@strawberry.type
class Issue:
    row_id: strawberry.Private[int]
    number: int
    date: Date
    slug: str
    title: str | None
    summary: str | None
    dateline: Dateline | None

    @classmethod
    def of(cls, row: tables.Issue) -> "Issue":
        assert row.id is not None, "it was read"
        weather = Weather(summary=row.weather_summary, temperature_c=row.temperature_c)
        return cls(
            row_id=row.id,
            number=row.number,
            date=row.date,
            slug=row.slug,
            title=row.title,
            summary=row.summary,
            dateline=Dateline(place=row.place, weather=weather),
        )

    @strawberry.field
    async def sections(self, info: strawberry.Info) -> list[Section]:
        rows: list[Section] = await info.context["sections"].load(self.row_id)
        return rows
