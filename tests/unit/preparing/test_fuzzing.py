"""Which mutants live, which inputs tell, and what is known when it is broken off."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending, Program
from assay.domain.judgement import Decision, Evidence
from assay.domain.verdict import Verdict
from assay.judging.jury import JuryTools
from assay.preparing import Workshop
from assay.preparing.fuzz_report import Fate, Fuzzing, FuzzReport, Plan
from assay.preparing.fuzzing import fate_of, fuzz
from assay.problems import Package
from assay.problems.reading import read_package
from assay.sandbox import Command, SandboxError
from tests.unit.judging.judging import LANGUAGE, nothing_left_open
from tests.unit.preparing.preparing import compiles, workshop
from tests.unit.problems.packages import STANDARD, make

PLAN = Plan(mutants_max=100, inputs_max=0, seconds=60, seed=1)
RIGHT = "n = int(input())\nprint(n * 2 if n < 100 else n + n)\n"
PYTHON = replace(LANGUAGE, id="python3", extensions=("py",))
CHANGES = {
    "submissions/accepted/good.py": RIGHT,
    "submissions/wrong_answer/bad.py": "n = int(input())\nprint(n + 5)\n",
    "data/secret/02.in": "3\n",
    "data/secret/02.ans": "6\n",
}


def step(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total, what


def runs_python(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """Programs of these tests, which are ours, are run for true; a validator wants a number up to 1000."""
    if compiles(command):
        return Ending()
    if "validate.py" in files:
        is_valid = stdin.strip().isdigit() and int(stdin) <= 1000 and stdin.endswith(b"\n")
        return Ending(exit_code=42 if is_valid else 43)
    printed: list[str] = []
    given = {"input": stdin.decode, "print": lambda value: printed.append(f"{value}\n")}
    try:
        exec(next(iter(files.values())), given)  # noqa: S102
    except (ValueError, NameError, TypeError, ZeroDivisionError):
        return Ending(exit_code=1)
    return Ending(stdout="".join(printed).encode())


def shop(program: Program) -> Workshop:
    return replace(workshop(program, seats=1), jury=JuryTools(language=lambda _: PYTHON))


def package(root: Path, **changes: str | None) -> Package:
    return read_package(make(root, STANDARD, {**CHANGES, **changes}))


async def fuzzed(given: Package, plan: Plan = PLAN, program: Program = runs_python) -> FuzzReport:
    report = FuzzReport()
    with nothing_left_open():
        await fuzz(Fuzzing(package=given, workshop=shop(program), plan=plan, report=report, step=step))
    return report


def fates(report: FuzzReport) -> dict[str, Fate]:
    return {each.mutant.diff.splitlines()[-1]: each.fate for each in report.mutants}


async def test_mutants_are_killed_or_survive(tmp_path: Path) -> None:
    report = await fuzzed(package(tmp_path))
    found = fates(report)
    assert found["+print(n + 2 if n < 100 else n + n)"] is Fate.KILLED
    assert found["+print(n * 2 if n <= 100 else n + n)"] is Fate.SURVIVED, "it is as right as the original"
    assert found["+print(n * 2 if n < 100 else n - n)"] is Fate.SURVIVED, "no test is as large"
    assert report.is_complete
    assert report.score == report.count(Fate.KILLED) / len(report.mutants)
    assert report.killers["sample/1"] + report.killers["secret/01"] == report.count(Fate.KILLED)
    assert len(report.mutants) == report.mutants_wanted


async def test_a_made_input_tells_a_survivor_apart(tmp_path: Path) -> None:
    report = await fuzzed(package(tmp_path), replace(PLAN, inputs_max=30))
    contents = {each.name: each.content for each in report.inputs}
    told = {each.mutant.diff.splitlines()[-1]: each.told_apart_by for each in report.survivors}
    apart = told["+print(n * 2 if n < 100 else n - n)"]
    assert int(contents[apart]) >= 100
    assert told["+print(n * 2 if n <= 100 else n + n)"] == ""
    assert apart in {each.name for each in report.telling}
    assert report.disagreements == []
    assert report.wrong == {"submissions/wrong_answer/bad.py": len(contents) - (b"5\n" in contents.values())}
    assert all(content not in (b"1\n", b"3\n", b"5\n") for content in contents.values()), "tests are known"


async def test_accepted_submissions_that_disagree(tmp_path: Path) -> None:
    other = "n = int(input())\nprint(n * 2 if n < 100 else 0)\n"
    report = await fuzzed(
        package(tmp_path, **{"submissions/accepted/other.py": other}),
        replace(PLAN, inputs_max=30, mutants_max=0),
    )
    assert report.disagreements
    contents = {each.name: int(each.content) for each in report.inputs}
    for each in report.disagreements:
        assert contents[each.name] >= 100
        assert each.reference == "submissions/accepted/good.py"
        assert each.verdicts == {"submissions/accepted/other.py": Verdict.WA}
    assert {each.name for each in report.disagreements} == {each.name for each in report.telling}


async def test_an_input_on_which_the_reference_itself_fails(tmp_path: Path) -> None:
    fails = "n = int(input())\nprint(n * 2 if n < 100 else 1 // 0)\n"
    report = await fuzzed(
        package(tmp_path, **{"submissions/accepted/good.py": fails}),
        replace(PLAN, inputs_max=30, mutants_max=0),
    )
    assert report.disagreements
    assert all(each.verdicts == {each.reference: Verdict.RTE} for each in report.disagreements)


async def test_the_same_seed_gives_the_same_and_another_one_others(tmp_path: Path) -> None:
    given = package(tmp_path)
    plans = [replace(PLAN, mutants_max=5, inputs_max=5, seed=seed) for seed in (4, 4, 5)]
    found = []
    for plan in plans:
        report = await fuzzed(given, plan)
        found.append(
            ([each.mutant.diff for each in report.mutants], [each.content for each in report.inputs])
        )
    assert found[0] == found[1] != found[2]
    assert [len(part) for part in found[0]] == [5, 5]


async def test_no_fault_is_put_in_twice(tmp_path: Path) -> None:
    report = await fuzzed(package(tmp_path))
    texts = [each.mutant.change.changed for each in report.mutants]
    assert len(set(texts)) == len(texts)


async def test_an_original_that_fails_is_left_out(tmp_path: Path) -> None:
    report = await fuzzed(package(tmp_path, **{"submissions/accepted/not.py": "print(1)\n"}))
    assert {each.mutant.path for each in report.mutants} == {"submissions/accepted/good.py"}
    assert any("it gets WA" in finding.message for finding in report.warnings)
    nothing = await fuzzed(package(tmp_path / "x", **{"submissions/accepted/good.py": "print(1)\n"}))
    assert nothing.mutants == []
    assert not nothing.is_complete


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"input_validators/validate.py": None}, "only an input validator that is a program"),
        ({"input_validators/v.ctd": "INT(1,2)"}, "not all input validators are programs"),
    ],
)
async def test_why_no_inputs_are_made(tmp_path: Path, changes: dict[str, str | None], words: str) -> None:
    report = await fuzzed(package(tmp_path, **changes), replace(PLAN, inputs_max=3, mutants_max=1))
    assert report.inputs == []
    assert any(words in finding.message for finding in report.warnings)


async def test_when_time_is_up_nothing_new_is_begun(tmp_path: Path) -> None:
    report = await fuzzed(package(tmp_path), replace(PLAN, seconds=0.0, inputs_max=5))
    assert report.mutants == []
    assert report.inputs == []
    assert not report.is_complete


async def test_what_is_known_stays_when_it_is_broken_off(tmp_path: Path) -> None:
    """As Ctrl-C does: the task is cancelled in the middle."""
    judged = 0
    report = FuzzReport()
    task: asyncio.Task[None]

    def until_the_fifth(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        nonlocal judged
        judged += not compiles(command)
        if judged > 12:
            task.cancel()
        return runs_python(command, files, stdin)

    job = Fuzzing(
        package=package(tmp_path), workshop=shop(until_the_fifth), plan=PLAN, report=report, step=step
    )
    task = asyncio.create_task(fuzz(job))
    with suppress(asyncio.CancelledError):
        await task
    assert 0 < len(report.mutants) < report.mutants_wanted
    assert not report.is_complete


async def test_a_failure_of_ours_ends_it(tmp_path: Path) -> None:
    def gone(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        raise SandboxError("connection closed")

    with pytest.raises(SandboxError):
        await fuzzed(package(tmp_path), program=gone)


@pytest.mark.parametrize(
    ("verdict", "own", "score", "fate"),
    [
        (Verdict.AC, None, None, Fate.SURVIVED),
        (Verdict.WA, None, None, Fate.KILLED),
        (Verdict.CE, None, None, Fate.STILLBORN),
        (Verdict.JE, None, None, Fate.UNJUDGED),
        (Verdict.AC, 100.0, 100.0, Fate.SURVIVED),
        (Verdict.AC, 100.0, 99.0, Fate.KILLED),
        (Verdict.AC, 100.0, None, Fate.KILLED),
    ],
)
def test_fates(verdict: Verdict, own: float | None, score: float | None, fate: Fate) -> None:
    evidence = Evidence(
        source_sha256="", problem_version="", language_version="", limits={}, sandbox="", host_class=""
    )
    decision = Decision(
        verdict=verdict, runs=(), test_count=1, compile_output="", message="", evidence=evidence, score=score
    )
    assert fate_of(decision, own) is fate
