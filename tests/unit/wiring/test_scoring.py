"""By what assessments are scored is known at the start, or refused with its setting's name."""

import json
from pathlib import Path

import pytest

from assay.assessments.rubrics import rubric_document, shipped_rubric
from assay.errors import RubricInvalid, UsageError
from assay.settings import read_settings
from assay.wiring.scoring import check_rubric


def test_what_ships_will_do() -> None:
    check_rubric(read_settings({}))
    check_rubric(read_settings({"ASSAY_RUBRIC": "classic@1", "ASSAY_ROLE": "backend"}))


def test_a_file_of_ones_own_will_do(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(json.dumps({**rubric_document(shipped_rubric("default@1")), "rubric": "ours"}))
    settings = read_settings({"ASSAY_RUBRIC": str(file), "ASSAY_ROLE": "systems"})
    assert file in settings.operator_files
    check_rubric(settings)


@pytest.mark.parametrize(
    ("rubric", "role", "words"),
    [
        ("nonsense@9", "generalist", r"ASSAY_RUBRIC: there is no rubric 'nonsense@9'"),
        ("default@1", "astronaut", r"ASSAY_ROLE: default@1 has no role 'astronaut'; it has .*backend"),
    ],
)
def test_what_is_not_there_is_refused_by_its_setting(rubric: str, role: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        check_rubric(read_settings({"ASSAY_RUBRIC": rubric, "ASSAY_ROLE": role}))


def test_a_file_that_is_no_rubric_is_refused_with_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text("rubric: ours\nversion: none\n")
    with pytest.raises(RubricInvalid):
        check_rubric(read_settings({"ASSAY_RUBRIC": str(file)}))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ASSAY_RUBRIC", "/there/is/none.yaml"),
        ("ASSAY_RUBRIC", "Default 1"),
        ("ASSAY_ROLE", "two words"),
    ],
)
def test_settings_that_name_nothing_are_refused(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=name):
        read_settings({name: text})
