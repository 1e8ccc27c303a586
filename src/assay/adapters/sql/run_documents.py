"""Custom runs as JSON documents. Bytes are in base64, since sources and inputs may be any."""

from base64 import b64decode, b64encode
from dataclasses import asdict
import json
from typing import Any

from assay.adapters.sql.instants import from_row, to_row
from assay.domain.custom_run import CustomRun, CustomRunOutcome, CustomRunStatus, Ending, ProgramRun
from assay.domain.limits import Limits
from assay.domain.submission import SourceFile

STATUSES = {
    "pending": CustomRunStatus.QUEUED,
    "leased": CustomRunStatus.RUNNING,
    "done": CustomRunStatus.DONE,
    "failed": CustomRunStatus.FAILED,
}
"""What the rows' states are called outside."""


def encode_run(run: CustomRun) -> str:
    document = {
        **vars(run),
        "files": [[file.name, _encode(file.content)] for file in run.files],
        "inputs": [_encode(each) for each in run.inputs],
        "limits": vars(run.limits),
        "created_at": to_row(run.created_at),
    }
    return json.dumps(document)


def decode_run(text: str) -> CustomRun:
    document: dict[str, Any] = json.loads(text)
    return CustomRun(
        **{
            **document,
            "files": tuple(
                SourceFile(name=name, content=b64decode(content)) for name, content in document["files"]
            ),
            "inputs": tuple(b64decode(each) for each in document["inputs"]),
            "limits": Limits(**document["limits"]),
            "created_at": from_row(document["created_at"]),
        }
    )


def encode_outcome(outcome: CustomRunOutcome) -> str:
    return json.dumps(asdict(outcome))


def decode_outcome(text: str) -> CustomRunOutcome:
    document: dict[str, Any] = json.loads(text)
    return CustomRunOutcome(
        **{
            **document,
            "runs": tuple(_program_run(each) for each in document["runs"]),
            "model_runs": tuple(_program_run(each) for each in document["model_runs"]),
        }
    )


def _program_run(document: dict[str, Any]) -> ProgramRun:
    return ProgramRun(**{**document, "ending": Ending(document["ending"])})


def _encode(content: bytes) -> str:
    return b64encode(content).decode()
