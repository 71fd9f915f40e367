"""Known subjects that are asked for one by one, where one that fails costs no other.

A failure is a fact about a subject only where the source is well otherwise. So after some failures
in a row, and where nothing at all was seen, a subject that was on the listing a moment ago is asked
for in the same way: if that fails as well, the failures say nothing about the subjects.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.models.sighting import Sighting
from app.sync.client import UpstreamError
from app.sync.rows import BadRow

SUSPICIOUS = 5
"""Failures in a row after which the source itself is checked."""
DOUBTFUL_ABSENCE = "doubtful_absence"
"""The reason where a subject that is on the listing is not found by itself."""


class Named(Protocol):
    """What a subject is asked by: a `KnownSubject`, or a `Sighting`."""

    @property
    def upstream_id(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def validator(self) -> str | None: ...


Ask = Callable[[Named], Awaitable[Sighting | None]]
"""Asks for one. Answers `None` where what came bears another identity: the subject is not there.

Raises `UpstreamError` or `BadRow`.
"""


@dataclass(slots=True)
class Lookups:
    """What came of asking one by one."""

    ask: Ask
    found: dict[str, Sighting] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    skipped: int = 0
    _suspects: dict[str, str] = field(default_factory=dict)
    """Upstream id and reason of failures since the last success."""
    _succeeded: bool = False

    async def see(self, subjects: Iterable[Named], *, control: Named | None) -> str | None:
        """Ask for subjects in order; why the rest was not asked for, if so.

        `control` is a subject that the source has just shown in another way.
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
        """Ask for one. Raises `UpstreamError` where nothing more may be asked."""
        try:
            sighting = await self.ask(each)
        except BadRow:
            self.skipped += 1
        except UpstreamError as error:
            if error.ends_source:
                raise
            self._suspects[each.upstream_id] = error.reason
        else:
            self._note_success()
            if sighting is None:
                self.missing.append(each.upstream_id)
            else:
                self.found[each.upstream_id] = sighting

    async def _check(self, control: Named | None) -> str | None:
        """Ask for the control; what is wrong with the source, if it fails too."""
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
        """Believe the failures so far: the source is well."""
        self._succeeded = True
        self._settle(None)

    def _settle(self, reason: str | None) -> str | None:
        """Believe the failures, where the source was seen to be well at all; pass the reason on."""
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
