"""The context of an operation: reader, viewer, loaders, and the freshness of what was read."""

from asyncio import Task, create_task, shield
from collections.abc import Awaitable, Callable, Iterable, Sequence, Set
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from weakref import ref

from sqlalchemy import Row
from strawberry import Info
from strawberry.dataloader import DataLoader

from app.content.commands.transaction import Transaction
from app.content.facts.shapes import claim_document
from app.content.issue_view import View
from app.content.known_trends import KnownTrends
from app.content.queries.brief import BriefStore
from app.content.queries.claims import judge_document
from app.content.queries.freshness import read_trending_change
from app.content.queries.issue_nodes import (
    WHOLE,
    IdentityKind,
    IssueNode,
    IssueParts,
    find_issue_nodes,
)
from app.content.queries.issues import Viewer
from app.content.queries.search import read_searched
from app.content.queries.subject_names import SubjectKey, find_subject_ids
from app.content.queries.subjects import SubjectParts, find_subjects_by_id
from app.content.search.index import SearchIndex
from app.db import Reader
from app.models.surrogate_key import LATEST, board_keys, issue_key
from app.web.graphql.documents.selection import CLAIMS, LookAhead, Wanted, of_issue
from app.web.graphql.documents.summary import NEIGHBOURS
from app.web.graphql.resolving.sources import Members, issue_source, subject_source
from app.web.graphql.types.pure_fields import NOT_READ
from app.web.http.representation import ON_PAPER, ON_TRENDS, Freshness

Key = TypeVar("Key")
Identity = tuple[IdentityKind, Any]
"""Which name of an issue to look up, and its value."""


_LOADERS = frozenset({"_issues", "_subjects", "_named"})


