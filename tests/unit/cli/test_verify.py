"""verify with scores, rules for single tests, runs near the limit, and parts that are made first."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
import shutil
from typing import Any

import pytest
from typer.testing import Result

from assay.adapters.memory.sandbox import Ending, Program
from assay.domain.language import Language
from assay.errors import Unavailable
from assay.sandbox import Command
from tests.unit.cli.pretended import SUBMISSIONS, answer, obey, write_package

SCORING = (
    "problem_format_version: 2025-09\nname: Double\nuuid: 5c3b1f7e-0000-4000-8000-000000000000\n"
    "license: cc0\ntype: scoring\nlimits:\n  time_limit: 1\n"
)


def submissions_of(result: Result) -> dict[str, dict[str, Any]]:
    """By their paths below submissions/."""
    (package,) = answer(result)["packages"]
    return {each["path"].removeprefix("submissions/"): each for each in package["submissions"]}


def write_scoring_package(folder: Path) -> Path:
    """Two groups with 40 and 60 points; the second has the input 5."""
    package = write_package(folder, {"accepted/right.sh": "right", "rejected/half.sh": "half"})
    (package / "problem.yaml").write_text(SCORING)
    for number, content, points in ((1, 2, 40), (2, 5, 60)):
        group = package / f"data/secret/group{number}"
        group.mkdir()
        (group / "test_group.yaml").write_text(f"max_score: {points}\nscore_aggregation: pass-fail\n")
        (group / "1.in").write_text(f"{content}\n")
        (group / "1.ans").write_text(f"{2 * content}\n")
    (package / "data/secret/test_group.yaml").write_text("max_score: 100\nscore_aggregation: sum\n")
    for name in ("1.in", "1.ans"):
        (package / "data/secret" / name).unlink()
    return package


def half(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """Wrong for 5, where the source says half."""
    if b"half" in b"".join(files.values()) and stdin == b"5\n":
        return Ending(stdout=b"no\n")
    return obey(command, files, stdin)


def test_scores_and_groups(cli: Callable[..., Result], tmp_path: Path) -> None:
    package = write_scoring_package(tmp_path / "double")
    result = cli("verify", package, "--json", program=half)
    found = submissions_of(result)
    assert result.exit_code == 0
    assert (found["accepted/right.sh"]["score"], found["rejected/half.sh"]["score"]) == (100, 40)
    groups = {group["name"]: group["score"] for group in found["rejected/half.sh"]["groups"]}
    assert (groups["secret/group1"], groups["secret/group2"]) == (40, 0)
    text = cli("verify", package, program=half).stdout
    assert "group1 40/40  group2 0/60" in text
    assert "score" in text


def test_rules_for_single_tests_are_checked_on_all_tests(cli: Callable[..., Result], tmp_path: Path) -> None:
    """The sample comes first and is wrong; only the rule for the secret test says that it was to be right."""
    package = write_package(tmp_path / "double", {"accepted/right.sh": "right", "mixed/wrong.sh": "wrong"})
    (package / "submissions/submissions.yaml").write_text(
        "mixed/wrong.sh:\n  sample:\n    permitted: [WA]\n  secret/1:\n    permitted: [AC]\n"
    )
    result = cli("verify", package, "--json")
    assert result.exit_code == 1
    wrong = submissions_of(result)["mixed/wrong.sh"]
    assert [run["test_name"] for run in wrong["runs"]] == ["sample/1", "secret/1"]
    (misfit,) = wrong["misfits"]
    assert "secret/1 is WA, permitted is AC" in misfit
    text = cli("verify", package).stdout
    assert "secret/1 is WA" in text
    assert "1 of 2 as expected" in text


def test_a_toolchain_that_does_not_work_costs_the_submissions_in_its_language_alone(
    cli: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def version(language: Language) -> str:
        asked.append(language.id)
        if language.id == "python3":
            raise Unavailable("the toolchain of Python 3 does not say its version")
        return f"{language.name} 1"

    monkeypatch.setattr("assay.cli.workshop.ToolchainVersions", lambda: version)
    pythons = {"accepted/right.py": "right", "accepted/too.py": "right"}
    package = write_package(tmp_path / "double", {**SUBMISSIONS, **pythons})
    result = cli("verify", package, write_package(tmp_path / "other", SUBMISSIONS), "--json")
    found = answer(result)
    assert (found["total"], found["as_expected"], found["skipped"]) == (6, 6, 2)
    (skipped, _) = (each for each in found["packages"][0]["submissions"] if each["verdict"] is None)
    assert (skipped["path"], skipped["skipped"]) == ("submissions/accepted/right.py", "toolchain_fails")
    assert "does not say its version" in skipped["message"]
    assert result.exit_code == 3, "they should have been judged"
    assert sorted(asked) == ["bash", "python3"], "once each, also the one that fails"
    assert "does not say its version" in cli("verify", package).stdout


def test_what_has_no_toolchain_is_skipped_and_that_is_no_failure(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    package = write_package(tmp_path / "double", {**SUBMISSIONS, "accepted/right.nolanguage": "right"})
    result = cli("verify", package, "--json")
    found = submissions_of(result)["accepted/right.nolanguage"]
    assert (found["skipped"], found["message"]) == ("toolchain", "its toolchain is not installed")
    assert result.exit_code == 0


def taking(cpu_time_us: int) -> Program:
    return lambda command, files, stdin: replace(obey(command, files, stdin), cpu_time_us=cpu_time_us)


def test_a_run_near_the_limit_is_marked(cli: Callable[..., Result], tmp_path: Path) -> None:
    package = write_package(tmp_path / "double", {"accepted/right.sh": "right"})
    assert submissions_of(cli("verify", package, "--json", program=taking(990_000)))["accepted/right.sh"][
        "near_limit"
    ]
    text = cli("verify", package, program=taking(990_000)).stdout
    assert "990 ms ≈" in text
    assert "the median of three runs decided" in text
    assert "≈" not in cli("verify", package).stdout


def write_unmeasured_package(folder: Path, submissions: dict[str, str]) -> Path:
    package = write_package(folder, submissions)
    text = (package / "problem.yaml").read_text()
    (package / "problem.yaml").write_text(text.replace("  time_limit: 1\n", ""))
    return package


def test_a_time_limit_that_is_missing_is_measured(cli: Callable[..., Result], tmp_path: Path) -> None:
    package = write_unmeasured_package(tmp_path / "double", {"accepted/right.sh": "right"})
    result = cli("verify", package, "--json", program=taking(1_200_000))
    (report,) = answer(result)["packages"]
    assert result.exit_code == 0
    assert report["limits"]["cpu_time_ms"] == 3000
    assert len(report["version"]) == 64
    assert any("rests on" in warning["message"] for warning in report["warnings"])


def test_what_cannot_be_made_is_told_and_the_others_are_judged(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    unmade = write_unmeasured_package(tmp_path / "unmade", {"wrong_answer/ours.sh": "ours"})
    fine = write_package(tmp_path / "fine", SUBMISSIONS)
    result = cli("verify", unmade, fine, "--json")
    first, second = answer(result)["packages"]
    assert result.exit_code == 2
    assert (first["id"], first["submissions"]) == (None, [])
    assert "judging it failed" in first["problems"][0]["message"]
    assert len(second["submissions"]) == 3


def test_warnings_of_a_package_that_cannot_be_used_are_told_with_its_errors(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    broken = write_package(tmp_path / "broken", SUBMISSIONS)
    (broken / "data" / "secret" / "9.ans").write_text("no input")
    (broken / "data" / "secret" / "9.png").write_text("no test")
    (found,) = answer(cli("verify", broken, "--json"))["packages"]
    assert [each["path"] for each in found["problems"]] == ["data/secret/9.ans"]
    assert "data/secret/9.png" in [each["path"] for each in found["warnings"]]
    assert "warning: data/secret/9.png" in cli("verify", broken).output


def test_the_table_stays_short_where_much_is_wrong(cli: Callable[..., Result], tmp_path: Path) -> None:
    package = write_package(tmp_path / "double", {"accepted/not.sh": "wrong"})
    rules = "".join(f"  secret/{number}:\n    permitted: [AC]\n" for number in range(1, 9))
    (package / "submissions/submissions.yaml").write_text(f"accepted/not.sh:\n{rules}")
    for number in range(2, 9):
        (package / f"data/secret/{number}.in").write_text("1\n")
        (package / f"data/secret/{number}.ans").write_text("2\n")
    assert len(submissions_of(cli("verify", package, "--json"))["accepted/not.sh"]["misfits"]) > 8
    text = cli("verify", package).stdout
    assert text.count("permitted is AC") == 3, "after the verdict's own misfit"
    assert "more (--json has all)" in text


def test_outcomes_are_in_the_packages_order_however_many_are_judged_at_once(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    submissions = {f"accepted/{number:02}.sh": "right" for number in range(30)}
    package = write_package(tmp_path / "double", submissions)
    one, many = (answer(cli("verify", package, "--json", "--slots", slots)) for slots in ("1", "7"))
    assert [each["path"] for each in many["packages"][0]["submissions"]] == [
        f"submissions/{name}" for name in submissions
    ]
    assert one == many


def test_packages_of_other_formats_and_archives(cli: Callable[..., Result], tmp_path: Path) -> None:
    """An archive, and a plain folder with a file of the other tests beside them."""
    package = write_package(tmp_path / "double", SUBMISSIONS)
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", package))
    pairs = tmp_path / "pairs"
    pairs.mkdir()
    (pairs / "1.in").write_text("2\n")
    (pairs / "1.out").write_text("4\n")
    result = cli("verify", archive, pairs, "--json")
    packed, plain = answer(result)["packages"]
    assert result.exit_code == 0
    assert (packed["path"], packed["format"], len(packed["submissions"])) == (str(archive), "2025-09", 3)
    assert (plain["format"], plain["test_count"], plain["submissions"]) == ("plain", 1, [])
    assert "1 tests, 5 s, no submissions" in cli("verify", pairs).stdout
    refused = cli("verify", pairs, "--format", "icpc", "--json")
    assert refused.exit_code == 2
    assert "problem.yaml" in str(answer(refused)["packages"][0]["problems"])
