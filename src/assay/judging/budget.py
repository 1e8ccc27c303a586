"""A problem's limits → what the sandbox enforces on one run, and on the compilation."""

from dataclasses import replace
from functools import lru_cache

from assay.domain.jury import ValidationLimits
from assay.domain.language import CompileStep, Language, RunStep
from assay.domain.limits import BYTES_PER_MIB, Limits, wall_time_for
from assay.judging.near_limit import guard_band
from assay.languages.commands import run_env
from assay.sandbox import Command, Policy, RunLimits

RUN_CORES = 1  # so that no program gains from threads
RUN_OPEN_FILES = 1024
RUN_SCRATCH_BYTES = (
    100 * BYTES_PER_MIB
)  # a program's /tmp; it counts as memory too, so the smaller limit is met first
RUN_SCRATCH_INODES = 4096
RUN_STDERR_BYTES_MIN = BYTES_PER_MIB  # a traceback is no flood where an output has to be tiny

COMPILE_CORES = 4096  # all that the machine has: how fast a compiler is decides nothing
COMPILE_PROCESSES = (
    256  # processes and threads: `go build` starts a compiler per package, each with its threads
)
COMPILE_OPEN_FILES = 1024
COMPILE_SCRATCH_BYTES = 512 * BYTES_PER_MIB  # Go builds its runtime's cache in /tmp
COMPILE_SCRATCH_INODES = 65_536
COMPILE_OUTPUT_BYTES = (
    4 * BYTES_PER_MIB
)  # far above what is kept: a long-winded warning must not end a compilation

JURY_COMPILE_TIME_MS = 60_000
JURY_COMPILE_MEMORY_BYTES = 2048 * BYTES_PER_MIB


def run_limits(limits: Limits, language: Language | None) -> RunLimits:
    """One test's run. CPU time is stretched by the language's multiplier, wall time follows it."""
    multiplier = 1.0 if language is None else language.cpu_time_multiplier
    cpu_time_ms = max(1, round(limits.cpu_time_ms * multiplier))
    return RunLimits(
        cpu_time_ms=cpu_time_ms,
        wall_time_ms=wall_time_for(cpu_time_ms),
        memory_bytes=limits.memory_bytes,
        processes=1 if language is None else language.run.processes,
        open_files=RUN_OPEN_FILES,
        scratch_bytes=RUN_SCRATCH_BYTES,
        scratch_inodes=RUN_SCRATCH_INODES,
        stdout_bytes=limits.output_bytes,
        stderr_bytes=max(limits.output_bytes, RUN_STDERR_BYTES_MIN),
        cores=RUN_CORES,
    )


def compile_limits(limits: Limits) -> RunLimits:
    """The compilation, which is as little trusted as the program."""
    return RunLimits(
        cpu_time_ms=limits.compile_time_ms,
        wall_time_ms=wall_time_for(limits.compile_time_ms),
        memory_bytes=limits.compile_memory_bytes,
        processes=COMPILE_PROCESSES,
        open_files=COMPILE_OPEN_FILES,
        scratch_bytes=COMPILE_SCRATCH_BYTES,
        scratch_inodes=COMPILE_SCRATCH_INODES,
        stdout_bytes=COMPILE_OUTPUT_BYTES,
        stderr_bytes=COMPILE_OUTPUT_BYTES,
        cores=COMPILE_CORES,
    )


def compile_limits_of_jury() -> RunLimits:
    """The compilation of a checker or another program of the jury's: testlib.h alone takes some seconds."""
    return replace(
        validator_limits(
            ValidationLimits(
                cpu_time_ms=JURY_COMPILE_TIME_MS,
                memory_bytes=JURY_COMPILE_MEMORY_BYTES,
                output_bytes=COMPILE_OUTPUT_BYTES,
            ),
            processes=COMPILE_PROCESSES,
        ),
        scratch_bytes=COMPILE_SCRATCH_BYTES,
        scratch_inodes=COMPILE_SCRATCH_INODES,
        cores=COMPILE_CORES,
    )


def compile_command(step: CompileStep, argv: tuple[str, ...], limits: RunLimits) -> Command:
    return Command(
        argv=argv,
        env=step.env,
        view=step.view,
        limits=limits,
        policy=Policy.TOOLCHAIN,
        box_writable=True,
    )


def run_command(step: RunStep, argv: tuple[str, ...], limits: RunLimits, *, runs: int) -> Command:
    """The command of `runs` runs, all alike: an interpreter is started ahead when that pays for itself."""
    return Command(
        argv=argv,
        env=run_env(step.env, limits.memory_bytes),
        view=step.view,
        limits=limits,
        policy=Policy(step.policy),
        box_writable=False,
        warm=step.start_ahead and runs > 1,
    )


def unbuffered(command: Command, step: RunStep) -> Command:
    """The command of a program that need not flush what it prints. It is not started ahead: what is forked
    then had been told to do otherwise."""
    argv = (command.argv[0], *step.unbuffered_options, *command.argv[1:])
    return replace(command, argv=argv, env={**command.env, **step.unbuffered_env}, warm=False)


def limits_as_evidence(run: RunLimits, compilation: RunLimits) -> dict[str, int]:
    """Every limit that was enforced, by name; those of the compilation begin with `compile_`."""
    return {**vars(run), **{f"compile_{name}": value for name, value in vars(compilation).items()}}


@lru_cache(maxsize=64)  # asked for each test, and all of a submission have the same
def guarded(limits: RunLimits) -> RunLimits:
    """The same, with the time limit moved to the end of its guard band (see near_limit.py)."""
    cpu_time_ms = guard_band(limits).highest_ms
    return replace(limits, cpu_time_ms=cpu_time_ms, wall_time_ms=wall_time_for(cpu_time_ms))


def validator_limits(limits: ValidationLimits, *, processes: int, waits_ms: int = 0) -> RunLimits:
    """One run of a jury's program. `waits_ms` is how long it may wait for the program that it talks with."""
    return RunLimits(
        cpu_time_ms=limits.cpu_time_ms,
        wall_time_ms=wall_time_for(limits.cpu_time_ms) + waits_ms,
        memory_bytes=limits.memory_bytes,
        processes=processes,
        open_files=RUN_OPEN_FILES,
        scratch_bytes=RUN_SCRATCH_BYTES,
        scratch_inodes=RUN_SCRATCH_INODES,
        stdout_bytes=limits.output_bytes,
        stderr_bytes=limits.output_bytes,
        cores=RUN_CORES,
    )
