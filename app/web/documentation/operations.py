"""Completes one operation of the document: parameters, request body and responses."""

from collections.abc import Mapping
from typing import Any

from app.web.admission.counting import NOT_COUNTED
from app.web.admission.scopes import WITH_PUBLISH
from app.web.documentation import examples
from app.web.documentation.code_samples import code_samples
from app.web.documentation.components import headers_of, links_to, parameter
from app.web.documentation.problems import refusals
from app.web.documentation.schemas import enum_named, name_of
from app.web.endpoints.operation import BYTES, NDJSON, OPERATION
from app.web.endpoints.read import JSON
from app.wording import as_code

Words = Mapping[str, Any]

_SCHEMAS = "#/components/schemas/"

_MISSING = {
    "ref": "issue_not_found",
    "slug": "section_not_found",
    "number": "revision_not_found",
    "printing": "printing_not_found",
    "prefix": "key_not_found",
}
"""The 404 code of a path parameter, by its name."""

_TEXT = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
"""Pattern of a string parameter: text without control characters."""

_STATUS = {
    "200": "Success.",
    "201": "Created.",
    "202": "Accepted; it runs in the background.",
    "204": "Done; the response has no body.",
}


def complete_operation(
    path: str, method: str, derived: dict[str, Any], *, refused: dict[str, Any]
) -> dict[str, Any]:
    """Complete an operation that FastAPI derived, from what its route declares in `openapi_extra`.

    Its error responses are added to `refused`, the components that operations share.

    Raises `KeyError` for a route that declares nothing.
    """
    words: Words = derived[OPERATION]
    operation_id: str = derived["operationId"]
    parameters = [_plain(p, method) for p in derived.get("parameters", [])]
    parameters += [parameter(name) for name in _header_names(method, words)]
    scopes = list(dict.fromkeys(scope for found in _needed(derived) for scope in found))
    codes = list(dict.fromkeys(_codes(path, parameters, words, derived)))
    operation = {
        "operationId": operation_id,
        "summary": derived["summary"],
        "description": derived["description"],
        "tags": derived["tags"],
        "responses": {
            **_answers(operation_id, derived["responses"], words),
            **refusals(codes, refused),
        },
        "x-problem-codes": codes,
    }
    security = derived.get("security", [])
    # An optional key is the rule of the whole document: some generators read any requirement of an
    # operation, `{}` too, as "needs a key".
    if {} not in security:
        operation["security"] = [{name: [] for name in scheme} for scheme in security]
    if parameters:
        operation["parameters"] = parameters
    if words.get("takes"):
        operation["requestBody"] = _body(operation_id, words)
    if scopes:
        operation["description"] += f"\n\nNeeds {as_code(scopes, last=' and ')}."
        # Linters allow scopes in a security requirement for OAuth only.
        operation["x-scopes"] = scopes
    if samples := code_samples(operation_id):
        operation["x-codeSamples"] = samples
    if WITH_PUBLISH in derived:
        operation[WITH_PUBLISH] = derived[WITH_PUBLISH]
    return operation


def _needed(derived: Words) -> list[list[str]]:
    return [scopes for scheme in derived.get("security", []) for scopes in scheme.values()]


def _plain(derived: dict[str, Any], method: str) -> dict[str, Any]:
    """Return a parameter without null, which a URL cannot express, and without a title."""
    schema = dict(derived["schema"])
    said = schema.pop("examples", []) or list(derived.get("examples", []))
    schema.pop("title", None)
    schema.pop("description", None)
    if "anyOf" in schema:
        others = [choice for choice in schema.pop("anyOf") if choice != {"type": "null"}]
        schema = {**schema, **others[0]}
    if name := enum_named(schema):
        schema = {"$ref": _SCHEMAS + name, **{k: v for k, v in schema.items() if k == "default"}}
    if derived["name"] == "ref" and method != "get":
        # A write to `latest` is a 405.
        schema["pattern"] = "^(?!latest$)" + schema["pattern"].removeprefix("^")
        said = ["issue-95"]
    if schema.get("type") == "string" and not schema.keys() & {"enum", "const", "format"}:
        schema.setdefault("pattern", _TEXT)
    plain = {name: derived[name] for name in ("name", "in", "description")}
    if said:
        plain["example"] = said[0]
    if derived.get("required"):
        plain["required"] = True
    return {**plain, "schema": schema}


def _header_names(method: str, words: Words) -> list[str]:
    names = []
    if words.get("conditional"):
        names.append("If-None-Match")
    if words.get("guarded"):
        names += ["If-Match-or-new", "If-None-Match-any"] if method == "put" else ["If-Match"]
    if words.get("once"):
        names.append("Idempotency-Key")
    return names


