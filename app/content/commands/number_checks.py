"""Checks of the figures of a document before it is published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from app.content.commands.transaction import Transaction
from app.content.documents import Compiled, IssueInput
from app.content.facts.claims import claims_of
from app.content.facts.names import NameIndex
from app.content.facts.text_claims import TextClaims
from app.content.facts.verdicts import Judged
from app.content.facts.warnings import NumberWarning, number_warnings
from app.content.observed import (
    NAMES_AT_ONCE,
    histories_of,
    index_of,
    judged_again,
    judged_by,
    recent_observations,
    select_names,
    select_trends_version,
    whole_histories,
)
from app.content.validation import invalid


def warnings_about(tx: Transaction, issue: IssueInput) -> list[NumberWarning]:
    """Compare the figures of a valid document with what is observed now."""
    document = {"sections": [section.model_dump() for section in issue.sections or ()]}
    return number_warnings(_judged(tx, document, printed_at=tx.now))


def check_numbers(tx: Transaction, compiled: Compiled, *, printed_at: datetime) -> None:
    """Note warnings about the figures of a document that is being published.

    `printed_at`: its first printing.

    Raises:
        ContentInvalid: a figure is contradicted, and the settings refuse such an issue.
    """
    document = orjson.loads(compiled.document)
    found = number_warnings(_judged(tx, document, printed_at=printed_at))
    contradicted = [each.fault for each in found if each.code == "number_contradicted"]
    if contradicted and tx.rules.refuses_contradicted:
        raise invalid(contradicted)
    tx.note_warnings(found)


def _judged(tx: Transaction, document: Mapping[str, Any], *, printed_at: datetime) -> list[Judged]:
    texts = tx.figures.texts or TextClaims(_names(tx))
    claims = claims_of(document, texts)
    recent = recent_observations(claims, printed_at=printed_at)
    rows = () if recent is None else tx.session.execute(*recent).all()
    judged = judged_by(claims, histories_of(rows), printed_at=printed_at)
    older = whole_histories(judged, printed_at=printed_at)
    if older is None:
        return judged
    rows = tx.session.execute(*older).all()
    return judged_again(judged, histories_of(rows), printed_at=printed_at)


def _names(tx: Transaction) -> NameIndex:
    """Return the names that are known; else read them."""
    known = tx.figures.names
    if known.index is not None:
        return known.index
    version = tx.session.execute(select_trends_version()).scalar_one_or_none() or 0
    rows: list[Any] = []
    after, part = 0, NAMES_AT_ONCE
    while part == NAMES_AT_ONCE:
        found = tx.session.execute(select_names(), {"after": after}).all()
        rows += found
        part = len(found)
        after = found[-1].named_by if found else after
    return known.keep(version, index_of(rows))
