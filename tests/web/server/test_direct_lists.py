"""Lists that the protocol class reads: the same as by the middleware and by the routes."""

import asyncio
import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import orjson
import pytest

from app.config import Settings
from app.content.queries import search as queries
from app.web.rest.list_fast_path import ListFastPath
from tests.sampling import examples
from tests.servers.uvicorn import Connection, serving

pytestmark = pytest.mark.end_to_end

_DIFFERING = re.compile(rb"(?im)^(date|x-request-id): .*\r\n|req_[0-9a-f]{24}|;t=\d+")

PARAMETERS: dict[str, tuple[str, ...]] = {
    "q": (
        *("model", "the", "models", "weights", "modle", "no", "qwen3.6", "c++", "été", "智能"),
        *(
            '"open weights"',
            "mod*",
            "the -model",
            "the model",
            "",
            " ",
            "-",
            "&",
            "%",
            "+",
            "a" * 201,
        ),
        *("amp_x", "\0", "a\tb", "'\"<>#?"),
    ),
    "sort": ("newest", "relevance", "oldest", ""),
    "type": ("section", "issue", "none", ""),
    "limit": ("1", "2", "20", "21", "100", "101", "0", "-1", "x", "", " 2", "2.0", "1e1"),
    "from": ("2026-04-20", "2026-02-30", "x", ""),
    "to": ("2026-04-25", "1999-01-01", "2026-4-1"),
    "group": ("subject", "none"),
    "facets": ("type", "type,year", "none", ""),
    "fields": ("number,title", "none", ""),
    "status": ("published", "draft", "all", "none"),
    "view": ("published", "none"),
    "kind": ("lead", "tools", "none"),
    "category": ("Agents", "none", ""),
    "cursor": ("junk", ""),
    "token": ("x",),
    "other": ("", "x"),
}
RAW = (
    *(
        "",
        "?",
        "?q",
        "?q=",
        "?q=the&q=model",
        "?q=the&&sort=newest",
        "?q=the;sort=newest",
        "?Q=the",
    ),
    *("?q=%ff", "?q=%00", "?q=%u1", "?q=the#x", "/?q=the", "?=x&q=the", "?q=%E6%99"),
    *("?Q=the", "?%71=the", "?q=the&sort", "?q=the?sort=newest", "?q=%3Cb%3E&limit=1"),
)
FIELDS = (
    *(b"Accept: */*", b"Accept: text/html", b"Accept-Encoding: gzip", b"If-None-Match: *"),
    *(b"If-Match: *", b'If-Match: "a"', b"Authorization: Bearer amp_x_y", b"Cookie: a=b"),
    *(b"If-Modified-Since: Mon, 30 Nov 2026 00:00:00 GMT", b"Range: bytes=0-3", b"Accept: a"),
    b"If-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT",
)
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def three(
    tmp_path: Path, sqlite_papers: Callable[[str | None], Path]
) -> Iterator[tuple[int, int, int]]:
    """Ports of servers of one paper: the protocol class, the middleware and the routes answer."""
    path = tmp_path / "paper.db"
    path.write_bytes(sqlite_papers("demo").read_bytes())
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{path}",
        public_url="http://paper.test",
        rate_limit="5000/3600",
        cache_bytes=0,
    )
    with ExitStack() as stack:
        first, *others = (
            stack.enter_context(serving(settings.model_copy(update={"wire": wire})))
            for wire in (True, False, False)
        )
        yield first, others[0], others[1]


def getting(target: str, *fields: bytes, method: str = "GET") -> bytes:
    head = b"".join(line + b"\r\n" for line in (b"Host: paper.test", *fields))
    return b"%b %b HTTP/1.1\r\n%b\r\n" % (method.encode(), target.encode("latin-1"), head)


LISTS: dict[str, tuple[str, ...]] = {
    "/v1/issues": ("limit", "from", "to", "fields", "status", "view", "cursor"),
    "/v1/sections": ("limit", "from", "to", "kind", "cursor"),
    "/v1/tools": ("limit", "from", "to", "category", "other"),
    "/v1/reading": ("limit", "from", "to", "q"),
}


