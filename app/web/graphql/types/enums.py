"""Enums: the words of REST in capitals as names, REST's own words as values."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias, cast, get_args

import strawberry

from app.content.blocks.registry import KINDS
from app.content.facts.brief.fact import FACT_KINDS
from app.content.facts.counters import COUNTERS
from app.content.facts.verdicts import VERDICTS
from app.content.issue_view import Status
from app.content.queries.issues import StatusFilter
from app.content.queries.search_matches import Group, Sort
from app.content.search.entries import HitType
from app.content.trends.board_filter import Copies as CopiesWord
from app.models.board import BoardStatus as BoardStatusWord, GainBasis
from app.models.provenance import DigitalSourceType as DigitalSourceTypeWord
from app.models.subject import SubjectStatus as SubjectStatusWord
from app.models.values import EntryKind as EntryKindWord, SourceName, Window as WindowWord


def _enum(name: str, words: Sequence[str], description: str) -> type[Enum]:
    # Type checkers understand Enum's functional form only with literal words.
    made = cast("type[Enum]", Enum(name, {_name_of(word): word for word in words}))
    return strawberry.enum(made, name=name, description=description)


def _name_of(word: str) -> str:
    """Write a word of REST in capitals, `humanEdits` as `HUMAN_EDITS`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).upper()


_MADE: dict[str, type[Enum]] = {
    name: _enum(name, words, description)
    for name, words, description in (
        ("SectionKind", KINDS, "What kind of section it is."),
        ("Source", get_args(SourceName), "Whose numbers they are."),
        ("EntryKind", get_args(EntryKindWord), "What a trending entry is."),
        ("Window", get_args(WindowWord), "How far a change looks back."),
        ("EntrySection", ("trending", "movers"), "The kind of section an entry stands in."),
        ("IssueStatus", tuple(Status), "Where an issue stands."),
        (
            "IssueStatusFilter",
            get_args(StatusFilter),
            "Which issues are listed; all but `PUBLISHED` need `drafts:read`.",
        ),
        ("BoardStatus", get_args(BoardStatusWord), "How far a board is to be trusted."),
        ("SubjectStatus", get_args(SubjectStatusWord), "Whether a subject is shown upstream."),
        ("GainBasis", get_args(GainBasis), "What the gain of an entry is known from."),
        ("Direction", ("up", "down"), "Gains, or losses."),
        ("FactKind", FACT_KINDS, "What kind of news a fact is."),
        ("Copies", get_args(CopiesWord), "Whether re-packed copies stand for themselves."),
        (
            "DigitalSourceType",
            get_args(DigitalSourceTypeWord),
            "How a text was written: terms of the IPTC vocabulary Digital Source Type.",
        ),
        ("SearchType", get_args(HitType), "What was found."),
        ("Counter", COUNTERS, "What a figure counts."),
        ("Verdict", VERDICTS, "What the observations say about a figure."),
        ("SearchSort", get_args(Sort), "In which order hits stand."),
        ("SearchGroup", get_args(Group), "What makes several hits one."),
    )
}

BY_WORDS: dict[frozenset[str], type[Enum]] = {
    frozenset(str(member.value) for member in made): made for made in _MADE.values()
}
"""Enums by their words; lists with the same words share one."""

if TYPE_CHECKING:
    SectionKind: TypeAlias = Enum
    Source: TypeAlias = Enum
    EntryKind: TypeAlias = Enum
    EntrySection: TypeAlias = Enum
    IssueStatus: TypeAlias = Enum
    IssueStatusFilter: TypeAlias = Enum
    SearchType: TypeAlias = Enum
    SearchSort: TypeAlias = Enum
    SearchGroup: TypeAlias = Enum
    Window: TypeAlias = Enum
    Direction: TypeAlias = Enum
    Copies: TypeAlias = Enum
    SubjectStatus: TypeAlias = Enum
else:
    # Each enum by its own name.
    globals().update(_MADE)


def word_of(member: Enum | None) -> str | None:
    """Return REST's word for a member."""
    return None if member is None else str(member.value)
