"""One pass over one test: the program runs, or talks with the interactor, and what came of it is checked.

Most problems have one for each test; a multi-pass problem has as many as its validator asks for (trial.py).
"""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
import os

from assay.domain.problem import TestCase
from assay.domain.verdict import Verdict
from assay.judging.budget import guarded
from assay.judging.capture import closing_fd, memory_file, null_device, output_file, seal
from assay.judging.checking import check_default
from assay.judging.classify import Ruling, classify_run
from assay.judging.dialects import (
    ACCEPTED,
    INTERACTOR_OUTPUT,
    Judged,
    JuryFault,
    interactor_arguments,
)
from assay.judging.interaction import interact, judge_interaction
from assay.judging.jury import Material, Validator
from assay.judging.lexing import read_at
from assay.judging.ports import TestData
from assay.judging.stand import Place
from assay.judging.starvation import is_starved, with_room
from assay.judging.words import printable_text
from assay.sandbox import Command, Facts, RequestRefused, Status

SHOWN_BYTES_MAX = 16 * 1024  # of each stream of a failed test that may be shown: nobody reads more
_NOTHING = Ruling(verdict=None, message="")


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What every test of a submission is judged with. `output_file`: it, and not standard output, is the
    output."""

    data: TestData
    checkers: Sequence[Validator]
    interactor: Validator | None
    passes_max: int
    output_file: str

    @property
    def validators(self) -> tuple[Validator, ...]:
        """All of the setter's programs that have a say in a test."""
        return (*self.checkers, *([] if self.interactor is None else [self.interactor]))


@dataclass(frozen=True, kw_only=True)
class Written:
    """The beginnings of what the program wrote in its last pass, kept only of tests that may be shown."""

    output: str = ""
    errors: str = ""


NOTHING_WRITTEN = Written()


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a pass is run: how many cores after the slot's own, and whether with more elapsed time, because the
    machine did not let it compute before (starvation.py)."""

    core_shift: int = 0
    has_room: bool = False


@dataclass(frozen=True, kw_only=True)
class Pass:
    """What came of it. `beside` are the facts of whom the program talked with."""

    facts: Facts
    beside: tuple[Facts, ...] = ()
    ruling: Ruling
    judged: Judged
    written: Written = NOTHING_WRITTEN

    @property
    def ran_out_of_elapsed_time(self) -> bool:
        """Whether this, and nothing else, is what decides."""
        return self.ruling.verdict is Verdict.TLE and self.facts.status is Status.WALL_TIME

    @property
    def is_starved(self) -> bool:
        """Whether the machine did not let it compute, so that another run is due."""
        return self.ran_out_of_elapsed_time and is_starved(self.facts, *self.beside)


async def run_pass(place: Place, test: TestCase, bench: Bench, given: int, manner: Manner) -> Pass:
    """Run the program on `given`. `place.command` has the problem's limits; the run may take the guard band,
    too. Raises `JuryFault`, and `SandboxError` and `OSError` for failures of ours."""
    judged_by = with_room(place.command) if manner.has_room else place.command
    running = replace(place.command, limits=guarded(place.command.limits), core_shift=manner.core_shift)
    if manner.has_room:
        running = with_room(running)
    run = _Run(place=place, test=test, bench=bench, manner=manner, judged_by=judged_by, running=running)
    with ExitStack() as stack:
        if bench.interactor is not None:
            return await run.talk(stack, bench.interactor, given)
        return await run.alone(stack, given)


@dataclass(frozen=True, kw_only=True)
class _Run:
    """A run to do: by the command `running`, and what it comes to by the limits of `judged_by`."""

    place: Place
    test: TestCase
    bench: Bench
    manner: Manner
    judged_by: Command
    running: Command

    def _ruling(self, facts: Facts) -> Ruling:
        heap = self.place.stand.language.run.out_of_memory_signal
        return classify_run(facts, self.judged_by, out_of_memory_signal=heap)

    async def alone(self, stack: ExitStack, given: int) -> Pass:
        test, bench, bytes_max = self.test, self.bench, self.running.limits.stdout_bytes
        output = stack.enter_context(output_file("output", bytes_max=bytes_max))
        errors = stack.enter_context(memory_file("errors") if test.is_open else null_device())
        os.lseek(given, 0, os.SEEK_SET)
        async with self.place.for_run() as slot:
            facts = await slot.run(self.running, stdin=given, stdout=output, stderr=errors)
            ruling = self._ruling(facts)
            if ruling.verdict is None and bench.output_file:
                output = stack.enter_context(output_file("output", bytes_max=bytes_max))
                with suppress(RequestRefused):  # not there, no file, too large: in no case an answer
                    await slot.get(bench.output_file, output, bytes_max=bytes_max)
        judged = ACCEPTED
        if ruling.verdict is None:
            ruling, judged = await check(stack, output, given, test, bench, has_room=self.manner.has_room)
        has_failed = ruling.verdict is not None or not judged.is_accepted
        is_kept = test.is_open and has_failed
        written = Written(output=_shown(output), errors=_shown(errors)) if is_kept else NOTHING_WRITTEN
        return Pass(facts=facts, ruling=ruling, judged=judged, written=written)

    async def talk(self, stack: ExitStack, interactor: Validator, given: int) -> Pass:
        """With the interactor; then the checkers look at what that has written down."""
        test, bench, has_room = self.test, self.bench, self.manner.has_room
        answer = stack.enter_context(closing_fd(bench.data.open(test.answer)))
        arguments = interactor_arguments(interactor.program.dialect, test.validator_args)
        waits_ms = self.running.limits.wall_time_ms
        command = interactor.command(arguments, waits_ms=waits_ms, has_room=has_room)
        async with self.place.for_run() as slot:
            interaction = await interact(slot, self.running, interactor, command, (given, answer))
        facts, beside = interaction.program, (interaction.interactor,)
        ruling = self._ruling(facts)
        ruling, judged = judge_interaction(interaction, ruling, interactor, await interactor.feedback())
        if judged is None or not judged.is_accepted or not bench.checkers:
            return Pass(facts=facts, beside=beside, ruling=ruling, judged=judged or ACCEPTED)
        left = stack.enter_context(memory_file("output"))
        await interactor.take(INTERACTOR_OUTPUT, left)
        ruling, judged = await check(stack, left, given, test, bench, has_room=has_room)
        return Pass(facts=facts, beside=beside, ruling=ruling, judged=judged)


async def check(
    stack: ExitStack, output: int, given: int, test: TestCase, bench: Bench, *, has_room: bool
) -> tuple[Ruling, Judged]:
    """The run is over, so now the answer is opened, for us or for the setter's checkers alone.

    `stack` closes it. Raises `JuryFault` and `SandboxError`.
    """
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
        material = Material(input=given, answer=answer, output=output)
        judged = await checker.check(test, material, has_room=has_room)
        if not judged.is_accepted:
            break
    return _NOTHING, judged


def _shown(fd: int) -> str:
    """The beginning of a file as text, for people."""
    return printable_text(read_at(fd, 0, SHOWN_BYTES_MAX))
