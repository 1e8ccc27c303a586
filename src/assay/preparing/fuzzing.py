"""The verb: how strong are a package's tests? Small faults in right submissions, and small changes of inputs.

    accepted submissions ──► mutants ──► judged by the package's tests ──► killed, or survivors
    inputs of tests ──► small changes ──► valid for the input validators ──► made inputs
    made inputs ──► all accepted submissions: do they agree? wrong ones: do they fail? survivors: told apart?

A survivor is a fault that no test notices, or no fault at all: whether a change makes a difference cannot be
decided by a program, so some survivors mean nothing. One that a made input tells apart does.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from assay.domain.judgement import Decision
from assay.domain.verdict import Verdict
from assay.preparing.fuzz_inputs import compare_on_inputs, make_inputs, submission_of
from assay.preparing.fuzz_report import Fate, Fuzzing, Judged, Plan
from assay.preparing.workshop import Skipped, Workshop, at_once
from assay.problems import PackageSubmission
from assay.problems.mutation import Mutant, can_mutate, mutants_of

MUTANTS_SHARE = 0.7  # of the time; the rest is for inputs
_SCORE_NOISE = 1e-6


async def fuzz(job: Fuzzing) -> None:
    """Fill the report. Raises `SandboxError` and `OSError` for failures of ours."""
    plan, report = job.plan, job.report
    now = asyncio.get_running_loop().time
    began = now()
    right = await right_submissions(job)
    if not right:
        report.note("submissions", "none is accepted as it should be, so there is nothing to start from")
        return
    mutants = choose_mutants(right, job.workshop, plan)
    report.mutants_wanted = len(mutants)
    if plan.mutants_max and not mutants:
        report.note("submissions", "no accepted one is in a language that mutants are made of")
    share = MUTANTS_SHARE if plan.inputs_max else 1.0
    works = [
        partial(_judge_mutant, job, each, right[each.path].score, began + share * plan.seconds)
        for each in mutants
    ]
    await at_once(works, seats=job.workshop.seats)
    order = {id(mutant): place for place, mutant in enumerate(mutants)}
    report.mutants.sort(key=lambda each: order[id(each.mutant)])
    ends_at = began + plan.seconds
    if plan.inputs_max:
        await make_inputs(job, ends_at)
    if report.inputs:
        await compare_on_inputs(job, list(right))
    report.is_complete = now() < ends_at and len(report.mutants) == len(mutants)


@dataclass(frozen=True, kw_only=True)
class Right:
    """An accepted submission that is accepted indeed, and its score."""

    submission: PackageSubmission
    score: float | None


async def right_submissions(job: Fuzzing) -> dict[str, Right]:
    """By path those that must be accepted, and are."""
    package, workshop, report = job.package, job.workshop, job.report
    wanted = [each for each in package.submissions if each.expectation.verdicts == (Verdict.AC,)]
    found: dict[str, Right] = {}

    async def judge(submission: PackageSubmission) -> Decision | Skipped:
        return await workshop.judge(submission, package.problem, package.files, all_tests=False)

    decisions = await at_once([partial(judge, each) for each in wanted], seats=workshop.seats)
    for number, (submission, decision) in enumerate(zip(wanted, decisions, strict=True), start=1):
        job.step(submission.path, number, len(wanted))
        if isinstance(decision, Skipped):
            report.note(submission.path, f"is left out: {decision.message}")
        elif decision.verdict is not Verdict.AC:
            report.note(submission.path, f"is left out: it gets {decision.verdict}: {decision.message}")
        else:
            found[submission.path] = Right(submission=submission, score=decision.score)
    return found


def choose_mutants(right: dict[str, Right], workshop: Workshop, plan: Plan) -> list[Mutant]:
    """At most so many, drawn from all submissions in turn; no two of them the same program."""
    drawn: list[Iterator[Mutant]] = []
    for path, each in right.items():
        language = workshop.language_of(each.submission)
        if language is not None and can_mutate(language):
            mutants = list(mutants_of(path, each.submission.files, language))
            Random(f"{plan.seed}:{path}").shuffle(mutants)  # noqa: S311  to be repeatable, not secret
            drawn.append(iter(mutants))
    found: dict[object, Mutant] = {}
    while drawn and len(found) < plan.mutants_max:
        for mutants_of_one in list(drawn):
            mutant = next(mutants_of_one, None)
            if mutant is None:
                drawn.remove(mutants_of_one)
            elif len(found) < plan.mutants_max:
                found.setdefault((mutant.path, mutant.file, mutant.change.changed), mutant)
    return list(found.values())


def fate_of(decision: Decision, score: float | None) -> Fate:
    """What a judging says of a mutant whose original has this score. Pure."""
    if decision.verdict is Verdict.JE:
        return Fate.UNJUDGED
    if decision.verdict is Verdict.CE:
        return Fate.STILLBORN
    is_less = score is not None and (decision.score is None or abs(decision.score - score) > _SCORE_NOISE)
    return Fate.KILLED if decision.verdict is not Verdict.AC or is_less else Fate.SURVIVED


async def _judge_mutant(job: Fuzzing, mutant: Mutant, score: float | None, ends_at: float) -> None:
    """Unless time is up."""
    if asyncio.get_running_loop().time() >= ends_at:
        return
    package, report = job.package, job.report
    decision = await job.workshop.judge(
        submission_of(mutant), package.problem, package.files, all_tests=False
    )
    if isinstance(decision, Skipped):
        raise AssertionError("the original was judged")  # noqa: TRY004  no argument is of a wrong type
    report.mutants.append(
        Judged(
            mutant=mutant,
            fate=fate_of(decision, score),
            verdict=decision.verdict,
            test_name=_first_failure(decision),
            message=decision.message,
        )
    )
    job.step(mutant.place, len(report.mutants), report.mutants_wanted)


def _first_failure(decision: Decision) -> str:
    return next((run.test_name for run in decision.runs if run.verdict is not Verdict.AC), "")
