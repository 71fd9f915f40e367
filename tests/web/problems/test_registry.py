"""`problems.toml`: rows are whole, each code is tested, and limits quoted are those of the code."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from app.config import Settings
from app.content.queries.paging import MAX_LIMIT
from app.web.graphql.documents import limits
from app.web.graphql.transport.websocket import MAX_OPERATIONS
from app.web.http.payload import MAX_KEY_CHARACTERS
from app.web.problems import registry
from app.web.problems.registry import PROBLEMS
from app.web.rest.answer_spool import MAX_UNREAD_BYTES
from app.web.server.message_limits import MAX_FIELDS, MAX_HEAD_BYTES, MAX_TARGET_BYTES

FILE = tomllib.loads(Path(registry.__file__).with_name("problems.toml").read_text("utf-8"))


def _default(setting: str) -> object:
    return Settings.model_fields[setting].default


CONSTANTS = {
    "idempotency_key_characters": MAX_KEY_CHARACTERS,
    "unread_mib": MAX_UNREAD_BYTES / 2**20,
    "target_kib": MAX_TARGET_BYTES / 2**10,
    "header_fields": MAX_FIELDS,
    "head_kib": MAX_HEAD_BYTES / 2**10,
    "page_size": MAX_LIMIT,
    "query_bytes": limits.MAX_QUERY_BYTES,
    "tokens": limits.MAX_TOKENS,
    "comments": limits.MAX_COMMENTS,
    "depth": limits.MAX_DEPTH,
    "introspection_depth": limits.MAX_INTROSPECTION_DEPTH,
    "nesting": limits.MAX_NESTING,
    "aliases": limits.MAX_ALIASES,
    "directives": limits.MAX_DIRECTIVES,
    "operations": limits.MAX_OPERATIONS,
    "fields": limits.MAX_FIELDS,
    "cost": limits.MAX_COST,
    "objects": limits.MAX_OBJECTS,
    "response_million_characters": limits.MAX_TEXT / 1_000_000,
    "socket_operations": MAX_OPERATIONS,
    "subscriptions_per_caller": _default("max_subscriptions_per_caller"),
    "subscriptions": _default("max_subscriptions"),
    "sockets_per_caller": _default("max_sockets_per_caller"),
    "sockets": _default("max_sockets"),
}


def test_each_code_is_named_by_a_test() -> None:
    """Count only quoted codes in test modules, but for tests of clients, which invent answers."""
    tests = Path(__file__).parents[2]
    named: set[str] = set()
    for module in {*tests.rglob("test_*.py")} - {*tests.glob("clients/*")}:
        named.update(re.findall(r'"(\w+)"', module.read_text("utf-8")))

    assert set(PROBLEMS) <= named


def test_the_limits_quoted_are_those_of_the_code() -> None:
    assert FILE["limits"] == CONSTANTS


def test_every_limit_is_quoted() -> None:
    texts = [row[name] for row in FILE["problems"].values() for name in ("meaning", "remedy")]

    quoted = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}

    assert quoted == set(FILE["limits"])


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_a_row_is_whole(code: str) -> None:
    row = FILE["problems"][code]
    kind = PROBLEMS[code]

    assert (
        {"status", "title", "meaning", "remedy"}
        <= set(row)
        <= {*("status", "title", "meaning", "remedy", "graphql")}
    )
    for text in (kind.meaning, kind.remedy):
        assert text.endswith(".")
        assert "  " not in text
