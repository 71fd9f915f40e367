"""Applications of one process share the OpenAPI document that the first of them makes.

It follows from the code alone, as tests/test_contract.py holds, and to make it takes as long as a
hundred requests. Most tests have an application of their own, and many read every address of it.
"""

from fastapi import FastAPI

import app.main
from app.web.documentation.openapi import describe

_written: list[bytes] = []


def install() -> None:
    """Have applications take the document from here from now on."""
    vars(app.main).update(describe=_describe)


def _describe(application: FastAPI) -> bytes:
    if not _written:
        _written.append(describe(application))
    return _written[0]
