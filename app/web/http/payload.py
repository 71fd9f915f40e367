"""Request bodies: media types, size limit, time limit; and strict JSON.

What a body means is judged in `content`. The order of refusals is 415, 413, then the JSON.
"""

import json
import re
from collections.abc import Iterable, Sequence
from email.message import Message
from typing import NoReturn

import anyio
import orjson
from starlette.requests import Request

from app.errors import (
    BadRequest,
    BodyTimeout,
    BodyTooLarge,
    UnsupportedMediaType,
    quoted,
)
from app.web.http.json_faults import json_fault

BODY_TIMEOUT_SECONDS = 30.0
"""Time limit for a whole body (contract)."""
EARLY = 0.98
"""Share of that time after which a body is refused, so that the connection is closed in time."""
MAX_KEY_CHARACTERS = 255
MAX_DEPTH = 100
"""Levels of nesting in JSON: an issue has eight."""

_BARE_KEY = re.compile(r"[!#-~][!-~]*")
_QUOTED_KEY = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_ESCAPE = re.compile(r"\\(.)")


async def read_body(
    request: Request,
    *,
    media_types: Sequence[str],
    optional: bool = False,
    max_bytes: int,
) -> bytes:
    """Read a body in one of the forms that this path takes.

    A body without `Content-Type` is read as the first of `media_types`. With `optional` a
    request that has no body passes whatever its headers say of one.

    Raises:
        UnsupportedMediaType: another form, another charset, or any content coding.
        BodyTooLarge: over `max_bytes`; what was announced as too large is not read at all.
        BodyTimeout: it did not arrive whole in 30 seconds.
    """
    length = request.headers.get("content-length", "")
    if optional and not _has_body(request, length):
        return b""
    check_form(request, media_types=media_types)
    if length.isdecimal() and (len(length) > 18 or int(length) > max_bytes):
        _refuse_size(max_bytes)
    chunks: list[bytes] = []
    size = 0
    try:
        with anyio.fail_after(BODY_TIMEOUT_SECONDS * EARLY):
            async for chunk in request.stream():
                size += len(chunk)
                if size > max_bytes:
                    _refuse_size(max_bytes)
                chunks.append(chunk)
    except TimeoutError as error:
        raise body_timeout() from error
    return b"".join(chunks)


def body_timeout() -> BodyTimeout:
    """The refusal of a body that arrives too slowly."""
    return BodyTimeout(
        "body_timeout",
        f"The body did not arrive within {BODY_TIMEOUT_SECONDS:.0f} seconds; send it again.",
    )


def check_form(request: Request, *, media_types: Sequence[str]) -> None:
    """Refuse a body whose headers announce a form that is not read here.

    Raises:
        UnsupportedMediaType: says which forms are.
    """
    accepted = " or ".join(media_types)
    codings = ",".join(request.headers.getlist("content-encoding"))
    if any(coding.strip().lower() not in {"", "identity"} for coding in codings.split(",")):
        raise UnsupportedMediaType(
            "unsupported_media_type", "Send the body as it is, without a Content-Encoding."
        )
    types = request.headers.getlist("content-type")
    if not types:
        return
    message = Message()
    # Python's parser would read a line break as a new header; no server passes one on.
    message["content-type"] = types[0][:500].replace("\r", " ").replace("\n", " ")
    if len(types) > 1 or message.get_content_type() not in media_types or "/" not in types[0]:
        raise UnsupportedMediaType(
            "unsupported_media_type", f"Send the body as {accepted} and say so in Content-Type."
        )
    charset = message.get_param("charset", "utf-8")
    if not isinstance(charset, str) or charset.lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(
            "unsupported_media_type", f"Send {accepted} in UTF-8; no other charset is read."
        )


def parse_json(body: bytes) -> object:
    """Parse JSON strictly: RFC 8259 and nothing beyond it, every member name once.

    NaN, Infinity, numbers beyond a double, lone surrogates, other encodings and a byte order mark
    are refused, as is nesting deeper than `MAX_DEPTH`.

    Raises:
        BadRequest: `malformed_json`, with line and column, never with what stands there.
    """
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest("malformed_json", json_fault(body, error)) from error
    _refuse_depth(value)
    _refuse_doubled_names(body)
    return value


def idempotency_key(request: Request) -> str | None:
    """Read `Idempotency-Key`, quoted or bare; `"a"` and `a` are the same key.

    Raises:
        BadRequest: two of them, or not 1 to 255 printable ASCII characters.
    """
    values = request.headers.getlist("idempotency-key")
    if not values:
        return None
    value = values[0].strip(" \t")
    key = value if _BARE_KEY.fullmatch(value) else None
    if match := _QUOTED_KEY.fullmatch(value):
        key = _ESCAPE.sub(r"\1", match[1])
    if len(values) > 1 or not key or len(key) > MAX_KEY_CHARACTERS:
        raise BadRequest(
            "invalid_idempotency_key",
            "Send one Idempotency-Key of 1 to 255 printable ASCII characters, "
            "bare without spaces or in double quotes.",
        )
    return key


def _has_body(request: Request, length: str) -> bool:
    # RFC 9112, section 6: a request has a body when one of the two says so.
    return "transfer-encoding" in request.headers or length not in {"", "0"}


def _refuse_size(max_bytes: int) -> NoReturn:
    raise BodyTooLarge("body_too_large", f"The body may have at most {max_bytes} bytes.")


def _refuse_depth(value: object) -> None:
    """Refuse deep nesting before parsing: the limits of parsers differ."""
    level: list[object] = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [member for container in level for member in _members_of(container)]
        if not level:
            return
    raise BadRequest(
        "malformed_json", f"The body is nested deeper than {MAX_DEPTH} levels; no document is."
    )


def _members_of(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse_doubled_names(body: bytes) -> None:
    """Refuse an object that names a member twice: readers disagree about which one counts."""
    _NAMES.decode(body.decode())


def _names_once(pairs: list[tuple[str, object]]) -> None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise BadRequest(
                "malformed_json",
                f"The member {quoted(name)} appears twice in one object.",
            )
        seen.add(name)


# Values do not matter here, and integers of 5,000 digits would be refused late.
_NAMES = json.JSONDecoder(object_pairs_hook=_names_once, parse_int=len, parse_float=len)