def _body(operation_id: str, words: Words) -> dict[str, Any]:
    example = examples.requests()[operation_id]
    if words["media_types"][0] == NDJSON:
        description = (
            f"A `{words['takes']}` on each line, any number of lines. The media type may be "
            f"{as_code(words['media_types'], last=' or ')}."
        )
        lines = {"type": "string", "format": "binary", "description": description}
        # Generators send bytes as they are; lines of JSON most of them do not know.
        return {"required": True, "content": {BYTES: {"schema": lines, "example": example}}}
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{words['takes']}"}
    content = {name: {"schema": schema, "example": example} for name in words["media_types"]}
    return {**({} if words["body_optional"] else {"required": True}), "content": content}


def _answers(
    operation_id: str, derived: Mapping[str, dict[str, Any]], words: Words
) -> dict[str, Any]:
    """Complete the response that FastAPI derived from `response_model` and the status."""
    (status, success), *_ = derived.items()
    answer: dict[str, Any] = {
        "description": _STATUS[status],
        "headers": headers_of(*words["headers"]),
    }
    contents = _readable(success.get("content", {}))
    if contents:
        example = examples.responses()[operation_id]
        answer["content"] = {
            media_type: {
                "schema": _schema(content["schema"]),
                "example": example[media_type],
            }
            for media_type, content in contents.items()
        }
    if any(content["schema"].get("$ref", "").endswith("Page") for content in contents.values()):
        answer["headers"] |= {"Link": {"$ref": "#/components/headers/Link"}}
    if words.get("links"):
        answer["links"] = links_to(*(name for name in words["links"] if name != operation_id))
    answers = {status: answer}
    if words.get("may_create"):
        made = {"Location": {"$ref": "#/components/headers/Location"}}
        headers = {**answer["headers"], **made}
        answers["201"] = {**answer, "description": _STATUS["201"], "headers": headers}
    if words.get("conditional"):
        answers["304"] = {
            "description": "Not modified: the version that you have is current.",
            "headers": headers_of("ETag", "Last-Modified", "Cache-Control", "Vary"),
        }
    return answers


def is_for_clients(derived: Words) -> bool:
    """Whether generators of clients can read a form of its answer.

    Pictures and column files they leave out with a warning, so the document leaves them to prose.
    """
    (success, *_) = derived["responses"].values()
    return not success.get("content") or bool(_readable(success["content"]))


def _readable(contents: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The forms that generators read: JSON, else text. Of two they would make a union of types."""
    if JSON in contents:
        return {JSON: contents[JSON]}
    return {
        name: content
        for name, content in contents.items()
        if name.startswith("text/") or name.endswith("json")
    }


def _schema(derived: dict[str, Any]) -> dict[str, Any]:
    """Refer to our component in place of the definition that FastAPI derived."""
    if "oneOf" in derived:
        return {"$ref": f"{_SCHEMAS}Section"}  # the only response that is a union
    if "$ref" not in derived:
        return {name: derived[name] for name in ("type", "format") if name in derived}
    return {"$ref": _SCHEMAS + name_of(derived["$ref"].removeprefix(_SCHEMAS))}


def _codes(path: str, parameters: list[dict[str, Any]], words: Words, derived: Words) -> list[str]:
    """Every problem code of the operation, in the order in which a request is checked."""
    codes = ["bad_request", "bad_host", "bad_path", "key_in_url"]
    if path.startswith("/v1/"):
        codes.append("unknown_parameter")
    names = {p.get("name") for p in parameters if p.get("in") == "query"}
    if names:
        codes.append("invalid_parameter")
    if "cursor" in names:
        codes.append("invalid_cursor")
    codes += ["invalid_key", "expired_key", "unsupported_scheme"]
    needed = _needed(derived)
    if needed and {} not in derived["security"]:
        codes.append("unauthenticated")
    if any(needed) or WITH_PUBLISH in derived:
        codes.append("missing_scope")
    in_path = [name for name in _MISSING if f"{{{name}}}" in path]
    if in_path:
        codes += ["not_found", *(_MISSING[name] for name in in_path)]
    if path.startswith("/v1/issues/{ref}"):
        codes.append("method_not_allowed")
    if path not in NOT_COUNTED:
        codes.append("rate_limited")
    if words.get("conditional"):
        codes.append("precondition_failed")
    return [*codes, *words["codes"], "internal_error", "database_away"]
