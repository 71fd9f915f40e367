"""The exchange of one call: attempts, waits, ETags. It sends nothing itself.

An exchange is a generator that both clients drive: it yields requests and waits, and gets
responses and failures. So it is written once for blocking and asynchronous code.
"""

import copy
import random
from collections import OrderedDict
from collections.abc import Generator
from dataclasses import dataclass

import httpx

from morningpost_client.answers import Answer, Value, read_answer
from morningpost_client.call import Call
from morningpost_client.problem import Problem

MAX_WAIT_SECONDS = 60.0
"""The longest wait that is accepted of a server, and the longest between two attempts."""
FIRST_WAIT_SECONDS = 0.25
MAX_KNOWN = 200
"""Answers that are kept with their ETags."""

_RETRIED = {429, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask the client to wait."""

    seconds: float


Step = Call | Wait
Result = httpx.Response | httpx.TransportError | None
"""Of a call its response or why there is none; of a wait `None`."""


class Known:
    """The last answers with an ETag: an unchanged one is a 304 the next time."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[object, ...], Answer] = OrderedDict()

    def get(self, call: Call) -> Answer | None:
        """Return the last answer to an equal read."""
        return self._answers.get(_key(call))

    def keep(self, call: Call, answer: Value) -> None:
        """Keep an answer; the least recent is dropped where there are too many."""
        if isinstance(answer, Answer) and answer.etag is not None:
            key = _key(call)
            self._answers[key] = _copy(answer)
            self._answers.move_to_end(key)
            if len(self._answers) > MAX_KNOWN:
                self._answers.popitem(last=False)


def _key(call: Call) -> tuple[object, ...]:
    return call.path, tuple(call.query.items()), call.accept


def _copy(answer: Answer) -> Answer:
    copied = Answer(copy.deepcopy(dict(answer)))
    copied.etag = answer.etag
    return copied


def exchange(call: Call, known: Known, retries: int) -> Generator[Step, Result, Value]:
    """Carry out a call.

    Repeated are: a broken connection and a truncated answer, if that cannot double anything; 429
    and 503 after the wait that the server asks for; 502 and 504 of a proxy; a 409 for an equal
    request that is still in flight.

    Raises:
        Problem: the server refused it, also at the last attempt.
        httpx.TransportError: the connection failed at the last attempt.
    """
    earlier = (
        known.get(call) if call.method == "GET" and "If-None-Match" not in call.headers else None
    )
    sent = call if earlier is None else _with_etag(call, earlier.etag)
    was_broken = False
    for attempt in range(retries + 1):
        result = yield sent
        is_last = attempt == retries
        if isinstance(result, httpx.TransportError):
            if is_last or not call.is_repeatable:
                raise result
            was_broken = True
            yield Wait(_pause(attempt))
            continue
        assert result is not None, "a call has a result"
        if result.status_code == 304:
            return None if earlier is None else _copy(earlier)
        if result.status_code < 400:
            answer = read_answer(result)
            if call.method == "GET":
                known.keep(call, answer)
            return answer
        if was_broken and call.method == "DELETE" and result.status_code == 404:
            return None  # the attempt whose answer was lost has deleted it
        problem = Problem.of(result)
        wait = _wait_of(result, problem, attempt, call)
        if wait is None or is_last:
            raise problem
        yield Wait(wait)
    raise AssertionError("the last attempt returns or raises")


def _with_etag(call: Call, etag: str | None) -> Call:
    headers = {**call.headers, "If-None-Match": etag or ""}
    return Call(call.method, call.path, call.accept, call.query, headers, call.content)


def _wait_of(response: httpx.Response, problem: Problem, attempt: int, call: Call) -> float | None:
    """Return the seconds to wait before the next attempt; `None` if there should be none."""
    is_in_flight = problem.code == "still_in_flight"
    if response.status_code not in _RETRIED and not is_in_flight:
        return None
    # 429 and 503 have no effect. Behind a 502 or 504 the server may have done its work.
    if response.status_code in {502, 504} and not call.is_repeatable:
        return None
    asked = str(response.headers.get("retry-after", ""))
    if not asked.isdecimal():
        return _pause(attempt)
    return float(asked) if float(asked) <= MAX_WAIT_SECONDS else None


def _pause(attempt: int) -> float:
    """Double the wait with every attempt, with jitter: clients that failed together spread."""
    longest: float = min(MAX_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**attempt)
    return longest * random.uniform(0.5, 1.0)
