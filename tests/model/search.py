"""All states that can be reached, breadth first, so that the trace to what is wrong is a shortest one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from tests.model.invariants import OF_STATES, OF_STEPS
from tests.model.protocol import Step, Transition
from tests.model.world import Bounds, Scored, Submission, Worker, World, canonical, forgetting


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found: how much there is; what is wrong (None: nothing), and the way there."""

    states: int
    steps: int
    wrong: str | None = None
    trace: str = ""

    def __str__(self) -> str:
        size = f"{self.states} states, {self.steps} steps"
        return size if self.wrong is None else f"{size}: {self.wrong}\n{self.trace}"


def explore(protocol: Mapping[str, Transition], bounds: Bounds) -> Found:
    """Look at every state and step; then whether each state has a way to the end when faults stop."""
    states = [canonical(bounds.beginning(), bounds)]
    numbers = {states[0]: 0}
    parents = [-1]
    backwards: list[list[int]] = [[]]  # by state: those that come here without a fault
    steps = 0
    for number, world in enumerate(states):  # which grows meanwhile
        for transition in protocol.values():
            for step in transition(world, bounds):
                steps += 1
                after = canonical(step.after, bounds)
                found = numbers.setdefault(after, len(states))
                if is_new := found == len(states):
                    states.append(after)
                    parents.append(number)
                    backwards.append([])
                if not step.is_fault:
                    backwards[found].append(number)
                wrong = _first(_of_step(world, step)) or (_first(_of_state(after)) if is_new else None)
                if wrong is not None:
                    path = [*_path(states, parents, number), after]
                    return Found(
                        states=len(states), steps=steps, wrong=wrong, trace=trace(path, protocol, bounds)
                    )
    stuck = _without_a_way_to_the_end(states, backwards)
    if stuck is None:
        return Found(states=len(states), steps=steps)
    path = _path(states, parents, stuck)
    return Found(
        states=len(states),
        steps=steps,
        wrong="accepted, and it can never end, though nothing goes wrong any more",
        trace=trace(path, protocol, bounds),
    )


def trace(path: list[World], protocol: Mapping[str, Transition], bounds: Bounds) -> str:
    """The way to the last of these states, told of workers and submissions that keep their names."""
    world = bounds.beginning()
    lines: list[str] = []
    for number, target in enumerate(path[1:], start=1):
        step = next(
            step
            for transition in protocol.values()
            for step in transition(world, bounds)
            if canonical(step.after, bounds) == target
        )
        lines.append(f"{number:3} {_words(step)}")
        lines += [f"      {line}" for line in _differences(world, step.after)]
        world = forgetting(step.after, bounds)
    return "\n".join(lines)


def _words(step: Step) -> str:
    who = [] if step.worker < 0 else [f"worker {step.worker + 1}"]
    if step.submission >= 0:
        who.append(f"submission {step.submission + 1}")
    if step.request >= 0:
        who.append(f"request {step.request + 1}")
    told = "" if step.told is None else f" → {step.told}"
    return f"{step.name}({', '.join(who)}){told}"


def _differences(before: World, after: World) -> list[str]:
    lines = []
    for name, old, new in (
        *((f"submission {n + 1}", *pair) for n, pair in _numbered(before.submissions, after.submissions)),
        *((f"worker {n + 1}", *pair) for n, pair in _numbered(before.workers, after.workers)),
        *((f"scorer {n + 1}", *pair) for n, pair in _numbered(before.scorers, after.scorers)),
    ):
        changed = [
            f"{field.name} {getattr(old, field.name)!s} → {getattr(new, field.name)!s}"
            for field in fields(old)
            if getattr(old, field.name) != getattr(new, field.name)
        ]
        if changed:
            lines.append(f"{name}: {', '.join(changed)}")
    return lines


def _numbered(
    before: tuple[Submission | Worker, ...], after: tuple[Submission | Worker, ...]
) -> Iterable[tuple[int, tuple[Submission | Worker, Submission | Worker]]]:
    return enumerate(zip(before, after, strict=True))


def _of_state(world: World) -> Iterable[str]:
    return (wrong for rule in OF_STATES for wrong in rule(world))


def _of_step(world: World, step: Step) -> Iterable[str]:
    return (wrong for rule in OF_STEPS for wrong in rule(world, step))


def _first(wrong: Iterable[str]) -> str | None:
    return next(iter(wrong), None)


def _path(states: list[World], parents: list[int], number: int) -> list[World]:
    path = []
    while number >= 0:
        path.append(states[number])
        number = parents[number]
    return path[::-1]


def _without_a_way_to_the_end(states: list[World], backwards: list[list[int]]) -> int | None:
    """The first state from which no steps without faults lead to where all that is recorded is over."""
    front = [n for n, world in enumerate(states) if all(_is_settled(s) for s in world.submissions)]
    lives = bytearray(len(states))
    for number in front:
        lives[number] = 1
    while front:
        number = front.pop()
        for earlier in backwards[number]:
            if not lives[earlier]:
                lives[earlier] = 1
                front.append(earlier)
    stuck = lives.find(0)
    return None if stuck < 0 else stuck


def _is_settled(submission: Submission) -> bool:
    if not submission.is_recorded:
        return True
    return submission.is_over and submission.scoring.stands not in (Scored.WAITING, Scored.LEASED)
