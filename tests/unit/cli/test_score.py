"""`assay score` with a wrong command line: refused at once, before a sandbox is started."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assay.assessments.rubrics import rubric_document, shipped_rubric
from assay.cli.score import score
from assay.errors import AssayError

app = typer.Typer()
app.command()(score)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--rubric", "nothing@9"), "there is no rubric 'nothing@9'; there are classic@1, default@1"),
        (("--role", "king"), "there is no role 'king'"),
        (("--rubric", "{place}/broken.yaml"), "broken.yaml:3: title: is missing"),
        (("--rubric", "{place}/missing.yaml"), "no such file"),
        (("--html", "{place}"), "is a folder"),
        (("--html", "{place}/nowhere/page.html"), "nowhere: no such folder"),
        (("--language", "klingon"), "--language"),
    ],
    ids=["rubric", "role", "broken rubric", "no file", "a folder", "no folder", "language"],
)
def test_a_wrong_command_line_is_refused(tmp_path: Path, options: tuple[str, str], words: str) -> None:
    (tmp_path / "wrong.py").write_text("print(3)\n")
    (tmp_path / "broken.yaml").write_text("\n\nrubric: broken\nversion: 1\n")
    given = [option.replace("{place}", str(tmp_path)) for option in options]
    result = CliRunner().invoke(app, [str(tmp_path / "wrong.py"), "--problem", str(tmp_path), *given])
    assert isinstance(result.exception, AssayError), result.output
    assert result.exception.exit_code == 2
    assert words in result.exception.message


@pytest.mark.parametrize("rubric", ["classic", "default"])
def test_a_role_is_the_default_one_or_said(rubric: str) -> None:
    assert "generalist" in rubric_document(shipped_rubric(rubric))["roles"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("{place}/wrong.py",), "give a FILE with --problem, or --submission"),
        ((), "give a FILE with --problem, or --submission"),
        (("{place}/wrong.py", "--submission", "s1"), "--submission: goes without FILE"),
        (("--submission", "s1", "--problem", "{place}"), "--submission: goes without FILE"),
        (("--submission", "s1", "--language", "python3"), "--submission: goes without FILE"),
        (("--submission", "s1", "--rubric", "default", "--role", "king"), "there is no role 'king'"),
    ],
)
def test_one_program_is_named(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "wrong.py").write_text("print(3)\n")
    given = [each.replace("{place}", str(tmp_path)) for each in arguments]
    result = CliRunner().invoke(app, given)
    assert isinstance(result.exception, AssayError), result.output
    assert result.exception.exit_code == 2
    assert words in result.exception.message
