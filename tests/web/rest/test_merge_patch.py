"""A merge patch changes what it names, and is refused where it names what no document has."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from app.content.commands.issues import merge
from app.content.documents import IssueCreate, read_issue
from app.errors import ContentInvalid
from tests.factories import issue, lead, whole_issue
from tests.sampling import examples
from tests.web.rest.conftest import Desk, faults, refusal

ISSUE = "/v1/issues/95"

UNKNOWN: tuple[tuple[str, Any, str, str], ...] = (
    # the address, the patch, where the fault lies, the name that was meant
    (ISSUE, {"sumary": None}, "/sumary", "summary"),
    (ISSUE, {"title": "New", "sumary": None}, "/sumary", "summary"),
    (ISSUE, {"dateline": {"palce": None}}, "/dateline/palce", "place"),
    (ISSUE, {"dateline": {"weather": {"sumary": None}}}, "/dateline/weather/sumary", "summary"),
    (ISSUE, {"sections": [lead(standfrist=None)]}, "/sections/0/standfrist", "standfirst"),
    (
        ISSUE,
        {"sections": [{"kind": "tools", "tools": [{"name": "A", "sumary": None}]}]},
        "/sections/0/tools/0/sumary",
        "summary",
    ),
    (f"{ISSUE}/sections/the-lead", {"headlin": None}, "/headlin", "headline"),
    (f"{ISSUE}/sections/the-lead", {"metrics": {"titel": None}}, "/metrics/titel", "title"),
    (f"{ISSUE}/sections/tools", {"tool": None}, "/tool", "tools"),
    (
        f"{ISSUE}/sections/trending",
        {"from_snapshot": {"windw": None}},
        "/from_snapshot/windw",
        "window",
    ),
)


@pytest.mark.parametrize(("path", "patch", "pointer", "meant"), UNKNOWN)
async def test_null_for_an_unknown_name_is_refused_at_every_level(
    desk: Desk, path: str, patch: Any, pointer: str, meant: str
) -> None:
    before = await desk.create(whole_issue())

    answer = await desk.write("PATCH", path, patch)

    assert refusal(answer) == (422, "validation_failed")
    assert faults(answer) == [(pointer, "unknown_field")]
    assert answer.json()["errors"][0]["detail"].endswith(f"Did you mean '{meant}'?")
    assert await desk.find(95) == before


async def test_null_for_an_unknown_name_is_refused_where_the_object_was_null(desk: Desk) -> None:
    await desk.create(issue(number=95, slug="bare"))

    answer = await desk.write("PATCH", ISSUE, {"dateline": {"weather": {"temperature": None}}})

    assert faults(answer) == [("/dateline/weather/temperature", "unknown_field")]


async def test_null_for_a_known_name_that_has_no_value_changes_nothing(desk: Desk) -> None:
    before = await desk.create(issue(number=95, slug="bare"))

    shown = await desk.patch(95, {"dateline": None, "title": before["title"]})

    assert shown == before


NAMES = st.sampled_from(
    [
        "title",
        "summary",
        "dateline",
        "sections",
        "place",
        "weather",
        "temperature_c",
        "slug",
        "sumary",
        "palce",
        "number",
        "headline",
        "kind",
        "~/",
        "from_snapshot",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def _merged_by_the_rfc(target: Any, patch: Any) -> Any:
    """RFC 7396, section 2, line by line."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged_by_the_rfc(merged.get(name), value)
    return merged


def _names_only_what_there_is(target: Any, patch: Any) -> bool:
    if not isinstance(patch, dict):
        return True
    here = target if isinstance(target, dict) else {}
    return all(
        (value is not None or name in here) and _names_only_what_there_is(here.get(name), value)
        for name, value in patch.items()
    )


@pytest.mark.slow
@given(patch=st.dictionaries(NAMES, VALUES, max_size=5))
@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.too_slow])
def test_a_patch_that_is_taken_gives_what_the_rfc_gives(patch: dict[str, Any]) -> None:
    target = whole_issue()

    mine = _judged(merge(target, patch))

    by_the_rfc = _judged(_merged_by_the_rfc(target, patch))
    if isinstance(mine, IssueCreate) or _names_only_what_there_is(target, patch):
        assert mine == by_the_rfc


def _judged(document: dict[str, Any]) -> IssueCreate | list[str]:
    """The document as it is read, or the pointers of what is wrong with it."""
    try:
        return read_issue(document)
    except ContentInvalid as refused:
        return [fault.pointer for fault in refused.faults]
