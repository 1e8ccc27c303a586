"""A legacy package and what it becomes: both are read, and the same problem comes out."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
import pytest

from assay.domain.problem import Problem
from assay.domain.verdict import Verdict
from assay.languages import load_catalogue
from assay.problems import Package, PackageFormat
from assay.problems.export import Loss
from assay.problems.export.differences import differences
from assay.problems.reading import read_package
from assay.problems.upgrade import upgrade_package
from tests.unit.problems.packages import LEGACY, STANDARD, Files, make

CATALOGUE = load_catalogue()
YAML = "name: A Problem\nuuid: 3f0c1f0e-6a5b-4b0e-9a52-8d2e6f2b7c11\nlicense: cc0\nrights_owner: us\n"


def upgraded(
    root: Path, changes: Mapping[str, str | bytes | None]
) -> tuple[Package, Package, tuple[Loss, ...]]:
    """The package before and after, and what was not carried."""
    files: Files = {**LEGACY, "problem.yaml": YAML}
    before = read_package(make(root / "old", files, changes), languages=CATALOGUE, can_measure=True)
    into = root / "new" / "double"
    into.mkdir(parents=True)
    losses = upgrade_package(before, into, languages=CATALOGUE)
    return before, read_package(into, languages=CATALOGUE, can_measure=True), losses


def different(before: Package, after: Package) -> list[tuple[str, str]]:
    def plain(problem: Problem) -> Problem:
        return replace(problem, version="")

    names = {test.name: test.name for test in before.problem.tests}
    return list(
        differences(
            plain(before.problem), before.files, plain(after.problem), after.files, names=names, groups={}
        )
    )


def rules(package: Package) -> dict[str, Any]:
    """What is expected of each submission's tests, wherever it is said.

    Of what is accepted the legacy format says it by the verdict of the whole, 2025-09 by that of each test.
    """
    return {
        each.path: {
            (frozenset() if "/accepted/" in each.path else rule.permitted, rule.required, rule.time_use)
            for rule in each.expectation.rules
        }
        for each in package.submissions
    }


def verdicts(package: Package) -> dict[str, set[Verdict]]:
    return {each.path: set(each.expectation.verdicts) for each in package.submissions}


def test_a_plain_package(tmp_path: Path) -> None:
    before, after, losses = upgraded(tmp_path, {})
    assert (before.format, after.format) == (PackageFormat.LEGACY, PackageFormat.STANDARD_2025_09)
    assert different(before, after) == []
    assert losses == ()
    assert not (after.path / ".timelimit").exists()
    assert (after.path / "statement/problem.en.tex").is_file()


OPTIONS: dict[str, Mapping[str, str]] = {
    "flags": {"problem.yaml": f"{YAML}validator_flags: case_sensitive float_tolerance 1e-6\n"},
    "limits": {"problem.yaml": f"{YAML}limits: {{memory: 64, output: 3, code: 5, compilation_time: 9}}\n"},
    "about": {
        "problem.yaml": f"{YAML}author: A. Uthor, B. Other and C. Third\nsource: Contest 1\n"
        "source_url: there\nkeywords: sums easy\n"
    },
}
ALONE: dict[str, Mapping[str, str | None]] = {
    "hint": {"data/secret/01.hint": "think\n", "data/secret/01.desc": "small\n"},
    "more tests": {"data/secret/02-x.in": "7\n", "data/secret/02-x.ans": "14\n"},
    "inner folders": {"data/secret/b/1.in": "9\n", "data/secret/b/1.ans": "18\n"},
    "flags of tests": {
        "data/secret/testdata.yaml": "output_validator_flags: space_change_sensitive\n"
        "input_validator_flags: -x 5\n"
    },
    "old name": {"input_validators/validate.py": None, "input_format_validators/check.py": "exit(42)\n"},
    "no limit": {".timelimit": None},
    "odd limit": {".timelimit": "1.5\n"},
    "late": {"submissions/time_limit_exceeded/slow.py": "1\n", "submissions/run_time_error/x.py": "2\n"},
    "wrong": {
        "submissions/wrong_answer/w.py": "3\n",
        "submissions/mixed/m.py": "# @EXPECTED_RESULTS@: TLE\n",
    },
    "German": {"problem_statement/problem.de.tex": "\\problemname{Doppelt}\nVerdopple.\n"},
    "included": {"include/python3/lib.py": "x = 1\n"},
    "attached": {"attachments/tool.py": "tool\n"},
    "extras": {"generators/gen.py": "g\n", "README.md": "hello\n", "data/secret/01.png": "png\n"},
}


CHECKER = {
    "problem.yaml": f"{YAML}validation: custom\nvalidator_flags: a b\n",
    "output_validators/check/check.py": "exit(42)\n",
    "output_validators/check/__init__.py": "",
    "output_validators/check/__main__.py": "import check\n",
}


def check_equal(changes: Mapping[str, str | bytes | None]) -> None:
    with TemporaryDirectory() as folder:
        before, after, losses = upgraded(Path(folder), changes)
        assert different(before, after) == []
        assert losses == ()
        assert rules(after) == rules(before)
        wanted = verdicts(before)
        assert all(wanted[path] <= admitted for path, admitted in verdicts(after).items())
        assert after.unmade == before.unmade
        assert [each.name for each in after.input_validators] == [
            each.name for each in before.input_validators
        ]
        assert after.input_args == before.input_args
        files = {path.relative_to(after.path).as_posix() for path in after.path.rglob("*")}
        assert files.issuperset(set(changes) & {*ALONE["extras"], *ALONE["attached"], *ALONE["included"]})


@pytest.mark.parametrize("name", [*OPTIONS, *ALONE])
def test_the_same_is_read_of_both(name: str) -> None:
    check_equal(OPTIONS[name] if name in OPTIONS else ALONE[name])


def test_the_same_with_a_validator() -> None:
    check_equal(CHECKER)


@settings(max_examples=15, deadline=None, phases=[Phase.generate])
@given(
    st.sampled_from([{}, CHECKER, *OPTIONS.values()]),
    st.sets(st.sampled_from(sorted(ALONE)), min_size=2, max_size=6),
)
def test_the_same_whatever_comes_together(option: Mapping[str, str], chosen: set[str]) -> None:
    changes: dict[str, str | bytes | None] = dict(option)
    for name in chosen:
        changes |= ALONE[name]
    check_equal(changes)


def test_an_interactive_package(tmp_path: Path) -> None:
    before, after, losses = upgraded(
        tmp_path,
        {
            "problem.yaml": f"{YAML}validation: custom interactive\n",
            "output_validators/talk.py": "exit(42)\n",
            "data/sample/1.interaction": "<1\n>2\n",
        },
    )
    assert after.problem.validation is not None
    assert after.problem.validation.interactor is not None
    assert before.problem.validation is not None
    (sample,) = [test for test in after.problem.tests if test.is_sample]
    assert sample.shown is not None
    assert sample.shown.interaction is not None
    assert any("download" in str(loss) for loss in losses)
    assert not any("not valid" in str(loss) for loss in losses)


def test_what_was_not_to_be_seen_of_a_talk_stays_unseen(tmp_path: Path) -> None:
    before, after, losses = upgraded(
        tmp_path,
        {
            "problem.yaml": f"{YAML}validation: custom interactive\n",
            "output_validators/talk.py": "exit(42)\n",
        },
    )
    (was,), (sample,) = ([test for test in each.problem.tests if test.is_sample] for each in (before, after))
    assert was.shown is not None
    assert was.shown.interaction is None
    assert sample.shown is not None
    assert sample.shown.interaction is not None
    assert any("shows the test itself" in str(loss) for loss in losses)


def test_scores_and_groups(tmp_path: Path) -> None:
    groups = {
        "problem.yaml": f"{YAML}type: scoring\n",
        "data/testdata.yaml": "grader_flags: ignore_sample\non_reject: continue\n",
        "data/secret/testdata.yaml": "on_reject: continue\ngrader_flags: always_accept\nrange: 0 100\n",
        "data/secret/01.in": None,
        "data/secret/01.ans": None,
    }
    for number, points in ((1, 30), (2, 70)):
        groups |= {
            f"data/secret/g{number}/testdata.yaml": f"on_reject: break\ngrader_flags: min\n"
            f"accept_score: {points}\nrange: 0 {points}\n",
            f"data/secret/g{number}/1.in": f"{number}\n",
            f"data/secret/g{number}/1.ans": f"{2 * number}\n",
        }
    _, after, losses = upgraded(tmp_path, groups)
    assert after.problem.scoring is not None
    assert after.problem.scoring.max_score == 100
    assert after.problem.grading is not None
    best = {group.name: group.max_score for group in after.problem.grading.groups()}
    assert (best["secret/g1"], best["secret/g2"]) == (30, 70)
    assert losses, "what is not quite the same is told"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"problem.yaml": f"# mine\n{YAML}"}, "problem.yaml"),
        ({"problem_statement/problem.en.pdf": b"%PDF-1.4\n"}, "problem_statement/problem.en.pdf"),
        ({"data/secret/lonely.png": "x"}, "data/secret/lonely.png"),
        ({"output_validators/unused.py": "exit(43)\n"}, "output_validators/unused.py"),
        ({"attachments/folder/x.txt": "x\n"}, "the written package"),
    ],
)
def test_what_stays_behind_is_named(
    tmp_path: Path, changes: dict[str, str | bytes | None], what: str
) -> None:
    files: Files = {**LEGACY, "problem.yaml": YAML}
    before = read_package(make(tmp_path / "old", files, changes), languages=CATALOGUE)
    into = tmp_path / "new" / "double"
    into.mkdir(parents=True)
    losses = upgrade_package(before, into, languages=CATALOGUE)
    assert what in {loss.what for loss in losses}


def test_only_legacy_packages_can_be_upgraded(tmp_path: Path) -> None:
    package = read_package(make(tmp_path, STANDARD))
    with pytest.raises(ValueError, match="legacy"):
        upgrade_package(package, tmp_path / "x", languages=CATALOGUE)
