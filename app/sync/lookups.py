"""Looking up known subjects one by one, tolerating failures of single ones.

A failure says something about a subject only if the source works. So after several failures in a
row, or if nothing was found at all, a control subject that was just listed is looked up in the same
way. If that fails too, the failures are ignored.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.models.sighting import Sighting
from app.sync.errors import UpstreamError
from app.sync.rows import BadRow
from app.sync.tally import Tally

SUSPICIOUS = 5
"""Failures in a row after which the control is looked up."""
DOUBTFUL_ABSENCE = "doubtful_absence"
"""The reason if a listed subject is not found by a look-up."""


class Named(Protocol):
    """How a subject is looked up: a `KnownSubject` or a `Sighting`."""

    @property
    def upstream_id(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def validator(self) -> str | None: ...


Ask = Callable[[Named], Awaitable[Sighting | None]]
"""Looks up one subject; returns `None` if the result has another identity.

Raises `UpstreamError` or `BadRow`.
"""


@dataclass(slots=True)
class Lookups:
    """The results of look-ups."""

    ask: Ask
    tally: Tally
    found: dict[str, Sighting] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    _suspects: dict[str, str] = field(default_factory=dict)
    """Failures since the last success: upstream id and reason."""
    _succeeded: bool = False

    async def see(self, subjects: Iterable[Named], *, control: Named | None) -> str | None:
        """Look up subjects in order; return why the rest was not looked up, if so.

        `control` is a subject that the source has just returned in another way.
        """
        for each in subjects:
            try:
                await self._see(each)
            except UpstreamError as error:
                return self._settle(error.reason)
            if len(self._suspects) >= SUSPICIOUS:
                reason = await self._check(control)
                if reason is not None:
                    return reason
        if self._suspects and not self._succeeded:
            return await self._check(control)
        return self._settle(None)

    async def _see(self, each: Named) -> None:
        """Look up one subject. Raises `UpstreamError` if no more requests may be sent."""
        try:
            sighting = await self.ask(each)
        except BadRow:
            self.tally.note_bad(each.upstream_id)
        except UpstreamError as error:
            if error.ends_source:
                raise
            self._suspects[each.upstream_id] = error.reason
        else:
            self._note_success()
            if sighting is None:
                self.missing.append(each.upstream_id)
            else:
                self.tally.note_read(each.upstream_id)
                self.found[each.upstream_id] = sighting

    async def _check(self, control: Named | None) -> str | None:
        """Look up the control; return what is wrong with the source, if it fails."""
        reason = _worst(self._suspects)
        if control is None:
            self._suspects.clear()
            return reason
        try:
            is_well = await self.ask(control) is not None
        except BadRow:
            is_well = True
        except UpstreamError:
            is_well = False
        if not is_well:
            self._suspects.clear()
            return reason
        self._note_success()
        return None

    def _note_success(self) -> None:
        """Accept the failures so far, as the source works."""
        self._succeeded = True
        self._settle(None)

    def _settle(self, reason: str | None) -> str | None:
        """Accept the failures if the source worked at least once; return `reason`."""
        if self._succeeded:
            for upstream_id, why in self._suspects.items():
                if why == "not_found":
                    self.missing.append(upstream_id)
                else:
                    self.refused[upstream_id] = why
        self._suspects.clear()
        return reason


def _worst(suspects: Mapping[str, str]) -> str:
    reasons = set(suspects.values())
    others = sorted(reasons - {"not_found"})
    return others[0] if others else DOUBTFUL_ABSENCE
