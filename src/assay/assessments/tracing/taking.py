"""Judge a program with all that can be seen of it: first counted, then timed, then its references timed.

counted      a judging of its own with the kernel counting, whose times nobody looks at; after it the kernel
             is let go of, because every system call on the machine is slower while it counts
timed        the judging that decides; short runs are repeated, and their medians count
references   accepted submissions, timed in the same way, so that ratios and not times are compared
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from assay.assessments.tracing.comparing import compare
from assay.assessments.tracing.growth import growth_of
from assay.assessments.tracing.measuring import Input, look_at_inputs, measure_runs
from assay.assessments.tracing.ports import NOT_ASKED_FOR, CallCounter, NotCounting
from assay.assessments.tracing.watching import CountingWatch, EnoughCounted, Stopwatch, WatchedSandbox
from assay.domain.events import Progress
from assay.domain.judgement import Decision, Run
from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.domain.trace import (
    Aspect,
    Counts,
    ExecutionTrace,
    Growth,
    ReferenceComparison,
    TestTrace,
)
from assay.domain.verdict import Verdict
from assay.judging.compile_cache import Memory, memory_for_now
from assay.judging.host import HostFacts
from assay.judging.judge import judge
from assay.judging.jury import JuryTools
from assay.judging.ports import Sandbox, TestData
from assay.judging.task import Tell
from assay.sandbox import Facts


@dataclass(frozen=True, kw_only=True)
class Program:
    """What is run. `name` is how a reference is called: its path in the package. `language` is None for
    answers that were sent in instead of a program."""

    name: str
    files: Sequence[SourceFile]
    language: Language | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where programs run and the tests are, as `judge` asks for them. `memory` keeps compilations from one
    judging to the next."""

    sandbox: Sandbox
    data: TestData
    toolchain: Callable[[Language], str]
    host: HostFacts
    jury: JuryTools
    memory: Memory = field(default_factory=memory_for_now)


@dataclass(frozen=True, kw_only=True)
class References:
    """Accepted submissions with what each test cost them on this machine, a short while ago at the most.

    `why_none`: why there are none, "" when there are.
    """

    timed: Sequence[tuple[Program, tuple[TestTrace, ...]]] = ()
    why_none: str = ""

    def __post_init__(self) -> None:
        if bool(self.timed) == bool(self.why_none):
            raise ValueError("there are references, or there is a reason why not")


NO_REFERENCES = References(why_none="nobody asked for them: each takes a judging of its own")


@dataclass(frozen=True, kw_only=True)
class Traced:
    """The verdict, and what was seen on the way to it."""

    decision: Decision
    trace: ExecutionTrace


async def tell_nobody(progress: Progress) -> None:
    """For whoever does not follow the tracing."""


async def trace(
    program: Program,
    *,
    problem: Problem,
    place: Place,
    references: Sequence[Program] = (),
    counter: CallCounter | NotCounting = NOT_ASKED_FOR,
    tell: Tell = tell_nobody,
) -> Traced:
    """Judge `program` on all tests and trace it. `counter` is closed before anything is timed.

    Raises what `judge` does.
    """
    inputs = await asyncio.to_thread(look_at_inputs, problem, place.data)
    counts, why_not = await _count(program, problem, place, counter, tell)
    decision, facts = await _time(program, problem, place, tell)
    tests = measure_runs(decision.runs, inputs, facts=facts, counts=counts)
    if program.language is None or not tests:
        return Traced(decision=decision, trace=_nothing_ran(decision, program))
    timed: list[tuple[Program, tuple[TestTrace, ...]]] = []
    for reference in references:
        their_decision, their_facts = await _time(reference, problem, place, tell_nobody)
        if their_decision.verdict is Verdict.AC:
            runs = measure_runs(their_decision.runs, inputs, facts=their_facts, counts={})
            timed.append((reference, runs))
    not_assessed = dict(why_not)
    if not timed:
        not_assessed[Aspect.REFERENCES.value] = (
            "none of the references was accepted" if references else "there are none"
        )
    return Traced(decision=decision, trace=_put_together(program, tests, timed, not_assessed))


