"""Inputs by the input validators, answers by the answer validators, in the sandbox.

Each validator has a slot for each seat; tests are dealt out among them. Whether a program accepts is said by
its exit code: 42, and for testlib's 0 (package format, "Input validators"; testlib.h).
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from functools import partial

from assay.domain.jury import Dialect, ValidationLimits
from assay.domain.limits import BYTES_PER_MIB
from assay.domain.problem import TestCase
from assay.judging.capture import closing_fd, memory_file
from assay.judging.dialects import INPUT_PATH, JuryFault
from assay.judging.jury import MESSAGE_BYTES_MAX, Validator, make_ready
from assay.judging.lexing import read_at
from assay.judging.with_room import run_with_room
from assay.judging.words import printable_text
from assay.preparing.generating import Building
from assay.preparing.validation import Check, Checked, Notes
from assay.preparing.workshop import Step, Workshop, at_once
from assay.problems import Package
from assay.problems.package import CaseKind, InputArguments, InputValidator, InputValidatorKind
from assay.sandbox import Facts, Status

# "Input validators are run at problem preparation time … so these limits do not apply to them."
INPUT_LIMITS = ValidationLimits(
    cpu_time_ms=60_000, memory_bytes=2048 * BYTES_PER_MIB, output_bytes=8 * BYTES_PER_MIB
)
_WORDS_MAX = 300  # characters of what a validator says, in a message
_ACCEPTS = {Dialect.ICPC: 42}  # all others: 0
_LANGUAGES = {InputValidatorKind.CHECKTESTDATA: "Checktestdata", InputValidatorKind.VIVA: "VIVA"}


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What a validator said of a test. `is_orderly`: by an exit code, and not by falling over."""

    is_valid: bool
    is_orderly: bool
    words: str


async def check_inputs(package: Package, workshop: Workshop, step: Step) -> Checked:
    """Run every input validator on every test and case."""
    checking = _InputChecking(package, workshop, step)
    return await checking.check()


async def opinions_on(
    validator: InputValidator, tests: Sequence[TestCase], package: Package, workshop: Workshop
) -> list[Opinion]:
    """What a program says of each test. Raises `JuryFault` when it cannot be built, `SandboxError`."""
    checking = _InputChecking(package, workshop, lambda what, done, total: None)
    return await checking.opinions(validator, tests)


