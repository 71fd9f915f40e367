"""Plausibility checks of a survey against known data. Pure; see docs/trending.md."""

from collections.abc import Sequence

from app.models.sighting import KnownSubject, Sighting
from app.sync.source import Survey

LEAST_COMPARED = 5
"""With fewer known subjects a drift is not judged."""
LEAST_LISTED = 10
"""A shorter previous listing is not compared."""
SHRUNKEN_SHARE = 0.5
"""A listing with less than this share of the previous rows is truncated."""
DRIFTED_SHARE = 0.5
"""Share of subjects whose counter halved or rose tenfold, above which data is implausible."""
_ODD_FALL, _ODD_RISE = 0.5, 10.0
_NOISE = 20
"""Counters below this are not compared."""


LEAST_MASS = 10
"""Up to this many subjects may be missing or refused at once, whatever their share."""
MASS_SHARE = 0.2
"""Above this share of the known subjects, the source itself probably fails."""


def doubt(survey: Survey, known: Sequence[KnownSubject], *, last_listed: int | None) -> str | None:
    """Return why a survey is implausible, as a reason; `None` if it is plausible."""
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
    """Return why too many subjects are missing or newly refused; `None` if not too many."""
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
