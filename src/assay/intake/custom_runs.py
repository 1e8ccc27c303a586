"""Take a custom run, and wait a little for what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assay.domain.clock import Clock
from assay.domain.custom_run import CustomRun, CustomRunState
from assay.domain.identity import NewId
from assay.domain.limits import BYTES_PER_MIB, Limits
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.errors import InvalidInput
from assay.intake.ports import CustomRunStore
from assay.intake.rules import SOURCE_BYTES_MAX, check_language, check_size, check_source, normalise_source
from assay.intake.submit import Intake, current_problem, installed_language
from assay.queue.ports import Doorbell, Wakeups

INPUTS_MAX = 20  # all compiled once, run one after the other
INPUT_BYTES_MAX = 256 * 1024  # of all inputs: typed or pasted; larger ones are for the command line
LOOK_SECONDS = 0.25  # heals a ring that was lost

DEFAULT_LIMITS = Limits(  # where no problem says otherwise
    cpu_time_ms=5000,
    memory_bytes=512 * BYTES_PER_MIB,  # the JVM and Go start with less, but not with much less
    output_bytes=8 * BYTES_PER_MIB,
    source_bytes=SOURCE_BYTES_MAX,
    compile_time_ms=60_000,
    compile_memory_bytes=2048 * BYTES_PER_MIB,
)


@dataclass(frozen=True, kw_only=True)
class RunDraft:
    """A custom run as a client asked for it. The limits may be less than usual, and no more."""

    visitor: str
    problem_id: str | None
    language_id: str
    files: tuple[SourceFile, ...]
    inputs: tuple[bytes, ...]
    with_model_answer: bool = False
    cpu_time_ms: int | None = None
    memory_bytes: int | None = None


@dataclass(frozen=True, kw_only=True)
class RunDesk:
    """Everything that taking custom runs needs. Built once, by wiring.

    `doorbell` wakes the workers; `wakeups` ring when one of them has come to an end with a run.
    """

    intake: Intake
    store: CustomRunStore
    doorbell: Doorbell
    wakeups: Wakeups

    @property
    def clock(self) -> Clock:
        return self.intake.clock

    @property
    def new_id(self) -> NewId:
        return self.intake.new_id


async def ask_to_run(draft: RunDraft, desk: RunDesk) -> CustomRun:
    """Record a custom run and wake the workers.

    Raises what `submit` raises for sources, languages and problems, `InvalidInput`, and `TooManyAtOnce`.
    """
    check_source(draft.files)
    check_inputs(draft.inputs)
    language = installed_language(draft.language_id, desk.intake)
    problem = None if draft.problem_id is None else await current_problem(draft.problem_id, desk.intake)
    if problem is None:
        usual = DEFAULT_LIMITS
    else:
        usual = problem.limits
        if problem.takes_answers:
            raise InvalidInput("this problem takes answers, not programs", field="problem_id")
        check_language(language, problem)
        check_size(draft.files, source_bytes_max=usual.source_bytes)
    if draft.with_model_answer:
        check_model_answer(problem)
    run = CustomRun(
        id=desk.new_id(),
        visitor=draft.visitor,
        problem_id=None if problem is None else problem.id,
        problem_version=None if problem is None else problem.version,
        language_id=language.id,
        files=tuple(
            SourceFile(name=file.name, content=normalise_source(file.content)) for file in draft.files
        ),
        inputs=draft.inputs,
        with_model_answer=draft.with_model_answer,
        limits=limits_for(draft, usual),
        created_at=desk.clock.now(),
    )
    await desk.store.record(run)
    desk.doorbell.ring()
    return run


def check_inputs(inputs: Sequence[bytes]) -> None:
    """Raises `InvalidInput` naming `inputs`."""
    if not 1 <= len(inputs) <= INPUTS_MAX:
        raise InvalidInput(f"there are 1 to {INPUTS_MAX} inputs, not {len(inputs)}", field="inputs")
    total_bytes = sum(len(each) for each in inputs)
    if total_bytes > INPUT_BYTES_MAX:
        raise InvalidInput(
            f"the inputs have {total_bytes} bytes together; at most {INPUT_BYTES_MAX} are taken",
            field="inputs",
        )


def allows_model_answer(problem: Problem) -> bool:
    """Whether anybody may ask what the model solution answers.

    The setter has marked it as one to be published. With an interactor it would have nobody to talk with.
    """
    model = problem.model_solution
    interactor = None if problem.validation is None else problem.validation.interactor
    return model is not None and model.language_id is not None and interactor is None


def check_model_answer(problem: Problem | None) -> None:
    """Raises `InvalidInput` naming `with_model_answer`."""
    if problem is None:
        raise InvalidInput("a model answer is a problem's: name the problem", field="with_model_answer")
    if not allows_model_answer(problem):
        raise InvalidInput("this problem has no model answers to give", field="with_model_answer")


def limits_for(draft: RunDraft, usual: Limits) -> Limits:
    """The usual limits, with what the client wants less of. Raises `InvalidInput` naming the limit."""
    wanted = {"cpu_time_ms": draft.cpu_time_ms, "memory_bytes": draft.memory_bytes}
    given = {name: value for name, value in wanted.items() if value is not None}
    for name, value in given.items():
        most = getattr(usual, name)
        if not 1 <= value <= most:
            raise InvalidInput(f"lies between 1 and {most}, not {value}", field=f"limits.{name}")
    return Limits(**{**vars(usual), **given})


async def outcome_within(
    run_id: str, desk: RunDesk, *, seconds: float, now: Callable[[], float]
) -> CustomRunState | None:
    """The run as it stands once it is over, or after `seconds` at the latest; None when there is none.

    `now` is a clock of seconds that never goes back.
    """
    deadline = now() + seconds
    while True:
        state = await desk.store.state(run_id, at=desk.clock.now())
        left = deadline - now()
        if state is None or state.status.is_final or left <= 0:
            return state
        await desk.wakeups.wait(timeout_seconds=min(LOOK_SECONDS, left))
