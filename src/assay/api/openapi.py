"""The OpenAPI 3.1 document, made to say what the door really does.

The framework describes its own error answers and only the bodies that it parses itself; here every error is a
problem document, and bodies are parsed by body.py.
"""

from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from assay.api.refusals import MEDIA_TYPE
from assay.api.run_schemas import CustomRunBody
from assay.api.schemas import ProblemDetails, SubmissionBody

_REF = "#/components/schemas/{model}"
_BODIES: tuple[type[BaseModel], ...] = (SubmissionBody, CustomRunBody)
_NOT_OURS = ("HTTPValidationError", "ValidationError")


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """What a route says of a JSON body that it reads by hand."""
    schema = {"$ref": _REF.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def json_or_binary_body(model: type[BaseModel], media_type: str) -> dict[str, Any]:
    """What a route says of a body that is either."""
    body = json_body(model)
    body["requestBody"]["content"][media_type] = {}
    return body


def binary_body(media_type: str) -> dict[str, Any]:
    """What a route says of a body that is a file."""
    return {"requestBody": {"required": True, "content": {media_type: {}}}}


def install(app: FastAPI) -> None:
    """Let `app` answer with the corrected document; it is made once, when first asked for."""
    app.openapi = partial(_document, app)  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        _, ours = models_json_schema(
            [*((model, "validation") for model in _BODIES), (ProblemDetails, "serialization")],
            ref_template=_REF,
        )
        schemas.update(ours["$defs"])
        for name in _NOT_OURS:
            schemas.pop(name, None)
        for item in document["paths"].values():
            for operation in item.values():
                _correct_errors(operation["responses"])
        app.openapi_schema = document
    return app.openapi_schema


def _correct_errors(responses: dict[str, Any]) -> None:
    schema = {"$ref": _REF.format(model=ProblemDetails.__name__)}
    for status, response in responses.items():
        if status.startswith(("4", "5")):
            response["content"] = {MEDIA_TYPE: {"schema": schema}}
