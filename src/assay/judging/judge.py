"""Judge one submission: the order of the steps, and nothing else. The package's docstring draws it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from assay.domain.events import Progress
from assay.domain.judgement import Decision, Evidence, Run
from assay.domain.language import Language
from assay.domain.problem import Problem, TestCase
from assay.domain.submission import SourceFile, SubmissionStatus, source_digest
from assay.domain.verdict import Verdict
from assay.judging.budget import compile_limits, limits_as_evidence, run_command, run_limits
from assay.judging.capture import closing_fd, memory_file, null_device
from assay.judging.classify import Ruling, classify_run, cpu_time_ms, wall_time_ms
from assay.judging.compare import Difference, find_difference
from assay.judging.compilation import prepare
from assay.judging.compile_cache import Memory
from assay.judging.host import HostFacts
from assay.judging.ports import Sandbox, SandboxSlot, TestData
from assay.judging.words import describe_difference, printable_text
from assay.languages.commands import run_argv
from assay.sandbox import Command

Result = TypeVar("Result")


async def judge(
    files: Sequence[SourceFile],
    problem: Problem,
    language: Language,
    *,
    sandbox: Sandbox,
    data: TestData,
    toolchain: Callable[[Language], str],
    host: HostFacts,
    tell: Callable[[Progress], Awaitable[None]],
    memory: Memory | None = None,
) -> Decision:
    """Compile, then run test by test until the first failure.

    `toolchain` names a language's installed version (it may block: it is called in a thread; see
    `ToolchainVersions`). `tell` hears of
    each step before it begins; the end is for the caller to tell, once it is recorded. What `memory` has of
    an earlier compilation of the same is not compiled again.

    Raises `SandboxError` and `OSError` when something of ours fails so that nothing can be said about the
    submission: the caller may try again. A failure that the sandbox itself reports for a run is a `JE`.
    Cancelling ends the run and closes everything; it may take as long as one comparison.
    """
    of_run, of_compilation = run_limits(problem.limits, language), compile_limits(problem.limits)
    evidence = Evidence(
        source_sha256=source_digest(files),
        problem_version=problem.version,
        language_version=await _finish_in_thread(lambda: toolchain(language)),
        limits=limits_as_evidence(of_run, of_compilation),
        sandbox=host.sandbox,
        host_class=host.host_class,
    )
    runs: list[Run] = []
    async with sandbox.slot() as slot:
        await tell(Progress(status=SubmissionStatus.COMPILING))
        compilation = await prepare(slot, files, language, of_compilation, memory=memory)
        ruling = compilation.ruling
        if ruling.verdict is None:
            argv = run_argv(language, files, of_run.memory_bytes)
            command = run_command(language.run, argv, of_run, runs=len(problem.tests))
            runs = await _run_tests(slot, command, problem.tests, data, tell)
    return Decision(
        verdict=ruling.verdict or runs[-1].verdict,
        runs=tuple(runs),
        test_count=len(problem.tests),
        compile_output=printable_text(compilation.output),
        message=ruling.message or runs[-1].message,
        evidence=replace(evidence, compilation=compilation.origin),
    )


async def _run_tests(
    slot: SandboxSlot,
    command: Command,
    tests: Sequence[TestCase],
    data: TestData,
    tell: Callable[[Progress], Awaitable[None]],
) -> list[Run]:
    """The runs up to and including the first that is not accepted."""
    runs: list[Run] = []
    for ordinal, test in enumerate(tests, start=1):
        await tell(Progress(status=SubmissionStatus.RUNNING, test_case=ordinal, total=len(tests)))
        is_last = ordinal == len(tests)
        runs.append(await _run_test(slot, replace(command, repeat=not is_last), ordinal, test, data))
        if runs[-1].verdict is not Verdict.AC:
            break
    return runs


async def _run_test(slot: SandboxSlot, command: Command, ordinal: int, test: TestCase, data: TestData) -> Run:
    """One run and, when it ended well, the check of its output.

    Standard error is not kept: nobody is shown what a program says about a secret test.
    """
    with memory_file("output") as output:
        with closing_fd(data.open(test.input)) as stdin, null_device() as stderr:
            facts = await slot.run(command, stdin=stdin, stdout=output, stderr=stderr)
        ruling = classify_run(facts, command)
        if ruling.verdict is None:
            ruling = await _check(output, test, data)
    return Run(
        ordinal=ordinal,
        test_name=test.name,
        verdict=ruling.verdict or Verdict.AC,
        cpu_time_ms=cpu_time_ms(facts),
        wall_time_ms=wall_time_ms(facts),
        memory_bytes=facts.memory_bytes,
        exit_code=facts.exit_code,
        signal=facts.signal,
        message=ruling.message,
    )


async def _check(output: int, test: TestCase, data: TestData) -> Ruling:
    """The run is over, so now, and only in this process, the answer is opened."""
    with closing_fd(data.open(test.answer)) as answer:
        difference: Difference | None = await _finish_in_thread(
            lambda: find_difference(output, answer, test.comparison)
        )
    if difference is None:
        return Ruling(verdict=None, message="")
    return Ruling(verdict=Verdict.WA, message=describe_difference(difference, reveal=test.is_sample))


async def _finish_in_thread(work: Callable[[], Result]) -> Result:
    """Like asyncio.to_thread, but when cancelled it first waits for the thread to end.

    A thread cannot be cancelled. If we left at once, the descriptors that it still reads would be closed, and
    their numbers could be another submission's files by the time of its next read.
    """
    thread = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        while not thread.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([thread])
        thread.exception()  # looked at, so that asyncio does not report it: whoever cancels wants no result
        raise
