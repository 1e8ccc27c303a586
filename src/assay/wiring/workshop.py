"""The judge of submissions and the runner of custom runs, in the place where a worker's programs run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assay.adapters.disk.compilations import DiskCompileCache
from assay.domain.custom_run import CustomRun, CustomRunOutcome
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission
from assay.errors import Unavailable
from assay.judging.compile_cache import SCOPE_OF_JURY, CompileCache, Memory, scope_of
from assay.judging.custom_run import RunTools, run_custom
from assay.judging.dialects import JuryFault
from assay.judging.judge import judge
from assay.judging.jury import JuryTools
from assay.judging.ports import Room
from assay.sandbox import CellUnavailable, SandboxError
from assay.settings import Settings
from assay.wiring.blobs import TestData
from assay.wiring.places import Place
from assay.worker.ports import Judge, JudgeGoneError, Runner, Tell

COMPILE_CACHE_BYTES = 1 << 30  # some ten thousand C++ programs, or three hundred in Go


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """A place, the store's test data, and what is kept of compilations there."""

    place: Place
    data: TestData
    compilations: CompileCache
    remembers_submitters: bool

    def memory(self, scope: str) -> Memory:
        """See `Memory` for whose compilations a scope is."""
        host = self.place.host
        return Memory(
            cache=self.compilations,
            scope=scope,
            toolchain=self.place.toolchain_state,
            sandbox=f"{host.sandbox}; {host.host_class}",
        )

    @property
    def jury(self) -> JuryTools:
        return JuryTools(language=self.place.languages.get, memory=self.memory(SCOPE_OF_JURY))


def workshop_in(settings: Settings, place: Place, data: TestData) -> Workshop:
    return Workshop(
        place=place,
        data=data,
        compilations=DiskCompileCache(settings.data_dir / "compiled", bytes_max=COMPILE_CACHE_BYTES),
        remembers_submitters=settings.compile_cache,
    )


def judge_in(workshop: Workshop) -> Judge:
    """The judge of submissions."""
    place, jury = workshop.place, workshop.jury

    async def judge_submission(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        language = None if problem.takes_answers else place.languages.get(submission.language_id)
        with _faults_named():
            async with workshop.data.of(problem) as data:
                return await judge(
                    submission.files,
                    problem,
                    language,
                    sandbox=place.sandbox,
                    data=data,
                    toolchain=place.toolchain,
                    host=place.host,
                    tell=tell,
                    jury=jury,
                    all_tests=submission.all_tests,
                    memory=workshop.memory(scope_of(submission)) if workshop.remembers_submitters else None,
                    room=room,
                )

    return judge_submission


def runner_in(workshop: Workshop) -> Runner:
    """Who does custom runs.

    Nothing is kept of what visitors compile: who they are is not known well enough to keep them apart.
    """
    place = workshop.place

    async def do_run(run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
        with _faults_named():
            try:
                async with workshop.data.of(problem) as data:
                    tools = RunTools(
                        sandbox=place.sandbox, language=place.languages.get, data=data, jury=workshop.jury
                    )
                    return await run_custom(run, problem, tools)
            except JuryFault as fault:
                raise Unavailable(f"the problem's own files: {fault}") from fault

    return do_run


@contextmanager
def _faults_named() -> Iterator[None]:
    """What the sandbox raises, in the worker's words."""
    try:
        yield
    except CellUnavailable as error:
        raise JudgeGoneError(str(error)) from error
    except SandboxError as error:
        raise Unavailable(f"the sandbox failed: {error}") from error
