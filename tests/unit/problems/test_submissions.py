"""submissions/: which programs there are, in which language, and what is expected of them."""

from pathlib import Path

import pytest

from assay.domain.answers import ANSWERS
from assay.domain.jury import DataRef, JuryFile, JuryProgram
from assay.domain.problem import Credit
from assay.domain.verdict import Verdict
from assay.problems.expectations import Rule, TimeUse
from assay.problems.package import PackageSubmission
from tests.unit.problems.packages import LEGACY, STANDARD, Files, findings_of, make, read, yaml_with
from tests.unit.problems.scored import LEGACY_SCORED, SCORED


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


@pytest.mark.parametrize(("size_bytes", "is_told"), [(131_072, False), (131_073, True)])
def test_more_source_than_contestants_may_submit_is_remarked(
    tmp_path: Path, size_bytes: int, is_told: bool
) -> None:
    package = read(tmp_path, STANDARD, {"submissions/wrong_answer/long.py": "#" * size_bytes})
    told = [each for each in package.warnings if each.path == "submissions/wrong_answer/long.py"]
    assert [("131072" in each.message, "131073" in each.message) for each in told] == [(True, True)] * is_told


def rules_of(root: Path, folder: str, rules: str, files: Files = STANDARD) -> tuple[Rule, ...]:
    changes = {f"submissions/{folder}/x.py": "", "submissions/submissions.yaml": f"{rules}\n"}
    return submission(root, f"{folder}/x.py", changes, files).expectation.rules


LOWER, UPPER = TimeUse.LOWER, TimeUse.UPPER


@pytest.mark.parametrize(
    ("folder", "rules", "uses"),
    [
        ("accepted", "", [LOWER]),
        ("wrong_answer", "", [LOWER]),
        ("run_time_error", "", [LOWER]),
        ("time_limit_exceeded", "", [UPPER]),
        ("brute_force", "", [None]),
        ("rejected", "", [None]),
        ("mixed", "", []),
        ("accepted", "accepted: {use_for_time_limit: false}", [None]),
        ("accepted", "accepted/x.py: {use_for_time_limit: false}", [LOWER]),
        ("accepted", "accepted/*: {authors: A}", [LOWER]),
        ("time_limit_exceeded", "time_limit_exceeded: {permitted: [AC, WA, TLE]}", [UPPER]),
        ("rejected", "rejected/*: {use_for_time_limit: upper}", [None, UPPER]),
        ("mixed", "mixed/*: {permitted: [AC, WA]}", [LOWER]),
        ("mixed", "mixed/*: {permitted: [AC, WA], use_for_time_limit: false}", [None]),
        ("mixed", "mixed/*: {permitted: [AC, WA], use_for_time_limit: true}", [LOWER]),
        ("mixed", "mixed/*: {required: [TLE, RTE]}", [None]),
        ("mixed", "mixed/*: {required: [TLE], sample: {permitted: [AC]}}", [UPPER, LOWER]),
        ("mixed", "mixed/*: {sample: {use_for_time_limit: lower}}", [LOWER]),
    ],
)
def test_which_submissions_bound_the_time_limit(
    tmp_path: Path, folder: str, rules: str, uses: list[TimeUse | None]
) -> None:
    assert [rule.time_use for rule in rules_of(tmp_path, folder, rules)] == uses


def test_rules_keep_where_they_are_written(tmp_path: Path) -> None:
    rules = "rejected/*: {message: too long, secret/0*: {required: [WA], use_for_time_limit: lower}}"
    of_folder, of_all, of_some, of_time = rules_of(tmp_path, "rejected", rules)
    assert of_folder.origin == ""
    assert of_all.origin == of_some.origin == "submissions/submissions.yaml: rejected/*"
    assert (of_all.message, of_all.where, of_some.where) == ("too long", "", "secret/0*")
    assert (of_some.covers("secret/01"), of_some.covers("sample/1")) == (True, False)
    assert (of_time.time_use, of_time.where) == (LOWER, "secret/0*")


def test_scores_are_expected_of_all_and_of_groups(tmp_path: Path) -> None:
    rules = "mixed/*: {score: 40, secret/g1: {score: [0, 40]}}"
    whole, group = rules_of(tmp_path, "mixed", rules, SCORED)
    assert (whole.score, group.score) == ((40.0, 40.0), (0.0, 40.0))


@pytest.mark.parametrize(
    "rules", ["score: [40, 10]", "score: [1, 2, 3]", "score: high", "score: []", "secret/g1: {score: .inf}"]
)
def test_scores_that_cannot_be(tmp_path: Path, rules: str) -> None:
    changes = {"submissions/submissions.yaml": f"accepted: {{{rules}}}\n"}
    (finding,) = findings_of(make(tmp_path, SCORED, changes))
    assert finding.field is not None
    assert finding.field.endswith("score")


