"""The routes of GraphQL."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from app.web.admission.route import AdmittedRoute
from app.web.graphql.schema.schema import sdl
from app.web.graphql.transport import explorer
from app.web.graphql.transport.http import GraphQLEndpoint
from app.web.graphql.transport.queries import PATH
from app.web.graphql.transport.websocket import refuse_socket, serve_socket
from app.web.http.representation import STATIC
from app.web.responses import answer

router = APIRouter(route_class=AdmittedRoute, include_in_schema=False)
# A plain route: FastAPI's own would refuse methods and bodies with its own errors.
router.routes.append(Route(PATH, GraphQLEndpoint(), include_in_schema=False))
router.routes.append(WebSocketRoute(PATH, serve_socket))
router.routes.append(WebSocketRoute("/{path:path}", refuse_socket))


@router.get("/graphql/schema.graphql")
async def read_schema(request: Request) -> Response:
    """Return the schema in the definition language."""
    return answer(request, sdl(), media_type="text/plain", freshness=STATIC)


@router.get("/graphql/assets/{name}")
async def read_file(request: Request, name: str) -> Response:
    """Return a file of GraphiQL."""
    return explorer.file(request, name)


@router.get("/graphql/examples.json")
async def read_examples(request: Request) -> Response:
    """Return the examples of the guide."""
    return explorer.examples(request)
