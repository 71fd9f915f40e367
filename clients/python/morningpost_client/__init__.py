"""Client of the AI Morning Post API.

`Client` and `AsyncClient` have one method for each operation of the API, named as the operation in
snake_case: path parameters first, then the body, both by position; query parameters and header
fields by name. Answers are dicts with the names of the wire.
"""

from morningpost_client.answers import Answer, Content, Text
from morningpost_client.clients import AsyncClient, Client
from morningpost_client.events import AsyncEvents, Events
from morningpost_client.problem import Problem
from morningpost_client.webhooks import InvalidSignature, verify

__all__ = [
    "Answer",
    "AsyncClient",
    "AsyncEvents",
    "Client",
    "Content",
    "Events",
    "InvalidSignature",
    "Problem",
    "Text",
    "verify",
]
