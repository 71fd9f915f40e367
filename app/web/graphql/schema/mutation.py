"""The root of writing: the commands of REST, whose refusals are values here."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import strawberry

from app.content.commands import issues, publishing
from app.content.commands.selection import Guard
from app.content.commands.transaction import Transaction
from app.content.issue_view import IssueAnswer
from app.content.queries.issue_nodes import IssueNode
from app.content.ref import LATEST, Ref, parse_ref
from app.errors import (
    DatabaseAway,
    MethodNotAllowed,
    MorningPostError,
    PreconditionFailed,
    Unauthenticated,
)
from app.models.values import format_instant
from app.web.graphql.documents.selection import Wanted
from app.web.graphql.resolving.context import Context, context_of, wanted_in
from app.web.graphql.resolving.sources import Members
from app.web.graphql.types.builder import Builder
from app.web.graphql.types.inputs import (
    IssueInput,
    IssuePatch,
    detail_sent,
    members_sent,
    pointer_sent,
)
from app.web.graphql.types.types import TYPENAME, Issue
from app.web.observability.redaction import redact
from app.web.problems.handlers import MAX_FAULTS, status_of

Info = strawberry.Info
_BUILDER = Builder()


def _said(description: str) -> Any:
    return strawberry.field(description=description)


_ProblemError = _BUILDER.make(
    "ProblemError",
    {
        "pointer": (str, _said("RFC 6901 pointer into the input or the patch.")),
        "code": (str, _said("The stable code of the fault.")),
        "detail": (str, _said("What would be right.")),
    },
    description="One thing wrong with what was sent, and where.",
)
_Problem = _BUILDER.make(
    "Problem",
    {
        "code": (str, _said("The stable code: decide by this one.")),
        "status": (int, _said("The status that REST gives to it.")),
        "detail": (str, _said("What was wrong, and what would be right.")),
        "errors": (
            list[_ProblemError],  # type: ignore[valid-type]
            _said("Each place that needs attention, at most 100."),
        ),
    },
    description="Why nothing was changed; the codes are those of REST.",
)
_IssueSaved = _BUILDER.make(
    "IssueSaved",
    {"issue": (Issue | None, _said("The issue as it stands now; null when it was deleted."))},
    description="The change was carried out.",
)

if TYPE_CHECKING:
    IssueResult: TypeAlias = Members
else:
    IssueResult = Annotated[
        _IssueSaved | _Problem,
        strawberry.union("IssueResult", description="The issue, or why it was not changed."),
    ]

Reference = Annotated[
    str, strawberry.argument(description="The issue: its number, its date, or its slug.")
]
IfRevision = Annotated[
    int,
    strawberry.argument(
        description="The revision that was read: another head since then is a `Problem` of 412."
    ),
]
Publish = Annotated[
    bool | None,
    strawberry.argument(description="Publish as well; needs `issues:publish`."),
]

Act = Callable[[Transaction], IssueAnswer | None]


@strawberry.type(description="What can be changed, with a key that may.")
class Mutation:
    """The fields below; each says what it is."""

    @strawberry.mutation(description="Make a new issue: a draft, or with `publish` in print.")
    async def create_issue(
        self,
        info: Info,
        input: Annotated[IssueInput, strawberry.argument(description="The issue.")],
        publish: Publish = False,
    ) -> IssueResult:
        return await _result(
            info,
            lambda tx: issues.create(
                tx,
                payload=lambda: members_sent(input),
                publish=bool(publish),
                base_url=_base_url(info),
            ),
        )

    @strawberry.mutation(
        description="Change the head of an issue by a merge patch; print stays without `publish`."
    )
    async def update_issue(
        self,
        info: Info,
        ref: Reference,
        if_revision: IfRevision,
        patch: Annotated[IssuePatch, strawberry.argument(description="What is to change.")],
        publish: Publish = False,
    ) -> IssueResult:
        return await _result(
            info,
            lambda tx: issues.patch(
                tx,
                _writable(ref),
                payload=lambda: members_sent(patch),
                guard=_guard(if_revision),
                publish=bool(publish),
                base_url=_base_url(info),
            ),
        )

    @strawberry.mutation(description="Put the head of an issue into print, now.")
    async def publish_issue(
        self, info: Info, ref: Reference, if_revision: IfRevision
    ) -> IssueResult:
        return await _action(info, publishing.publish, ref, if_revision)

    @strawberry.mutation(
        description="Take an issue out of print, or its schedule back: it is a draft again."
    )
    async def unpublish_issue(
        self, info: Info, ref: Reference, if_revision: IfRevision
    ) -> IssueResult:
        return await _action(info, publishing.unpublish, ref, if_revision)

    @strawberry.mutation(description="Remove a draft that was never published.")
    async def delete_issue(
        self, info: Info, ref: Reference, if_revision: IfRevision
    ) -> IssueResult:
        return await _action(info, issues.delete, ref, if_revision)

    @strawberry.mutation(
        description="Pin the head of an issue to appear at a time to come, with no worker needed."
    )
    async def schedule_issue(
        self,
        info: Info,
        ref: Reference,
        if_revision: IfRevision,
        publish_at: Annotated[datetime, strawberry.argument(description="A time to come.")],
    ) -> IssueResult:
        return await _result(
            info,
            lambda tx: publishing.schedule(
                tx,
                _writable(ref),
                payload=lambda: {"publish_at": format_instant(publish_at)},
                guard=_guard(if_revision),
                base_url=_base_url(info),
            ),
        )


def _writable(ref: str) -> Ref:
    """The issue that is to be written to. Raises `NotFound`, `MethodNotAllowed`."""
    named = parse_ref(ref)
    if named.kind == LATEST:
        raise MethodNotAllowed(
            "method_not_allowed", "`latest` is only read: name the issue by number, date or slug."
        )
    return named


async def _action(
    info: Info, command: Callable[..., IssueAnswer | None], ref: str, if_revision: int
) -> Members:
    def act(tx: Transaction) -> IssueAnswer | None:
        named = _writable(ref)
        return command(tx, named, guard=_guard(if_revision), base_url=_base_url(info))

    return await _result(info, act)


async def _result(info: Info, act: Act) -> Members:
    """Carry out a change by itself, and answer with the issue or with what was in the way."""
    context, wanted = context_of(info._raw_info), wanted_in(info._raw_info)
    try:
        tx = context.transaction
        if tx is None:
            raise Unauthenticated(
                "unauthenticated", "A change needs a key: send Authorization: Bearer <key>."
            )
        shown = tx.attempt(lambda: act(tx))
    except DatabaseAway:
        raise
    except MorningPostError as error:
        return _problem(error)
    context.changes += 1
    if shown is None:
        return {TYPENAME: "IssueSaved", "issue": None}
    return {TYPENAME: "IssueSaved", "issue": await _saved(context, shown, wanted)}


async def _saved(context: Context, shown: IssueAnswer, wanted: Wanted) -> Members:
    # Whatever was read before may have another neighbour now.
    context.forget()
    issue = context.source_of(IssueNode.of(shown))
    await context.read_neighbours([issue], wanted.get("issue", {}))
    return issue


def _problem(error: MorningPostError) -> Members:
    return {
        TYPENAME: "Problem",
        "code": error.code,
        "status": status_of(error),
        "detail": redact(detail_sent(error.detail)),
        "errors": [
            {
                "pointer": pointer_sent(fault.pointer),
                "code": fault.code,
                "detail": redact(detail_sent(fault.detail)),
            }
            for fault in error.faults[:MAX_FAULTS]
        ],
    }


def _guard(if_revision: int) -> Guard:
    def judge(*, revision: int, issue_id: int, show: Callable[[], IssueAnswer]) -> None:
        if revision != if_revision:
            raise PreconditionFailed(
                "precondition_failed",
                f"The issue stands at revision {revision}; read it again and redo the change.",
            )

    return judge


def _base_url(info: Info) -> str:
    return context_of(info._raw_info).viewer.base_url