class Context:
    """The context of one operation."""

    def __init__(
        self,
        *,
        reader: Reader,
        index: SearchIndex,
        viewer: Viewer,
        known_trends: KnownTrends,
        transaction: Transaction | None = None,
        telegram_url: str | None = None,
        briefs: BriefStore | None = None,
    ) -> None:
        self.reader = reader
        self.index = index
        self.viewer = viewer
        self.known_trends = known_trends
        self.transaction = transaction
        """The unit of work of a mutation; `None` for queries and for callers without a key."""
        self.telegram_url = telegram_url
        self.briefs = briefs or BriefStore()
        """The briefs of this process; a unit of work has its own."""
        self.look_ahead: LookAhead
        """Of the document; set by `Prepared` before a resolver runs."""
        self.reads_once = False
        """Whether the operation has one root field, so that no other reads what it reads."""
        self.waits = True
        """Whether it is executed in a task, and so with a deadline."""
        self.changes = 0
        """Number of mutation fields that changed something."""
        self._found: dict[Identity, Members | None] = {}
        self._by_number: dict[int, Members] = {}
        self._last_modified: datetime | None = None
        self._next_change_at: datetime | None = None
        self._stale_at: datetime | None = None
        self._depends_on: set[str] = set()
        self._keys: dict[str, None] = {}
        self._is_dated = True
        self._searched: Task[Row[Any]] | None = None
        self._in_print: Context | None = None
        self.has_miss = False
        """Whether something was not found: it may be published at any time."""

    @cached_property
    def _issues(self) -> DataLoader[Identity, Members | None]:
        return DataLoader(load_fn=_loading(self, Context.load))

    @cached_property
    def _subjects(self) -> DataLoader[tuple[int, SubjectParts], Members | None]:
        return DataLoader(load_fn=_loading(self, Context.load_subjects))

    @cached_property
    def _named(self) -> DataLoader[tuple[SubjectKey, SubjectParts], Members | None]:
        return DataLoader(load_fn=_loading(self, Context.load_named))

    @property
    def in_print(self) -> "Context":
        """A context that reads issues in print, whatever the viewer may see."""
        if self.viewer.view is View.PRINT:
            return self
        if self._in_print is None:
            self._in_print = Context(
                reader=self.reader,
                index=self.index,
                viewer=replace(self.viewer, wants_print=True),
                briefs=self.briefs,
                known_trends=self.known_trends,
            )
        self._in_print.look_ahead = self.look_ahead
        self._in_print.reads_once = self.reads_once
        return self._in_print

    def note_latest(self) -> None:
        """Note that another issue may take the place of one that was read."""
        self._keys[LATEST] = None

    def note_miss(self) -> None:
        """Note that something was not found: the response has no date and is not cached."""
        self.has_miss = True

    @property
    def freshness(self) -> Freshness:
        """The freshness of all that was read; undated if any part is."""
        return Freshness(
            self._last_modified if self._is_dated else None,
            self._next_change_at,
            self._stale_at,
            frozenset(self._depends_on),
            tuple(sorted(self._keys)),
        )

    def note_freshness(self, read: Freshness) -> None:
        """Combine with the freshness of something that was read."""
        self._note(read.last_modified, read.next_change_at, read.depends_on)
        self._stale_at = _earlier(self._stale_at, read.stale_at)
        self._keys |= dict.fromkeys(read.surrogate_keys)

    def _note(
        self,
        last_modified: datetime | None,
        next_change_at: datetime | None,
        depends_on: Set[str],
    ) -> None:
        if last_modified is None:
            self._is_dated = False
        elif self._last_modified is None or last_modified > self._last_modified:
            self._last_modified = last_modified
        self._next_change_at = _earlier(self._next_change_at, next_change_at)
        self._depends_on |= depends_on

    async def find_issue(
        self, kind: IdentityKind, value: object, parts: IssueParts
    ) -> Members | None:
        """Find an issue; concurrent look-ups are read together, and whole."""
        return (await self.find_issues(kind, (value,), parts))[0]

    async def find_issues(
        self, kind: IdentityKind, values: Iterable[object], parts: IssueParts = WHOLE
    ) -> list[Members | None]:
        """Find issues, in the order of the values."""
        keys = [(kind, value) for value in values]
        if not self.reads_once:
            return await self._issues.load_many(keys)
        # Nothing is read at the same time, so that a loader would only make it wait.
        missing = [key for key in dict.fromkeys(keys) if key not in self._found]
        if missing:
            self._found |= zip(missing, await self.load(missing, parts), strict=True)
        return [self._found[key] for key in keys]

    async def find_subjects(
        self, row_ids: Iterable[int], told: SubjectParts
    ) -> list[Members | None]:
        """Find subjects by their rows, in the order that was asked."""
        return await self._subjects.load_many([(row_id, told) for row_id in row_ids])

    async def find_subject(self, name: SubjectKey, told: SubjectParts) -> Members | None:
        """Find a subject by a present or former name; concurrent look-ups are read together."""
        return await self._named.load((name, told))

    async def searched(self) -> Row[Any]:
        """Read what is in print for a search, once for all searches of the operation."""
        if self.reads_once:
            return await read_searched(self.reader, viewer=self.viewer)
        if self._searched is None:
            self._searched = create_task(read_searched(self.reader, viewer=self.viewer))
        # A search that is cancelled leaves it to the others.
        return await shield(self._searched)

    def source_of(self, node: IssueNode) -> Members:
        """Return the value of an issue, the same object for each issue."""
        number: int = node.members["number"]
        known = self._by_number.get(number)
        if known is not None and ("sections" in known or "sections" not in node.members):
            return known
        self._note(node.last_modified, node.next_change_at, ON_PAPER)
        self._keys[issue_key(number)] = None
        source = self._by_number[number] = issue_source(node, self.look_ahead.names)
        return source

    async def read_beside(self, issues: Sequence[Members], wanted: Wanted) -> None:
        """Read what is selected of issues beside their documents: claims and neighbours.

        One query for each step and side; at most four for the claims of each issue.
        """
        if self.look_ahead.has_neighbours or CLAIMS in self.look_ahead.names:
            await self._read_beside(issues, wanted, {})

    async def _read_beside(
        self,
        issues: Sequence[Members],
        wanted: Wanted,
        done: dict[tuple[int, frozenset[int]], Wanted],
    ) -> None:
        """`done` holds what was read already: many ways lead to the same neighbours."""
        place = (id(wanted), frozenset(map(id, issues)))
        if place in done:
            return
        done[place] = wanted
        whole = of_issue(wanted) if "issue" in self.look_ahead.names else wanted
        if CLAIMS in whole:
            for issue in issues:
                await self._read_claims(issue)
        if not self.look_ahead.has_neighbours:
            return
        for side in NEIGHBOURS:
            if side not in whole:
                continue
            missing = [issue for issue in issues if issue[side] is NOT_READ]
            numbers = [_number_in(issue["links"][side]) for issue in missing]
            for issue, found in zip(
                missing, await self.find_issues("number", numbers), strict=True
            ):
                issue[side] = found
            beside = [issue[side] for issue in issues if issue[side] is not None]
            await self._read_beside(beside, whole[side], done)

    async def _read_claims(self, issue: Members) -> None:
        if CLAIMS in issue:
            return
        judged = await judge_document(self.reader, self.known_trends, issue, now=self.viewer.now)
        issue[CLAIMS] = [claim_document(each) for each in judged]
        changed_at = await read_trending_change(self.reader)
        self.note_freshness(Freshness(changed_at, depends_on=ON_TRENDS))

    def forget(self) -> None:
        """Drop what was read: something was written since, or the response is complete.

        Issues and their items refer to each other; clearing the issues breaks the cycles.
        """
        for issue in self._by_number.values():
            issue.clear()
        self._by_number.clear()
        self._found.clear()
        self._searched = None
        for name in _LOADERS & self.__dict__.keys():
            getattr(self, name).clear_all()
        if self._in_print is not None:
            self._in_print.forget()

    async def load(
        self, keys: Sequence[Identity], parts: IssueParts = WHOLE
    ) -> Sequence[Members | None]:
        """Load a batch of issues, in order."""
        found: dict[Identity, Members | None] = {}
        kinds = dict.fromkeys(kind for kind, _ in keys)
        for kind in kinds:
            values = [value for of_kind, value in keys if of_kind == kind]
            nodes = await find_issue_nodes(
                self.reader, kind, values, viewer=self.viewer, parts=parts
            )
            for value, node in zip(values, nodes, strict=True):
                if node is None:
                    self.note_miss()
                found[kind, value] = None if node is None else self.source_of(node)
        return [found[key] for key in keys]

    async def load_subjects(
        self, keys: Sequence[tuple[int, SubjectParts]]
    ) -> Sequence[Members | None]:
        """Read subjects that are asked for at the same time, in their order."""
        found: dict[tuple[int, SubjectParts], Members] = {}
        for told in dict.fromkeys(told for _, told in keys):
            row_ids = [row_id for row_id, of_told in keys if of_told == told]
            pages = await find_subjects_by_id(
                self.reader, row_ids, told, now=self.viewer.now, base_url=self.viewer.base_url
            )
            for row_id, page in pages.items():
                of_board = board_keys(str(page.document["source"]), str(page.document["kind"]))
                self.note_freshness(
                    Freshness(page.last_modified, page.next_change_at, keys=of_board)
                )
                found[row_id, told] = subject_source(page)
        return [found.get(key) for key in keys]

    async def load_named(
        self, keys: Sequence[tuple[SubjectKey, SubjectParts]]
    ) -> Sequence[Members | None]:
        """Read subjects by their names, in order."""
        ids = await find_subject_ids(self.reader, [name for name, _ in keys])
        known = {key: (ids[key[0]], key[1]) for key in keys if key[0] in ids}
        if len(known) < len(keys):
            self.note_miss()
        found = dict(zip(known, await self._subjects.load_many(known.values()), strict=True))
        return [found.get(key) for key in keys]


