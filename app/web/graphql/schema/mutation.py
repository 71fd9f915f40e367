"""The mutation type: the commands of REST, whose problems are values here."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

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
from app.web.graphql.types.fields import TYPENAME, Value, argument, described, list_of
from app.web.graphql.types.inputs import (
    CorrectionInput,
    IssueInput,
    IssuePatch,
    detail_sent,
    members_sent,
    pointer_sent,
)
from app.web.graphql.types.issue import Issue
from app.web.graphql.types.shapes import EditorWarning
from app.web.observability.redaction import redact
from app.web.problems.handlers import MAX_FAULTS, status_of

Info = strawberry.Info


@strawberry.type(description="One fault of the input.")
class ProblemError:
    """One fault of an input."""

    pointer: str = described("RFC 6901 pointer into the input or the patch.")
    code: str = described("The stable code of the fault.")
    detail: str = described("What would be right.")


@strawberry.type(description="Why nothing was changed; the codes are those of REST.")
class Problem:
    """A refused change."""

    code: str = described("The stable code: decide by this one.")
    status: int = described("The HTTP status of the same problem in REST.")
    detail: str = described("What was wrong, and what would be right.")
    errors: list[ProblemError] = described("The faults of the input, at most 100.")


@strawberry.type(description="The change was made.")
class IssueSaved:
    """A change that was executed."""

    issue: Issue | None = described("The issue after the change; null if it was deleted.")
    warnings: list[Value] = described(
        "Figures of a published issue that are contradicted or stale.", list_of(EditorWarning)
    )


IssueResult = Annotated[
    IssueSaved | Problem,
    strawberry.union("IssueResult", description="The issue, or why it was not changed."),
]

Reference = Annotated[str, argument("The issue: its number, its date, or its slug.")]
IfRevision = Annotated[
    int,
    argument(
        "The revision you read; if another was saved since, the result is a `Problem` "
        "with status 412."
    ),
]
Publish = Annotated[
    bool | None,
    argument("Publish as well; needs `issues:publish`."),
]

Act = Callable[[Transaction], IssueAnswer | None]


def _command(description: str) -> Any:
    return strawberry.mutation(description=description, graphql_type=IssueResult)


@strawberry.type(description="Changes; each needs an API key with the scope for it.")
class Mutation:
    """One field for each command."""

    @_command("Create an issue: a draft, or with `publish` in print.")
    async def create_issue(
        self,
        info: Info,
        input: Annotated[IssueInput, argument("The issue.")],
        publish: Publish = False,
    ) -> Members:
        return await _result(
            info,
            lambda tx: issues.create(
                tx,
                payload=lambda: members_sent(input),
                publish=bool(publish),
                base_url=_base_url(info),
            ),
        )

    @_command("Change an issue by a merge patch; without `publish`, what is in print stays.")
    async def update_issue(
        self,
        info: Info,
        ref: Reference,
        if_revision: IfRevision,
        patch: Annotated[IssuePatch, argument("The changes.")],
        publish: Publish = False,
    ) -> Members:
        command = partial(issues.patch, payload=lambda: members_sent(patch), publish=bool(publish))
        return await _action(info, command, ref, if_revision)

    @_command("Publish the latest revision of an issue now.")
    async def publish_issue(
        self,
        info: Info,
        ref: Reference,
        if_revision: IfRevision,
        correction: Annotated[
            CorrectionInput | None,
            argument("Publish the change as a correction, with a note to readers."),
        ] = UNSET,
    ) -> Members:
        sent = members_sent(correction)
        payload = None if sent is UNSET else lambda: {"correction": sent}
        command = partial(publishing.publish, payload=payload)
        return await _action(info, command, ref, if_revision)

    @_command("Unpublish an issue or cancel its schedule; it becomes a draft again.")
    async def unpublish_issue(self, info: Info, ref: Reference, if_revision: IfRevision) -> Members:
        return await _action(info, publishing.unpublish, ref, if_revision)

    @_command("Delete a draft that was never published.")
    async def delete_issue(self, info: Info, ref: Reference, if_revision: IfRevision) -> Members:
        return await _action(info, issues.delete, ref, if_revision)

    @_command("Schedule the latest revision of an issue for a time in the future.")
    async def schedule_issue(
        self,
        info: Info,
        ref: Reference,
        if_revision: IfRevision,
        publish_at: Annotated[datetime, argument("A time in the future.")],
    ) -> Members:
        sent = {"publish_at": format_instant(publish_at)}
        command = partial(publishing.schedule, payload=lambda: sent)
        return await _action(info, command, ref, if_revision)


def _writable(ref: str) -> Ref:
    """Parse a reference to an issue that may be changed. Raises `NotFound`, `MethodNotAllowed`."""
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
    """Execute a command in a savepoint of its own; return the issue or the problem."""
    context, wanted = context_of(info), wanted_in(info)
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
        return {TYPENAME: "IssueSaved", "issue": None, "warnings": []}
    return {
        TYPENAME: "IssueSaved",
        "issue": await _saved(context, shown, wanted),
        "warnings": [warning.document() for warning in shown.warnings],
    }


async def _saved(context: Context, shown: IssueAnswer, wanted: Wanted) -> Members:
    # The neighbours of issues that were read before may have changed.
    context.forget()
    issue = context.source_of(IssueNode.of(shown))
    await context.read_beside([issue], wanted.get("issue", {}))
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
                f"The issue is now at revision {revision}. Read it again, redo your change, and "
                f"send {revision} as `ifRevision`.",
            )

    return judge


def _base_url(info: Info) -> str:
    return context_of(info).viewer.base_url
