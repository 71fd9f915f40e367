"""A reading item: its public shape, and its row in print."""

from pydantic import Field as Described
from sqlmodel import Field

from app.models.printed import PrintedBase, in_print_order
from app.models.values import Shape, ShortText, SmallCount, Summary, Title, Url


class ReadingItemShape(Shape):
    """Something worth reading at the weekend."""

    title: Title = Described(description="Its title.")
    summary: Summary | None = Described(default=None, description="What it says, in a sentence.")
    url: Url | None = Described(default=None, description="Where it is read.")
    source: ShortText | None = Described(default=None, description="Who published it.")
    author: ShortText | None = Described(default=None, description="Who wrote it.")
    minutes: SmallCount | None = Described(
        default=None, description="How long it takes to read, in minutes."
    )


class ReadingItem(PrintedBase, table=True):
    """A reading item in print."""

    __tablename__ = "reading_item"
    __table_args__ = in_print_order("reading_item")

    position: int
    title: str = Field(max_length=300)
    summary: str | None = Field(default=None, max_length=1000)
    url: str | None = Field(default=None, max_length=2000)
    source: str | None = Field(default=None, max_length=200)
    author: str | None = Field(default=None, max_length=200)
    minutes: int | None = None
