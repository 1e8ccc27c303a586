"""Judge one submission: from the evidence to the decision. desk.py has the steps between."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from assay.domain.events import Progress
from assay.domain.judgement import Decision, Evidence
from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile, SubmissionStatus, source_digest
from assay.domain.verdict import Verdict
from assay.judging.budget import compile_limits, limits_as_evidence, run_limits
from assay.judging.checking import finish_in_thread
from assay.judging.classify import Ruling
from assay.judging.compile_cache import Memory
from assay.judging.desk import open_desk
from assay.judging.dialects import JuryFault
from assay.judging.host import HostFacts
from assay.judging.jury import JuryTools
from assay.judging.ports import Room, Sandbox, TestData
from assay.judging.task import Task, Tell
from assay.judging.words import compiler_text


async def judge(
    files: Sequence[SourceFile],
    problem: Problem,
    language: Language | None,
    *,
    sandbox: Sandbox,
    data: TestData,
    toolchain: Callable[[Language], str],
    host: HostFacts,
    tell: Tell,
    jury: JuryTools,
    memory: Memory | None = None,
    room: Room | None = None,
    all_tests: bool = False,
) -> Decision:
    """Compile, then run test by test: until the first failure, unless the rest can still score.

    `language` is None for a submission of answers. `toolchain` names a language's installed version (it may
    block: it is called in a thread; see `ToolchainVersions`). `tell` hears of each step before it begins; the
    end is for the caller to tell, once it is recorded. What `memory` has of an earlier compilation of the
    same is not compiled again. Where there is `room`, tests are run at the same time (lanes.py).
    `all_tests`: run also those that cannot change the verdict.

    Raises `SandboxError` and `OSError` when something of ours fails so that nothing can be said about the
    submission: the caller may try again. A failure that the sandbox itself reports for a run is a `JE`, and
    so is one of the setter's programs. Cancelling ends the run and closes everything; it may take as long as
    one comparison.
    """
    task = Task(
        files=files,
        problem=problem,
        language=language,
        sandbox=sandbox,
        data=data,
        jury=jury,
        memory=memory,
        of_run=run_limits(problem.limits, language),
        of_compilation=compile_limits(problem.limits),
        tell=tell,
        room=room,
    )
    evidence = Evidence(
        source_sha256=source_digest(files),
        problem_version=problem.version,
        language_version="" if language is None else await finish_in_thread(lambda: toolchain(language)),
        limits=limits_as_evidence(task.of_run, task.of_compilation),
        sandbox=host.sandbox,
        host_class=host.host_class,
    )
    await tell(Progress(status=SubmissionStatus.COMPILING))
    async with AsyncExitStack() as stack:
        try:
            desk, compilation = await open_desk(task, stack)
        except JuryFault as fault:
            ruling = Ruling(verdict=Verdict.JE, message=str(fault))
            return _decide(ruling, problem, evidence, b"")
        evidence = replace(evidence, compilation=compilation.digest)
        if desk is None:
            return _decide(compilation.ruling, problem, evidence, compilation.output)
        grade = await desk.walk(all_tests=all_tests)
    return Decision(
        verdict=grade.verdict,
        runs=tuple(desk.records.runs),
        test_count=len(problem.tests),
        compile_output=compiler_text(compilation.output),
        message=grade.message,
        evidence=evidence,
        score=grade.score,
        groups=grade.groups,
    )


def _decide(ruling: Ruling, problem: Problem, evidence: Evidence, compile_output: bytes) -> Decision:
    """The end before the first test."""
    return Decision(
        verdict=ruling.verdict or Verdict.JE,
        runs=(),
        test_count=len(problem.tests),
        compile_output=compiler_text(compile_output),
        message=ruling.message,
        evidence=evidence,
    )
