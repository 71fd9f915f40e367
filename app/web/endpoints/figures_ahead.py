"""Checking the figures of what a write prints, before it waits for the write lock."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.content.access import COMMAND_LINE, Principal
from app.content.checked_heads import Head, checked_head
from app.content.facts.claims import Claim, claims_of
from app.content.facts.text_claims import TextClaims
from app.content.observed import FiguresAhead, Observations, judging
from app.content.queries.claims import read_trends, taken
from app.content.queries.issues import Viewer, find_head, get_issue_document
from app.content.ref import Ref, parse_ref
from app.errors import MorningPostError
from app.off_the_loop import off_the_loop
from app.web.state import AppState

MAX_REFS = 10
"""Issues whose heads are read for one write; a mutation with more reads the rest in its turn."""


@dataclass(frozen=True, slots=True)
class Printing:
    """What a write may print."""

    sent: Callable[[], object] = tuple
    """Returns the documents that were sent, as JSON; may raise what the command will raise."""
    refs: Sequence[str] = ()
    """Issues whose stored heads are printed, whole or with the changes that were sent."""
    is_whole: bool = False
    """Whether the heads are printed as they are stored."""


def mutation_printing(arguments: Iterable[dict[str, Any]]) -> Printing:
    """Return what the root fields of a mutation may print."""
    fields = [*arguments]
    refs = [each["ref"] for each in fields if isinstance(each.get("ref"), str)]
    return Printing(lambda: fields, refs[:MAX_REFS])


async def figures_ahead(
    state: AppState, principal: Principal, printing: Printing | None
) -> FiguresAhead:
    """Read figures and what was observed for a write. A few statements, and one for each head.

    `printing`: `None` for a write that prints nothing. Nothing is read then, nor for callers who
    may not publish. Refusals come up when the command runs.
    """
    if printing is None or "issues:publish" not in principal.scopes:
        return FiguresAhead(state.known_trends, heads=state.checked_heads)
    now = state.clock()
    reader = state.database.reader
    trends = await read_trends(reader, state.known_trends)
    texts, observations = TextClaims(trends.names), Observations(trends)
    ahead = FiguresAhead(state.known_trends, texts, observations, state.checked_heads)
    claims = await off_the_loop(lambda: _sent(texts, printing.sent))
    await taken(reader, judging(claims, observations, printed_at=now))
    for ref in printing.refs:
        with suppress(MorningPostError):
            await check_head(state, parse_ref(ref), ahead, now=now, is_whole=printing.is_whole)
    return ahead


async def check_head(
    state: AppState, ref: Ref, ahead: FiguresAhead, *, now: datetime, is_whole: bool
) -> None:
    """Judge a stored head. `ahead` keeps what is read.

    `is_whole`: a head that was judged before is not judged again; else its figures are read for a
    document that is made from it.

    Raises:
        NotFound: there is no such issue.
    """
    observations, texts = ahead.observations, ahead.texts
    assert observations is not None, "read before"
    assert texts is not None, "read before"
    reader, trends = state.database.reader, observations.trends
    found = await find_head(reader, ref, now=now)
    if found is None:
        return
    head, printed_at = found
    if is_whole and ahead.heads.find(head, version=trends.version, printed_at=printed_at):
        return
    # The caller is not shown the issue: whether it may change it is judged in its turn.
    viewer = Viewer(principal=COMMAND_LINE, now=now, base_url="")
    document, shown = await get_issue_document(reader, ref, viewer=viewer)
    claims = await off_the_loop(claims_of, document, texts)
    judged = await taken(reader, judging(claims, observations, printed_at=printed_at))
    head = Head(shown.issue_id, shown.revision)
    ahead.heads.keep(head, checked_head(judged, trends, printed_at=printed_at))


def _sent(texts: TextClaims, sent: Callable[[], object]) -> list[Claim]:
    """Read the texts of what was sent; return the claims of a document that may be valid."""
    try:
        value = sent()
    except MorningPostError:
        return []  # the command refuses it in its turn
    if isinstance(value, dict) and "sections" in value:
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            return claims_of(value, texts)
    texts.prepare(value)
    return []
