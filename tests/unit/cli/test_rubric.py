"""`assay rubric` as it is typed: what is wrong has its line, what is right is explained."""

import json
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assay.assessments.rubrics import rubric_document, shipped_rubric
from assay.assessments.scoring import describe_score, score
from assay.cli.rubric import app
from assay.errors import RubricInvalid, UsageError
from tests.unit.assessments.programs import analysis, decision, trace


def typed(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def described(*arguments: str | Path) -> Any:
    result = typed(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A rubric of one's own with one role, which is then the one that is meant."""
    document = rubric_document(shipped_rubric("default"))
    document["rubric"] = "own"
    document["roles"] = {"night-shift": document["roles"]["systems"]}
    path = tmp_path / "own.yaml"
    path.write_text(json.dumps(document, indent=1))
    return path


def test_a_valid_file_is_named_with_its_digest(own: Path) -> None:
    assert described("validate", own)["rubric"] == "own@1"
    assert "own@1 is valid: 10 signals, 8 competencies, 1 roles" in typed("validate", own).stdout


def test_what_is_wrong_has_its_line_and_its_remedy(own: Path) -> None:
    text = own.read_text()
    own.write_text(text.replace('"correctness_share": 0.6', '"correctness_share": 6'))
    result = typed("validate", own)
    assert isinstance(result.exception, RubricInvalid)
    (found,) = result.exception.findings
    assert own.read_text().split("\n")[(found.line or 0) - 1].strip().startswith('"correctness_share": 6')
    assert "at most 1, not 6" in found.message


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a\0b"], ids=["empty", "no text", "a NUL"])
def test_what_is_no_text_is_refused(own: Path, content: bytes) -> None:
    own.write_bytes(content)
    assert isinstance(typed("validate", own).exception, UsageError)


def test_a_rubric_is_explained_by_name_and_by_file(own: Path) -> None:
    default = described("explain")
    assert default["rubric"] == "default@1"
    assert default["role"] == "generalist"
    assert default["document"] == rubric_document(shipped_rubric("default"))
    assert {stake["competency"] for stake in default["stakes"]} >= {"concurrency", "soundness"}
    assert described("explain", own)["role"] == "night-shift"
    assert "85 for a passing run" in typed("explain", "classic").stdout
    assert "at most" in typed("explain", "--role", "systems").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["explain", "nothing"], "there is no rubric 'nothing'; there are classic@1, default@1"),
        (["explain", "--role", "king"], "there is no role 'king'; default@1 has backend"),
        (["explain", "/nowhere.yaml"], "no such file"),
        (["validate", "/"], "not a file"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(arguments: list[str], words: str) -> None:
    error = typed(*arguments).exception
    assert isinstance(error, UsageError)
    assert words in error.message


def test_a_simulation_is_told_in_words_and_in_numbers() -> None:
    result = described("simulate", "--candidates", "12", "--tests", "4")
    assert result["violations"] == 0
    assert sum(result["bins"]) == result["candidates"] == 12
    words = typed("simulate", "classic", "--candidates", "12").stdout
    assert "exempt from being monotone" in words
    assert "not distinguishable" in words


def test_nothing_that_computes_is_loaded_before_a_command_is() -> None:
    """Else `assay --help`, the server and each worker would start more slowly."""
    looks = (
        "import sys, assay.cli.main, assay.cli.server, assay.cli.worker; "
        "print([m for m in ('scipy', 'numpy', 'tree_sitter') if m in sys.modules])"
    )
    looked = subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True)
    assert looked.stdout == "[]\n"


def test_two_printed_scores_are_compared(tmp_path: Path) -> None:
    for name, passes in (("a", [True] * 40), ("b", [True] * 39 + [False]), ("c", [False] * 40)):
        result = score(
            decision(passes),
            analysis=analysis(),
            trace=trace(),
            rubric=shipped_rubric("default"),
            role="data",
            precision={},
        )
        (tmp_path / f"{name}.json").write_text(json.dumps(describe_score(result)))
    a, b, c = (tmp_path / f"{name}.json" for name in "abc")
    assert described("compare", a, b)["standing"] == "not_distinguishable"
    assert described("compare", a, c)["standing"] == "above"
    assert described("compare", c, a)["standing"] == "below"
    assert f"{c} is below {a}" in typed("compare", c, a).stdout
    c.write_text("{}")
    assert isinstance(typed("compare", a, c).exception, UsageError)
    c.write_text("[" * 100_000)
    assert isinstance(typed("compare", a, c).exception, UsageError)
