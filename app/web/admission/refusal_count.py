"""Counts requests that are refused before the gate counts them.

Such are an unknown path, a wrong method, a wrong key and a missing scope. The refusal keeps its
status, as the order of refusals has it. What it adds up to is felt by the next request that is
counted: 429. Once the window is used up, the connection of a refused request is closed, so that
guessing on costs a connection each time.
"""

from starlette.requests import HTTPConnection
from starlette.types import Scope

from app.web.admission.gate import NOT_COUNTED, identity_of
from app.web.state import app_state, request_state


async def count_refusal(scope: Scope, status: int) -> bool:
    """Count an answer of 400 to 499 that nobody counted; whether the connection is to be closed.

    It counts against the key, where a valid one was sent and read, else against the address. The
    quota is left in the state of the request, for the fields of the answer.
    """
    state, limiter = request_state(scope), app_state(scope).limiter
    is_refused = 400 <= status < 500
    if not is_refused or state.is_counted or scope["path"] in NOT_COUNTED:
        return False
    quota = await limiter.hit(identity_of(HTTPConnection(scope), state.principal))
    state.note_count(quota)
    if quota is None or not quota.exceeded:
        return False
    client = scope["client"]
    # A trusted proxy sends the requests of other callers over the same connection.
    return client is None or not limiter.addresses.is_trusted(client[0])
