"""Checks of the figures of a document before it is published."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import orjson
from sqlalchemy import Row, Select

from app.content.checked_heads import Head
from app.content.commands.transaction import Transaction
from app.content.documents import Compiled, IssueInput
from app.content.facts.claims import claims_of
from app.content.facts.text_claims import TextClaims
from app.content.facts.verdicts import Judged
from app.content.facts.warnings import NumberWarning, number_warnings
from app.content.known_trends import (
    ROWS_AT_ONCE,
    Snapshots,
    Trends,
    names_of,
    select_names,
    select_snapshots,
    select_trends_version,
)
from app.content.observed import Observations, Steps, judging
from app.content.validation import invalid
from app.database.prepared_writes import read

T = TypeVar("T")


def warnings_about(tx: Transaction, issue: IssueInput) -> list[NumberWarning]:
    """Compare the figures of a valid document with what is observed now."""
    document = {"sections": [section.model_dump() for section in issue.sections or ()]}
    return number_warnings(_judged(tx, document, printed_at=tx.now))


def check_numbers(tx: Transaction, compiled: Compiled, *, head: Head, printed_at: datetime) -> None:
    """Note warnings about the figures of a head that is being published.

    `printed_at`: its first printing. One statement for a head that was judged before.

    Raises:
        ContentInvalid: a figure is contradicted, and the settings refuse such an issue.
    """
    found = _known_warnings(tx, head, printed_at=printed_at)
    if found is None:
        document = orjson.loads(compiled.document)
        found = number_warnings(_judged(tx, document, printed_at=printed_at))
    contradicted = [each.fault for each in found if each.code == "number_contradicted"]
    if contradicted and tx.rules.refuses_contradicted:
        raise invalid(contradicted)
    tx.note_warnings(found)


def _known_warnings(
    tx: Transaction, head: Head, *, printed_at: datetime
) -> Sequence[NumberWarning] | None:
    """Return the warnings about a head that was judged before, if they hold."""
    if not tx.figures.heads.has(head):
        return None
    known = tx.figures.heads.find(head, version=_version(tx), printed_at=printed_at)
    return None if known is None else known.warnings


def _version(tx: Transaction) -> int:
    rows = read(tx.connection, select_trends_version())
    return rows[0].number if rows else 0


def _judged(tx: Transaction, document: Mapping[str, Any], *, printed_at: datetime) -> list[Judged]:
    texts, observations = tx.figures.texts, None
    if texts is None:
        observations = _observations(tx)
        texts = TextClaims(observations.trends.names)
    claims = claims_of(document, texts)
    if observations is None:
        is_about_none = all(each.subject is None for each in claims)
        observations = _nothing(texts) if is_about_none else _observations(tx)
    return _taken(tx, judging(claims, observations, printed_at=printed_at))


def _nothing(texts: TextClaims) -> Observations:
    """Return what is known where no figure is about a subject."""
    return Observations(Trends(0, texts.names, Snapshots(())))


def _taken(tx: Transaction, steps: Steps[T]) -> T:
    """Run the statements of steps, and return their result."""
    try:
        statement = next(steps)
        while True:
            statement = steps.send(tx.connection.execute(*statement).all())
    except StopIteration as end:
        result: T = end.value
        return result


def _observations(tx: Transaction) -> Observations:
    """Return what was observed: what was read ahead if no sync has ended since. One statement."""
    version = _version(tx)
    ahead = tx.figures
    if ahead.observations is not None and ahead.observations.trends.version == version:
        return ahead.observations
    known = ahead.known.at(version)
    if known is not None:
        return Observations(known)
    snapshots = Snapshots(_all_rows(tx, select_snapshots()))
    if ahead.texts is not None:
        # The figures were read by the names of a moment ago. Indexing all names anew would hold up
        # other writes.
        return Observations(Trends(version, ahead.texts.names, snapshots))
    names = names_of(_all_rows(tx, select_names()))
    return Observations(ahead.known.keep(Trends(version, names, snapshots)))


def _all_rows(tx: Transaction, statement: Select[Any]) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    while True:
        part = tx.connection.execute(statement, {"after": rows[-1].id if rows else 0}).all()
        rows += part
        if len(part) < ROWS_AT_ONCE:
            return rows
