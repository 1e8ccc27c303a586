"""Results as JSON documents of one format.

The format's name is a digest of all that a document may hold: fields, their types, the values of
enumerations. So a release whose nouns differ has another one without anybody's thinking of it, and reads none
of ours.
"""

import hashlib
import json

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from assay.verdicts.ports import Result

# Of the meaning of what is in them: to be counted up when that changes and no field does.
MEANING = 1
_ADAPTER: TypeAdapter[tuple[str, Result]] = TypeAdapter(
    tuple[str, Result],
    config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="constants"),
)
_SHAPE = json.dumps(_ADAPTER.json_schema(), sort_keys=True)
FORMAT = f"{MEANING}-{hashlib.sha256(_SHAPE.encode()).hexdigest()[:16]}"


def encode_result(result: Result) -> bytes | None:
    """None for what JSON cannot hold."""
    try:
        return _ADAPTER.dump_json((FORMAT, result))
    except PydanticSerializationError:
        return None


def decode_result(document: bytes) -> Result | None:
    """None for a document of another format, or none at all."""
    try:
        document_format, result = _ADAPTER.validate_json(document)
    except ValidationError:
        return None
    return result if document_format == FORMAT else None
