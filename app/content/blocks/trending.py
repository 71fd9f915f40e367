"""Trending and movers: boards of entries, frozen with the issue."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import ClassVar, Literal, TypeVar

from pydantic import Field

from app.content.blocks.base import (
    Block,
    SectionInput,
    SectionOutput,
    dashed,
    emphasised,
    lines,
)
from app.content.blocks.from_snapshot import FromSnapshot
from app.content.markdown import Rendered
from app.content.marks import HTML, MARKDOWN, Marks, paragraph, standfirst
from app.errors import Fault
from app.models.counter import counter_word
from app.models.printed import Place, PrintRow
from app.models.shown_name import has_title, shown_name
from app.models.source import KIND_LABELS, missing_kind, source_named
from app.models.trending import TrendingEntry, TrendingEntryShape
from app.models.values import MAX_URL, EntryKind, PositiveInteger, SourceName, Title, Url


class PrintedEntry(TrendingEntryShape):
    """A trending entry as it is read: its rank, name and address are settled."""

    rank: PositiveInteger = Field(description="Its place among its source and kind.")
    name: Title = Field(description="How it is shown.")
    url: Url = Field(description="Where it is found.")


class EntriesInput(SectionInput):
    """A board of entries as it is posted."""

    most_entries: ClassVar[int] = 200

    entries: list[TrendingEntryShape] | None = Field(
        default=None, max_length=200, description="The entries, in print order."
    )
    from_snapshot: FromSnapshot | None = Field(
        default=None,
        exclude=True,
        description="In place of `entries`: the snapshot that they are filled in from when the "
        "section is saved.",
    )


class EntriesSection(SectionOutput):
    """A board of entries as it is read."""

    entries: list[PrintedEntry] = Field(max_length=200, description="The entries, in print order.")


class TrendingInput(EntriesInput):
    """What is trending, as it is posted."""

    kind: Literal["trending"]


class TrendingSection(EntriesSection):
    """What is trending, as it is read."""

    kind: Literal["trending"]


class MoversInput(EntriesInput):
    """The biggest movers as they are posted."""

    most_entries: ClassVar[int] = 50

    kind: Literal["movers"]
    entries: list[TrendingEntryShape] | None = Field(
        default=None, max_length=50, description="The entries, in order of the size of the move."
    )


class MoversSection(EntriesSection):
    """The biggest movers as they are read."""

    kind: Literal["movers"]
    entries: list[PrintedEntry] = Field(
        max_length=50, description="The entries, in order of the size of the move."
    )


Posted = TypeVar("Posted", bound=EntriesInput)
Read = TypeVar("Read", bound=EntriesSection)

_Board = tuple[SourceName, EntryKind]


class _EntriesBlock(Block[Posted, Read]):
    """The common part of trending and movers: rows of `TrendingEntry`."""

    at_most_once = True

    @abstractmethod
    def ranks(self, entries: Sequence[TrendingEntryShape]) -> list[int]:
        """Return the rank of each entry: as posted, else its position in its source and kind."""

    def faults(self, section: Posted) -> Iterator[Fault]:
        wanted = section.from_snapshot
        if wanted is not None and section.entries is not None:
            yield Fault(
                "/from_snapshot",
                "not_with_entries",
                "Give `entries` or `from_snapshot`, not both.",
            )
        elif wanted is not None and (wanted.limit or 0) > section.most_entries:
            yield Fault(
                "/from_snapshot/limit",
                "out_of_range",
                f"A section of kind {section.kind} has at most {section.most_entries} entries.",
            )
        for place, entry in enumerate(section.entries or ()):
            if sentence := missing_kind(entry.source, entry.kind):
                yield Fault(
                    f"/entries/{place}/kind",
                    "not_one_of",
                    sentence,
                )
            elif entry.kind == "repository" and "/" not in entry.external_id:
                yield Fault(
                    f"/entries/{place}/external_id",
                    "bad_format",
                    "Give a repository as 'owner/name'.",
                )
            elif entry.url is None and len(_page_of(entry)) > MAX_URL:
                # Percent-encoding may turn one character into twelve.
                yield Fault(
                    f"/entries/{place}/url",
                    "too_long",
                    f"The address made of its id is longer than {MAX_URL} characters; give one.",
                )

    def warnings(self, section: Posted) -> Iterator[Fault]:
        for place, entry in enumerate(section.entries or ()):
            if entry.observed_at is None:
                yield Fault(
                    f"/entries/{place}/observed_at",
                    "no_observed_at",
                    "Give `observed_at`: the time at which the numbers of the entry were read.",
                )

    def complete(self, section: Posted) -> Posted:
        section = super().complete(section)
        entries = section.entries or []
        # In their read form already, so that compiling need not copy them once more.
        completed = [
            PrintedEntry.model_construct(
                **{
                    **vars(entry),
                    "rank": rank,
                    "name": entry.name
                    if entry.name is not None
                    else entry.external_id.rsplit("/", 1)[-1],
                    "url": entry.url if entry.url is not None else _page_of(entry),
                }
            )
            for entry, rank in zip(entries, self.ranks(entries), strict=True)
        ]
        return section.model_copy(update={"entries": completed})

    def read_form(self, section: Posted, rendered: Rendered) -> Read:
        entries = [
            entry
            if isinstance(entry, PrintedEntry)
            else PrintedEntry.model_construct(**vars(entry))
            for entry in section.entries or ()
        ]
        return super().read_form(section, rendered).model_copy(update={"entries": entries})

    def print_rows(self, section: Read, place: Place) -> Sequence[PrintRow]:
        where = {**place, "section_kind": section.kind}
        return [
            (TrendingEntry, {**where, "position": position, **vars(entry)})
            for position, entry in enumerate(section.entries)
        ]

    def text(self, section: Read) -> str:
        return lines(
            section.heading,
            section.standfirst,
            *(
                dashed(entry.external_id, entry.task, entry.language, entry.summary)
                for entry in section.entries
            ),
        )

    def markdown(self, section: Read) -> str:
        boards = _boards(section.entries, MARKDOWN)
        return lines(
            emphasised(section.standfirst), *(f"{name}\n\n{entries}" for name, entries in boards)
        )

    def html(self, section: Read) -> str:
        boards = _boards(section.entries, HTML)
        return standfirst(section.standfirst) + "".join(
            paragraph(name) + entries for name, entries in boards
        )


def _boards(entries: Sequence[PrintedEntry], marks: Marks) -> Iterator[tuple[str, str]]:
    """Yield the name of each board with its entries."""
    for (source, kind), members in groupby(entries, key=lambda entry: (entry.source, entry.kind)):
        name = marks.strong(f"{source_named(source).label} {KIND_LABELS[kind]}")
        yield name, marks.items([_line(entry, marks) for entry in members])


def _page_of(entry: TrendingEntryShape) -> str:
    return source_named(entry.source).page_of(kind=entry.kind, external_id=entry.external_id)


class TrendingBlock(_EntriesBlock[TrendingInput, TrendingSection]):
    """Trending entries; ranks are unique within a source and kind."""

    headings: ClassVar[dict[str, str]] = {"trending": "Trending: What's Gaining Momentum"}
    input = TrendingInput
    output = TrendingSection

    def ranks(self, entries: Sequence[TrendingEntryShape]) -> list[int]:
        places: Counter[_Board] = Counter()
        ranks = []
        for entry in entries:
            places[entry.source, entry.kind] += 1
            ranks.append(entry.rank or places[entry.source, entry.kind])
        return ranks

    def faults(self, section: TrendingInput) -> Iterator[Fault]:
        yield from super().faults(section)
        entries = section.entries or []
        seen: set[tuple[_Board, int]] = set()
        for place, (entry, rank) in enumerate(zip(entries, self.ranks(entries), strict=True)):
            board = (entry.source, entry.kind)
            if (board, rank) in seen:
                yield Fault(
                    f"/entries/{place}/rank",
                    "duplicate",
                    f"Rank {rank} appears twice among {entry.source} {entry.kind} entries.",
                )
            seen.add((board, rank))


class MoversBlock(_EntriesBlock[MoversInput, MoversSection]):
    """Movers; equal changes share a rank, as in 1, 1, 3."""

    headings: ClassVar[dict[str, str]] = {"movers": "Biggest Movers This Week"}
    input = MoversInput
    output = MoversSection

    def ranks(self, entries: Sequence[TrendingEntryShape]) -> list[int]:
        places: Counter[_Board] = Counter()
        last: dict[_Board, tuple[int | None, int]] = {}
        ranks = []
        for entry in entries:
            board = (entry.source, entry.kind)
            places[board] += 1
            change, rank = last.get(board, (None, 0))
            if entry.rank is not None:
                rank = entry.rank
            elif entry.change is None or entry.change != change:
                rank = places[board]
            last[board] = (entry.change, rank)
            ranks.append(rank)
        return ranks

    def warnings(self, section: MoversInput) -> Iterator[Fault]:
        yield from super().warnings(section)
        before: int | None = None
        for place, entry in enumerate(section.entries or ()):
            if entry.change is None:
                yield Fault(f"/entries/{place}/change", "no_change", "The mover has no move.")
                continue
            if before is not None and abs(entry.change) > before:
                yield Fault(
                    f"/entries/{place}/change",
                    "out_of_order",
                    "Movers stand in order of the size of their move, largest first.",
                )
            before = abs(entry.change)


def _line(entry: PrintedEntry, marks: Marks) -> str:
    counts = (
        (entry.stars, "stars"),
        (entry.likes, counter_word(entry.kind) if entry.kind != "repository" else "likes"),
        (entry.downloads, "downloads"),
        (entry.forks, "forks"),
    )
    numbers = [f"{count:,} {word}" for count, word in counts if count is not None]
    if entry.change is not None:
        change = f"{entry.change:+,}" if entry.change else "unchanged"
        numbers.append(change + (f" in a {entry.window}" if entry.window else ""))
    name = marks.link(shown_name(entry.name, entry.external_id), entry.url)
    said = f"{marks.strong(str(entry.rank))} {name}"
    if has_title(entry.name, entry.external_id):
        said += f", {marks.text(entry.external_id)}"
    if numbers:
        said += f" ({', '.join(numbers)})"
    about = entry.summary or entry.task
    return f"{said}: {marks.text(about)}" if about else said
