"""JSON pointers (RFC 6901) to what differs between two printed documents."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

MAX_POINTERS = 50


def changed_pointers(
    before: Mapping[str, object], after: Mapping[str, object], *, most: int = MAX_POINTERS
) -> list[str]:
    """List pointers into `after` to the members that differ, in document order.

    Sections are compared by slug, other lists by position. A section that moved is not a change;
    one that is gone is a change of `/sections`, and an element that is gone a change of its list.
    """
    return list(islice(_of_documents(before, after), most))


def _of_documents(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for name in after:
        if name != "sections":
            yield from _of_values(before.get(name), after[name], f"/{_escaped(name)}")
    earlier, later = _sections(before), _sections(after)
    known = {section["slug"]: section for section in earlier}
    if known.keys() - {section["slug"] for section in later}:
        yield "/sections"
    for place, section in enumerate(later):
        yield from _of_values(known.get(section["slug"]), section, f"/sections/{place}")


def _sections(document: Mapping[str, object]) -> list[Mapping[str, object]]:
    sections = document.get("sections")
    return list(sections) if isinstance(sections, list) else []


def _of_values(before: object, after: object, pointer: str) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in after:
            yield from _of_values(before.get(name), after[name], f"{pointer}/{_escaped(name)}")
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, pointer)
    else:
        yield pointer


def _of_lists(before: Sequence[object], after: Sequence[object], pointer: str) -> Iterator[str]:
    if len(after) < len(before):
        yield pointer
    for place, value in enumerate(after):
        if place >= len(before):
            yield f"{pointer}/{place}"
        else:
            yield from _of_values(before[place], value, f"{pointer}/{place}")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
