"""One test: run the program, check what it printed, as often as the problem and the clock ask for.

once      run (or let it talk with the interactor) → classify → check    for each pass of a multi-pass problem
again     the same on other cores, when the time came too close to the limit (near_limit.py)
"""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
import os

from assay.domain.judgement import Run
from assay.domain.problem import TestCase
from assay.domain.verdict import Verdict
from assay.judging.budget import guarded
from assay.judging.capture import closing_fd, memory_file, null_device, output_file, seal
from assay.judging.checking import check_default
from assay.judging.classify import Ruling, classify_run, cpu_time_ms, wall_time_ms
from assay.judging.dialects import (
    ACCEPTED,
    INTERACTOR_OUTPUT,
    Judged,
    JuryFault,
    interactor_arguments,
)
from assay.judging.grading import Outcome
from assay.judging.interaction import interact, judge_interaction
from assay.judging.jury import Material, Validator
from assay.judging.lexing import read_at
from assay.judging.near_limit import REPETITIONS, deciding, guard_band
from assay.judging.ports import TestData
from assay.judging.scoring import outcome
from assay.judging.stand import Place
from assay.judging.words import printable_text
from assay.sandbox import Command, Facts, RequestRefused


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What every test of a submission is judged with. `output_file`: it, and not standard output, is the
    output."""

    data: TestData
    checkers: Sequence[Validator]
    interactor: Validator | None
    passes_max: int
    output_file: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """The beginnings of what the program wrote in its last pass, kept only of tests that may be shown."""

    output: str = ""
    errors: str = ""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One attempt at a test. The facts are those of the slowest pass; `judged` is what a validator said."""

    facts: Facts | None
    ruling: Ruling
    judged: Judged
    passes: int
    written: Written = Written()
    fault: str = ""  # of the setter's program

    @property
    def cpu_time_us(self) -> int:
        return 0 if self.facts is None else self.facts.cpu_time_us


SHOWN_BYTES_MAX = 16 * 1024  # of each stream of a failed test that may be shown: nobody reads more
_ENDED_OTHERWISE = frozenset({Verdict.MLE, Verdict.OLE, Verdict.SV, Verdict.JE})  # time had no part in it


async def try_test(place: Place, test: TestCase, bench: Bench) -> tuple[Trial, bool]:
    """Judge one test. Also whether it was near the limit, and so repeated.

    `place.command` has the problem's limits. Raises `SandboxError` and `OSError` for failures of ours.
    """
    attempt = _Attempt(place=place, test=test, bench=bench)
    first = await attempt.all_passes(core_shift=0)
    band = guard_band(place.command.limits)
    if first.fault or not band.holds(first.cpu_time_us) or first.ruling.verdict in _ENDED_OTHERWISE:
        return first, False
    others = [await attempt.all_passes(core_shift=number) for number in range(1, REPETITIONS + 1)]
    trials = [first, *others]
    return trials[deciding([trial.cpu_time_us for trial in trials])], True


def as_run(test: TestCase, ordinal: int, trial: Trial, *, near_limit: bool) -> tuple[Run, Outcome]:
    """What is recorded of a test, and what its group makes of it."""
    result: Outcome
    if trial.fault:
        result = Outcome(verdict=Verdict.JE, message=trial.fault)
    elif trial.ruling.verdict is not None:
        result = Outcome(verdict=trial.ruling.verdict, message=trial.ruling.message)
    else:
        try:
            result = outcome("the validator", test, trial.judged)
            result = replace(result, message="" if trial.judged.is_accepted else trial.judged.team_message)
        except JuryFault as fault:
            result = Outcome(verdict=Verdict.JE, message=str(fault))
    facts = trial.facts
    run = Run(
        ordinal=ordinal,
        test_name=test.name,
        verdict=result.verdict,
        cpu_time_ms=0 if facts is None else cpu_time_ms(facts),
        wall_time_ms=0 if facts is None else wall_time_ms(facts),
        memory_bytes=0 if facts is None else facts.memory_bytes,
        exit_code=None if facts is None else facts.exit_code,
        signal=None if facts is None else facts.signal,
        message=result.message,
        near_limit=near_limit,
        score=result.score,
        passes=trial.passes,
        team_message=trial.judged.team_message,
        judge_message=trial.judged.judge_message,
        output="" if result.verdict is Verdict.AC else trial.written.output,
        error_output="" if result.verdict is Verdict.AC else trial.written.errors,
    )
    return run, result


async def check_answer(answer: bytes, test: TestCase, bench: Bench) -> Trial:
    """Judge an answer that somebody sent in instead of a program (submit-answer)."""
    with ExitStack() as stack:
        output = stack.enter_context(memory_file("output"))
        os.write(output, answer)
        given = stack.enter_context(closing_fd(bench.data.open(test.input)))
        try:
            for checker in bench.checkers:
                await checker.clear()
            ruling, judged = await _check(stack, output, given, test, bench)
        except JuryFault as fault:
            return Trial(facts=None, ruling=_NOTHING, judged=ACCEPTED, passes=1, fault=str(fault))
    return Trial(facts=None, ruling=ruling, judged=judged, passes=1)


_NOTHING = Ruling(verdict=None, message="")


