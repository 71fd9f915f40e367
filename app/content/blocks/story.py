"""Stories: lead, deep dive, opinion, analysis and brief, with their metrics."""

from collections.abc import Callable, Iterator
from typing import ClassVar, Literal

from pydantic import Field

from app.content.blocks.base import Block, SectionInput, SectionOutput, emphasised, lines
from app.content.markdown import Rendered, escape, free_bullet
from app.content.marks import HTML, MARKDOWN, Marks, paragraph, standfirst
from app.content.plain_text import plain_text
from app.errors import Fault
from app.models.values import (
    Body,
    FiniteNumber,
    Instant,
    Shape,
    ShortText,
    Significance,
    Title,
    Url,
)

BODY = "The story, in GitHub Flavored Markdown with footnotes. Raw HTML is text."

StoryKind = Literal["lead", "deep_dive", "opinion", "analysis", "brief"]


class MetricSource(Shape):
    """Where a number comes from."""

    name: ShortText | None = Field(default=None, description="Who says so.")
    url: Url | None = Field(default=None, description="Where it can be checked.")
    observed_at: Instant | None = Field(default=None, description="When it was read there.")


class Metric(Shape):
    """One number in the box: as printed, and where it is known as a value."""

    label: Title = Field(description="What is counted.")
    value: Title = Field(description='The number as printed, such as "66.9k GitHub stars".')
    number: FiniteNumber | None = Field(default=None, description="The number as a value.")
    unit: ShortText | None = Field(default=None, description="The unit of `number`.")
    source: MetricSource | None = Field(default=None, description="Where it comes from.")


class Metrics(Shape):
    """The box of numbers beside a story."""

    title: Title | None = Field(default=None, description='Its title, such as "By the Numbers".')
    items: list[Metric] | None = Field(
        default=None, max_length=50, description="The numbers, in print order."
    )


class StoryInput(SectionInput):
    """A story as it is posted."""

    kind: StoryKind
    kicker: ShortText | None = Field(default=None, description="The words above the headline.")
    headline: Title = Field(description="The headline.")
    byline: ShortText | None = Field(default=None, description="Who wrote it.")
    body: Body | None = Field(
        default=None,
        description=BODY,
    )
    body_html: object = Field(
        default=None,
        exclude=True,
        description="Ignored: it is made of `body`.",
    )
    significance: Significance | None = Field(
        default=None, description="How much it matters, 0 to 10."
    )
    metrics: Metrics | None = Field(default=None, description="The box of numbers.")


class ReadMetrics(Metrics):
    """The box of numbers as it is read."""

    title: Title | None = Field(description='Its title, such as "By the Numbers".')
    items: list[Metric] = Field(max_length=50, description="The numbers, in print order.")


class StorySection(SectionOutput):
    """A story as it is read."""

    kind: StoryKind
    kicker: ShortText | None = Field(description="The words above the headline.")
    headline: Title = Field(description="The headline.")
    byline: ShortText | None = Field(description="Who wrote it.")
    body: Body | None = Field(description=BODY)
    body_html: str | None = Field(description="The same as HTML, sanitised.")
    significance: Significance | None = Field(description="How much it matters, 0 to 10.")
    metrics: ReadMetrics | None = Field(description="The box of numbers.")


