"""Reading the figures of what a write prints, before it waits for the write lock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.content.access import COMMAND_LINE, Principal
from app.content.facts.text_claims import TextClaims
from app.content.observed import FiguresAhead
from app.content.queries.claims import read_names
from app.content.queries.issues import Viewer, get_issue_document
from app.content.ref import parse_ref
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


def printing_of(arguments: Iterable[dict[str, Any]]) -> Printing:
    """Return what the root fields of a mutation may print."""
    fields = [*arguments]
    refs = [each["ref"] for each in fields if isinstance(each.get("ref"), str)]
    return Printing(lambda: fields, refs[:MAX_REFS])


async def figures_ahead(
    state: AppState, principal: Principal, printing: Printing | None
) -> FiguresAhead:
    """Read names and figures for a write. One statement, and one for each stored head.

    `printing`: `None` for a write that prints nothing. Nothing is read then, nor for callers who
    may not publish. Refusals come up when the command runs.
    """
    if printing is None or "issues:publish" not in principal.scopes:
        return FiguresAhead(state.names)
    texts = TextClaims(await read_names(state.database.reader, state.names))
    await off_the_loop(lambda: _prepare(texts, printing.sent))
    viewer = Viewer(principal=COMMAND_LINE, now=state.clock(), base_url="")
    for ref in printing.refs:
        try:
            # The caller is not shown the issue: whether it may change it is judged in its turn.
            document, _ = await get_issue_document(
                state.database.reader, parse_ref(ref), viewer=viewer
            )
        except MorningPostError:
            continue
        await off_the_loop(partial(texts.prepare, document["sections"]))
    return FiguresAhead(state.names, texts)


def _prepare(texts: TextClaims, sent: Callable[[], object]) -> None:
    try:
        value = sent()
    except MorningPostError:
        return  # the command refuses it in its turn
    texts.prepare(value)