class _InputChecking:
    def __init__(self, package: Package, workshop: Workshop, step: Step) -> None:
        self._package = package
        self._workshop = workshop
        self._step = step
        self._building: Building = defaultdict(asyncio.Lock)
        self._notes = Notes()
        self._done = self._total = 0

    async def check(self) -> Checked:
        cases = self._package.validation_cases
        valid = list(
            dict.fromkeys(
                [
                    *self._package.problem.tests,
                    *(case.test for case in cases if case.kind is not CaseKind.INVALID_INPUT),
                ]
            )
        )
        invalid = [case.test for case in cases if case.kind is CaseKind.INVALID_INPUT]
        programs = self._programs()
        self._total = sum(len(valid) + (0 if each.of_answers else len(invalid)) for each in programs)
        checks: list[Check] = []
        refused: set[str] = set()
        is_whole = len(programs) == len(self._package.input_validators)
        for validator in programs:
            tests = [*valid, *([] if validator.of_answers else invalid)]
            try:
                opinions = await self.opinions(validator, tests)
            except JuryFault as fault:
                self._notes.error(_name(validator), str(fault))
                is_whole = False
                continue
            failed = self._judge(validator, valid, opinions)
            checks.append(Check(name=_name(validator), count=len(valid), failed=failed))
            refused |= self._refusals(validator, invalid, opinions[len(valid) :])
        checks += self._check_refused(invalid, refused, is_whole=is_whole)
        return Checked(checks=tuple(checks), notes=self._notes)

    def _programs(self) -> list[InputValidator]:
        programs = []
        for validator in self._package.input_validators:
            if validator.kind is InputValidatorKind.PROGRAM:
                programs.append(validator)
            else:
                language = _LANGUAGES[validator.kind]
                self._notes.warn(
                    _name(validator),
                    f"is not checked: there is no interpreter of {language} here; a program beside it is run",
                )
        return programs

    async def opinions(self, validator: InputValidator, tests: Sequence[TestCase]) -> list[Opinion]:
        seats = min(self._workshop.seats, len(tests))
        shares = [tests[seat::seats] for seat in range(seats)]
        works = [partial(self._share, validator, share) for share in shares]
        found = await at_once(works, seats=max(1, seats))
        return [found[number % seats][number // seats] for number in range(len(tests))]

    async def _share(self, validator: InputValidator, tests: Sequence[TestCase]) -> list[Opinion]:
        program = validator.program
        if program is None:
            raise AssertionError(f"{validator.name} is no program")
        workshop, files = self._workshop, self._package.files
        async with AsyncExitStack() as stack:
            slot = await stack.enter_async_context(workshop.sandbox.slot(for_jury=True))
            async with self._building[program]:
                ready = await make_ready(program, slot, files, workshop.jury, INPUT_LIMITS)
            found = []
            for test in tests:
                found.append(await self._ask(validator, ready, test))
                self._done += 1
                self._step(f"{validator.name} {test.name}", self._done, max(self._done, self._total))
            return found

    async def _ask(self, validator: InputValidator, ready: Validator, test: TestCase) -> Opinion:
        own = {file.name for file in ready.program.files}
        if clash := next((file.name for file in test.files if file.name in own), None):
            words = f"the test's file {clash} has the name of one of the validator's"
            return Opinion(is_valid=False, is_orderly=False, words=words)
        given = self._package.input_args.get(test.name, InputArguments()).of(validator.name)
        arguments = ((INPUT_PATH,) if validator.of_answers else ()) + given + test.args
        files = self._package.files
        with ExitStack() as stack:
            given_fd = stack.enter_context(closing_fd(files.open(test.input)))
            stdin = given_fd
            if validator.of_answers:
                stdin = stack.enter_context(closing_fd(files.open(test.answer)))
            said = stack.enter_context(memory_file("said"))
            for file in test.files:
                with closing_fd(files.open(file.content)) as fd:
                    await ready.slot.put(file.name, fd, executable=file.executable)
            facts, _ = await run_with_room(
                ready.slot,
                ready.command(arguments),
                stdin=stdin,
                stdout=said,
                stderr=said,
                files=(given_fd,) if validator.of_answers else (),
            )
            words = printable_text(read_at(said, 0, MESSAGE_BYTES_MAX)).strip()
        for file in test.files:
            await ready.slot.remove(file.name)
        return _opinion(facts, ready.program.dialect, words)

    def _judge(
        self, validator: InputValidator, tests: Sequence[TestCase], opinions: Sequence[Opinion]
    ) -> int:
        """Report the tests that are not valid; how many there are."""
        failed = 0
        for test, opinion in zip(tests, opinions, strict=False):
            if not opinion.is_valid:
                failed += 1
                place = test.answer if validator.of_answers else test.input
                self._notes.error(place, f"is not valid for {_name(validator)}: {opinion.words}")
        return failed

    def _refusals(
        self, validator: InputValidator, tests: Sequence[TestCase], opinions: Sequence[Opinion]
    ) -> set[str]:
        refused = set()
        for test, opinion in zip(tests, opinions, strict=False):
            if not opinion.is_valid:
                refused.add(test.name)
                if not opinion.is_orderly:
                    self._notes.warn(test.input, f"makes {_name(validator)} fall over: {opinion.words}")
        return refused

    def _check_refused(
        self, invalid: Sequence[TestCase], refused: set[str], *, is_whole: bool
    ) -> list[Check]:
        """Specification, "Invalid input": at least one validator refuses each."""
        accepted = [test for test in invalid if test.name not in refused]
        for test in accepted:
            if is_whole:
                self._notes.error(test.input, "should be refused by some input validator, but all accept it")
            else:
                self._notes.warn(test.input, "is refused by no input validator of those that were run")
        if not invalid:
            return []
        return [Check(name="data/invalid_input", count=len(invalid), failed=len(accepted) * is_whole)]


def _opinion(facts: Facts, dialect: Dialect, words: str) -> Opinion:
    if facts.status is Status.EXITED:
        is_valid = facts.exit_code == _ACCEPTS.get(dialect, 0)
        return Opinion(
            is_valid=is_valid,
            is_orderly=True,
            words=words[:_WORDS_MAX] or f"it exited with {facts.exit_code}",
        )
    how = {Status.SIGNALLED: f"it was killed by signal {facts.signal}"}.get(
        facts.status, f"it was ended: {facts.status.value.replace('_', ' ')}"
    )
    return Opinion(is_valid=False, is_orderly=False, words=f"{how}: {words[:_WORDS_MAX]}" if words else how)


def _name(validator: InputValidator) -> str:
    """Its path in the package, where that is known."""
    if validator.program is not None:
        return validator.program.name
    return validator.file.content if validator.file is not None else validator.name