class StoryBlock(Block[StoryInput, StorySection]):
    """Stories."""

    headings: ClassVar[dict[str, str]] = {
        "lead": "Lead Story",
        "deep_dive": "Deep Dive",
        "opinion": "Opinion & Analysis",
        "analysis": "Analysis",
        "brief": "In Brief",
    }
    at_most_once = False
    input = StoryInput
    output = StorySection

    def bodies(self, section: StoryInput) -> Iterator[tuple[str, str]]:
        if section.body is not None:
            yield "/body", section.body

    def with_bodies(self, section: StorySection, write: Callable[[str], str]) -> StorySection:
        if section.body is None:
            return section
        return section.model_copy(update={"body": write(section.body)})

    def warnings(self, section: StoryInput) -> Iterator[Fault]:
        if not (section.body or "").strip():
            yield Fault("/body", "empty_story", "The story has no body.")
        if section.kind == "lead" and section.significance is None:
            yield Fault(
                "/significance", "no_significance", "Give the lead a `significance` from 0 to 10."
            )
        for place, metric in enumerate(section.metrics.items or () if section.metrics else ()):
            if metric.source is None:
                yield Fault(
                    f"/metrics/items/{place}/source", "no_source", "The number names no source."
                )

    def complete(self, section: StoryInput) -> StoryInput:
        section = super().complete(section)
        if section.metrics is not None and section.metrics.items is None:
            metrics = section.metrics.model_copy(update={"items": []})
            section = section.model_copy(update={"metrics": metrics})
        return section

    def slug_source(self, section: StoryInput) -> str:
        return section.headline

    def read_form(self, section: StoryInput, rendered: Rendered) -> StorySection:
        metrics = section.metrics and ReadMetrics.model_construct(**vars(section.metrics))
        html = None
        if section.body is not None:
            html = rendered.html(section.body, slug=section.slug or "")
        read = super().read_form(section, rendered)
        return read.model_copy(update={"body_html": html, "metrics": metrics})

    def byline(self, section: StorySection) -> str | None:
        return section.byline if (section.byline or "").strip() else None

    def title(self, section: StorySection) -> str:
        return section.headline

    def text(self, section: StorySection) -> str:
        metrics = section.metrics.items if section.metrics else []
        return lines(
            section.headline,
            section.kicker,
            section.standfirst,
            section.byline,
            plain_text(section.body_html) if section.body_html else None,
            *(f"{metric.label}: {metric.value}" for metric in metrics),
        )

    def markdown(self, section: StorySection) -> str:
        kicker = _kicker(section)
        return lines(
            f"**{escape(kicker)}**" if kicker.strip() else None,
            f"### {escape(section.headline)}",
            emphasised(section.standfirst),
            f"By {escape(section.byline)}" if section.byline else None,
            section.body,
            _box(section.metrics, after=section.body) if section.metrics else None,
        )

    def html(self, section: StorySection) -> str:
        kicker, metrics = _kicker(section), section.metrics
        parts = [
            paragraph(HTML.strong(HTML.text(kicker))) if kicker.strip() else "",
            f"<h3>{HTML.text(section.headline)}</h3>\n",
            standfirst(section.standfirst),
            paragraph(f"By {HTML.text(section.byline)}") if section.byline else "",
            section.body_html or "",
        ]
        if metrics is not None:
            title = HTML.strong(HTML.text(metrics.title)) if metrics.title else None
            rows = HTML.items([_line(metric, HTML) for metric in metrics.items])
            parts += [paragraph(title), rows]
        return "".join(parts)


def _kicker(section: StorySection) -> str:
    kicker = section.kicker or ""
    return kicker if section.significance is None else f"{kicker} {section.significance}/10".strip()


def _box(metrics: ReadMetrics, *, after: str | None) -> str:
    rows = [_line(metric, MARKDOWN) for metric in metrics.items]
    title = MARKDOWN.strong(MARKDOWN.text(metrics.title)) if metrics.title else None
    # Without a title between them, a list at the end of the body would absorb the metrics.
    bullet = "-" if title or after is None else free_bullet(after)
    if bullet is None:
        title, bullet = MARKDOWN.strong("By the Numbers"), "-"
    return lines(title, "\n".join(f"{bullet} {row}" for row in rows))


def _line(metric: Metric, marks: Marks) -> str:
    said = f"{marks.text(metric.label)}: {marks.text(metric.value)}"
    source = metric.source
    if source is None or not (source.name or source.url):
        return said
    return f"{said} ({marks.link(source.name or source.url or '', source.url)})"
