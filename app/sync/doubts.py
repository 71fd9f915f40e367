"""Whether a survey can be believed, by what was known before. Pure; told in docs/trending.md."""

from collections.abc import Sequence

from app.models.sighting import KnownSubject, Sighting
from app.sync.source import Survey

LEAST_COMPARED = 5
"""Fewer subjects that were seen before say nothing about a drift."""
LEAST_LISTED = 10
"""A listing that was shorter may shrink to anything."""
SHRUNKEN_SHARE = 0.5
"""A listing with less than this share of the last one's rows is cut off, not quiet."""
DRIFTED_SHARE = 0.5
"""More than this share of subjects with a counter that fell to half, or rose tenfold."""
_ODD_FALL, _ODD_RISE = 0.5, 10.0
_NOISE = 20
"""Counters below it may do what they like."""


LEAST_MASS = 10
"""Fewer may be missing or refused at once, whatever share of what is known they are."""
MASS_SHARE = 0.2
"""More than this share of what is known, and it is rather the source that fails."""


def doubt(survey: Survey, known: Sequence[KnownSubject], *, last_listed: int | None) -> str | None:
    """Why a survey is not to be believed, as a reason; `None` where there is no doubt."""
    if survey.status == "failed":
        return survey.reason or "failed"
    if not survey.sightings:
        return "empty"
    last_listed = last_listed or 0
    if last_listed >= LEAST_LISTED and survey.listed < last_listed * SHRUNKEN_SHARE:
        return "shrunken"
    counters = [_counter(each) for each in survey.sightings]
    if not any(counters):
        return "all_zero"
    return _drift(survey, known)


def mass_of(survey: Survey, known: Sequence[KnownSubject]) -> str | None:
    """Why more is missing, or newly refused, than is plausible; `None` where it is plausible."""
    active = {each.upstream_id for each in known if each.status == "active"}
    most = max(LEAST_MASS, len(known) * MASS_SHARE)
    if len(active.intersection(survey.missing)) > most:
        return "mass_absence"
    return "mass_refusal" if len(active.intersection(survey.refused)) > most else None


def _drift(survey: Survey, known: Sequence[KnownSubject]) -> str | None:
    before = {each.upstream_id: _counter(each.latest) for each in known}
    compared = odd = 0
    for sighting in survey.sightings:
        was, now = before.get(sighting.upstream_id), _counter(sighting)
        if was is None or now is None or max(was, now) < _NOISE:
            continue
        compared += 1
        odd += now < was * _ODD_FALL or now > max(was, 1) * _ODD_RISE
    if compared >= LEAST_COMPARED and odd > compared * DRIFTED_SHARE:
        return "drifted"
    return None


def _counter(sighting: Sighting) -> int | None:
    return sighting.stars if sighting.stars is not None else sighting.likes
