"""The field types of public shapes: what text, numbers, dates and addresses may be.

They read values as JSON has them (a date is a string, 7.0 is the integer 7) and change nothing
that they accept: text comes back as it was posted.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date as CalendarDate, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.models.source import EntryKind as EntryKind, SourceName as SourceName
from app.wording import date_sentence, instant_sentence

MAX_INTEGER = 2_147_483_647
MAX_URL = 2_000
MAX_BODY = 200_000
MAX_COUNT = 2**53 - 1
"""The largest integer that every JSON parser represents exactly."""

MAX_MEMBERS = 64
"""Maximum members of an object: no shape has half as many."""

MAX_SLUG = 80
SLUG_PATTERN = r"^[a-z0-9-]{1,80}$"

Window = Literal["day", "week", "month"]
WINDOW_LENGTHS: Mapping[Window, timedelta] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}

FORBIDDEN_CHARACTERS = (
    r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff"
)
"""What text may not hold, as the inside of a class that all dialects of regular expressions read:
control characters but newline, return and tab, and noncharacters. Those beyond U+FFFF, which some
cannot write, are refused as well, and so are surrogates."""

NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that no parameter or argument may contain: control characters except newline, return
and tab, and surrogates, which stand for bytes that are not UTF-8."""

_FORBIDDEN = re.compile(
    f"[{FORBIDDEN_CHARACTERS}\ud800-\udfff"
    + "".join(f"{chr(end - 1)}{chr(end)}" for end in range(0x1FFFF, 0x110000, 0x10000))
    + "]"
)


_FORBIDDEN_ASCII = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _clean(text: str) -> str:
    # Nothing forbidden is printable. An issue has two hundred texts, and this test of one takes a
    # tenth of a search.
    if text.isprintable():
        return text
    found = (_FORBIDDEN_ASCII if text.isascii() else _FORBIDDEN).search(text)
    if found:
        raise PydanticCustomError(
            "forbidden_character",
            "The character U+{code} at position {position} is not allowed in text.",
            {"code": f"{ord(found.group()):04X}", "position": found.start()},
        )
    return text


Title = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_clean)]
"""A headline, title, name, label or value: 1 to 300 characters."""
Summary = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_clean)]
"""A standfirst or summary: up to 1,000 characters."""
ShortText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_clean)]
"""Any other short string: up to 200 characters."""
Note = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_clean)]
"""A note to readers: 1 to 1,000 characters."""
Body = Annotated[str, StringConstraints(max_length=MAX_BODY), AfterValidator(_clean)]
"""Markdown: up to 200,000 characters."""
_SLUG = re.compile(SLUG_PATTERN.replace("$", r"\Z"))


def _slug(text: str) -> str:
    if not _SLUG.match(text):
        raise PydanticCustomError(
            "slug_format",
            "Give 1 to 80 lower-case letters, digits and hyphens, such as 'hello-world'.",
        )
    return text


Slug = Annotated[
    str,
    AfterValidator(_slug),
    # Bounds in place of `{1,80}`: validators of generated Go code take the comma for an end.
    WithJsonSchema(
        {"type": "string", "minLength": 1, "maxLength": MAX_SLUG, "pattern": "^[a-z0-9-]+$"}
    ),
]
"""Part of an address: `[a-z0-9-]`, 1 to 80 characters."""

MAX_EXTERNAL_ID = 200
EXTERNAL_ID_PATTERN = r"^[^\s/?#%<>:&=\\]+(/[^\s/?#%<>:&=\\]+)?$"
"""The pattern of external ids for JSON Schema; `is_external_id` is stricter."""

_ID_SIGNS = frozenset("._-+~@")
_ASCII_ID = re.compile(r"[A-Za-z0-9._\-+~@]+")


def is_external_id(text: str) -> bool:
    """Whether a text may be an upstream's own name for a thing: "owner/name", or one part.

    Letters, marks and digits of any script and the signs `._-+~@`. That covers what Hugging Face,
    GitHub and arXiv (`2405.12345`, `hep-th/9901001`) give out. It leaves out what would name
    something else in a path (`..`), change how text reads (U+202E) or look like markup.
    """
    parts = text.split("/")
    return (
        len(text) <= MAX_EXTERNAL_ID
        and len(parts) <= 2
        and all(part.strip(".") and _is_part_of_id(part) for part in parts)
    )


def _is_part_of_id(part: str) -> bool:
    # Most ids are ASCII, and one pattern is ten times as fast as a look at each character.
    return _ASCII_ID.fullmatch(part) is not None or all(map(_may_be_in_id, part))


def _may_be_in_id(character: str) -> bool:
    return (
        character.isalnum()
        or character in _ID_SIGNS
        or unicodedata.category(character) in ("Mn", "Mc")
    )


def _external_id(text: str) -> str:
    if not is_external_id(text):
        raise PydanticCustomError(
            "external_id_format",
            "Give the id that the source uses, such as 'owner/name' or '2405.12345', not a URL.",
        )
    return text


ExternalId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_EXTERNAL_ID),
    AfterValidator(_clean),
    AfterValidator(_external_id),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_EXTERNAL_ID,
            "pattern": EXTERNAL_ID_PATTERN,
        }
    ),
]
"""An upstream's own name for a thing: "owner/name", or one part."""


