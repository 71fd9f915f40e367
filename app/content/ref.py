"""References to issues in addresses: by number, date or slug, or `latest`."""

import re
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

from app.errors import NotFound, quoted
from app.models.values import MAX_INTEGER, parse_date

LATEST = "latest"

RefKind = Literal["number", "date", "slug", "latest"]

_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SLUG = re.compile(r"[a-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an issue that may not exist."""

    kind: RefKind
    value: int | Date | str


def parse_ref(text: str) -> Ref:
    """Parse a reference.

    Raises:
        NotFound: it has none of the forms, so no issue can have this name.
    """
    if text == LATEST:
        return Ref("latest", text)
    if _NUMBER.fullmatch(text) and int(text) <= MAX_INTEGER:
        return Ref("number", int(text))
    if _DATE.fullmatch(text):
        try:
            return Ref("date", parse_date(text))
        except ValueError:
            raise no_such_issue(text) from None
    if _SLUG.fullmatch(text) and not text.isdigit():
        return Ref("slug", text)
    raise no_such_issue(text)


def no_such_issue(text: str) -> NotFound:
    """Make the error for a missing issue; the same for one that the caller may not see."""
    return NotFound("issue_not_found", f"There is no issue {quoted(text)}.")
