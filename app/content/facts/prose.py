"""Prose of a Markdown body: its blocks without code, addresses, struck text and marks.

A code span that may be the id of a subject, such as `owner/name`, is prose.

A light reading in linear time, which needs no parse of the body: a mistake costs a claim, not a
false verdict.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import takewhile

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?")
_BULLETS = ("-", "*", "+")
_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$")
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+")
_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_TICKS = re.compile(r"`+")
_ID = re.compile(r"\s?[A-Za-z0-9][\w.-]*/[\w.-]*[A-Za-z0-9]\s?")
"""A code span that may name a subject; other words in code are not about a project."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|<[a-z][a-z0-9+.-]*:[^\s>]*>", re.IGNORECASE)
_TARGET = re.compile(r"\]\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,200}){0,3}\)")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]")
_REFERENCE = re.compile(r"\[\^[^\[\]\s]{1,100}\]:?|\](?:\[[^\[\]\n]{0,200}\])")
_STRUCK = re.compile(r"~~(?!\s)[^~]{1,2000}~~")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNDERSCORES = re.compile(r"(?<![A-Za-z0-9])_+(?=\S)|(?<=\S)_+(?![A-Za-z0-9])")
GAP = "\ufffc"
"""Stands for what was taken out, so that the words beside it do not become neighbours."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table."""

    text: str
    rows: Sequence[Sequence[str]] = ()
    """The cells of a table, the header first."""
    is_heading: bool = False
    is_item: bool = False
    """Whether it is an item of a list."""


def blocks(markdown: str) -> Iterator[Block]:
    """Yield the blocks of a body in order."""
    lines = markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    paragraph: list[str] = []
    fence = ""
    in_list = is_item = False
    place = 0
    while place < len(lines):
        line = _unquoted(lines[place])
        place += 1
        if fence:
            found = _FENCE.match(line)
            if found and found[1].startswith(fence) and not line[found.end() :].strip():
                fence = ""
            continue
        first = line.lstrip()[:1]
        is_blank = not first
        opened = _FENCE.match(line) if first in ("`", "~") else None
        item = _ITEM.match(line) if first in _BULLETS or first.isdecimal() else None
        heading = _HEADING.match(line) if first == "#" else None
        if paragraph and (opened or item or heading or is_blank):
            yield Block(plain(" ".join(paragraph)), is_item=is_item)
            paragraph = []
        if opened:
            fence = opened[1]
        elif is_blank:
            continue
        elif heading:
            in_list = False
            yield Block(plain(heading[1]), is_heading=True)
        elif item:
            in_list = is_item = True
            paragraph.append(line[item.end() :].strip())
        elif line.startswith(("    ", "\t")) and not paragraph and not in_list:
            continue  # indented code
        elif "|" in line and place < len(lines) and _is_delimiter(lines[place]):
            if paragraph:
                yield Block(plain(" ".join(paragraph)), is_item=is_item)
                paragraph = []
            body = list(takewhile(lambda each: "|" in each, lines[place + 1 :]))
            place += 1 + len(body)
            yield Block("", rows=[_cells(each) for each in (line, *body)])
        else:
            is_item = is_item and bool(paragraph)
            in_list = in_list and (bool(paragraph) or line.startswith((" ", "\t")))
            paragraph.append(line.strip())
    if paragraph:
        yield Block(plain(" ".join(paragraph)), is_item=is_item)


def _is_delimiter(line: str) -> bool:
    return "-" in line and _DELIMITER.match(_unquoted(line)) is not None


def _unquoted(line: str) -> str:
    return _QUOTE.sub("", line) if ">" in line else line


def _cells(line: str) -> list[str]:
    inner = _unquoted(line).strip().removeprefix("|").removesuffix("|")
    return [plain(cell.strip()) for cell in re.split(r"(?<!\\)\|", inner)]


def plain(text: str) -> str:
    """Remove the inline marks of a block, and what is no prose: code, addresses, struck text."""
    text = _without_code(text) if "`" in text else text
    if "](" in text:
        text = _TARGET.sub("]", _IMAGE.sub(GAP, text))
    text = _ADDRESS.sub(GAP, text) if "://" in text or "www." in text else text
    text = _REFERENCE.sub("", text) if "[^" in text or "][" in text else text
    text = _STRUCK.sub(GAP, text) if "~~" in text else text
    text = _ESCAPE.sub(r"\1", text) if "\\" in text else text
    text = _UNDERSCORES.sub("", text) if "_" in text else text
    text = text.replace("*", "").replace("[", "").replace("]", "")
    return unescape(text) if "&" in text else text


def _without_code(text: str) -> str:
    """Replace code spans but ids: from a run of backticks to the next of the same length."""
    runs = list(_TICKS.finditer(text))
    later: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        later.setdefault(len(runs[number][0]), []).append(number)
    kept, start, number = [], 0, 0
    while number < len(runs):
        same = later[len(runs[number][0])]
        while same and same[-1] <= number:
            same.pop()
        if not same:
            number += 1
            continue
        opening, closing = runs[number], runs[same[-1]]
        code = text[opening.end() : closing.start()]
        # The marks around an id would part it from its figure.
        kept += [text[start : opening.start()], code.strip() if _ID.fullmatch(code) else GAP]
        number = same.pop()
        start = closing.end()
        number += 1
    return "".join([*kept, text[start:]])
