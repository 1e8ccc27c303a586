"""Judge one of a language's own cases (languages/cases.py): is what the language promises true here?"""

from dataclasses import dataclass
import os

from assay.domain.language import Language
from assay.domain.limits import BYTES_PER_MIB, Limits
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.judging.budget import compile_limits, run_command, run_limits
from assay.judging.capture import memory_file
from assay.judging.classify import Ruling, classify_run
from assay.judging.compilation import prepare
from assay.judging.lexing import read_at
from assay.judging.ports import Sandbox, SandboxSlot
from assay.judging.with_room import run_with_room
from assay.judging.words import printable_text
from assay.languages.cases import Case
from assay.languages.commands import run_argv
from assay.sandbox import Facts

COMPILE_TIME_MS = 60_000
COMPILE_MEMORY_BYTES = 2048 * BYTES_PER_MIB  # the package format's default for compilations
SHOWN_BYTES = 2000  # of what a failed case wrote


@dataclass(frozen=True, kw_only=True)
class CaseOutcome:
    """What came of a case. `compile_facts` None: there is no compile step; `run_facts` None: it ended there.

    `shown` is what the compiler or the program wrote, for whoever looks into a case that went wrong.
    """

    case: Case
    verdict: Verdict
    message: str
    compile_facts: Facts | None
    run_facts: Facts | None
    shown: str

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is one of those that the case expects."""
        return self.verdict in self.case.verdicts


async def judge_case(case: Case, language: Language, *, sandbox: Sandbox) -> CaseOutcome:
    """Compile and run in a slot of its own. ValueError: a case without source. Raises `SandboxError`."""
    if case.source is None:
        raise ValueError(f"{language.id} has no program for {case.trial.value}")
    files = (SourceFile(name=language.source_name, content=case.source.encode()),)
    limits = _limits(case)
    async with sandbox.slot() as slot:
        compilation = await prepare(slot, files, language, compile_limits(limits))
        if compilation.ruling.verdict is not None:
            return CaseOutcome(
                case=case,
                verdict=compilation.ruling.verdict,
                message=compilation.ruling.message,
                compile_facts=compilation.facts,
                run_facts=None,
                shown=printable_text(compilation.output[:SHOWN_BYTES]),
            )
        facts, ruling, shown = await _run(slot, case, language, files, limits)
    return CaseOutcome(
        case=case,
        verdict=ruling.verdict or Verdict.AC,
        message=ruling.message,
        compile_facts=compilation.facts,
        run_facts=facts,
        shown=shown,
    )


async def _run(
    slot: SandboxSlot, case: Case, language: Language, files: tuple[SourceFile, ...], limits: Limits
) -> tuple[Facts, Ruling, str]:
    of_run = run_limits(limits, language)
    command = run_command(language.run, run_argv(language, files, of_run.memory_bytes), of_run, runs=1)
    with memory_file("stdin") as stdin, memory_file("stdout") as stdout, memory_file("stderr") as stderr:
        with os.fdopen(os.dup(stdin), "wb") as file:
            file.write(case.stdin.encode())
        os.lseek(stdin, 0, os.SEEK_SET)
        facts, command = await run_with_room(slot, command, stdin=stdin, stdout=stdout, stderr=stderr)
        written = read_at(stdout, 0, SHOWN_BYTES)
        shown = printable_text(written + read_at(stderr, 0, SHOWN_BYTES))
    heap = language.run.out_of_memory_signal
    ruling = classify_run(facts, command, out_of_memory_signal=heap)
    if ruling.verdict is None and written.split() != case.stdout.encode().split():
        ruling = Ruling(verdict=Verdict.WA, message=f"{case.stdout!r} was expected")
    return facts, ruling, shown


def _limits(case: Case) -> Limits:
    return Limits(
        cpu_time_ms=case.cpu_time_ms,
        memory_bytes=case.memory_mib * BYTES_PER_MIB,
        output_bytes=case.output_mib * BYTES_PER_MIB,
        source_bytes=BYTES_PER_MIB,
        compile_time_ms=COMPILE_TIME_MS,
        compile_memory_bytes=COMPILE_MEMORY_BYTES,
    )
