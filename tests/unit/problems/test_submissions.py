"""submissions/: which programs there are, in which language, and what is expected of them."""

from pathlib import Path

import pytest

from assay.domain.verdict import Verdict
from assay.problems.package import PackageSubmission
from tests.unit.problems.packages import LEGACY, STANDARD, Files, read


def submission(root: Path, path: str, changes: Files, files: Files = STANDARD) -> PackageSubmission:
    package = read(root, files, changes)
    return next(each for each in package.submissions if each.path == f"submissions/{path}")


def test_a_folder_of_files_is_one_submission(tmp_path: Path) -> None:
    changes = {
        "submissions/accepted/lane/main.cpp": "int main() {}\n",
        "submissions/accepted/lane/lane.hpp": "\n",
        "submissions/accepted/lane/sub/x.cc": "\n",
        "submissions/accepted/lane/.hidden": "\n",
    }
    found = submission(tmp_path, "accepted/lane", changes)
    assert found.language_id == "cpp"
    assert [file.name for file in found.files] == ["lane.hpp", "main.cpp", "sub/x.cc"]
    assert found.expected == (Verdict.AC,)


def test_names_with_spaces_are_fine(tmp_path: Path) -> None:
    found = submission(tmp_path, "wrong_answer/my try (2).py", {"submissions/wrong_answer/my try (2).py": ""})
    assert found.language_id == "python3"
    assert found.files[0].name == "my try (2).py"


@pytest.mark.parametrize(
    ("files", "language_id"),
    [
        ({"a.py": "", "b.py": ""}, "python3"),
        ({"a.py": "", "notes.txt": ""}, "python3"),
        ({"a.py": "", "b.cpp": ""}, None),
        ({"a.xyz": ""}, None),
        ({"README": ""}, None),
    ],
)
def test_the_language_of_a_folder(tmp_path: Path, files: dict[str, str], language_id: str | None) -> None:
    changes = {f"submissions/accepted/x/{name}": content for name, content in files.items()}
    assert submission(tmp_path, "accepted/x", changes).language_id == language_id


@pytest.mark.parametrize(
    ("files", "source", "language_id"),
    [
        (LEGACY, "#!/usr/bin/env python2\n", None),
        (LEGACY, "#!/usr/bin/env python3\n", "python3"),
        (LEGACY, "print 1\n", "python3"),
        (STANDARD, "#!/usr/bin/env python2\n", "python3"),
    ],
)
def test_python_2_is_told_by_its_first_line_in_legacy_packages(
    tmp_path: Path, files: Files, source: str, language_id: str | None
) -> None:
    found = submission(tmp_path, "accepted/x.py", {"submissions/accepted/x.py": source}, files)
    assert found.language_id == language_id


def test_submissions_yaml_gives_language_and_entrypoint(tmp_path: Path) -> None:
    changes = {
        "submissions/accepted/x/a.py": "",
        "submissions/accepted/x/b.py": "",
        "submissions/accepted/y.txt": "",
        "submissions/submissions.yaml": (
            "accepted/x: {entrypoint: b.py, authors: [A], model_solution: true}\n"
            "accepted/*.txt: {language: cpp, use_for_time_limit: false}\n"
        ),
    }
    assert [file.name for file in submission(tmp_path, "accepted/x", changes).files] == ["b.py", "a.py"]
    assert submission(tmp_path, "accepted/y.txt", changes).language_id == "cpp"


def test_an_unknown_language_is_skipped_with_a_warning(tmp_path: Path) -> None:
    changes = {"submissions/submissions.yaml": "accepted/good.py: {language: pypy}\n"}
    package = read(tmp_path, STANDARD, changes)
    assert package.submissions[0].language_id is None
    assert "there is no language 'pypy'" in package.warnings[0].message


@pytest.mark.parametrize(
    ("folder", "source", "rules", "expected"),
    [
        ("wrong_answer", "", "", "WA OLE PE"),
        ("wrong_answer", "# @EXPECTED_RESULTS@: TLE, WA", "", "WA TLE"),
        ("mixed", "# @EXPECTED_RESULTS@: MEMORY-LIMIT", "", "MLE"),
        ("rejected", "", "rejected/x.py: {permitted: [AC, WA], required: [WA]}", "WA OLE PE"),
        (
            "rejected",
            "# @EXPECTED_RESULTS@: TLE",
            "rejected/x.py: {required: [WA]}",
            "WA TLE RTE MLE OLE SV PE",
        ),
        ("rejected", "# @EXPECTED_RESULTS@: TLE", "rejected/x.py: {authors: A}", "TLE"),
        ("brute_force", "", "brute_force/*: {permitted: [AC, TLE]}", "TLE"),
        ("time_limit_exceeded", "", "time_limit_exceeded: {permitted: [AC, WA, TLE]}", "WA TLE OLE PE"),
        ("time_limit_exceeded", "", "time_limit_exceeded/*: {permitted: [AC, WA, TLE]}", "TLE"),
        ("wrong_answer", "", "wrong_answer/x.py: {sample: {permitted: [AC]}}", "WA OLE PE"),
        ("custom", "", "", "AC WA TLE RTE MLE OLE SV PE"),
        ("custom", "", "custom: {permitted: [AC, TLE], required: [TLE]}", "TLE"),
        ("memory_limit_exceeded", "", "", "MLE"),
        ("compiler_error", "", "", "CE"),
    ],
)
def test_what_is_expected(tmp_path: Path, folder: str, source: str, rules: str, expected: str) -> None:
    changes = {f"submissions/{folder}/x.py": source, "submissions/submissions.yaml": f"{rules}\n"}
    assert " ".join(submission(tmp_path, f"{folder}/x.py", changes).expected) == expected


def test_a_legacy_folder_of_no_meaning_is_a_warning(tmp_path: Path) -> None:
    package = read(tmp_path, LEGACY, {"submissions/slow/x.py": ""})
    assert [warning.path for warning in package.warnings] == ["submissions/slow"]
    assert Verdict.CE in package.submissions[-1].expected


def test_a_rule_for_nothing_is_a_warning(tmp_path: Path) -> None:
    package = read(tmp_path, STANDARD, {"submissions/submissions.yaml": "accepted/gone.py: {language: c}\n"})
    assert [(warning.field, warning.line) for warning in package.warnings] == [("accepted/gone.py", 1)]


@pytest.mark.parametrize(("size_bytes", "is_told"), [(65_536, False), (65_537, True)])
def test_more_source_than_contestants_may_submit_is_remarked(
    tmp_path: Path, size_bytes: int, is_told: bool
) -> None:
    package = read(tmp_path, STANDARD, {"submissions/wrong_answer/long.py": "#" * size_bytes})
    told = [each for each in package.warnings if each.path == "submissions/wrong_answer/long.py"]
    assert [("65536" in each.message, "65537" in each.message) for each in told] == [(True, True)] * is_told
