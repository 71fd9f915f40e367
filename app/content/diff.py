"""The differences between two revisions of an issue, as JSON pointers with both values.

Sections are matched by slug, items by their name or id. So an entry that is inserted at the top is
one change, and not a change of every entry below it.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from app.content.validation import pointer_to
from app.models.correction import MAX_CHANGES, MAX_TEXT

_NAMES = ("headline", "external_id", "name", "title", "label", "heading", "slug")
"""Members that name a section or an item, the best first."""
_NEAR = 200
"""A text that differs within its first characters is cut at its beginning."""
_BEFORE = 100
"""Characters of context before the first difference in a longer text."""

Path = tuple[int | str, ...]


class Change(NamedTuple):
    """One difference. Texts have at most `MAX_TEXT` characters."""

    pointer: str
    section: str | None
    before: object
    after: object


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """List the differences between two stored documents, in the order of the later one.

    At most `MAX_CHANGES`; further ones are left out.
    """
    return list(islice(_issue_changes(before, after), MAX_CHANGES))


def changed_pointers(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """List the pointers of `changes_between`, each once: into `after`, or `before` if removed."""
    return list(dict.fromkeys(change.pointer for change in changes_between(before, after)))


def _issue_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    own = [{k: v for k, v in each.items() if k != "sections"} for each in (before, after)]
    yield from _changes((), None, *own)
    old, new = before["sections"], after["sections"]
    pairs = _sections_paired(old, new)
    yield from _moves(("sections",), None, pairs, old=old, new=new)
    for there, here in pairs:
        if here is None:
            yield _removed(("sections", there), old[there]["slug"], old[there])
        elif there is None:
            yield _added(("sections", here), new[here]["slug"], new[here])
        else:
            yield from _changes(("sections", here), new[here]["slug"], old[there], new[here])


def _changes(path: Path, section: str | None, before: Any, after: Any) -> Iterator[Change]:
    """Yield the differences between two values."""
    if before == after:
        return
    if isinstance(before, list) or isinstance(after, list):
        yield from _list_changes(path, section, before or [], after or [])
    elif isinstance(before, dict) or isinstance(after, dict):
        old, new = before or {}, after or {}
        for name in dict.fromkeys((*new, *old)):
            yield from _changes((*path, name), section, old.get(name), new.get(name))
    else:
        yield Change(pointer_to(path), section, *_cut(before, after))


def _list_changes(
    path: Path, section: str | None, old: Sequence[Any], new: Sequence[Any]
) -> Iterator[Change]:
    pairs = _paired(old, new)
    yield from _moves(path, section, pairs, old=old, new=new)
    for there, here in pairs:
        if here is None:
            yield _removed((*path, there), section, old[there])
        elif there is None:
            yield _added((*path, here), section, new[here])
        else:
            yield from _changes((*path, here), section, old[there], new[here])


_Pair = tuple[Any, Any]
"""The places of an item in the earlier and the later list; `None` where it is missing."""


def _sections_paired(old: Sequence[Any], new: Sequence[Any]) -> list[_Pair]:
    """Pair sections by slug, those that are left by kind."""
    by_slug = _matched([each["slug"] for each in old], [each["slug"] for each in new])
    taken = set(by_slug.values())
    left = [place for place in range(len(old)) if place not in taken]
    for here, section in enumerate(new):
        if here not in by_slug:
            alike = next((there for there in left if old[there]["kind"] == section["kind"]), None)
            if alike is not None:
                left.remove(alike)
                by_slug[here] = alike
    return _in_order(len(old), len(new), by_slug)


def _paired(old: Sequence[Any], new: Sequence[Any]) -> list[_Pair]:
    """Pair items by their identity, those that are left in their order."""
    matched = _matched([_identity(each) for each in old], [_identity(each) for each in new])
    taken = set(matched.values())
    left = deque(place for place in range(len(old)) if place not in taken)
    for here in range(len(new)):
        if here not in matched and left:
            matched[here] = left.popleft()
    return _in_order(len(old), len(new), matched)


def _matched(old: Sequence[object], new: Sequence[object]) -> dict[int, int]:
    """Match equal names, each once: the place in the later list to that in the earlier one."""
    places: dict[object, deque[int]] = {}
    for there, name in enumerate(old):
        places.setdefault(name, deque()).append(there)
    return {here: places[name].popleft() for here, name in enumerate(new) if places.get(name)}


def _in_order(old: int, new: int, matched: Mapping[int, int]) -> list[_Pair]:
    kept = set(matched.values())
    removed = [(there, None) for there in range(old) if there not in kept]
    return [*((matched.get(here), here) for here in range(new)), *removed]


def _moves(
    path: Path,
    section: str | None,
    pairs: Sequence[_Pair],
    *,
    old: Sequence[Any],
    new: Sequence[Any],
) -> Iterator[Change]:
    """Yield one change if the items that both lists have are in another order."""
    kept = [(there, here) for there, here in pairs if there is not None and here is not None]
    places = [there for there, _ in kept]
    if places != sorted(places):
        before = ", ".join(named(old[there]) for there in sorted(places))
        after = ", ".join(named(new[here]) for _, here in kept)
        if before != after:
            yield Change(pointer_to(path), section, *_cut(before, after))


def _removed(path: Path, section: str | None, item: Any) -> Change:
    return Change(pointer_to(path), section, named(item)[:MAX_TEXT], None)


def _added(path: Path, section: str | None, item: Any) -> Change:
    return Change(pointer_to(path), section, None, named(item)[:MAX_TEXT])


def _identity(item: Any) -> object:
    if isinstance(item, dict) and "external_id" in item:
        return item["source"], item["kind"], item["external_id"]
    return named(item)


def named(item: Any) -> str:
    """Return the name of a section or an item: its headline, id, title or label."""
    if not isinstance(item, dict):
        return str(item)
    return next((str(item[name]) for name in _NAMES if item.get(name)), "")


def _cut(before: Any, after: Any) -> tuple[Any, Any]:
    """Cut texts around their first difference, both at the same place."""
    start = 0
    if (
        isinstance(before, str)
        and isinstance(after, str)
        and max(len(before), len(after)) > MAX_TEXT
    ):
        same = _length_of_equal_start(before, after)
        if same >= _NEAR:
            start = same - _BEFORE
            space = before.find(" ", start, same)
            start = start if space < 0 else space + 1
    return _part(before, start), _part(after, start)


def _length_of_equal_start(one: str, other: str) -> int:
    """Search by halves: a loop over characters takes 10 ms for a body of 200 kB."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _part(value: Any, start: int) -> Any:
    return value[start : start + MAX_TEXT] if isinstance(value, str) else value
