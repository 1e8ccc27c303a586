"""What goes to the child and comes back: a line of JSON each. Pure."""

from dataclasses import asdict, dataclass
import json
from typing import Any

from assay.analysis.languages import Grammar
from assay.domain.finding import Analysis, Finding, Severity


@dataclass(frozen=True, kw_only=True)
class Request:
    """A text to look at. `references` are programs that solve the same task, for the distance to these."""

    text: str
    grammar: Grammar
    language: str
    path: str
    references: tuple[str, ...]

    def encoded(self) -> bytes:
        return _line(asdict(self))


def decode_request(line: bytes) -> Request:
    fields = json.loads(line)
    return Request(
        **{**fields, "grammar": Grammar(fields["grammar"]), "references": tuple(fields["references"])}
    )


def encode_analysis(analysis: Analysis) -> bytes:
    return _line(asdict(analysis))


def decode_analysis(line: bytes) -> Analysis:
    fields = json.loads(line)
    findings = (Finding(**{**each, "severity": Severity(each["severity"])}) for each in fields["findings"])
    return Analysis(**{**fields, "findings": tuple(findings)})


def _line(fields: dict[str, Any]) -> bytes:
    # In ASCII: a path may have bytes that are no text, which no other encoding takes.
    return json.dumps(fields, separators=(",", ":")).encode("ascii") + b"\n"
