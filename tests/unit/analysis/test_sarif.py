"""The log has what SARIF 2.1.0 requires, section by section."""

from dataclasses import replace
import json
from typing import Any

import pytest

from assay.analysis.rule_book import load_rules
from assay.analysis.sarif import sarif_log
from assay.domain.finding import Analysis, Finding, Severity

BOOK = load_rules()


def analysis(*severities: Severity, path: str = "a b/ü.py") -> Analysis:
    findings = tuple(
        Finding(
            rule="bare_except",
            competency="error_handling",
            severity=severity,
            message="Wrong.",
            path=path,
            start_line=3,
            end_line=4,
        )
        for severity in severities
    )
    return Analysis(language="python3", findings=findings, metrics={}, parsed=True, why_not=None, versions={})


UNREAD = Analysis(language=None, findings=(), metrics={}, parsed=False, why_not="it is empty", versions={})


@pytest.fixture(scope="module")
def run() -> dict[str, Any]:
    log = sarif_log({"a b/ü.py": analysis(*Severity), "b": UNREAD}, book=BOOK, version="1.2")
    log = json.loads(json.dumps(log))
    assert log["version"] == "2.1.0"  # 3.13.2
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]  # 3.13.4
    return dict(run)


def test_the_tool_and_its_rules(run: dict[str, Any]) -> None:
    driver = run["tool"]["driver"]
    assert driver["name"] == "Assay"  # 3.19.8, required
    assert driver["version"] == "1.2"
    ids = [rule["id"] for rule in driver["rules"]]  # 3.49.3, required
    assert ids == sorted(set(ids))
    assert {rule.id for rule in BOOK.rules} < set(ids)
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"note", "warning", "error"}


def test_results(run: dict[str, Any]) -> None:
    rules = run["tool"]["driver"]["rules"]
    assert [result["level"] for result in run["results"]] == ["note", "warning", "error"]  # 3.27.10
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "bare_except"  # 3.27.6
        assert result["message"] == {"text": "Wrong."}  # 3.27.11, required
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "a%20b/%C3%BC.py"  # 3.4.3: a URI reference
        assert place["region"] == {"startLine": 3, "endLine": 4}  # 3.30


def test_what_could_not_be_read_is_told(run: dict[str, Any]) -> None:
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is True  # 3.20.14, required
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == "not analysed: it is empty"
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == ["a%20b/%C3%BC.py", "b"]
    assert [artifact.get("sourceLanguage") for artifact in run["artifacts"]] == ["python3", None]


def test_a_location_can_be_resolved(run: dict[str, Any]) -> None:
    (first, _) = run["artifacts"]
    assert first["location"]["uriBaseId"] in run["originalUriBaseIds"]  # 3.14.14
    log = sarif_log({"/a b/x.py": analysis(Severity.INFO, path="/a b/x.py")}, book=BOOK, version="1")
    (whole,) = log["runs"][0]["artifacts"]
    assert whole["location"] == {"uri": "file:///a%20b/x.py"}  # 3.10.2; then 3.4.4 wants no base


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("use {} for a dict", "use {{}} for a dict"),  # 3.11.5
        ("{0} is no placeholder", "{{0}} is no placeholder"),
        ("delete[] and a[0] stay", "delete[] and a[0] stay"),  # 3.11.6
        ("a [link](1) would be one", r"a \[link\](1) would be one"),
        (r"so \ is doubled beside [x](y)", r"so \\ is doubled beside \[x\](y)"),
    ],
)
def test_a_message_has_neither_placeholders_nor_links(said: str, written: str) -> None:
    found = analysis(Severity.INFO)
    found = replace(found, findings=tuple(replace(each, message=said) for each in found.findings))
    log = sarif_log({"x.py": found}, book=BOOK, version="1")
    assert log["runs"][0]["results"][0]["message"] == {"text": written}
    unread = replace(UNREAD, why_not=said)
    log = sarif_log({"x.py": unread}, book=BOOK, version="1")
    (told,) = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == f"not analysed: {written}"


def test_a_path_that_is_no_text() -> None:
    log = sarif_log({"\udcff.py": analysis(Severity.INFO, path="\udcff.py")}, book=BOOK, version="1")
    assert log["runs"][0]["artifacts"][0]["location"]["uri"] == "%FF.py"