def _integral(value: object) -> object:
    # JSON has one number type: 7.0 is an integer.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


PositiveInteger = Annotated[int, Field(ge=1, le=MAX_INTEGER), BeforeValidator(_integral)]
"""An integer from 1 to 2,147,483,647."""
SmallCount = Annotated[int, Field(ge=0, le=MAX_INTEGER), BeforeValidator(_integral)]
"""An integer from 0 to 2,147,483,647."""
EntryLimit = Annotated[int, Field(ge=1, le=200), BeforeValidator(_integral)]
"""How many entries a section takes from a snapshot."""
Significance = Annotated[int, Field(ge=0, le=10), BeforeValidator(_integral)]
"""How much a story matters: 0 to 10."""
Count = Annotated[int, Field(ge=0, le=MAX_COUNT), BeforeValidator(_integral)]
"""How many: 0 to 2^53 - 1."""
Change = Annotated[int, Field(ge=-MAX_COUNT, le=MAX_COUNT), BeforeValidator(_integral)]
"""By how many: -(2^53 - 1) to 2^53 - 1."""


def _finite(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("float_type", "Give a number.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise PydanticCustomError("finite_number", "Give a finite number.")
    # JavaScript may send 7.0 as 7: both are stored as the integer, so that it is no change. Beyond
    # 2^53 an integer is stored as the double that every parser makes of it.
    return int(number) if number.is_integer() and abs(number) <= MAX_COUNT else number


FiniteNumber = Annotated[
    int | float,
    BeforeValidator(_finite),
    WithJsonSchema({"type": "number"}),
]
"""Any finite number; whole numbers become integers."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def parse_date(value: str) -> CalendarDate:
    """Parse `YYYY-MM-DD`. Raises `ValueError`."""
    if not _DATE.fullmatch(value):
        raise ValueError("not YYYY-MM-DD")
    return CalendarDate.fromisoformat(value)


def parse_instant(value: str) -> datetime:
    """Parse an RFC 3339 date-time with time zone to UTC microseconds. Raises `ValueError`."""
    match = _INSTANT.fullmatch(value)
    if not match:
        raise ValueError("not RFC 3339")
    day, time, fraction, zone = match.groups()
    offset = "+00:00" if zone in "Zz" else zone
    read = datetime.fromisoformat(f"{day}T{time}.{(fraction or '0')[:6]:0<6}{offset}")
    try:
        return read.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


def format_instant(value: datetime) -> str:
    """Format an instant as RFC 3339 in UTC with `Z`; microseconds only if not zero."""
    in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return f"{in_utc.isoformat()[:-6]}Z"


def _date(value: object) -> object:
    if isinstance(value, CalendarDate) and not isinstance(value, datetime):
        return value
    try:
        return parse_date(value if isinstance(value, str) else "")
    except ValueError as error:
        raise PydanticCustomError(
            "date_format", "{sentence}", {"sentence": date_sentence(value)}
        ) from error


def _instant(value: object) -> object:
    if isinstance(value, datetime):
        return value
    try:
        return parse_instant(value if isinstance(value, str) else "")
    except ValueError as error:
        raise PydanticCustomError(
            "instant_format", "{sentence}", {"sentence": instant_sentence(value)}
        ) from error


IssueDate = Annotated[
    CalendarDate, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})
]
"""A calendar date, `YYYY-MM-DD`."""
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(format_instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant: RFC 3339 with any time zone as input, UTC with `Z` as output."""


_NOT_IN_URL = r"\s\x00-\x20\x7f-\x9f"
# Not `format: uri`, which does not allow the IRIs that browsers accept.
URL_PATTERN = (
    r"^[Hh][Tt][Tt][Pp][Ss]?://"
    rf"(?:[^/?#{_NOT_IN_URL}]*@)?(?:[^/?#@:\[\]{_NOT_IN_URL}]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?"
    rf"(?:[/?#][^{_NOT_IN_URL}]*)?$"
)
"""The pattern of addresses for JSON Schema, in what all dialects of regular expressions share."""


_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[!-~]*)?")
"""Most addresses, recognised in a tenth of the time; an issue has thirty."""


def _web_address(value: str) -> str:
    if _PLAIN_URL.fullmatch(value):
        return value
    try:
        parts = urlsplit(value)
        good = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        good = False
    if not good or value.split() != [value]:
        raise PydanticCustomError("url_format", "Give an absolute http or https URL.")
    return value


Url = Annotated[
    str,
    StringConstraints(max_length=MAX_URL),
    AfterValidator(_clean),
    AfterValidator(_web_address),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": MAX_URL,
            "pattern": URL_PATTERN,
        }
    ),
]
"""An http or https address, up to 2,000 characters, kept as posted."""


class Shape(BaseModel):
    """Base of public shapes: strict types, no unknown members."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _is_no_flood(cls, value: object) -> object:
        if isinstance(value, dict) and len(value) > MAX_MEMBERS:
            raise PydanticCustomError(
                "too_many_members",
                "An object here has at most {most} members.",
                {"most": MAX_MEMBERS},
            )
        return value