def trace_of_runs(
    runs: Sequence[Run],
    inputs: Mapping[str, Input],
    *,
    language: Language | None = None,
    references: References = NO_REFERENCES,
) -> ExecutionTrace:
    """The trace that a judgement's own runs make, without another run. Pure.

    `inputs` are those of the problem's tests (`look_at_inputs`), by name; `language` is the submission's.
    """
    tests = measure_runs(runs, inputs, facts={}, counts={})
    not_assessed = {Aspect.COUNTS.value: NOT_ASKED_FOR.reason}
    if references.why_none:
        not_assessed[Aspect.REFERENCES.value] = references.why_none
    program = Program(name="", files=(), language=language)
    return _put_together(program, tests, references.timed, not_assessed)


async def _count(
    program: Program, problem: Problem, place: Place, counter: CallCounter | NotCounting, tell: Tell
) -> tuple[Mapping[int, Counts], Mapping[str, str]]:
    """What was counted, by the ordinals of the runs; where nothing was, why."""
    if isinstance(counter, NotCounting):
        return {}, {Aspect.COUNTS.value: counter.reason}
    try:
        if problem.validation is not None and problem.validation.interactor is not None:
            reason = "the interactor runs at the same time, and would be counted, too"
            return {}, {Aspect.COUNTS.value: reason}
        watch = CountingWatch(counter=counter, tell_on=tell)
        sandbox = WatchedSandbox(place.sandbox, watch)
        with suppress(EnoughCounted):
            await _judge(program, problem, place, sandbox, watch.tell)
    finally:
        counter.close()
    if not watch.seen:
        return {}, {Aspect.COUNTS.value: "no run came to the program's own end while the kernel counted"}
    return watch.seen, {}


async def _time(
    program: Program, problem: Problem, place: Place, tell: Tell
) -> tuple[Decision, Mapping[int, Sequence[Sequence[Facts]]]]:
    watch = Stopwatch(tell_on=tell)
    decision = await _judge(program, problem, place, WatchedSandbox(place.sandbox, watch), watch.tell)
    return decision, watch.seen


async def _judge(program: Program, problem: Problem, place: Place, sandbox: Sandbox, tell: Tell) -> Decision:
    return await judge(
        program.files,
        problem,
        program.language,
        sandbox=sandbox,
        data=place.data,
        toolchain=place.toolchain,
        host=place.host,
        tell=tell,
        jury=place.jury,
        memory=place.memory,
        all_tests=True,
    )


def _put_together(
    program: Program,
    tests: tuple[TestTrace, ...],
    references: Sequence[tuple[Program, tuple[TestTrace, ...]]],
    not_assessed: Mapping[str, str],
) -> ExecutionTrace:
    everybody = [runs for _, runs in references]
    growth, why_not = growth_of(tests, beside=everybody)
    comparisons: list[ReferenceComparison] = []
    for reference, runs in references:
        their_growth, _ = growth_of(runs, beside=[tests, *everybody])
        comparisons.append(
            compare(
                tests,
                runs,
                name=reference.name,
                language_id="" if reference.language is None else reference.language.id,
                same_language=reference.language == program.language,
                time_class=their_growth.time_class,
            )
        )
    return ExecutionTrace(
        tests=tests,
        growth=growth,
        references=tuple(comparisons),
        not_assessed={**why_not, **not_assessed},
    )


def _nothing_ran(decision: Decision, program: Program) -> ExecutionTrace:
    if program.language is None:
        why = "answers were sent in, and no program"
    else:
        why = f"no test was run: {decision.verdict.label}"
    return ExecutionTrace(
        tests=(),
        growth=Growth(measure=None, points=(), time=None, memory=None),
        not_assessed={aspect.value: why for aspect in Aspect},
    )
