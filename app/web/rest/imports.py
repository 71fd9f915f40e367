"""Import of NDJSON of any length in bounded memory: each line is saved or refused alone.

Lines that arrive together share a transaction, in which each has a savepoint.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

import orjson
from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.content.access import Principal
from app.content.commands.batches import MAX_BATCH, attempt_each
from app.content.commands.imports import ImportLine, import_issue, read_line, refused_line
from app.content.documents import IssueImport
from app.content.markdown import Rendered
from app.errors import (
    BodyTimeout,
    BodyTooLarge,
    ContentInvalid,
    DatabaseAway,
    MorningPostError,
    Refused,
    Unauthenticated,
)
from app.web.admission.credentials import authenticate
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints.figures_ahead import Printing, figures_ahead
from app.web.endpoints.operation import BYTES, NDJSON, TEXT_NDJSON, NdjsonResponse, writes
from app.web.endpoints.rendering_ahead import in_render_thread
from app.web.endpoints.write import commit
from app.web.http.payload import BODY_TIMEOUT_SECONDS, EARLY, check_form, parse_json
from app.web.problems.handlers import problem_document, status_of
from app.web.rest.answer_spool import MAX_UNREAD_BYTES, AnswerSpool
from app.web.rest.parameters import Publish
from app.web.state import app_state, request_state

_MEDIA_TYPES = (NDJSON, TEXT_NDJSON, BYTES)

_KEY_ASKED_EVERY_SECONDS = 1.0
"""Interval at which the key is checked again, since blank and broken lines run no transaction."""

Line = tuple[int, bytes | None]
"""The number of a line and its bytes; `None`: it is longer than the body cap."""

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/issues", tags=["Writing"])


@router.post(
    "/import",
    operation_id="importIssues",
    summary="Import issues line by line",
    response_class=NdjsonResponse,
    responses={200: {"content": {TEXT_NDJSON: {"schema": {"type": "string"}}}}},
    openapi_extra=needs("issues:write", with_publish=True)
    | writes(takes=IssueImport, media_types=_MEDIA_TYPES),
)
async def import_issues(request: Request, caller: Caller, publish: Publish = False) -> Response:
    """Import issues, one JSON document a line. Send the same file again to resume.

    The response is `application/x-ndjson`, or `text/x-ndjson` if the request is.

    Each line is checked against the key again. If the key is revoked or expires, the next line has
    status 401 and the import ends. If 64 MiB of results are unread, the import ends with a line of
    status 422, `answers_unread`.
    """
    check_form(request, media_types=_MEDIA_TYPES)
    return _Exchange(request, caller, publish=publish)


class _Exchange(Response):
    """Reads lines and sends results at the same time, so unread results do not stop reading."""

    def __init__(self, request: Request, principal: Principal, *, publish: bool) -> None:
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        media_type = TEXT_NDJSON if sent == TEXT_NDJSON else NDJSON
        super().__init__(headers={"Cache-Control": "private, no-store"}, media_type=media_type)
        del self.headers["content-length"]
        self._request = request
        self._principal = principal
        self._publish = publish
        self._key_asked_at = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        answers = AnswerSpool()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._work(answers))
                while (part := await answers.take()) is not None:
                    await send({"type": "http.response.body", "body": part, "more_body": True})
        finally:
            answers.close()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _work(self, answers: AnswerSpool) -> None:
        cap = app_state(self._request).settings.max_body_bytes
        try:
            async for lines in _lines(self._request, cap=cap):
                for batch in _batches(lines):
                    if not await self._take(batch, answers, cap=cap):
                        return
        except _Stalled as stalled:
            answers.put(self._refusal(stalled.line, _timeout()))
        except ClientDisconnect:
            pass  # saved lines stay; sending the file again resumes
        finally:
            answers.end()

    async def _take(self, batch: Sequence[Line], answers: AnswerSpool, *, cap: int) -> bool:
        """Import a batch of lines; return whether the import goes on."""
        try:
            await self._check_key()
            async for answer in self._answers(batch, cap=cap):
                answers.put(answer)
        except _Ended as ended:
            answers.put(self._refusal(ended.line, ended.reason))
            return False
        except Unauthenticated as ended:
            answers.put(self._refusal(batch[0][0], ended))
            return False
        if answers.is_full:
            answers.put(self._refusal(batch[-1][0] + 1, _unread()))
            return False
        return True

    async def _check_key(self) -> None:
        """Raises `Unauthenticated` when the key was revoked or has expired since the request."""
        now = time.monotonic()
        if now - self._key_asked_at < _KEY_ASKED_EVERY_SECONDS:
            return
        self._key_asked_at = now
        with suppress(DatabaseAway):  # the transaction of the line reports it
            await authenticate(self._request)

    async def _answers(self, batch: Sequence[Line], *, cap: int) -> AsyncIterator[bytes]:
        """Import lines, several in a transaction, and yield their answers once it is committed."""
        lines = [line for line in batch if line[1] is None or line[1].strip()]
        if not lines:
            return
        state = app_state(self._request)
        rendered = Rendered()
        read = await in_render_thread(lambda: [_read(sent, rendered, cap=cap) for _, sent in lines])
        printing = Printing(lambda: _all_sections(read)) if self._publish else None
        figures = await figures_ahead(state, self._principal, printing)
        done = 0
        while done < len(lines):
            works = [
                partial(import_issue, line=line, publish=self._publish) for line in read[done:]
            ]
            try:
                results = await commit(
                    state,
                    self._principal,
                    partial(attempt_each, works=works),
                    rendered=rendered,
                    figures=figures,
                )
            except Unauthenticated as error:
                raise _Ended(lines[done][0], error) from error
            except MorningPostError as error:
                results = [error] * len(works)
            for (number, _), result in zip(lines[done:], results, strict=False):
                if isinstance(result, MorningPostError):
                    yield self._refusal(number, result)
                else:
                    yield _written(result.line(number))
            done += len(results)

    def _refusal(self, number: int, error: MorningPostError) -> bytes:
        status = status_of(error)
        if isinstance(error, Refused) and status not in {401, 409}:
            status = 422  # for a line, every other refusal concerns its content
        problem = problem_document(
            code=error.code,
            status=status,
            detail=error.detail,
            public_url=app_state(self._request).settings.public_url,
            instance=self._request.scope["path"],
            request_id=request_state(self._request).request_id,
            faults=error.faults,
        )
        return _written(refused_line(number, status=status, problem=problem))


def _written(line: dict[str, object]) -> bytes:
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _batches(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), MAX_BATCH):
        yield lines[start : start + MAX_BATCH]


def _read(sent: bytes | None, rendered: Rendered, *, cap: int) -> ImportLine | MorningPostError:
    if sent is None:
        return BodyTooLarge("body_too_large", f"A line may hold {cap} bytes.")
    return read_line(lambda: parse_json(sent), rendered)


def _all_sections(lines: Sequence[ImportLine | MorningPostError]) -> object:
    """Make one document of the sections of all lines, whose figures are read together."""
    sections: list[object] = []
    for line in lines:
        if isinstance(line, ImportLine):
            for members in (line.members, line.members.get("printed")):
                found = members.get("sections") if isinstance(members, Mapping) else None
                sections += found if isinstance(found, list) else []
    return {"sections": sections}


class _Ended(Exception):
    """The key ended before a line."""

    def __init__(self, line: int, reason: Unauthenticated) -> None:
        super().__init__(line)
        self.line = line
        self.reason = reason


class _Stalled(Exception):
    """A line did not arrive in time."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _unread() -> ContentInvalid:
    return ContentInvalid(
        "answers_unread",
        f"More than {MAX_UNREAD_BYTES} bytes of answers wait to be read; the import ends before "
        "this line. Read the answers while you send, and send the file again.",
    )