def _loading(
    context: Context, read: Callable[[Context, list[Key]], Awaitable[Sequence[Members | None]]]
) -> Callable[[list[Key]], Awaitable[Sequence[Members | None]]]:
    """Return the load function of a loader of a context, with a weak reference to the context.

    A reference cycle would keep each response until the garbage collector runs.
    """
    held = ref(context)

    async def load(keys: list[Key]) -> Sequence[Members | None]:
        alive = held()
        assert alive is not None, "the waiting resolver holds the context"
        return await read(alive, keys)

    return load


def context_of(info: Info) -> Context:
    """Return the context of the operation that a resolver runs for."""
    context: Context = info.context
    return context


def wanted_in(info: Info) -> Wanted:
    """Return what is selected below the field that is being resolved."""
    # Strawberry's own `selected_fields` builds objects anew at each call.
    return context_of(info).look_ahead.below(info._raw_info.field_nodes)


def parts_in(info: Info, *, is_list: bool = False) -> IssueParts:
    """Return what to read of issues for what is selected below the field."""
    context = context_of(info)
    return context.look_ahead.parts_below(
        info._raw_info.field_nodes, is_list=is_list, reads_once=context.reads_once
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two instants, either of which may be `None`."""
    return min(one, other) if one is not None and other is not None else one or other


def _number_in(address: str) -> int:
    """The number of an issue, from its URL."""
    return int(address.rpartition("/")[2])
