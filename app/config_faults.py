"""What is wrong with the settings, in words for operators."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from app.wording import right_value

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_FORMS = {
    "rate_limit": "0 (off) or requests/seconds, such as 600/60",
    "port": "a port number from 0 to 65535",
    "huggingface_url": "an address that begins https:// or http://",
    "github_url": "an address that begins https:// or http://",
    "websub_hub": "an address that begins https:// or http://",
    "security_contact": "an address that begins mailto: or https://",
}
"""What the settings with a pattern must be, in words."""


def settings_faults(error: ValidationError) -> str:
    """What is wrong with the settings, one line each, by the names of their variables."""
    lines = []
    for fault in error.errors():
        if not fault["loc"]:
            lines.append(fault["msg"].removeprefix("Value error, "))
            continue
        field = str(fault["loc"][0])
        lines.append(f"MORNINGPOST_{field.upper()}: {_fault(field, fault)}")
    return "\n".join(lines)


def _fault(field: str, fault: "ErrorDetails") -> str:
    if fault["type"] == "value_error":
        return fault["msg"].removeprefix("Value error, ")  # raised by the settings, for operators
    right = _FORMS.get(field) or right_value(fault["type"], fault.get("ctx", {}))
    return "is not valid" if right is None else f"must be {right}"
