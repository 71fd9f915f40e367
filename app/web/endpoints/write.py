"""How an endpoint writes: body, precondition, one transaction, and the stored response."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.content.access import Principal
from app.content.commands.idempotency import IdempotentRequest, WriteAnswer, once
from app.content.commands.selection import Guard
from app.content.commands.transaction import Transaction, perform, reading
from app.content.issue_view import IssueAnswer, with_warnings
from app.content.markdown import Rendered
from app.content.observed import FiguresAhead
from app.content.ref import Ref, parse_ref
from app.entity_tag import etag_of
from app.errors import PreconditionFailed, PreconditionRequired
from app.web.endpoints.figures_ahead import Printing, figures_ahead
from app.web.endpoints.read import JSON
from app.web.endpoints.rendering_ahead import rendered_ahead
from app.web.http.conditional import matches_revision, unmatched
from app.web.http.negotiation import combined
from app.web.http.payload import idempotency_key, parse_json, read_body
from app.web.responses import private_answer
from app.web.state import AppState, app_state

MERGE_PATCH = "application/merge-patch+json"

T = TypeVar("T")

_KEPT_BYTES = 65_536
"""A longer body is parsed at each use: parsed it may take thirty times its bytes, and wait long."""


class IssueCommand(Protocol):
    """A command that changes one issue, guarded by a precondition."""

    def __call__(
        self, tx: Transaction, ref: Ref, /, *, guard: Guard, base_url: str
    ) -> IssueAnswer: ...


class Write:
    """A request to write whose body has been read and whose command has not run yet."""

    def __init__(
        self, request: Request, principal: Principal, body: bytes, key: str | None
    ) -> None:
        self._request = request
        self._principal = principal
        self._body = body
        self._key = key
        self._parsed: tuple[object] | None = None

    @classmethod
    async def begin(
        cls,
        request: Request,
        principal: Principal,
        *,
        media_types: Sequence[str] = (JSON,),
        has_body: bool = True,
        once: bool = False,
    ) -> "Write":
        """Read the body and the header fields that are needed before the transaction.

        `once`: the request may have an `Idempotency-Key`, as every POST with an effect may.

        Raises:
            BadRequest, UnsupportedMediaType, BodyTooLarge, BodyTimeout.
        """
        key = idempotency_key(request) if once else None
        body = await read_body(
            request,
            media_types=media_types,
            max_bytes=app_state(request).settings.max_body_bytes,
            optional=not has_body,
        )
        return cls(request, principal, body, key)

    @property
    def base_url(self) -> str:
        return app_state(self._request).settings.public_url

    @property
    def has_body(self) -> bool:
        return bool(self._body)

    def payload(self) -> object:
        """The body as JSON, not to be changed. Raises `BadRequest`."""
        if self._parsed is not None:
            return self._parsed[0]
        value = parse_json(self._body)
        if len(self._body) <= _KEPT_BYTES:
            self._parsed = (value,)
        return value

    @property
    def guard(self) -> Guard:
        """The precondition of a write to an issue: `If-Match`, without which nothing is written."""
        if_match = combined(self._request.headers, "if-match")

        def judge(*, revision: int, issue_id: int, show: Callable[[], IssueAnswer]) -> None:
            if if_match is None:
                raise PreconditionRequired(
                    "precondition_required",
                    "Send the ETag that you read as If-Match, or If-Match: * to write in any case.",
                )
            if not matches_revision(if_match, revision=revision, issue_id=issue_id):
                raise PreconditionFailed(
                    "precondition_failed",
                    unmatched(
                        if_match,
                        f"The issue is now at revision {revision}. Read it again, redo your "
                        "change, and send its new ETag.",
                    ),
                    etag=etag_of_issue(show()),
                )

        return judge

    async def run(
        self,
        act: Callable[[Transaction], WriteAnswer],
        *,
        prints: Sequence[str] | None = None,
        is_whole: bool = False,
        complete: Callable[[Transaction, bytes], bytes] | None = None,
    ) -> Response:
        """Run `act` in one transaction and respond once it is committed.

        `prints`: for a write that publishes or schedules, the issue whose stored head it starts
        from, if any; `is_whole`: it is printed as it is stored. `complete`: see
        `write_idempotently`.
        """
        answer = await write_idempotently(
            self._request,
            self._principal,
            act,
            body=self._body,
            parse=self.payload,
            key=self._key,
            printing=None if prints is None else Printing(self._sent, prints, is_whole),
            complete=complete,
        )
        return _response(answer)

    async def change(
        self, ref: str, command: IssueCommand, *, prints: bool = False, is_whole: bool = False
    ) -> Response:
        """Run a command on one issue, guarded by `If-Match`, and respond with the saved issue.

        `prints`: whether it publishes or schedules the issue; `is_whole`: as it is stored.
        """
        return await self.run(
            lambda tx: saved(command(tx, parse_ref(ref), guard=self.guard, base_url=self.base_url)),
            prints=[ref] if prints else None,
            is_whole=is_whole,
        )

    def _sent(self) -> object:
        return self.payload() if self.has_body else None

    async def judge(self, act: Callable[[Transaction], WriteAnswer]) -> Response:
        """Run a command that saves nothing, in a thread, without taking the write lock."""
        state = app_state(self._request)
        rendered = await rendered_ahead(self._body, self._principal, parse=self.payload)
        figures = await figures_ahead(state, self._principal, Printing(self._sent))

        def work(connection: Connection) -> WriteAnswer:
            with reading(
                connection,
                principal=self._principal,
                now=state.clock(),
                rendered=rendered,
                rules=state.print_rules,
                figures=figures,
            ) as tx:
                return act(tx)

        return _response(await state.database.read_in_thread(work))


async def write_idempotently(
    request: Request,
    principal: Principal,
    act: Callable[[Transaction], WriteAnswer],
    *,
    body: bytes,
    key: str | None,
    parse: Callable[[], object] | None = None,
    payload: bytes | None = None,
    printing: Printing | None = None,
    complete: Callable[[Transaction, bytes], bytes] | None = None,
) -> WriteAnswer:
    """Run `act` in one transaction and return its answer once it is committed.

    `parse`: returns the body as JSON; for one that is kept parsed.
    `printing`: what it may print; its figures are read before the transaction.
    `key`: the `Idempotency-Key`, if any. The first answer for a key is stored in the same
    transaction; a repeated request gets the stored answer and changes nothing. `payload`: what an
    equal request has in common, instead of the query string and the body. `complete` adds to a
    stored body what must not be stored, such as a secret that can be derived again.

    Raises:
        ContentInvalid: the key was used with another payload.
        Conflict: a request with the same key is still running.
        DatabaseAway, and whatever `act` raises; then nothing is stored.
    """
    state = app_state(request)
    repeated = None
    if key is not None:
        repeated = IdempotentRequest.of(
            key=key,
            principal=principal,
            method=request.method,
            path=request.scope["path"],
            query=request.scope["query_string"] if payload is None else b"",
            body=body if payload is None else payload,
        )

    drafts: set[int] = set()

    def work(tx: Transaction) -> WriteAnswer:
        restore = None if complete is None else partial(complete, tx)
        answer = once(tx, repeated, partial(act, tx), complete=restore)
        drafts.clear()  # of an attempt that a deadlock rolled back
        drafts.update(tx.drafts)
        return answer

    rendered = await rendered_ahead(body, principal, parse=parse or partial(parse_json, body))
    figures = await figures_ahead(state, principal, printing)
    answer = await commit(state, principal, work, rendered=rendered, figures=figures)
    state.check_drafts(drafts)
    return answer


async def commit(
    state: AppState,
    principal: Principal,
    work: Callable[[Transaction], T],
    *,
    rendered: Rendered,
    figures: FiguresAhead,
) -> T:
    """Run work in a transaction, with what was rendered and read before it."""
    return await state.database.write(
        lambda bind: perform(
            bind,
            work,
            principal=principal,
            clock=state.clock,
            rendered=rendered,
            base_url=state.settings.public_url,
            rules=state.print_rules,
            figures=figures,
        )
    )


def etag_of_issue(shown: IssueAnswer) -> str:
    """The ETag of an issue in the form that a write answers with."""
    return etag_of(shown.body, media_type=JSON, stem=shown.stem)


def refuse_existing(shown: IssueAnswer) -> PreconditionFailed:
    """The refusal of `If-None-Match: *` where there is an issue already."""
    return PreconditionFailed(
        "already_exists",
        "The issue exists already; update it with If-Match.",
        etag=etag_of_issue(shown),
    )


def saved(shown: IssueAnswer, *, status: int = 200, location: str | None = None) -> WriteAnswer:
    """Answer with the issue as it stands after the write.

    A write that published it adds `warnings`. They are no part of the issue, nor of its ETag.
    """
    body = with_warnings(shown)
    return WriteAnswer(status=status, body=body, etag=etag_of_issue(shown), location=location)


def created(shown: IssueAnswer, *, base_url: str) -> WriteAnswer:
    """Answer with the issue that was made, and where it is."""
    return saved(shown, status=201, location=f"{base_url}/v1/issues/{shown.number}")


def _response(answer: WriteAnswer) -> Response:
    headers = {}
    if answer.etag is not None:
        headers["ETag"] = answer.etag
    if answer.location is not None:
        headers["Location"] = answer.location
    if answer.is_replay:
        headers["Idempotent-Replayed"] = "true"
    if answer.status == 204:
        return Response(status_code=204, headers={"Cache-Control": "private, no-store", **headers})
    return private_answer(answer.body, status=answer.status, headers=headers)
