"""Tools of the week: public shape and print row."""

from pydantic import Field as Described
from sqlmodel import Field

from app.models.printed import PrintedBase, in_print_order
from app.models.values import Shape, ShortText, Summary, Title, Url


class ToolShape(Shape):
    """A tool that deserves attention."""

    name: Title = Described(description="What it is called.")
    summary: Summary | None = Described(default=None, description="What it does, in a sentence.")
    url: Url | None = Described(default=None, description="Where it is found.")
    category: ShortText | None = Described(
        default=None, description="The shelf it stands on; `/v1/tools?category=` filters by it."
    )


class Tool(PrintedBase, table=True):
    """A tool in print."""

    __tablename__ = "tool"
    __table_args__ = in_print_order("tool", "category")

    position: int
    name: str = Field(max_length=300)
    summary: str | None = Field(default=None, max_length=1000)
    url: str | None = Field(default=None, max_length=2000)
    category: str | None = Field(default=None, max_length=200)
