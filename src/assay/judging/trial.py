"""One test: run the program, check what it printed, as often as the problem and the clock ask for.

once       a run, or a talk with the interactor, and a check (one_pass.py): for each pass that is asked for
with room  the same, when the machine did not let it compute (starvation.py)
again      the same on other cores, when the time came too close to the limit (near_limit.py)
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
import os

from assay.domain.judgement import Run
from assay.domain.problem import TestCase
from assay.domain.verdict import Verdict
from assay.judging.capture import closing_fd, memory_file, seal
from assay.judging.classify import Ruling, cpu_time_ms, wall_time_ms
from assay.judging.dialects import ACCEPTED, Judged, JuryFault, JuryStarved
from assay.judging.grading import Outcome
from assay.judging.near_limit import REPETITIONS, deciding, guard_band
from assay.judging.one_pass import NOTHING_WRITTEN, Bench, Manner, Written, check, run_pass
from assay.judging.scoring import outcome
from assay.judging.stand import Place
from assay.judging.starvation import Patience
from assay.sandbox import Facts


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One attempt at a test. The facts are those of the slowest pass; `judged` is what a validator said."""

    facts: Facts | None
    ruling: Ruling
    judged: Judged
    passes: int
    written: Written = NOTHING_WRITTEN
    fault: str = ""  # of the setter's program
    is_starved: bool = False  # it, or a program of the setter's: so it decides nothing yet
    ran_out_of_elapsed_time: bool = False

    @property
    def cpu_time_us(self) -> int:
        return 0 if self.facts is None else self.facts.cpu_time_us


_ENDED_OTHERWISE = frozenset({Verdict.MLE, Verdict.OLE, Verdict.SV, Verdict.JE})  # time had no part in it


async def try_test(place: Place, test: TestCase, bench: Bench, patience: Patience) -> tuple[Trial, bool]:
    """Judge one test. Also whether it was near the limit, and so repeated.

    `place.command` has the problem's limits, `patience` is the submission's. Raises `SandboxError` and
    `OSError` for failures of ours.
    """
    attempt = _Attempt(place=place, test=test, bench=bench, patience=patience)
    first = await attempt.once(core_shift=0)
    band = guard_band(place.command.limits)
    if first.fault or not band.holds(first.cpu_time_us) or first.ruling.verdict in _ENDED_OTHERWISE:
        return first, False
    others = [await attempt.once(core_shift=number) for number in range(1, REPETITIONS + 1)]
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
    trial = await _check_answer(answer, test, bench, has_room=False)
    return await _check_answer(answer, test, bench, has_room=True) if trial.is_starved else trial


async def _check_answer(answer: bytes, test: TestCase, bench: Bench, *, has_room: bool) -> Trial:
    with ExitStack() as stack:
        output = stack.enter_context(memory_file("output"))
        os.write(output, answer)
        given = stack.enter_context(closing_fd(bench.data.open(test.input)))
        try:
            for checker in bench.checkers:
                await checker.clear()
            ruling, judged = await check(stack, output, given, test, bench, has_room=has_room)
        except JuryFault as fault:
            return _faulty(fault)
    return Trial(facts=None, ruling=ruling, judged=judged, passes=1)


def _faulty(fault: JuryFault, *, facts: Facts | None = None, passes: int = 1) -> Trial:
    return Trial(
        facts=facts,
        ruling=Ruling(verdict=None, message=""),
        judged=ACCEPTED,
        passes=passes,
        fault=str(fault),
        is_starved=isinstance(fault, JuryStarved),
    )


@dataclass(frozen=True, kw_only=True)
class _Attempt:
    """A test to try."""

    place: Place
    test: TestCase
    bench: Bench
    patience: Patience

    async def once(self, *, core_shift: int) -> Trial:
        """All passes; when one of them was starved, all of them again, with room."""
        trial = await self._all_passes(Manner(core_shift=core_shift))
        if not trial.is_starved:
            return trial
        if not self.patience.is_left:
            self.patience.was_missed = True
            return trial
        trial = await self._all_passes(Manner(core_shift=core_shift, has_room=True))
        self.patience.is_left = not trial.ran_out_of_elapsed_time
        return trial

    async def _all_passes(self, manner: Manner) -> Trial:
        """Pass after pass, up to the first that fails, or after which the validator is content. Each may take
        the whole of all limits."""
        slowest: Facts | None = None
        passes = 1
        with ExitStack() as stack:
            given = stack.enter_context(closing_fd(self.bench.data.open(self.test.input)))
            try:
                for validator in self.bench.validators:
                    await validator.clear()
                while True:
                    done = await run_pass(self.place, self.test, self.bench, given, manner)
                    slowest = _slower(slowest, done.facts)
                    following = None
                    if done.ruling.verdict is None and done.judged.is_accepted:
                        following = await self._next_input(stack, passes)
                    if following is None:
                        return Trial(
                            facts=slowest,
                            ruling=done.ruling,
                            judged=done.judged,
                            passes=passes,
                            written=done.written,
                            is_starved=done.is_starved,
                            ran_out_of_elapsed_time=done.ran_out_of_elapsed_time,
                        )
                    given = following
                    passes += 1
            except JuryFault as fault:
                return _faulty(fault, facts=slowest, passes=passes)

    async def _next_input(self, stack: ExitStack, passes: int) -> int | None:
        """What the validator wants to be the next pass's input; None when it is content."""
        if self.bench.passes_max == 1:
            return None
        for validator in self.bench.validators:
            if (await validator.feedback()).has_next_pass:
                if passes == self.bench.passes_max:
                    raise JuryFault(f"{validator.program.name} asked for more than {passes} passes")
                following = stack.enter_context(memory_file("next-pass"))
                await validator.take_next_pass(following)
                seal(following)
                return following
        return None


def _slower(one: Facts | None, other: Facts) -> Facts:
    return other if one is None or other.cpu_time_us >= one.cpu_time_us else one