def _timeout() -> BodyTimeout:
    return BodyTimeout(
        "body_timeout",
        f"The line did not arrive within {BODY_TIMEOUT_SECONDS:.0f} seconds; send the file again.",
    )


async def _lines(request: Request, *, cap: int) -> AsyncIterator[Sequence[Line]]:
    """Split a body into numbered lines; those that arrived together come together."""
    number, held, is_long = 1, bytearray(), False
    stream = request.stream().__aiter__()
    clock = asyncio.get_running_loop().time
    waited = 0.0
    while True:
        asked_at = clock()
        try:
            # Only the wait for the client counts, not the time that earlier lines took.
            async with asyncio.timeout(BODY_TIMEOUT_SECONDS * EARLY - waited):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise _Stalled(number) from None
        if chunk is None:
            break
        *whole, rest = chunk.split(b"\n")
        waited = 0.0 if whole else waited + clock() - asked_at
        lines: list[Line] = []
        for part in whole:
            too_long = is_long or len(held) + len(part) > cap
            lines.append((number, None if too_long else bytes(held + part)))
            number, held, is_long = number + 1, bytearray(), False
        if lines:
            yield lines
        is_long = is_long or len(held) + len(rest) > cap
        held = bytearray() if is_long else held + rest
    if held or is_long:
        yield [(number, None if is_long else bytes(held))]