def test_a_remark_may_expect_scores(tmp_path: Path) -> None:
    source = "# @EXPECTED_RESULTS@: CORRECT\n# @EXPECTED_SCORE@: 40, 60.5 */\n"
    found = submission(tmp_path, "mixed/x.py", {"submissions/mixed/x.py": source}, SCORED)
    assert found.expectation.scores == ((40.0, 40.0), (60.5, 60.5))
    assert found.expected == (Verdict.AC,)


def test_a_remark_of_scores_without_a_number_is_one_of_verdicts(tmp_path: Path) -> None:
    source = "# @EXPECTED_SCORE@: CORRECT, TIMELIMIT\n"
    found = submission(tmp_path, "mixed/x.py", {"submissions/mixed/x.py": source})
    assert (found.expected, found.expectation.scores) == ((Verdict.AC, Verdict.TLE), ())


def test_what_is_accepted_in_part_has_not_all_points(tmp_path: Path) -> None:
    found = submission(
        tmp_path, "partially_accepted/x.py", {"submissions/partially_accepted/x.py": ""}, LEGACY_SCORED
    )
    assert (found.expected, found.expectation.best_score) == ((Verdict.AC,), 100.0)


def test_a_rule_for_no_test_is_a_warning(tmp_path: Path) -> None:
    changes = {"submissions/submissions.yaml": "accepted: {group1: {permitted: [AC]}}\n"}
    package = read(tmp_path, STANDARD, changes)
    assert ["matches no test and no group" in each.message for each in package.warnings] == [True]


def test_legacy_folders_are_about_the_whole(tmp_path: Path) -> None:
    changes = {
        "submissions/accepted/x.py": "",
        "submissions/time_limit_exceeded/x.py": "",
        "submissions/run_time_error/x.py": "",
    }
    package = read(tmp_path, LEGACY, changes)
    found = {each.path.split("/")[1]: each.expectation for each in package.submissions}
    assert found["accepted"].verdicts == (Verdict.AC,)
    assert (
        Verdict.WA in found["accepted"].rules[0].permitted
    )  # of a test whose group is accepted all the same
    assert Verdict.WA in found["time_limit_exceeded"].rules[0].permitted
    assert found["run_time_error"].rules[0].time_use is None


def test_authors_and_the_model_solution(tmp_path: Path) -> None:
    changes = {
        "submissions/accepted/two/main.py": "import lib\n",
        "submissions/accepted/two/lib.py": "",
        "submissions/wrong_answer/x.py": "",
        "submissions/submissions.yaml": (
            "accepted/two: {model_solution: true, authors: [Ada <ada@x.example>, Bo]}\n"
            "wrong_answer: {model_solution: true}\n"
        ),
    }
    package = read(tmp_path, STANDARD, changes)
    found = next(each for each in package.submissions if each.path.endswith("two"))
    assert found.is_model
    assert found.authors == (
        Credit(role="authors", name="Ada", email="ada@x.example"),
        Credit(role="authors", name="Bo"),
    )
    assert package.problem.model_solution == JuryProgram(
        name="submissions/accepted/two",
        files=(
            JuryFile(name="lib.py", content=DataRef("submissions/accepted/two/lib.py")),
            JuryFile(name="main.py", content=DataRef("submissions/accepted/two/main.py")),
        ),
        language_id="python3",
        main="main.py",
    )


def test_only_what_is_accepted_is_a_model(tmp_path: Path) -> None:
    changes = {
        "submissions/wrong_answer/x.py": "",
        "submissions/submissions.yaml": "wrong_answer: {model_solution: true}\n",
    }
    package = read(tmp_path, STANDARD, changes)
    assert package.problem.model_solution is None
    assert ["is no model solution" in each.message for each in package.warnings] == [True]


@pytest.mark.parametrize("entrypoint", ["Other", "Other.java", "OtherKt", "app.Other"])
def test_a_class_may_be_the_entrypoint(tmp_path: Path, entrypoint: str) -> None:
    changes = {
        "submissions/accepted/x/A.java": "class A { }\n",
        "submissions/accepted/x/Other.java": "class Other { }\n",
        "submissions/submissions.yaml": f"accepted/x: {{entrypoint: {entrypoint}}}\n",
    }
    assert [file.name for file in submission(tmp_path, "accepted/x", changes).files] == [
        "Other.java",
        "A.java",
    ]


def test_answers_are_submitted_where_answers_are_wanted(tmp_path: Path) -> None:
    changes = {
        **yaml_with(STANDARD, "type: submit-answer"),
        "submissions/accepted/good.py": None,
        "submissions/accepted/right/01.txt": "10\n# @EXPECTED_RESULTS@: nonsense\n",
        "submissions/wrong_answer/wrong.bin": b"\xff\x00",
    }
    package = read(tmp_path, STANDARD, changes)
    assert package.problem.takes_answers
    assert [(each.path, each.language_id, each.expected[0]) for each in package.submissions] == [
        ("submissions/accepted/right", ANSWERS, Verdict.AC),
        ("submissions/wrong_answer/wrong.bin", ANSWERS, Verdict.WA),
    ]
    assert package.warnings == ()