def drawn(chance: random.Random) -> str:
    """Draw the address of a list, most often a search, that is right more often than not."""
    if chance.random() < 0.1:
        return f"{chance.choice(['/v1/search', *LISTS])}{chance.choice(RAW)}"
    path, given, names = "/v1/search", {"q": chance.choice(PARAMETERS["q"][:8])}, [*PARAMETERS]
    if chance.random() < 0.4:
        path, given, names = chance.choice([*LISTS]), {}, []
        names = [*LISTS[path]]
    for name in names:
        if chance.random() < 0.12:
            given[name] = chance.choice(PARAMETERS[name][: chance.choice((2, 99))])
    return f"{path}?{urlencode(given, quote_via=quote)}" if given else path


def plain(answer: tuple[bytes, bytes]) -> tuple[list[bytes], bytes]:
    """Without what differs between two equal answers; those with errors name the request."""
    head, body = (_DIFFERING.sub(b"", part) for part in answer)
    return sorted(head.lower().split(b"\r\n")), body


def test_lists_are_answered_as_by_the_routes(
    three: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(4)
    served: list[str] = []
    by_routes = threading.Event()
    select = ListFastPath.select

    def noted(self: ListFastPath, target: bytes, accept: bytes | None) -> object:
        selected = None if by_routes.is_set() else select(self, target, accept)
        if selected is not None:
            served.append(threading.current_thread().name)
        return selected

    monkeypatch.setattr(ListFastPath, "select", noted)
    connections = [Connection(port) for port in three]
    cursors: list[str] = []
    for _ in range(examples(400)):
        target = drawn(chance)
        if cursors and chance.random() < 0.1:
            target = cursors.pop()
        sent = getting(target, *(field for field in FIELDS if chance.random() < 0.04))
        answers = []
        for connection, port in zip(connections, three, strict=True):
            (by_routes.set if port == three[2] else by_routes.clear)()
            connection.send(sent)
            answers.append(connection.read_answer())
        assert plain(answers[0]) == plain(answers[2]), sent
        assert plain(answers[1]) == plain(answers[2]), sent
        if answers[0][0].startswith(b"HTTP/1.1 200") and b'"next_cursor":"' in answers[0][1]:
            further = orjson.loads(answers[0][1])["page"]["next_cursor"]
            cursors.append(f"{target}&cursor={further}")
    for connection in connections:
        connection.close()
    assert len(served) > examples(400) / 3


def test_what_is_wrong_with_a_search_is_counted_once(three: tuple[int, int, int]) -> None:
    """A refusal, and a search that waits for its suggestion."""
    for target in ("/v1/search?q=the&cursor=junk", "/v1/search?q=modle", "/v1/search?q=the"):
        left = []
        for port in three:
            answers = [
                httpx.get(
                    f"http://127.0.0.1:{port}{target}", headers={"Accept-Encoding": "identity"}
                )
                for _ in range(3)
            ]
            left.append([answer.headers["ratelimit"].split(";")[1] for answer in answers])
        assert left[0] == left[1] == left[2]


def test_of_searches_in_one_packet_one_is_read_before_others_have_a_turn(
    three: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    has_task: list[bool] = []
    read = queries.read_searched

    async def noted(*arguments: object, **named: object) -> object:
        has_task.append(asyncio.current_task() is not None)
        return await read(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(queries, "read_searched", noted)
    targets = [f"/v1/search?q={word}" for word in ("the", "model", "models", "weights")]
    last = getting("/v1/issues/latest", b"Connection: close")
    connection = Connection(three[0])
    connection.send(b"".join(map(getting, targets)) + last)
    answered = connection.read_all()
    connection.close()

    assert answered.count(b"HTTP/1.1 200 OK") == 5
    assert has_task.count(False) == 1
    assert has_task.count(True) == 3


def test_a_search_that_waits_is_cached_too(
    tmp_path: Path, sqlite_papers: Callable[[str | None], Path]
) -> None:
    path = tmp_path / "paper.db"
    path.write_bytes(sqlite_papers("demo").read_bytes())
    with serving(Settings(_env_file=None, database_url=f"sqlite:///{path}")) as port:
        connection = Connection(port)
        left = []
        for _ in range(5):
            connection.send(getting("/v1/search?q=modle"))
            head, body = connection.read_answer()
            assert b'"suggestion":"model"' in body
            left.append(b"ratelimit:" in head.lower())
        connection.close()

    assert left == [True, True, False, False, False]
