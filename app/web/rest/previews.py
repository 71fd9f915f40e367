"""Preview URLs, which show a draft to anyone who has the URL."""

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.commands.idempotency import WriteAnswer
from app.content.commands.previews import Made, address_of, preview
from app.content.commands.transaction import Transaction
from app.content.ref import parse_ref
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints.operation import writes
from app.web.endpoints.write import Write
from app.web.rest.parameters import RefPath
from app.web.rest.shapes import PreviewShape

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/issues", tags=["Publishing"])


@router.post(
    "/{ref}/preview",
    operation_id="previewIssue",
    summary="Create a preview URL",
    response_model=PreviewShape,
    openapi_extra=needs("drafts:read") | writes(is_once=True),
)
async def preview_issue(request: Request, caller: Caller, ref: RefPath) -> Response:
    """Create a URL that shows the head revision to anyone for seven days, without a key."""
    write = await Write.begin(request, caller, has_body=False, once=True)

    def body_of(tx: Transaction, made: Made) -> bytes:
        url = address_of(tx, made, base_url=write.base_url)
        return orjson.dumps({"url": url, "expires_at": made.expires_at})

    def act(tx: Transaction) -> WriteAnswer:
        made = preview(tx, parse_ref(ref))
        kept = orjson.dumps({"issue_id": made.issue_id, "expires_at": made.expires_at})
        return WriteAnswer(status=200, body=body_of(tx, made), kept_body=kept)

    def complete(tx: Transaction, kept: bytes) -> bytes:
        # The token is a secret and is not stored: signing again gives the same token.
        members = orjson.loads(kept)
        if "url" in members:
            return kept  # stored by an earlier version; such records expire after seven days
        return body_of(tx, Made(**members))

    return await write.run(act, complete=complete)
