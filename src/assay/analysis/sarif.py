"""Analyses in SARIF 2.1.0, which editors and code hosts read. Pure.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/, sections 3.4 (artifactLocation), 3.11 (message), 3.13
(sarifLog), 3.19 (toolComponent), 3.27 (result), 3.20 (invocation), 3.49 (reportingDescriptor).
"""

from collections.abc import Mapping, Sequence
import re
from typing import Any
from urllib.parse import quote

from assay.analysis.measures.measured_rules import MEASURED_RULES, MeasuredRule
from assay.analysis.rule_book import Rule, RuleBook
from assay.domain.finding import Analysis, Finding, Severity

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "SRCROOT"  # what relative paths are relative to; readers set it to their copy of the sources
_LINK = re.compile(r"\[[^\]]*\]\(")  # 3.11.6: this would be one
_LEVELS = {Severity.MAJOR: "error", Severity.MINOR: "warning", Severity.INFO: "note"}


def sarif_log(analyses: Mapping[str, Analysis], *, book: RuleBook, version: str) -> dict[str, Any]:
    """One run over the files, by path. What could not be read is a notification of it, and no result."""
    rules = _descriptors(book)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    driver = {
        "name": "Assay",
        "version": version,
        "rules": rules,
        "properties": {"rules_digest": book.digest},
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {_BASE: {"description": {"text": "Where the command was typed."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _not_read(analyses)}],
        "artifacts": [{"location": _location(path), **_language(each)} for path, each in analyses.items()],
        "results": [
            _result(finding, numbers[finding.rule])
            for analysis in analyses.values()
            for finding in analysis.findings
        ],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _descriptors(book: RuleBook) -> list[dict[str, Any]]:
    """One for each id: what several languages have under the same id is the same mistake."""
    described: dict[str, dict[str, Any]] = {}
    rules: tuple[Rule | MeasuredRule, ...] = (*book.rules, *MEASURED_RULES)
    for rule in rules:
        described.setdefault(
            rule.id,
            {
                "id": rule.id,
                "shortDescription": _message(rule.id.replace("_", " ").capitalize()),
                "fullDescription": _message(rule.message[:1].upper() + rule.message[1:]),
                "defaultConfiguration": {"level": _LEVELS[rule.severity]},
                "properties": {"competency": rule.competency, "tags": [rule.competency]},
            },
        )
    return [described[rule_id] for rule_id in sorted(described)]


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    region = {"startLine": finding.start_line, "endLine": finding.end_line}
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [{"physicalLocation": {"artifactLocation": _location(finding.path), "region": region}}],
    }


def _not_read(analyses: Mapping[str, Analysis]) -> Sequence[dict[str, Any]]:
    return [
        {
            "level": "warning",
            "message": _message(f"not analysed: {analysis.why_not}"),
            "locations": [{"physicalLocation": {"artifactLocation": _location(path)}}],
        }
        for path, analysis in analyses.items()
        if not analysis.parsed
    ]


def _message(text: str) -> dict[str, str]:
    """Plain text in which a reader finds neither placeholders nor links (3.11.5, 3.11.6)."""
    if _LINK.search(text):
        text = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return {"text": text.replace("{", "{{").replace("}", "}}")}


def _location(path: str) -> dict[str, str]:
    """A whole path is a URI of the scheme file (3.10.2), any other a reference to be resolved (3.4.4)."""
    uri = quote(path, errors="surrogateescape")  # percent-encoded, RFC 3986
    return {"uri": f"file://{uri}"} if path.startswith("/") else {"uri": uri, "uriBaseId": _BASE}


def _language(analysis: Analysis) -> dict[str, str]:
    return {} if analysis.language is None else {"sourceLanguage": analysis.language}
