"""Plain text written as Markdown, so that it reads as that text."""

import re

_REFERENCE = r"&(?=#?[0-9A-Za-z]{1,40};)"
"""An ampersand that begins a character reference, as in `&copy;`; another one is plain text."""
_SPECIAL = re.compile(rf"([\\`*_{{}}\[\]<>#|~]|{_REFERENCE})")
_LINE_START = re.compile(r"^((?:\d{1,9}(?=[.)]))?)([-+.)](?= |$)|[-=](?=[-=]*$))", re.ASCII)
"""What would begin a list, a rule or a heading, were it to stand first on a line."""


def escape(text: str) -> str:
    """Write plain text so that Markdown reads it as that text, on one line."""
    plain = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LINE_START.sub(r"\1\\\2", plain)


def link(text: str, url: str | None) -> str:
    """Write a Markdown link, or just the text where there is no address."""
    if url is None:
        return escape(text)
    address = url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    address = re.sub(_REFERENCE, r"\\&", address)
    return f"[{escape(text)}](<{address}>)"
