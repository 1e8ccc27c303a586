"""Small valid inputs that nobody thought of, and what submissions make of them.

An input is made from a test's by a few small changes, and kept if every input validator accepts it. One
accepted submission says what is right; all others, and the survivors among mutants, are judged on it as on
any test.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
import os
from random import Random

from assay.domain.grading import Scored
from assay.domain.jury import DataRef
from assay.domain.problem import Problem, TestCase
from assay.domain.verdict import Verdict
from assay.judging.budget import compile_limits, run_limits
from assay.judging.capture import closing_fd, memory_file
from assay.judging.dialects import JuryFault
from assay.judging.included import with_included
from assay.judging.lexing import read_at
from assay.judging.run_once import run_on_inputs
from assay.preparing.fuzz_report import Disagreement, Fuzzing, FuzzReport, MadeInput
from assay.preparing.input_checks import opinions_on
from assay.preparing.more_files import MoreFiles
from assay.preparing.workshop import Skipped, at_once
from assay.problems import Package, PackageSubmission
from assay.problems.mutation import Mutant
from assay.problems.mutation.inputs import INPUT_BYTES_MAX, numbers_in, vary
from assay.problems.package import InputValidator, InputValidatorKind

ATTEMPTS_PER_INPUT = 20  # how many changed inputs are offered to the validators for each that is wanted
_BATCH = 32
_KNOWN_NUMBERS_MAX = 200


async def make_inputs(job: Fuzzing, ends_at: float) -> None:
    """Put inputs into the report. Whatever stands in the way is noted there."""
    package, report, count = job.package, job.report, job.plan.inputs_max
    problem = package.problem
    validators = [each for each in package.input_validators if not each.of_answers]
    if reason := _why_not(problem, validators):
        report.note("data", f"no inputs are made: {reason}")
        return
    origins = _origins(package)
    if not origins:
        report.note("data", f"no inputs are made: no test has one of at most {INPUT_BYTES_MAX} bytes")
        return
    random = Random(f"{job.plan.seed}:inputs")  # noqa: S311  to be repeatable, not secret
    known = sorted({number for _, content in origins for number in numbers_in(content)})
    if len(known) > _KNOWN_NUMBERS_MAX:
        known = sorted(random.sample(known, _KNOWN_NUMBERS_MAX))
    seen = {content for _, content in origins}
    now = asyncio.get_running_loop().time
    while len(report.inputs) < count and report.inputs_tried < ATTEMPTS_PER_INPUT * count and now() < ends_at:
        batch = _batch(origins, random, known, seen)
        report.inputs_tried += len(batch) or _BATCH  # of a tiny input there are no others
        try:
            valid = await _valid(batch, validators, job)
        except JuryFault as fault:
            report.note("input_validators", f"no inputs are made: {fault}")
            return
        for test, content in valid[: count - len(report.inputs)]:
            name = f"fuzz/{len(report.inputs) + 1:03}"
            report.inputs.append(MadeInput(name=name, origin=test.name, content=content))
        job.step("making inputs", len(report.inputs), count)


def _why_not(problem: Problem, validators: Sequence[InputValidator]) -> str:
    validation = problem.validation
    if problem.takes_answers:
        return "answers are sent in, not programs"
    if validation is not None and (validation.interactor is not None or validation.passes_max > 1):
        return "nobody says what is right in an interactive or multi-pass problem"
    if not any(each.kind is InputValidatorKind.PROGRAM for each in validators):
        return "only an input validator that is a program can say which are valid"
    if any(each.kind is not InputValidatorKind.PROGRAM for each in validators):
        return "not all input validators are programs"
    return ""


def _origins(package: Package) -> list[tuple[TestCase, bytes]]:
    """The small tests of nothing but standard input."""
    found = []
    for test in package.problem.tests:
        if test.files or test.args:
            continue
        with closing_fd(package.files.open(test.input)) as fd:
            content = read_at(fd, 0, INPUT_BYTES_MAX + 1)
        if len(content) <= INPUT_BYTES_MAX:
            found.append((test, content))
    return found


def _batch(
    origins: Sequence[tuple[TestCase, bytes]], random: Random, known: Sequence[int], seen: set[bytes]
) -> list[tuple[TestCase, bytes]]:
    batch = []
    for _ in range(_BATCH):
        test, content = random.choice(origins)
        varied = vary(content, random, known)
        if varied not in seen:
            seen.add(varied)
            batch.append((test, varied))
    return batch


async def _valid(
    batch: Sequence[tuple[TestCase, bytes]],
    validators: Sequence[InputValidator],
    job: Fuzzing,
) -> list[tuple[TestCase, bytes]]:
    """Those that all validators accept, by the arguments of the tests that they were made from."""
    contents = {DataRef(f"fuzz/{number}"): content for number, (_, content) in enumerate(batch)}
    wider = replace(job.package, files=MoreFiles(job.package.files, contents))
    left = [
        (replace(test, input=ref), at)
        for at, (ref, (test, _)) in enumerate(zip(contents, batch, strict=True))
    ]
    for validator in validators:
        if left:
            opinions = await opinions_on(validator, [test for test, _ in left], wider, job.workshop)
            left = [each for each, opinion in zip(left, opinions, strict=True) if opinion.is_valid]
    return [batch[at] for _, at in left]


async def compare_on_inputs(job: Fuzzing, right: Sequence[str]) -> None:
    """Judge submissions and survivors on the made inputs. `right` are the paths of the accepted ones."""
    package, workshop, report = job.package, job.workshop, job.report
    by_path = {each.path: each for each in package.submissions}
    model = "" if package.problem.model_solution is None else package.problem.model_solution.name
    reference = by_path[model if model in right else right[0]]
    answers = await _answers(reference, job)
    tests = dict(_tests(package.problem, report.inputs, answers))
    if not tests:
        return
    contents = {DataRef(f"{each.name}.in"): each.content for each in report.inputs}
    contents |= {DataRef(f"{name}.ans"): answer for name, answer in answers.items()}
    problem = replace(
        package.problem, tests=tuple(tests.values()), grading=None, scoring=None, static_validator=None
    )
    files = MoreFiles(package.files, contents)
    others = [each for each in package.submissions if each.path != reference.path]
    survivors = report.survivors
    total, done = len(others) + len(survivors), 0

    async def failures(submission: PackageSubmission) -> dict[str, Verdict] | None:
        """By input; None when it cannot be judged."""
        nonlocal done
        decision = await workshop.judge(submission, problem, files, all_tests=True)
        done += 1
        job.step(submission.path, done, total)
        if isinstance(decision, Skipped) or decision.verdict is Verdict.CE:
            return None
        if decision.verdict is Verdict.JE:
            report.note(submission.path, f"cannot be judged on the made inputs: {decision.message}")
            return None
        return {run.test_name: run.verdict for run in decision.runs if run.verdict is not Verdict.AC}

    found = await at_once([partial(failures, each) for each in others], seats=workshop.seats)
    by_submission = {
        each.path: failed for each, failed in zip(others, found, strict=True) if failed is not None
    }
    _note_disagreements(report, reference.path, right, by_submission)
    for path, failed in by_submission.items():
        if path not in right:
            report.wrong[path] = len(failed)
    told = await at_once(
        [partial(failures, submission_of(each.mutant)) for each in survivors], seats=workshop.seats
    )
    for survivor, failing in zip(survivors, told, strict=True):
        survivor.told_apart_by = next(iter(failing), "") if failing else ""


def _note_disagreements(
    report: FuzzReport, reference: str, right: Sequence[str], failures: Mapping[str, dict[str, Verdict]]
) -> None:
    for each in report.inputs:
        verdicts = {
            path: failed[each.name]
            for path, failed in failures.items()
            if path in right and each.name in failed
        }
        if verdicts:
            report.disagreements.append(Disagreement(name=each.name, reference=reference, verdicts=verdicts))


def submission_of(mutant: Mutant) -> PackageSubmission:
    """The mutant as a submission."""
    return PackageSubmission(path=mutant.path, files=mutant.sources, language_id=mutant.language_id)


def _tests(
    problem: Problem, inputs: Sequence[MadeInput], answers: Mapping[str, bytes]
) -> Iterator[tuple[str, TestCase]]:
    """The inputs that have an answer, as tests like those that they were made from."""
    origins = {test.name: test for test in problem.tests}
    for each in inputs:
        if each.name in answers:
            yield (
                each.name,
                replace(
                    origins[each.origin],
                    name=each.name,
                    input=DataRef(f"{each.name}.in"),
                    answer=DataRef(f"{each.name}.ans"),
                    scored=Scored.NO if problem.scoring is None else Scored.FREE,
                    accept_score=None if problem.scoring is None else 1.0,
                    shown=None,
                ),
            )


async def _answers(reference: PackageSubmission, job: Fuzzing) -> dict[str, bytes]:
    """What the reference prints, by input. Inputs on which it fails are disagreements by themselves."""
    problem, report = job.package.problem, job.report
    language = job.workshop.language_of(reference)
    if language is None:
        raise AssertionError("the reference was judged before")
    outcomes = await run_on_inputs(
        with_included(reference.files, problem, language, job.package.files),
        language,
        sandbox=job.workshop.sandbox,
        inputs=[_opener(each.content) for each in report.inputs],
        compile_limits=compile_limits(problem.limits),
        run_limits=run_limits(problem.limits, language),
        problem=problem,
    )
    answers: dict[str, bytes] = {}
    for made, run in zip(report.inputs, outcomes.runs, strict=False):
        verdict = run.ruling.verdict
        if verdict is None:
            answers[made.name] = run.stdout
        elif verdict is Verdict.JE:
            report.note(reference.path, f"could not be run on {made.name}: {run.ruling.message}")
        else:
            report.disagreements.append(
                Disagreement(name=made.name, reference=reference.path, verdicts={reference.path: verdict})
            )
    return answers


def _opener(content: bytes) -> Callable[[], AbstractContextManager[int]]:
    @contextmanager
    def given() -> Iterator[int]:
        with memory_file("input") as fd:
            os.write(fd, content)
            os.lseek(fd, 0, os.SEEK_SET)
            yield fd

    return given
