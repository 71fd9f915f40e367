"""The masthead of the publication, its headings, feeds and subscription links."""

from pydantic import Field

from app.content.blocks.registry import BLOCKS
from app.models.values import Shape, Url


class Rubric(Shape):
    """The heading that stands above a kind of section, and the sentence below it."""

    kind: str = Field(description="The kind of section.")
    heading: str = Field(description="The heading by default.")
    intro: str | None = Field(description="The sentence that introduces it.")


class Link(Shape):
    """A place where the paper can be followed."""

    name: str = Field(description="What it is.")
    url: Url = Field(description="Where it is.")


class Masthead(Shape):
    """What never changes from issue to issue."""

    title: str = Field(description="The name of the paper.")
    tagline: str = Field(description="Its subjects, as they stand below the name.")
    motto: str = Field(description="What it promises its readers.")
    established: int = Field(description="The year of its first issue.")
    place: str = Field(description="Where it is made.")
    language: str = Field(description="Its language, as BCP 47 writes it.")


class Publication(Masthead):
    """The masthead with everything that a front end frames an issue with."""

    rubrics: list[Rubric] = Field(description="Headings and intros, by kind of section.")
    feeds: list[Link] = Field(description="Feeds of the paper.")
    subscribe: list[Link] = Field(description="Where to subscribe.")


PUBLICATION = Masthead(
    title="The AI Morning Post",
    tagline="Artificial Intelligence • Machine Learning • Future Tech",
    motto="What is really moving, with its numbers and where they come from.",
    established=2025,
    place="Manchester, United Kingdom",
    language="en-GB",
)

_INTROS = {
    "tools": "Every week we curate tools that deserve your attention.",
    "trending": "Weekly snapshot of trends across key AI ecosystem platforms.",
    "movers": "What gained and lost most, counted from our own snapshots.",
    "reading": "Longer pieces for a quiet hour.",
}

_FEEDS = (("Atom", "atom"), ("RSS", "rss"), ("JSON Feed", "json"))


def publication(*, base_url: str, telegram_url: str | None = None) -> Publication:
    """Make the publication with absolute addresses."""
    subscribe = [Link(name="Atom", url=f"{base_url}/feeds/issues.atom")]
    if telegram_url is not None:
        subscribe.append(Link(name="Telegram", url=telegram_url))
    return Publication(
        **dict(PUBLICATION),
        rubrics=[
            Rubric(kind=kind, heading=heading, intro=_INTROS.get(kind))
            for block in BLOCKS
            for kind, heading in block.headings.items()
        ],
        feeds=[Link(name=name, url=f"{base_url}/feeds/issues.{ending}") for name, ending in _FEEDS],
        subscribe=subscribe,
    )
