"""Escaping plain text for Markdown."""

import re

_REFERENCE = r"&(?=#?[0-9A-Za-z]{1,40};)"
"""An ampersand that begins a character reference, as in `&copy;`."""
_SPECIAL = re.compile(rf"([\\`*_{{}}\[\]<>#|~]|{_REFERENCE})")
_LINE_START = re.compile(r"^((?:\d{1,9}(?=[.)]))?)([-+.)](?= |$)|[-=](?=[-=]*$))", re.ASCII)
"""What would begin a list, rule or heading at the start of a line."""


def escape(text: str) -> str:
    """Escape plain text for Markdown, on one line."""
    plain = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LINE_START.sub(r"\1\\\2", plain)


def link(text: str, url: str | None) -> str:
    """Format a Markdown link, or only the text if there is no address."""
    if url is None:
        return escape(text)
    address = url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    address = re.sub(_REFERENCE, r"\\&", address)
    return f"[{escape(text)}](<{address}>)"
