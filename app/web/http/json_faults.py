"""Explains a body that is not JSON, in a sentence that says what would be right.

The parser's own words are not repeated: they speak of Python, and change with its version.
"""

import orjson

_UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_REASONS: tuple[tuple[str, str], ...] = (
    # start of the parser's message (orjson 3.11), and what the problem document says instead
    ("unexpected end of data", "it ends too early"),
    ("unexpected content after document", "something follows the document"),
    ("trailing comma", "there is a comma before the end of an array or object"),
    ("number is infinity", "a number is too large"),
    ("number with leading zero", "a number begins with a zero"),
    ("no digit", "a number is not complete"),
    ("no low surrogate", "a surrogate stands alone"),
    ("invalid low surrogate", "a surrogate stands alone"),
    ("invalid escaped", "a backslash is followed by something that JSON does not know"),
    ("invalid unicode", "a backslash is followed by something that JSON does not know"),
    ("unexpected control character", "a control character in a string must be escaped"),
    ("invalid literal", "there is a word other than true, false and null"),
    ("depth limit", "it is nested too deep"),
    ("unexpected character, expected a string key", "a member needs a name in double quotes"),
    ("unexpected character, expected ':'", "a colon must follow the name of a member"),
    ("unexpected character, expected ','", "a comma or the end must follow a value"),
    ("unexpected character", "a value is expected"),
)


def json_fault(body: bytes, error: orjson.JSONDecodeError) -> str:
    """Say what is wrong with a body and where, without quoting it."""
    if not body.strip():
        return "The body is empty; send JSON."
    if body.startswith(b"\xef\xbb\xbf"):
        return "The body begins with a byte order mark (BOM); send UTF-8 without one."
    if body.startswith(_UTF_16_OR_32) or b"\x00" in body[:4]:
        return "The body is in UTF-16 or UTF-32; send it in UTF-8."
    try:
        body.decode()
    except UnicodeDecodeError as invalid:
        line = body.count(b"\n", 0, invalid.start) + 1
        return f"The body is not UTF-8 at byte {invalid.start + 1}, in line {line}; send UTF-8."
    reason = next((said for begin, said in _REASONS if error.msg.startswith(begin)), None)
    place = f"line {error.lineno} column {error.colno}"
    if reason is None:
        return f"The body is not valid JSON at {place}."
    return f"The body is not valid JSON: {reason}, at {place}."