@dataclass(frozen=True, kw_only=True)
class _Attempt:
    """A test to try. `place.command` has the problem's limits; a run may take the guard band, too."""

    place: Place
    test: TestCase
    bench: Bench

    @property
    def _validators(self) -> list[Validator]:
        interactor = self.bench.interactor
        return [*self.bench.checkers, *([] if interactor is None else [interactor])]

    async def all_passes(self, *, core_shift: int) -> Trial:
        """Pass after pass, up to the first that fails, or after which the validator is content."""
        command = self.place.command
        running = replace(command, limits=guarded(command.limits), core_shift=core_shift)
        slowest: Facts | None = None
        judged = ACCEPTED
        passes = 1
        with ExitStack() as stack:
            given = stack.enter_context(closing_fd(self.bench.data.open(self.test.input)))
            try:
                for validator in self._validators:
                    await validator.clear()
                while True:
                    facts, ruling, judged, written = await self._one_pass(running, given)
                    slowest = _slower(slowest, facts)
                    following = None
                    if ruling.verdict is None and judged.is_accepted:
                        following = await self._next_input(stack, passes)
                    if following is None:
                        return Trial(
                            facts=slowest, ruling=ruling, judged=judged, passes=passes, written=written
                        )
                    given = following
                    passes += 1
            except JuryFault as fault:
                return Trial(facts=slowest, ruling=_NOTHING, judged=judged, passes=passes, fault=str(fault))

    async def _one_pass(self, running: Command, given: int) -> tuple[Facts, Ruling, Judged, Written]:
        """One run of the program. Raises `JuryFault`."""
        with ExitStack() as stack:
            if self.bench.interactor is not None:
                return *await self._talk(stack, self.bench.interactor, running, given), Written()
            limits = running.limits
            output = stack.enter_context(output_file("output", bytes_max=limits.stdout_bytes))
            is_open = self.test.is_open
            errors = stack.enter_context(memory_file("errors") if is_open else null_device())
            os.lseek(given, 0, os.SEEK_SET)
            async with self.place.for_run() as slot:
                facts = await slot.run(running, stdin=given, stdout=output, stderr=errors)
                ruling = classify_run(facts, self.place.command)
                if ruling.verdict is None and self.bench.output_file:
                    output = stack.enter_context(output_file("output", bytes_max=limits.stdout_bytes))
                    with suppress(RequestRefused):  # not there, no file, too large: in no case an answer
                        await slot.get(self.bench.output_file, output, bytes_max=limits.stdout_bytes)
            judged = ACCEPTED
            if ruling.verdict is None:
                ruling, judged = await _check(stack, output, given, self.test, self.bench)
            has_failed = ruling.verdict is not None or not judged.is_accepted
            is_kept = is_open and has_failed
            written = Written(output=_shown(output), errors=_shown(errors)) if is_kept else Written()
            return facts, ruling, judged, written

    async def _talk(
        self, stack: ExitStack, interactor: Validator, running: Command, given: int
    ) -> tuple[Facts, Ruling, Judged]:
        """The program and the interactor, and then the checkers on what the interactor has written down."""
        answer = stack.enter_context(closing_fd(self.bench.data.open(self.test.answer)))
        arguments = interactor_arguments(interactor.program.dialect, self.test.validator_args)
        command = interactor.command(arguments, waits_ms=running.limits.wall_time_ms)
        async with self.place.for_run() as slot:
            interaction = await interact(slot, running, interactor, command, (given, answer))
        facts = interaction.program
        ruling, judged = judge_interaction(
            interaction, classify_run(facts, self.place.command), interactor, await interactor.feedback()
        )
        if judged is None or not judged.is_accepted or not self.bench.checkers:
            return facts, ruling, judged or ACCEPTED
        left = stack.enter_context(memory_file("output"))
        await interactor.take(INTERACTOR_OUTPUT, left)
        ruling, judged = await _check(stack, left, given, self.test, self.bench)
        return facts, ruling, judged

    async def _next_input(self, stack: ExitStack, passes: int) -> int | None:
        """What the validator wants to be the next pass's input; None when it is content."""
        if self.bench.passes_max == 1:
            return None
        for validator in self._validators:
            if (await validator.feedback()).has_next_pass:
                if passes == self.bench.passes_max:
                    raise JuryFault(f"{validator.program.name} asked for more than {passes} passes")
                following = stack.enter_context(memory_file("next-pass"))
                await validator.take_next_pass(following)
                seal(following)
                return following
        return None


async def _check(
    stack: ExitStack, output: int, given: int, test: TestCase, bench: Bench
) -> tuple[Ruling, Judged]:
    """The run is over, so now the answer is opened, for us or for the setter's checkers alone."""
    answer = stack.enter_context(closing_fd(bench.data.open(test.answer)))
    if not bench.checkers:
        return await check_default(output, answer, test)
    seal(output)
    judged = ACCEPTED
    asked = [
        checker
        for checker in bench.checkers
        if test.checkers is None or checker.program.name in test.checkers
    ]
    if not asked:
        raise JuryFault(f"no output validator judges {test.name}")
    for checker in asked:
        os.lseek(output, 0, os.SEEK_SET)
        judged = await checker.check(test, Material(input=given, answer=answer, output=output))
        if not judged.is_accepted:
            break
    return _NOTHING, judged


def _shown(fd: int) -> str:
    """The beginning of a file as text, for people."""
    return printable_text(read_at(fd, 0, SHOWN_BYTES_MAX))


def _slower(one: Facts | None, other: Facts) -> Facts:
    return other if one is None or other.cpu_time_us >= one.cpu_time_us else one
