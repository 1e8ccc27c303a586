"""Wake-ups through a broker: a relay publishes what the outbox says; messages are lost, doubled, reordered.

A message names a submission, and whoever takes it claims that one, if it is due. Nothing is believed of the
broker: who has a seat free looks at the rows, too (`claim` in protocol.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tests.model.protocol import STEPS, Step, Transition, is_due, leased_to_each
from tests.model.world import Bounds, World


def publish(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.broadcast.outbox:Outbox.put`: what is due is told, in whatever order."""
    if world.relaying >= 0:
        return
    for number, submission in enumerate(world.submissions):
        if submission.outbox:
            messages = min(submission.messages + 1, bounds.messages_max)
            after = world.with_submission(number, replace(submission, messages=messages))
            yield Step(name="publish", after=replace(after, relaying=number), submission=number)


def mark(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.broadcast.outbox:Outbox._go`: what was told need not be told again."""
    if world.relaying >= 0:
        submission = replace(world.submissions[world.relaying], outbox=False)
        after = replace(world.with_submission(world.relaying, submission), relaying=-1)
        yield Step(name="mark", after=after, submission=world.relaying)


def relay_dies(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.broadcast.outbox:Outbox` goes between publishing and marking."""
    if world.relaying >= 0:
        yield Step(
            name="relay_dies", after=replace(world, relaying=-1), submission=world.relaying, is_fault=True
        )


def message_is_lost(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.queue.ports:Doorbell.ring` promises nothing."""
    for number, submission in enumerate(world.submissions):
        if submission.messages:
            after = world.with_submission(number, replace(submission, messages=submission.messages - 1))
            yield Step(name="message_is_lost", after=after, submission=number, is_fault=True)


def message_is_doubled(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.queue.ports:Wakeups.wait` may return twice for one ring."""
    for number, submission in enumerate(world.submissions):
        if 0 < submission.messages < bounds.messages_max:
            after = world.with_submission(number, replace(submission, messages=submission.messages + 1))
            yield Step(name="message_is_doubled", after=after, submission=number, is_fault=True)


def broker_loses_everything(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.broadcast.outbox:Outbox` has sent it, and nobody has it any more."""
    if any(submission.messages for submission in world.submissions):
        emptied = tuple(replace(each, messages=0) for each in world.submissions)
        after = replace(world, submissions=emptied)
        yield Step(name="broker_loses_everything", after=after, submission=-1, is_fault=True)


def take_message(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.queue.ports:Wakeups.wait`, then `assay.worker.loop:_claim`: by compare-and-set."""
    for number, submission in enumerate(world.submissions):
        if submission.messages:
            taken = world.with_submission(number, replace(submission, messages=submission.messages - 1))
            if is_due(submission):
                yield from leased_to_each(taken, number, name="take_message")
            else:
                yield Step(name="take_message", after=taken, submission=number, told=False)


STEPS_WITH_BROKER: Mapping[str, Transition] = {
    **STEPS,
    **{
        step.__name__: step
        for step in (
            publish, mark, relay_dies, message_is_lost, message_is_doubled, broker_loses_everything,
            take_message,
        )
    },
}  # fmt: skip
