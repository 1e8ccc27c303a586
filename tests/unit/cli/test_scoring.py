"""What findings and the page call the files that were scored."""

from pathlib import Path
from typing import Any

import pytest

from assay.assessments.rubrics import shipped_rubric
from assay.assessments.tracing import Program, Traced
from assay.cli import scoring
from assay.cli.score import _report
from assay.domain.submission import SourceFile
from assay.languages import load_catalogue
from tests.contract.houses import problem
from tests.unit.assessments.evidence.assessed import assessment

CATALOGUE = load_catalogue()
SLEEPS = b"import time\n\n\nasync def f():\n    time.sleep(1)\n"
MAIN, OTHER = (SourceFile(name=name, content=SLEEPS) for name in ("main.py", "lib/other.py"))


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "files", "called"),
    [
        ("typed.py", [MAIN], ["typed.py"]),
        ("folder/", [MAIN], ["main.py"]),
        (".", [MAIN], ["main.py"]),
        ("folder/", [MAIN, OTHER], ["lib/other.py", "main.py"]),
    ],
    ids=["a file", "a folder with one file", "the folder that one is in", "a folder"],
)
async def test_a_file_is_called_as_it_was_typed_and_those_of_a_folder_as_they_are_there(
    monkeypatch: pytest.MonkeyPatch, folders: Path, typed: str, files: list[SourceFile], called: list[str]
) -> None:
    monkeypatch.chdir(folders)
    made = assessment()

    async def see(*_: Any) -> scoring._Seen:
        program = Program(name=typed, files=files, language=CATALOGUE.get("python3"))
        traced = Traced(decision=made.decision, trace=made.trace)
        return scoring._Seen(problem=problem(), program=program, traced=traced, references=())

    monkeypatch.setattr(scoring, "_see", see)
    rubric = shipped_rubric("default@1")
    scored = await scoring.score_file(
        Path(typed), folders, language_id=None, catalogue=CATALOGUE, rubric=rubric, role="generalist"
    )
    assert sorted({each.path for each in scored.analysis.findings}) == called
    assert _report(scored).file_name == called[-1]
